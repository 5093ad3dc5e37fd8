"""The command `stadshart-etl`: fill a snapshot and look after it."""

from __future__ import annotations

# Before anything imports GDAL.
from etl import drivers

drivers.block_drivers()

import os  # noqa: E402
import sys  # noqa: E402
from collections.abc import Sequence  # noqa: E402
from datetime import date  # noqa: E402
from importlib.metadata import version as installed_version  # noqa: E402
from importlib.util import find_spec  # noqa: E402
from io import TextIOWrapper  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import TYPE_CHECKING, Annotated  # noqa: E402

_found = find_spec("data")
if _found is None or Path(_found.origin or "") != Path(__file__).parents[1] / "data/__init__.py":
    sys.exit(
        f"stadshart-etl: expected the package 'data' beside {Path(__file__).parent}, got"
        f" {_found and _found.origin}: start from another folder or take it off PYTHONPATH"
    )

import typer  # noqa: E402

from data import catalogue  # noqa: E402
from data.errors import DataError, VersionError  # noqa: E402
from data.provenance import SourceRecord  # noqa: E402
from data.snapshot import has_current  # noqa: E402
from etl import errands  # noqa: E402
from etl.errors import EtlError, FoundError, UseError  # noqa: E402
from etl.problems import PROBLEMS  # noqa: E402
from etl.report import ConsoleTable, emit, print_sentences, print_table  # noqa: E402
from geo.errors import GeoError  # noqa: E402

if TYPE_CHECKING:
    from etl.account import SourceReport
    from etl.source import Source

WELL, NOTHING, WRONG_USE, PARTLY, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit codes; PARTLY: published, but a source failed or is stale; INTERRUPTED is what typer returns
after Ctrl-C.
"""

NAME = "stadshart-etl"

app = typer.Typer(
    name=NAME,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        help="Folder of the snapshot (default: your own data folder).",
        show_default=False,
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="One JSON object per line.", show_default=False)
]
Version = Annotated[
    str | None,
    typer.Argument(
        help="Version to go back to (default: the one before the current).", show_default=False
    ),
]


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"{NAME} {installed_version('stadshart-twente')}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_print_version,
            is_eager=True,
            help="Show the version.",
            show_default=False,
        ),
    ] = False,
) -> None:
    """Fill a snapshot of Stadshart Twente and look after it."""


# Several commands import late: `--help` and `status` need not load pandas.
@app.command()
def run(
    place: Annotated[
        list[str] | None,
        typer.Option(
            "--place", metavar="ID", help="Only this place; may be repeated.", show_default=False
        ),
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option(
            "--source", metavar="ID", help="Only this source; may be repeated.", show_default=False
        ),
    ] = None,
    inputs: Annotated[
        Path | None,
        typer.Option(
            "--inputs",
            metavar="DIR",
            help="Read DIR/<source>/* in place of the network.",
            show_default=False,
        ),
    ] = None,
    places: Annotated[
        Path | None,
        typer.Option(
            "--places",
            metavar="DIR",
            help="Folder of place files (default: those given before, else those that ship).",
            show_default=False,
        ),
    ] = None,
    data: Data = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            min=1,
            metavar="N",
            help="Processes to read and join with.",
            show_default=False,
        ),
    ] = None,
    dask: Annotated[
        str | None,
        typer.Option(
            "--dask",
            metavar="ADDRESS",
            help="Read and join on this Dask cluster.",
            show_default=False,
        ),
    ] = None,
    base_url: Annotated[
        list[str] | None,
        typer.Option(
            "--base-url",
            metavar="SOURCE=URL",
            help="Ask a source at another host; may be repeated.",
            show_default=False,
        ),
    ] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            "--accept",
            metavar="SOURCE=REASON",
            help="Publish a suspicious change of a source, with the reason.",
            show_default=False,
        ),
    ] = None,
    contact: Annotated[
        str | None,
        typer.Option(
            "--contact", metavar="MAIL", help="Who services can write to.", show_default=False
        ),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Fetch or read the sources, join, check and publish."""
    from etl import account, build, placefiles
    from etl.pace import SystemClock
    from etl.progress import open_progress

    options = build.RunOptions(
        data=_folder(data),
        inputs=inputs,
        places=placefiles.places_folder(_folder(data), places),
        only_places=tuple(place or ()),
        only_sources=tuple(source or ()),
        workers=workers,
        dask=dask,
        base_urls=_pairs("--base-url", base_url),
        accept=_pairs("--accept", accept),
        contact=contact,
    )
    with open_progress(as_json=as_json) as progress:
        done = build.run(options, progress=progress)
    emit(
        f"{'published' if done.changed else 'unchanged'}: version {done.version} in {options.data}",
        {
            "event": "done",
            "version": done.version,
            "changed": done.changed,
            "folder": str(options.data),
        },
        as_json=as_json,
    )
    records = [one.record for one in done.sources]
    shown_records = [one for one in records if as_json or one.status != "not_supplied"]
    print_table(account.sources(shown_records, SystemClock().now().date()), as_json=as_json)
    absent = [one.source_id for one in records if one.status == "not_supplied"]
    if absent and not as_json:
        print(f"no file or answer this time from: {', '.join(absent)}")
        print(f"'{NAME} status' says what is there, what is not, and what to do next")
    for one in done.sources:
        for line in one.lines:
            print(f"{one.record.source_id}: {line}", file=sys.stderr)
    for name in sorted({*options.only_sources} & {*absent}) if inputs is not None else ():
        print(
            f"{name}: nothing to read in {inputs / name}: lay its files there, '{NAME} sources'"
            " says what it is",
            file=sys.stderr,
        )
    return PARTLY if done.troubled else WELL


