"""The log: one event is one plain line, whatever a visitor wrote."""

import logging
import threading
import traceback

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
LEVEL = "warning"


class _OneLineRecord(logging.LogRecord):
    """A record whose message is one line with its traceback in it, whichever handler writes it."""

    def getMessage(self) -> str:  # noqa: N802 the name that logging calls
        """The message on one line."""
        message = super().getMessage()
        if self.exc_info and self.exc_info[0] is not None:
            message += "\n" + "".join(traceback.format_exception(*self.exc_info))
        # Now complete: a handler would write the traceback again, over many lines.
        self.msg, self.args, self.exc_info = one_line(message), None, None
        return self.msg


def one_line(text: str) -> str:
    """Text on one line: bars between lines, question marks for unprintable characters."""
    lines = (line.strip() for line in text.splitlines())
    joined = " | ".join(line for line in lines if line)
    return "".join(sign if sign.isprintable() else "?" for sign in joined)


def set_up() -> None:
    """Make every library of this process log such lines to stderr, from warnings upward."""
    # Streamlit and uvicorn have their own handlers: only the record factory is shared.
    logging.setLogRecordFactory(_OneLineRecord)
    logging.basicConfig(format=FORMAT, level=LEVEL.upper())
    logging.captureWarnings(True)
    threading.excepthook = _log_thread


def _log_thread(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_value is not None:
        raised = (ended.exc_type, ended.exc_value, ended.exc_traceback)
        logging.getLogger(__name__).error("a thread ended", exc_info=raised)
