"""`stadshart`: serve the dashboard, or make one picture of it."""

import argparse
import sys
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn
from urllib.parse import parse_qsl, urlsplit

from dashboard.press.sizes import FORMATS, SIZES

DESCRIPTION = "Serve Stadshart Twente: five inner cities in Twente and the retail at their edge."
# What a shell says of a command that Ctrl-C ended: 128 and the number of the signal.
_INTERRUPTED = 130


class OneLineParser(argparse.ArgumentParser):
    """A parser whose complaint is one line: what, where, what to do."""

    def error(self, message: str) -> NoReturn:
        """End with exit code 2 and one line on stderr."""
        self.exit(2, f"{self.prog}: {message}; see `{self.prog} --help`\n")


class _Version(argparse.Action):
    """Says the version when asked, so that no other command looks for the package's metadata."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """End with the version on stdout."""
        sys.stdout.write(f"stadshart {metadata.version('stadshart-twente')}\n")
        parser.exit()


def _port(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"expected a port from 1 to 65535, got {text!r}")
    return number


def parser() -> OneLineParser:
    """The command line of `stadshart`."""
    command = OneLineParser(
        prog="stadshart",
        description=DESCRIPTION,
        epilog="`stadshart press --help`: make one picture of a link.",
    )
    command.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="snapshot folder; default: your own, else the one that ships",
    )
    command.add_argument(
        "--example",
        action="store_true",
        help="open Voorbeeldstad and its region, made up to try everything on",
    )
    command.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="H",
        help="address to listen on (default: this computer)",
    )
    command.add_argument("--version", action=_Version, nargs=0, help="show the version")
    command.add_argument(
        "--port", type=_port, default=8501, metavar="N", help="port to listen on (default: 8501)"
    )
    return command


def press_parser() -> OneLineParser:
    """The command line of `stadshart press`."""
    command = OneLineParser(prog="stadshart press", description="Make the press picture of a link.")
    command.add_argument(
        "--view",
        required=True,
        metavar="QUERY",
        help="a link of the dashboard, or what follows its ?",
    )
    command.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="snapshot folder; default: your own, else the one that ships",
    )
    command.add_argument(
        "--example",
        action="store_true",
        help="a picture of Voorbeeldstad or its region, which are made up",
    )
    command.add_argument(
        "--size", choices=sorted(SIZES), help="default: what the link says, else social"
    )
    command.add_argument("--format", choices=FORMATS, help="default: what FILE ends in")
    command.add_argument(
        "--factsheet", action="store_true", help="the PDF of two pages about the city of the link"
    )
    command.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="where the picture goes"
    )
    return command


def press(arguments: list[str]) -> None:
    """Make one picture; exit code 2 on wrong use, 1 when it cannot be made. Its alternative text
    goes to stdout.
    """
    command = press_parser()
    options = command.parse_args(arguments)
    _require_snapshot(command, options.data, example=options.example)
    form = options.format or next(
        (known for known in FORMATS if options.out.suffix == f".{known}"), None
    )
    if form is None:
        command.error(
            f"--out {options.out}: expected a name that ends in .png, .svg or .pdf, or --format"
        )
    if options.out.suffix.lower() in {f".{other}" for other in FORMATS if other != form}:
        command.error(
            f"--out {options.out}: expected a name that ends in .{form}, which --format asks for"
        )
    if options.factsheet and (form != "pdf" or options.size):
        command.error(
            "--factsheet: expected a name that ends in .pdf and no --size: it is always two pages"
            " on A4"
        )
    # Late: a wrong option should answer at once, without loading the libraries.
    from dashboard import visit
    from dashboard.errors import DashboardError
    from dashboard.facts import Facts
    from dashboard.press import fonts
    from dashboard.press import request as press_request
    from dashboard.press.picture import Studio
    from data import catalogue
    from data.errors import DataError

    query = dict(parse_qsl(urlsplit(options.view).query or options.view))
    try:
        # As in the dashboard: a picture leaves, and takes nothing internal along.
        facts = Facts(
            catalogue.open(catalogue.EXAMPLE if options.example else options.data), beyond=True
        )
        asked = {"formaat": options.size} if options.size else {}
        request, notes = press_request.parse(query | asked, visit.vocabulary(facts))
        studio = Studio(facts)
        made = studio.factsheet(request) if options.factsheet else studio.picture(request, form)
        unset = fonts.unset(f"{made.story.headline}{made.story.standfirst}")
        options.out.write_bytes(made.content)
    except (DataError, DashboardError) as fault:
        command.exit(1, f"stadshart press: {fault}\n")
    except OSError as fault:
        command.exit(1, f"stadshart press: cannot write {options.out}: {fault.strerror}\n")
    for note in notes:
        sys.stderr.write(
            f"stadshart press: {note.key}={note.value!r} is not known and was left out\n"
        )
    if unset:
        sys.stderr.write(
            f"stadshart press: no font of the picture holds {' '.join(unset)}: an empty box stands"
            " in their place\n"
        )
    sys.stdout.write(f"{made.story.alt}\n")


def _require_snapshot(command: OneLineParser, folder: Path | None, *, example: bool) -> None:
    if example and folder is not None:
        command.error(
            f"--example and --data {folder}: expected one of them; what is made up never mixes with"
            " data"
        )
    if folder is not None and not (folder / "current").is_file():
        command.error(
            f"no snapshot in {folder}: expected a file `current` there; fill it with stadshart-etl"
        )


def main(arguments: list[str] | None = None) -> None:
    """Serve until stopped.

    Exit code 2 on wrong use, 1 when the snapshot cannot be read or another package is called
    `data`, 130 after Ctrl-C.
    """
    found = find_spec("data")
    if found is None or Path(found.origin or "") != Path(__file__).parents[1] / "data/__init__.py":
        sys.exit(
            f"stadshart: expected the package 'data' beside {Path(__file__).parent}, got"
            f" {found and found.origin}: start from another folder or take it off PYTHONPATH"
        )
    try:
        _run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:
        sys.stderr.write("stadshart: stopped\n")
        sys.exit(_INTERRUPTED)


def _run(words: list[str]) -> None:
    if words[:1] == ["press"]:
        press(words[1:])
        return
    command = parser()
    options = command.parse_args(words)
    _require_snapshot(command, options.data, example=options.example)
    # Late: a wrong option should answer at once, without loading the libraries.
    from dashboard import server
    from dashboard.errors import DashboardError
    from data import catalogue
    from data.errors import DataError

    try:
        server.serve(
            catalogue.EXAMPLE if options.example else options.data,
            host=options.host,
            port=options.port,
        )
    except (DataError, DashboardError) as fault:
        command.exit(1, f"stadshart: {fault}\n")
    except OSError as fault:
        cure = "choose another address with --host and --port"
        command.exit(
            1,
            f"stadshart: cannot listen on {options.host}:{options.port}: {fault.strerror};"
            f" {cure}\n",
        )


if __name__ == "__main__":
    main(sys.argv[1:])