@app.command()
def embed(
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            metavar="DIR",
            help="Folder to build in (default: the one that ships).",
            show_default=False,
        ),
    ] = None,
    example: Annotated[
        bool,
        typer.Option("--example", help="Build the made-up region instead.", show_default=False),
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Build the snapshot that ships, or the made-up region."""
    from etl import embed as build

    folder = data if data is not None else catalogue.EXAMPLE if example else catalogue.EMBEDDED
    done = build.embed_example(folder) if example else build.embed(folder)
    emit(
        f"{'built' if done.changed else 'unchanged'}: version {done.version} in {folder}",
        {"version": done.version, "changed": done.changed, "folder": str(folder)},
        as_json=as_json,
    )
    return WELL


@app.command()
def status(data: Data = None, as_json: AsJson = False) -> int:
    """Show what is published, how old it is, and what to do next."""
    from etl import account, overview
    from etl.pace import SystemClock
    from etl.parts import PartsStore
    from etl.source import readers

    opened, now = catalogue.open(data), SystemClock().now()
    manifest, ships = opened.manifest, opened.folder == catalogue.EMBEDDED
    emit(
        f"version {manifest.version}, {account.published(manifest, now)}, in {opened.folder}",
        {
            "version": manifest.version,
            "published": None if manifest.published is None else manifest.published.isoformat(),
            "folder": str(opened.folder),
            "ships": ships,
        },
        as_json=as_json,
    )
    if ships and not as_json:
        print(
            f"this is the snapshot that ships; yours in {_folder(data)} is empty: '{NAME} run'"
            " fills it"
        )
    met = overview.status_report(
        opened,
        PartsStore(opened.folder).index(),
        {name: module.SOURCE for name, module in readers().items()},
        now.date(),
    )
    for listing in (met.account.troubles, met.places, account.tables(manifest)):
        print_table(listing, as_json=as_json)
    _show_sources(manifest.sources, met.account, now.date(), as_json=as_json)
    for listing in (met.joins, met.left_out, met.account.warnings):
        print_table(listing, as_json=as_json)
    print_sentences("What to do next", "next", met.next, as_json=as_json)
    return PARTLY if met.account.troubles.rows else WELL


@app.command()
def verify(data: Data = None, as_json: AsJson = False) -> int:
    """Check hashes, contracts and references of what is published."""
    from data.store import verify as problems_of

    folder = _folder(data)
    problems = problems_of(folder)
    for problem in problems:
        print(problem, file=sys.stderr)
    emit(
        f"{len(problems)} problems in {folder}" if problems else f"all well in {folder}",
        {"folder": str(folder), "problems": list(problems)},
        as_json=as_json,
    )
    return NOTHING if problems else WELL


@app.command()
def rollback(version: Version = None, data: Data = None, as_json: AsJson = False) -> int:
    """Go back to an earlier version."""
    from data.store import rollback as go_back

    folder = _folder(data)
    try:
        now = go_back(folder, version)
    except VersionError as error:
        if version is None:
            raise
        raise UseError(f"VERSION: {error}") from error
    emit(
        f"current is now version {now} in {folder}",
        {"version": now, "folder": str(folder)},
        as_json=as_json,
    )
    return WELL


@app.command()
def sources(data: Data = None, as_json: AsJson = False) -> int:
    """List the declared sources and how each stands."""
    from etl.source import found

    folder = _folder(data)
    manifest = catalogue.open(folder).manifest if has_current(folder) else None
    rows = []
    for source in found().values():
        record = manifest.source(source.id) if manifest is not None else None
        rows.append(
            {
                "source_id": source.id,
                "title": source.title.en,
                "publisher": source.publisher,
                "licence": source.licence,
                "sharing": source.sharing,
                "fills": ", ".join(table.name for table in source.fills),
                "max_age_days": source.max_age_days,
                "asked": source.asked,
                "tried": source.tried,
                "tried_with": "; ".join(source.tried_with),
                "tried_on": None if source.tried_on is None else source.tried_on.isoformat(),
                "untried": source.untried,
                "tried_words": _tried(source),
                "credit": source.credit,
                "status": None if record is None else record.status,
            }
        )
    headings = {
        "source_id": "Source",
        "title": "Title",
        "publisher": "Publisher",
        "licence": "Licence",
        "sharing": "Sharing",
        "fills": "Fills",
        "max_age_days": "Max. age (days)",
        "asked": "Read",
        "tried_words": "Tried on",
        "credit": "Credit",
        "status": "Status",
    }
    print_table(
        ConsoleTable("source", "Declared sources", headings, rows, upright=True), as_json=as_json
    )
    return WELL


def _tried(source: Source) -> str:
    """On what its reader was tried and when, and what of it was not."""
    from etl.source import TRIED

    day = "" if source.tried_on is None else f", {source.tried_on.isoformat()}"
    on = f"{TRIED[source.tried]}{day}: {'; '.join(source.tried_with)}"
    return on if source.untried is None else f"{on}; {source.untried}: {TRIED['documentation']}"


app.command("import")(errands.bring)
app.command()(errands.withdraw)
app.command()(errands.export)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and leave with its exit code; what goes wrong foreseeably is one line on
    stderr.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # Names of folders may hold bytes that are no text, and some screens know few letters.
            stream.reconfigure(errors="backslashreplace")
    code = _outcome(arguments)
    if code == INTERRUPTED:
        _complain(
            "stopped by hand: what was published before is whole, and what was fetched is kept"
        )
        sys.stdout.flush()
        sys.stderr.flush()
        # A thread that still waits for a service would hold a normal exit until that service
        # answers.
        os._exit(INTERRUPTED)
    sys.exit(code)


def _outcome(arguments: Sequence[str] | None) -> int:
    # typer brings its own click and names only this child of its UsageError.
    wrong_use = typer.BadParameter.__bases__[0]
    try:
        code = app(
            args=None if arguments is None else list(arguments),
            prog_name=NAME,
            standalone_mode=False,
        )
    except wrong_use as error:
        _complain(f"{error.format_message().rstrip('.')}: see '{NAME} {_command(arguments)}--help'")
        return WRONG_USE
    except UseError as error:
        _complain(f"{error}: see '{NAME} {_command(arguments)}--help'")
        return WRONG_USE
    except FoundError as error:
        _complain(f"{error}: {PROBLEMS[error.finding.code].cure}")
        return NOTHING
    except (DataError, EtlError, GeoError) as error:
        _complain(str(error))
        return NOTHING
    except OSError as error:
        named = f"{error.filename}: " if error.filename else ""
        _complain(
            f"{named}cannot be read or written ({error.strerror or error}): check its rights and"
            " the space on its disk, or name another with --data"
        )
        return NOTHING
    return code if isinstance(code, int) else WELL


def _command(arguments: Sequence[str] | None) -> str:
    """The command asked for and a blank, nothing where it is none of ours."""
    first = next(iter(sys.argv[1:] if arguments is None else arguments), "")
    known = {
        one.name or one.callback.__name__
        for one in app.registered_commands
        if one.callback is not None
    }
    return f"{first} " if first in known else ""


def _complain(message: str) -> None:
    print(f"{NAME}: {' '.join(message.split())}", file=sys.stderr)


def _folder(data: Path | None) -> Path:
    return data if data is not None else catalogue.user_folder()


def _pairs(option: str, given: Sequence[str] | None) -> dict[str, str]:
    """The values of an option like SOURCE=URL, by source."""
    pairs = [one.partition("=") for one in given or ()]
    for name, _, value in pairs:
        if not name or not value.strip():
            raise UseError(f"{option}: expected SOURCE=..., got {name!r}")
    return {name: value.strip() for name, _, value in pairs}


def _show_sources(
    records: Sequence[SourceRecord], met: SourceReport, today: date, *, as_json: bool
) -> None:
    """The sources; for people, those retyped by hand and those that are not there are told in one
    line each.
    """
    from etl import account

    retyped = () if as_json else account.retyped(records)
    shown = [
        one for one in records if as_json or (one not in retyped and one.status != "not_supplied")
    ]
    print_table(account.sources(shown, today), as_json=as_json)
    if as_json:
        return
    words = account.retyped_words(retyped)
    if words:
        print(f"{words}; '{NAME} status --json' lists all")
    if met.to_ask:
        print(f"not asked yet: {', '.join(met.to_ask)}: '{NAME} run'")
    if met.to_bring:
        print(f"wait for a file: {', '.join(met.to_bring)}: '{NAME} import SOURCE FILE --place ID'")


if __name__ == "__main__":
    main()
