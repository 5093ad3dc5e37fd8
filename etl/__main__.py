"""The command `stadshart-etl`: fill a snapshot and look after it."""

from __future__ import annotations

# Before anything imports GDAL.
from etl.decoding import gdal

gdal.block_drivers()

import json
import os
import sys
from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import version as installed_version
from importlib.util import find_spec
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

_data = find_spec("data")
if _data is None or Path(_data.origin or "") != Path(__file__).parents[1] / "data/__init__.py":
    sys.exit(
        f"stadshart-etl: expected the package 'data' beside {Path(__file__).parent}, got"
        f" {_data and _data.origin}: start from another folder or take it off PYTHONPATH"
    )

import typer

from data import catalogue
from data.errors import (
    FAILURE,
    INTERRUPTED,
    PARTIAL,
    SUCCESS,
    WRONG_USE,
    CommandLanguage,
    DataError,
    asked_language,
    print_error,
    print_wrong_use,
)
from etl.cli import command_options as option
from etl.cli import (
    contact_question,
    data_commands,
    place_commands,
    probe_command,
    schedule_command,
    snapshot_commands,
    status_commands,
)
from etl.cli.command_options import AsJson, Data, Lang, data_folder, option_pairs
from etl.cli.console import Console
from etl.cli.messages import cure, message
from etl.errors import EtlError, ProblemError, UseError
from geo.bilingual import Bilingual
from geo.errors import GeoError

if TYPE_CHECKING:
    from etl.pipeline.run import RunOptions, RunResult
    from etl.problems import Finding

NAME = "stadshart-etl"

app = typer.Typer(
    name=NAME,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"{NAME} {installed_version('stadshart-twente')}")
        raise typer.Exit


@app.callback(epilog="Help and complaints about options are in English.")
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


