"""What editors bring through the pages: tried out, published, and taken out again.

Each is a command of the ETL. A file lies on the disk only while a command reads it, in a folder of
its own and under a name that holds nothing of what a visitor typed. Every change asks for the role
at the moment of writing.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Literal

from dashboard.errors import AccessError
from dashboard.i18n.text import Lang
from dashboard.session import access, cache, etl_process
from dashboard.session.access import Role
from dashboard.session.etl_process import PUBLISHING, READING, CommandResult
from data.snapshot import changelog
from data.snapshot.changelog import ChangelogEntry

MOST_MB = 20
"""Most megabytes of a file, as for a workbook that the ETL reads."""
LONGEST_REASON = 300
_TABLES = ("csv", "xlsx", "xls", "ods", "txt")
_DAY_IN_NAME = re.compile(r"(?<!\d)(20\d{2})-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?!\d)")
# The number of a table and the one year that it is about say the same in the name of a file of CBS.
_OF_CBS = re.compile(r"(?<![0-9A-Za-z])(?:\d{5}(?:NED|ned|ENG|eng)|(?:19|20)\d{2})(?![0-9A-Za-z])")
# A name of letters alone: digits might be read as the day of a survey.
_LETTERS = str.maketrans("0123456789", "ghijklmnop")

Status = Literal["vacant", "in_use", "unknown"]
STATUSES: tuple[Status, ...] = ("vacant", "in_use", "unknown")


@dataclass(frozen=True, slots=True)
class Kind:
    """A source that waits for files: their endings, whether columns can be mapped, whether there is
    an empty sheet for it, and whether a file is about one place.
    """

    endings: tuple[str, ...] = _TABLES
    mapped: bool = True
    sheet: bool = True
    placed: bool = True


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "shop_survey": Kind(),
        "counters": Kind(),
        "figures": Kind(),
        "initiatives": Kind(mapped=False),
        "cbs_table": Kind((*_TABLES, "json"), sheet=False, placed=False),
        "cbs_vacancy": Kind(("xlsx", "xls", "ods", "csv"), mapped=False, sheet=False),
    }
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a browser sent it, the source it is of, and its place (None: its rows say so)."""

    content: bytes
    name: str
    source_id: str
    place_id: str | None

    @property
    def stored_name(self) -> str:
        """The name it is stored under: of the same content always the same, with the day that its
        own name holds; of a table of CBS with its number and year.
        """
        digest = hashlib.sha256(self.content).hexdigest()[:12].translate(_LETTERS)
        ending = self.name.rpartition(".")[2].lower()
        known = KINDS[self.source_id].endings
        day = _DAY_IN_NAME.search(self.name)
        in_name = ["-".join(day.groups())] if day else []
        if self.source_id == "cbs_table":
            in_name = _OF_CBS.findall(self.name)
        stem = "-".join((self.source_id, digest, *in_name))
        return f"{stem}.{ending if ending in known else known[0]}"


