"""The log: one event is one line, whatever a visitor wrote; every trace in it has a number."""

import json
import logging
import os
import secrets
import sys
import threading
import traceback
from datetime import UTC, datetime

from dashboard.errors import LogSettingError

TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
JSON = "%(json)s"
_FORMATS = {"text": TEXT, "json": JSON}
_LEVELS = ("debug", "info", "warning", "error")
# Read aloud without doubt: no vowels, no 0, 1, i, l, o.
_SIGNS = "23456789bcdfghjkmnpqrstvwxz"
_NOTE = "error number "


class _OneLineRecord(logging.LogRecord):
    """A record whose message is one line with its traceback in it, whichever handler writes it."""

    json: str

    def getMessage(self) -> str:  # noqa: N802 the name that logging calls
        """The message on one line; also makes `json`, the whole event as an object."""
        message, trace = super().getMessage(), ""
        event = {
            "time": datetime.fromtimestamp(self.created, UTC).isoformat(timespec="milliseconds"),
            "level": self.levelname.lower(),
            "logger": self.name,
            "message": one_line(message),
        }
        if self.exc_info and self.exc_info[1] is not None:
            event["error"] = error_number(self.exc_info[1])
            trace = "".join(traceback.format_exception(*self.exc_info))
            event["trace"] = trace
        # Now complete: a handler would write the traceback again, over many lines.
        self.msg, self.args, self.exc_info = one_line(f"{message}\n{trace}"), None, None
        if "json" not in self.__dict__:
            self.json = json.dumps(event, ensure_ascii=False)
        return self.msg


def one_line(text: str) -> str:
    """Text on one line: bars between lines, question marks for unprintable characters."""
    lines = (line.strip() for line in text.splitlines())
    joined = " | ".join(line for line in lines if line)
    return "".join(sign if sign.isprintable() else "?" for sign in joined)


def error_number(fault: BaseException) -> str:
    """The number of a fault, such as k3f9-2m7q: a page shows it, the log has its trace."""
    for note in getattr(fault, "__notes__", ()):
        if note.startswith(_NOTE):
            return str(note.removeprefix(_NOTE))
    signs = "".join(secrets.choice(_SIGNS) for _ in range(8))
    number = f"{signs[:4]}-{signs[4:]}"
    fault.add_note(_NOTE + number)
    return number


def message_format() -> str:
    """How a line is written, from STADSHART_LOG: `text` (default) or `json`.

    Raises LogSettingError for anything else.
    """
    chosen = os.environ.get("STADSHART_LOG", "").strip().lower() or "text"
    if chosen not in _FORMATS:
        raise LogSettingError(f"STADSHART_LOG: expected {' or '.join(_FORMATS)}, got {chosen!r}")
    return _FORMATS[chosen]


def level() -> str:
    """From which level on events are written, from STADSHART_LOG_LEVEL; `warning` by default.

    Raises LogSettingError for a level that does not exist.
    """
    chosen = os.environ.get("STADSHART_LOG_LEVEL", "").strip().lower() or "warning"
    if chosen not in _LEVELS:
        raise LogSettingError(
            f"STADSHART_LOG_LEVEL: expected one of {', '.join(_LEVELS)}, got {chosen!r}"
        )
    return chosen


def set_up() -> None:
    """Make every library of this process log such lines to stderr.

    Raises LogSettingError for a wrong setting.
    """
    # Streamlit and uvicorn have their own handlers: only the record factory is shared.
    logging.setLogRecordFactory(_OneLineRecord)
    logging.basicConfig(format=message_format(), level=level().upper())
    logging.captureWarnings(True)
    threading.excepthook = _log_thread


def unite() -> None:
    """Make every logger write as `set_up` says, whatever handlers and levels libraries gave it."""
    for handler in logging.root.handlers:
        handler.setLevel(level().upper())
    for logger in logging.root.manager.loggerDict.values():
        if isinstance(logger, logging.Logger):
            logger.handlers.clear()
            logger.propagate = True


def announce(line: str) -> None:
    """Say something at the start: a line on standard output, in JSON an event of level info."""
    if message_format() == JSON:
        record = logging.makeLogRecord(
            {"name": __name__, "levelname": "INFO", "msg": line, "args": None}
        )
        record.getMessage()
        line = record.__dict__["json"]
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _log_thread(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_value is not None:
        raised = (ended.exc_type, ended.exc_value, ended.exc_traceback)
        logging.getLogger(__name__).error("a thread ended", exc_info=raised)