# Commands import late, so that `--help` and `status` need not load pandas.
@app.command()
def run(
    place: option.OnlyPlaces = None,
    source: option.OnlySources = None,
    inputs: option.Inputs = None,
    places: option.Places = None,
    data: Data = None,
    workers: option.Workers = None,
    dask: option.Dask = None,
    base_url: option.BaseUrls = None,
    accept: option.Accept = None,
    contact: option.Contact = None,
    all_places: option.All = False,
    budget: option.SpendingLimit = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> int:
    """Fetch or read the sources, join, check and publish."""
    from etl.cli.progress_display import open_progress
    from etl.pipeline import place_files
    from etl.pipeline import run as pipeline_run

    options = pipeline_run.RunOptions(
        data=data_folder(data),
        inputs=inputs,
        places=place_files.places_folder(data_folder(data), places),
        only_places=tuple(place or ()),
        only_sources=tuple(source or ()),
        workers=workers,
        dask=dask,
        base_urls=option_pairs("--base-url", base_url),
        accept=option_pairs("--accept", accept),
        contact=contact,
    )
    console = Console.for_options(lang, as_json)
    if inputs is None:
        contact_question.remember_contact(console, options.data, contact)
    if all_places:
        return _run_all(console, options, budget, places)
    if budget is not None:
        raise UseError("--budget: expected --all beside it")
    with open_progress(console) as progress:
        result = pipeline_run.run(options, progress=progress)
    _print_result(console, options, result)
    return PARTIAL if result.troubled else SUCCESS


def _run_all(
    console: Console, options: RunOptions, budget: str | None, own_places: Path | None
) -> int:
    from etl.cli.progress_display import open_progress
    from etl.commands.country import Budget, run_all

    if options.only_places:
        raise UseError("--all: expected no --place beside it")
    limit = Budget() if budget is None else Budget.parse(budget)
    with open_progress(console) as progress:
        reached = run_all(options, budget=limit, own_places=own_places, progress=progress)
    if reached.result is not None:
        _print_result(console, options, reached.result)
    for code, reason in reached.refused.items():
        console.warn(message("run.unnamed", code=code, reason=reason))
    left = len(reached.unnamed) + len(reached.unread)
    key = "run.whole" if reached.whole else "run.rest"
    console.emit(
        message(
            key,
            requests=reached.requests,
            unnamed=len(reached.unnamed),
            unread=len(reached.unread),
        ),
        {
            "event": "country",
            "whole": reached.whole,
            "requests": reached.requests,
            "unnamed": list(reached.unnamed),
            "unread": list(reached.unread),
        },
    )
    troubled = reached.result is not None and reached.result.troubled
    return PARTIAL if troubled or left or not reached.whole else SUCCESS


def _print_result(console: Console, options: RunOptions, result: RunResult) -> None:
    from etl.cli import source_report
    from etl.fetch.throttle import SystemClock

    if console.as_json:
        for source in result.sources:
            for facts in source_report.finding_facts(source):
                console.emit("", facts)
    key = "run.published" if result.changed else "run.unchanged"
    console.emit(
        message(key, version=result.version, folder=options.data),
        {
            "event": "done",
            "version": result.version,
            "changed": result.changed,
            "folder": str(options.data),
        },
    )
    records = [source.record for source in result.sources]
    absent = [record.source_id for record in records if record.status == "not_supplied"]
    shown = [record for record in records if console.as_json or record.source_id not in absent]
    console.print_table(source_report.sources(shown, SystemClock().now().date()))
    if absent:
        console.note(message("run.absent", names=", ".join(absent)))
        console.note(message("run.see-status"))
    for source in result.sources:
        for line in source_report.finding_lines(source):
            console.warn(message("run.source-line", source=source.record.source_id, line=line))
    if options.inputs is not None:
        for name in sorted({*options.only_sources} & {*absent}):
            folder = options.inputs / name
            console.warn(message("run.nothing-to-read", source=name, folder=folder))


@app.command()
def embed(
    data: Annotated[
        Path | None,
        typer.Option(
            "--data", metavar="DIR", help="Folder to build in (default: the one that ships)."
        ),
    ] = None,
    example: Annotated[
        bool,
        typer.Option("--example", help="Build the made-up region instead.", show_default=False),
    ] = False,
    as_json: AsJson = False,
    lang: Lang = None,
) -> int:
    """Build the snapshot that ships, or the made-up region."""
    from etl.commands.embed import embed as embed_facts
    from etl.commands.embed import embed_example

    folder = data if data is not None else catalogue.EXAMPLE if example else catalogue.EMBEDDED
    publication = embed_example(folder) if example else embed_facts(folder)
    key = "snapshot.built" if publication.changed else "snapshot.unchanged"
    Console.for_options(lang, as_json).emit(
        message(key, version=publication.version, folder=folder),
        {
            "version": publication.version,
            "changed": publication.changed,
            "folder": str(folder),
        },
    )
    return SUCCESS


app.command()(snapshot_commands.verify)
app.command()(snapshot_commands.rollback)
app.command()(snapshot_commands.push)
app.command()(status_commands.status)
app.command()(status_commands.sources)
app.command("import")(data_commands.import_file)
app.command()(data_commands.withdraw)
app.command()(data_commands.export)
app.command()(probe_command.probe)
app.command()(schedule_command.schedule)
app.add_typer(place_commands.place)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit with its code; expected errors are one line on standard error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # Names of folders may hold undecodable bytes, and some terminals know few characters.
            stream.reconfigure(errors="backslashreplace")
    words = sys.argv[1:] if arguments is None else list(arguments)
    language = asked_language(words)
    code = _exit_code(words, language)
    if code == INTERRUPTED:
        print_error(NAME, message("run.stopped").text(language))
        sys.stdout.flush()
        sys.stderr.flush()
        # A normal exit would wait for threads until their services answer.
        os._exit(INTERRUPTED)
    sys.exit(code)


@cache
def _command_tree() -> Callable[..., object]:
    return typer.main.get_command(app)


def _exit_code(words: list[str], language: CommandLanguage) -> int:
    try:
        code = _command_tree()(
            args=place_commands.joined_edges(words), prog_name=NAME, standalone_mode=False
        )
    except typer.TyperException as error:
        print_wrong_use(NAME, error.format_message(), _command(words))
        return WRONG_USE
    except UseError as error:
        printed = language if isinstance(error.sentence, Bilingual) else "en"
        print_wrong_use(NAME, error.text(language), _command(words), printed)
        return WRONG_USE
    except ProblemError as error:
        finding = error.finding
        if "--json" in words:
            from etl.pipeline.drift import ACCEPTABLE

            print(json.dumps(_problem(finding, acceptable=finding.code in ACCEPTABLE)))
        sentence = f"{finding.nl if language == 'nl' else finding.en} [{finding.code}]"
        print_error(NAME, f"{sentence}: {cure(finding.code).text(language)}")
        return FAILURE
    except EtlError as error:
        print_error(NAME, error.text(language))
        return FAILURE
    except (DataError, GeoError) as error:
        print_error(NAME, str(error))
        return FAILURE
    except OSError as error:
        named = f"{error.filename}: " if error.filename else ""
        line = message("run.disk", named=named, detail=error.strerror or error)
        print_error(NAME, line.text(language))
        return FAILURE
    return code if isinstance(code, int) else SUCCESS


def _problem(finding: Finding, *, acceptable: bool) -> dict[str, str | bool]:
    """What stopped a command, for programs; `acceptable` with a reason."""
    return {
        "event": "problem",
        "code": finding.code,
        "nl": finding.nl,
        "en": finding.en,
        "acceptable": acceptable,
    }


def _command(words: Sequence[str]) -> str:
    """The name of the command, with that of its group; empty when it is unknown."""
    group = place_commands.place
    if words and words[0] == group.info.name:
        return " ".join((words[0], *(word for word in words[1:2] if word in _names(group))))
    return words[0] if words and words[0] in _names(app) else ""


def _names(group: typer.Typer) -> set[str]:
    return {
        command.name or command.callback.__name__
        for command in group.registered_commands
        if command.callback is not None
    }


if __name__ == "__main__":
    main()