@dataclass(frozen=True, slots=True)
class Mending:
    """How a file is to be read where the guess was wrong.

    `columns` is the heading per field, `words` the status per word of the file, `status` that of
    units without a word, `decimal` the sign before decimals. Of a table of CBS `subjects` says what
    each heading counts, and `rows` which cell a row must hold per heading.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    status: str | None = None
    surveyed: date | None = None
    decimal: str | None = None
    subjects: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    rows: Mapping[str, str] = field(default_factory=dict)

    def toml(self) -> str:
        """The column map that the ETL reads."""
        lines = [f"surveyed = {self.surveyed.isoformat()}"] if self.surveyed else []
        lines += [f"status = {_quoted(self.status)}"] if self.status else []
        if self.decimal:
            thousands = "." if self.decimal == "," else ","
            lines += [f"{name} = {_quoted(self.decimal)}" for name in _DECIMALS]
            lines.append(f"thousands = {_quoted(thousands)}")
        sections = {"columns": self.columns, "words": self.words, "where": self.rows}
        sections |= {f"measures.{_quoted(name)}": what for name, what in self.subjects.items()}
        for section, pairs in sections.items():
            lines += [f"[{section}]"]
            lines += [f"{_quoted(key)} = {_quoted(value)}" for key, value in pairs.items()]
        return "\n".join(lines) + "\n"


_DECIMALS = ("decimal", "coordinate_decimal")


def try_out(upload: Upload, mending: Mending | None, lang: Lang) -> CommandResult:
    """What is understood of a file; nothing is published. Raises AccessError for a viewer."""
    folder = _writable("editor")
    with _stored(upload, mending) as arguments:
        return etl_process.ask(["import", *arguments, "--dry-run", *_data(folder)], lang, READING)


def publish(
    upload: Upload, mending: Mending | None, reason: str, lang: Lang, *, accepted: bool
) -> CommandResult:
    """Publish a file with everything else; `accepted`: although it changes suspiciously much.

    Raises AccessError for a viewer.
    """
    folder = _writable("editor")
    with _stored(upload, mending) as arguments:
        why = [f"--{'accept' if accepted else 'reason'}={reason}"]
        return _changed(["import", *arguments, *why], folder, lang)


def withdraw(entry: ChangelogEntry, reason: str, lang: Lang) -> CommandResult:
    """Take an imported file out again. Raises AccessError for a viewer."""
    folder = _writable("editor")
    place = [f"--place={entry.place_id}"] if entry.place_id else []
    command = ["withdraw", entry.source_id or "", f"--file={entry.name}", f"--reason={reason}"]
    return _changed([*command, *place], folder, lang)


def roll_back(reason: str, lang: Lang) -> CommandResult:
    """Go back to the version before. Raises AccessError for anybody but an administrator."""
    folder = _writable("administrator")
    return _changed(["rollback", f"--reason={reason}"], folder, lang)


def template(source_id: str, ending: str, lang: Lang) -> bytes:
    """The empty sheet of a source with its explanation; empty where none could be made."""
    if source_id not in KINDS or not KINDS[source_id].sheet or ending not in ("xlsx", "ods"):
        return b""
    with TemporaryDirectory(prefix="stadshart-") as folder:
        path = Path(folder) / f"{source_id}.{ending}"
        etl_process.ask(["import", source_id, str(path), "--template"], lang, READING)
        return path.read_bytes() if path.is_file() else b""


def history() -> tuple[ChangelogEntry, ...]:
    """Every change of the data folder, the newest first. Raises AccessError for a viewer."""
    return changelog.read_changes(_writable("editor"))[::-1]


def imported(changes: Sequence[ChangelogEntry]) -> tuple[ChangelogEntry, ...]:
    """Of changes from new to old, the imports that are not withdrawn or replaced since."""
    current, done = [], set()
    for entry in changes:
        key = (entry.source_id, entry.place_id, entry.name)
        if entry.what in ("import", "withdraw_file") and key not in done:
            done.add(key)
            if entry.what == "import":
                current.append(entry)
    return tuple(current)


def _writable(needed: Role) -> Path:
    """The folder that this visit may change."""
    access.require(needed)
    folder = cache.own_folder()
    if folder is None:
        raise AccessError("expected a data folder of the operator, got what ships or is made up")
    return folder.resolve()


def _changed(arguments: Sequence[str], folder: Path, lang: Lang) -> CommandResult:
    by = access.signature()
    signed = [f"--by={by}"] if by else []
    answer = etl_process.ask([*arguments, *signed, *_data(folder)], lang, PUBLISHING)
    cache.look_again()
    return answer


def _data(folder: Path) -> list[str]:
    return ["--data", str(folder)]


@contextmanager
def _stored(upload: Upload, mending: Mending | None) -> Iterator[list[str]]:
    """The arguments that name a file, its place and its column map, while these are stored."""
    with TemporaryDirectory(prefix="stadshart-") as name:
        path = Path(name) / upload.stored_name
        path.write_bytes(upload.content)
        arguments = [upload.source_id, str(path)]
        if upload.place_id is not None:
            arguments.append(f"--place={upload.place_id}")
        if mending is not None and KINDS[upload.source_id].mapped:
            columns = Path(name) / "columns.toml"
            columns.write_text(mending.toml(), encoding="utf-8")
            arguments += ["--columns", str(columns)]
        yield arguments


def _quoted(text: str) -> str:
    """A TOML string on one line, whatever it holds."""
    # JSON leaves this one sign as it is, TOML does not take it.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
