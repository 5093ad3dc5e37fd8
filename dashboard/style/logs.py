"""The log: one event is one plain line, without colours and boxes, whatever a visitor wrote."""

import logging
import threading
import traceback

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
LEVEL = "warning"


class _OneLineRecord(logging.LogRecord):
    """A record whose message is one line with its traceback in it, whichever handler writes it."""

    def getMessage(self) -> str:  # noqa: N802 the name that logging calls
        """The message, its lines parted by bars."""
        message = super().getMessage()
        if self.exc_info and self.exc_info[0] is not None:
            message += "\n" + "".join(traceback.format_exception(*self.exc_info))
        # Said whole from here on: a handler would write the traceback once more, over many lines.
        self.msg, self.args, self.exc_info = one_line(message), None, None
        return self.msg


def one_line(text: str) -> str:
    """Text on one line: bars part its lines, question marks replace what cannot be seen."""
    lines = (line.strip() for line in text.splitlines())
    joined = " | ".join(line for line in lines if line)
    return "".join(sign if sign.isprintable() else "?" for sign in joined)


def set_up() -> None:
    """Let every library of this process write such lines, from warnings upward, to stderr."""
    # Streamlit and uvicorn give their loggers handlers of their own: only the record is shared.
    logging.setLogRecordFactory(_OneLineRecord)
    logging.basicConfig(format=FORMAT, level=LEVEL.upper())
    logging.captureWarnings(True)
    threading.excepthook = _log_thread


def _log_thread(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_value is not None:
        raised = (ended.exc_type, ended.exc_value, ended.exc_traceback)
        logging.getLogger(__name__).error("a thread ended", exc_info=raised)
