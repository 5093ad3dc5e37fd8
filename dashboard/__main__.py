"""`stadshart`: serve the dashboard, or make one picture of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import parse_qsl, urlsplit

# Before numpy is imported: the model solves thousands of equations of a few unknowns, for which
# threads cost half as much time again as they work.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

_data = find_spec("data")
if _data is None or Path(_data.origin or "") != Path(__file__).parents[1] / "data/__init__.py":
    sys.exit(
        f"stadshart: expected the package 'data' beside {Path(__file__).parent}, got"
        f" {_data and _data.origin}: start from another folder or take it off PYTHONPATH"
    )

import typer

from dashboard.errors import DashboardError
from dashboard.i18n.text import Texts, texts
from dashboard.press.sizes import FORMATS, SIZES, Format
from data.errors import (
    FAILURE,
    INTERRUPTED,
    PARTIAL,
    SUCCESS,
    WRONG_USE,
    CommandLanguage,
    DataError,
    asked_language,
    locale_language,
    print_error,
    print_wrong_use,
)
from data.snapshot.address import is_address, shown
from data.snapshot.layout import has_current

if TYPE_CHECKING:
    from dashboard.facts.snapshot import Facts
    from dashboard.press.request import PictureRequest
    from dashboard.press.studio import Picture
    from dashboard.selection.permalink import Note

NAME = "stadshart"

app = typer.Typer(
    name=NAME,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Data = Annotated[
    str | None,
    typer.Option(
        "--data",
        metavar="DIR|ADDRESS",
        help="Snapshot folder, or its address such as s3://bucket/prefix; default: your own, else"
        " the one that ships.",
    ),
]
Lang = Annotated[
    CommandLanguage | None,
    typer.Option(
        "--lang", metavar="nl|en", help="Language of messages (default: that of the locale)."
    ),
]


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"{NAME} {metadata.version('stadshart-twente')}")
        sys.exit(SUCCESS)


def _port(text: str) -> int:
    number = int(text) if str(text).isdecimal() else 0
    if not 1 <= number <= 65535:
        raise typer.BadParameter(f"expected a port from 1 to 65535, got {text!r}")
    return number


def _size(text: str) -> str:
    if text not in SIZES:
        raise typer.BadParameter(f"expected one of {', '.join(sorted(SIZES))}, got {text!r}")
    return text


@app.callback(
    invoke_without_command=True, epilog="Help and complaints about options are in English."
)
def serve(
    context: typer.Context,
    data: Data = None,
    example: Annotated[
        bool,
        typer.Option(
            "--example", help="Open Voorbeeldstad and its region, made up to try everything on."
        ),
    ] = False,
    host: Annotated[
        str, typer.Option("--host", metavar="H", help="Address to listen on.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", metavar="N", parser=_port, help="Port to listen on.")
    ] = 8501,
    fetch: Annotated[
        bool,
        typer.Option(
            "--fetch", help="First fetch streets, units and key figures, with progress; then serve."
        ),
    ] = False,
    lang: Lang = None,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> int:
    """Serve Stadshart Twente: five inner cities in Twente and the retail at their edge."""
    if context.invoked_subcommand is not None:
        return SUCCESS
    if example and fetch:
        raise typer.BadParameter("--example and --fetch: expected one of them")
    if fetch and is_address(data):
        raise typer.BadParameter(f"--fetch and --data {shown(data)}: expected a folder to fill")
    _require_snapshot(None if fetch else data, example=example)
    # Imported here: a wrong option answers at once, without loading the libraries.
    from dashboard.server import serve as server_serve
    from dashboard.session import fetch_run
    from data import catalogue

    try:
        if fetch:
            # Before minutes of fetching.
            server_serve.require_free(host, port)
            folder = Path(data) if data else catalogue.user_folder()
            code = fetch_run.in_terminal(folder, lang or locale_language())
            if code not in (SUCCESS, PARTIAL):
                return code
        server_serve.serve(catalogue.EXAMPLE if example else data, host=host, port=port)
    except OSError as error:
        text = texts(lang or locale_language())
        reason = error.strerror or str(error)
        print_error(NAME, text("command.cannot_listen", host=host, port=port, reason=reason))
        return FAILURE
    return SUCCESS


@app.command()
def press(
    view: Annotated[
        str,
        typer.Option(
            "--view", metavar="QUERY", help="A link of the dashboard, or what follows its ?"
        ),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the picture goes.")],
    data: Data = None,
    example: Annotated[
        bool,
        typer.Option(
            "--example", help="A picture of Voorbeeldstad or its region, which are made up."
        ),
    ] = False,
    size: Annotated[
        str | None,
        typer.Option(
            "--size",
            metavar="|".join(sorted(SIZES)),
            parser=_size,
            help="Default: what the link says, else social.",
        ),
    ] = None,
    form: Annotated[
        Format | None,
        typer.Option("--format", metavar="|".join(FORMATS), help="Default: what FILE ends in."),
    ] = None,
    factsheet: Annotated[
        bool,
        typer.Option("--factsheet", help="The factsheet (PDF) about the city of the link."),
    ] = False,
    slides: Annotated[
        bool,
        typer.Option("--slides", help="The PowerPoint slides about the city of the link."),
    ] = False,
    lang: Lang = None,
) -> int:
    """Make the press picture of a link; its alternative text goes to standard output."""
    _require_snapshot(data, example=example)
    form = _picture_format(out, form, size, factsheet=factsheet, slides=slides)
    # Imported here: a wrong option answers at once, without loading the libraries.
    from dashboard.facts.snapshot import Facts
    from dashboard.press.drawing import fonts
    from dashboard.press.studio import Studio
    from data import catalogue

    # As for any picture that leaves the dashboard: nothing internal is read.
    facts = Facts(catalogue.open(catalogue.EXAMPLE if example else data), beyond=True)
    request, notes = _read_link(view, size, facts)
    studio = Studio(facts)
    document = studio.factsheet if factsheet else studio.presentation if slides else None
    picture = studio.picture(request, form) if document is None else document(request)
    unknown = [(note.key, repr(note.value)) for note in notes]
    letters = fonts.unset(f"{picture.story.headline}{picture.story.standfirst}")
    return _write_picture(picture, out, unknown, letters, texts(lang or locale_language()))


def _read_link(
    view: str, size: str | None, facts: Facts
) -> tuple[PictureRequest, tuple[Note, ...]]:
    """The picture that a link asks for, else that of its view, and what of the link fell back."""
    from dashboard.press import request as press_request
    from dashboard.selection import views
    from dashboard.session import visitor

    link = urlsplit(view)
    query = dict(parse_qsl(link.query or view)) | ({"formaat": size} if size else {})
    request, notes = press_request.parse(query, visitor.vocabulary(facts, query))
    shown = link.path.rpartition("/")[2]
    if shown in views.by_id() and "onderwerp" not in query:
        of_view = press_request.for_view(shown, request.selection)
        # What is asked of a map says which picture is meant.
        subject = request.subject if of_view.subject == "kaart" else of_view.subject
        request = replace(request, selection=of_view.selection, subject=subject)
    return request, notes


def _write_picture(
    picture: Picture, out: Path, unknown: Sequence[tuple[str, str]], letters: str, text: Texts
) -> int:
    """Write the file, print its alternative text, and on standard error what it lacks."""
    program = f"{NAME} press"
    try:
        out.write_bytes(picture.content)
    except OSError as error:
        reason = error.strerror or str(error)
        print_error(program, text("command.cannot_write", path=str(out), reason=reason))
        return FAILURE
    for key, value in unknown:
        print_error(program, text("command.unknown_value", key=key, value=value))
    if letters:
        print_error(program, text("command.missing_letters", letters=" ".join(letters)))
    print(picture.story.alt)
    return SUCCESS


def _picture_format(
    out: Path, form: Format | None, size: str | None, *, factsheet: bool, slides: bool
) -> Format:
    """The format that FILE and `--format` agree on; raises BadParameter."""
    form = form or next((known for known in FORMATS if out.suffix == f".{known}"), None)
    if form is None:
        raise typer.BadParameter(
            f"--out {out}: expected a name that ends in .png, .svg, .pdf or .pptx, or --format"
        )
    if out.suffix.lower() in {f".{other}" for other in FORMATS if other != form}:
        raise typer.BadParameter(
            f"--out {out}: expected a name that ends in .{form}, which --format asks for"
        )
    for option, asked, only in (("--factsheet", factsheet, "pdf"), ("--slides", slides, "pptx")):
        if asked and (form != only or size):
            raise typer.BadParameter(
                f"{option}: expected a name that ends in .{only} and no --size"
            )
    if form == "pptx" and size not in (None, "slide"):
        raise typer.BadParameter(f"--size {size}: expected slide or no --size for a .pptx")
    return form


def _require_snapshot(data: str | None, *, example: bool) -> None:
    if data is None:
        return
    place = shown(data) if is_address(data) else data
    if example:
        raise typer.BadParameter(
            f"--example and --data {place}: expected one of them; what is made up never mixes with"
            " data"
        )
    if not is_address(data) and not has_current(Path(data)):
        raise typer.BadParameter(
            f"no snapshot in {place}: expected a file `current` there; fill it with stadshart-etl"
        )


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until stopped, or make a picture, and leave with the exit code.

    Exit code 2 on wrong use, 1 when the snapshot cannot be read or another package is called
    `data`, 130 after Ctrl-C.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    command = "press" if words[:1] == ["press"] else ""
    program = f"{NAME} {command}".rstrip()
    try:
        code = app(args=words, prog_name=NAME, standalone_mode=False)
    except typer.TyperException as error:
        print_wrong_use(NAME, error.format_message(), command)
        sys.exit(WRONG_USE)
    except (DataError, DashboardError) as error:
        print_error(program, str(error))
        sys.exit(FAILURE)
    if code == INTERRUPTED:
        print_error(NAME, texts(asked_language(words))("command.stopped"))
    if code:
        sys.exit(code)


if __name__ == "__main__":
    main()
