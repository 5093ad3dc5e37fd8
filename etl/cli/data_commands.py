"""The commands that import files, withdraw them and export tables."""

from __future__ import annotations

import shlex
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data.errors import SUCCESS
from etl.cli.command_options import (
    AcceptReason,
    AsJson,
    By,
    Data,
    Lang,
    Places,
    ReadData,
    Reason,
    SourceId,
    data_folder,
)
from etl.cli.console import Console
from etl.cli.messages import message
from etl.problems import joined, untranslated
from geo.bilingual import Bilingual

if TYPE_CHECKING:
    from data.manifest import Json
    from etl.commands.import_file import DryRun, ImportRequest, ImportResult
    from etl.problems import Finding


# Commands import late, so that `--help` need not load pandas.
def import_file(
    source: SourceId,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file: CSV, XLSX, XLS or ODS.")],
    place: Annotated[
        str | None, typer.Option("--place", metavar="ID", help="The place it is for.")
    ] = None,
    columns: Annotated[
        Path | None,
        typer.Option("--columns", metavar="MAP.toml", help="Which column means what."),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Say what was understood and publish nothing.", show_default=False
        ),
    ] = False,
    template: Annotated[
        bool,
        typer.Option(
            "--template", help="Write an empty sheet to FILE instead.", show_default=False
        ),
    ] = False,
    accept: AcceptReason = None,
    reason: Reason = None,
    by: By = None,
    data: Data = None,
    places: Places = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> int:
    """Bring a municipality's survey, counts, figures or initiatives."""
    from etl.commands.import_file import ImportRequest
    from etl.commands.import_file import import_file as run_import
    from etl.pipeline import place_files

    console = Console.for_options(lang, as_json)
    if template:
        _write_template(console, source, file, place)
        return SUCCESS
    folder = data_folder(data)
    request = ImportRequest(
        source_id=source,
        file=file,
        place_id=place,
        data=folder,
        columns=columns,
        places=place_files.places_folder(folder, places),
        accept=accept,
        reason=reason,
        by=by,
    )
    if dry_run:
        _dry_run(console, request)
        command = _command(source, file, place, columns=columns, data=data, places=places)
        facts: dict[str, Json] = {"event": "dry-run", "published": False, "next": command}
        console.emit(message("import.trial", command=command), facts)
    else:
        _print_import(console, run_import(request), request)
    return SUCCESS


def withdraw(
    source: SourceId,
    reason: Annotated[
        str,
        typer.Option("--reason", metavar="TEXT", help="Why; kept in the changelog of the data."),
    ],
    place: Annotated[
        str | None, typer.Option("--place", metavar="ID", help="Only files of this place.")
    ] = None,
    file: Annotated[
        str | None, typer.Option("--file", metavar="NAME", help="Only this imported file.")
    ] = None,
    row: Annotated[
        str | None, typer.Option("--row", metavar="KEY", help="Only the row with this key.")
    ] = None,
    by: By = None,
    data: Data = None,
    places: Places = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> int:
    """Take a row, a file or a whole imported source out again."""
    from etl.commands import withdraw as withdrawal
    from etl.errors import UseError
    from etl.pipeline import place_files

    if row is not None and file is not None:
        raise UseError("expected --row or --file, got both")
    folder = data_folder(data)
    request = withdrawal.WithdrawalRequest(
        source_id=source,
        data=folder,
        reason=reason,
        place_id=place,
        file=file,
        row=row,
        places=place_files.places_folder(folder, places),
        by=by,
    )
    result = withdrawal.withdraw(request)
    names = ", ".join(result.names)
    Console.for_options(lang, as_json).emit(
        message(
            "withdraw.done",
            source=source,
            names=names or message("withdraw.nothing"),
            version=result.version,
            folder=folder,
            earlier=result.earlier_versions,
        ),
        {
            "event": "withdrawn",
            "source": source,
            "names": list(result.names),
            "version": result.version,
            "earlier_versions": result.earlier_versions,
        },
    )
    return SUCCESS


def export(
    form: Annotated[
        str,
        typer.Option(
            "--format", metavar="FORMAT", help="gpkg, parquet, geojson, csv, xlsx or zip."
        ),
    ],
    out: Annotated[
        Path,
        typer.Option("--out", metavar="PATH", help="File, or folder for several tables."),
    ],
    table: Annotated[
        list[str] | None,
        typer.Option("--table", metavar="NAME", help="Only this table; may be repeated."),
    ] = None,
    data: ReadData = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> int:
    """Take tables along; nothing internal goes along."""
    from etl.commands.export import export as export_tables

    console = Console.for_options(lang, as_json)
    result = export_tables(data, form, out, names=tuple(table or ()))
    for path in result.files:
        console.emit(str(path), {"event": "written", "file": str(path)})
    tables = [
        message("export.withheld-table", count=count, table=name) for name, count in result.withheld
    ]
    names = joined(tables, untranslated(", "))
    withheld = message("export.withheld", tables=names) if tables else ""
    console.emit(
        message("export.rows", count=sum(count for _, count in result.rows), withheld=withheld),
        {"event": "done", "rows": dict(result.rows), "withheld": dict(result.withheld)},
    )
    return SUCCESS


def _write_template(console: Console, source: str, file: Path, place: str | None) -> None:
    from etl.commands.template import write_template

    write_template(source, file)
    command = _command(source, file, place)
    console.emit(
        message("import.template", source=source, file=file, command=command),
        {"event": "template", "source": source, "file": str(file)},
    )


def _command(
    source: str,
    file: Path,
    place: str | None,
    *,
    columns: Path | None = None,
    data: Path | None = None,
    places: Path | None = None,
) -> str:
    """The command that imports a file, to be copied."""
    options = {"--place": place, "--columns": columns, "--data": data, "--places": places}
    given = [
        word for name, value in options.items() if value is not None for word in (name, str(value))
    ]
    return shlex.join(["stadshart-etl", "import", source, str(file), *given])


def _dry_run(console: Console, request: ImportRequest) -> None:
    """Print what is read in a file and write its column map; raise what prevents publishing."""
    from etl.commands.import_file import COLUMN_MAP_HELPS, dry_run
    from etl.errors import ContentError, ProblemError

    try:
        trial = dry_run(request)
    except ProblemError as error:
        if error.finding.code in COLUMN_MAP_HELPS:
            _draft_map(console, request)
        _print_faults(console, request)
        raise
    _print_trial(console, trial, request)
    if trial.preview is not None:
        _print_shown(console, request, trial.preview.place_ids)
    if trial.map_text is not None and request.columns is None:
        _save_map(console, request.file, trial.map_text)
    if trial.questions:
        raise ContentError.from_finding(trial.questions[0])


def _print_import(console: Console, result: ImportResult, request: ImportRequest) -> None:
    """Print how an import ended."""
    from etl.commands.survey_preview import imported_places

    rows = ", ".join(f"{name} {count}" for name, count in result.rows)
    counts = ", ".join(f"{rule} {count}" for rule, count in result.counts)
    console.emit(
        message(
            "import.published" if result.changed else "import.unchanged",
            version=result.version,
            folder=request.data,
            source=request.source_id,
            rows=rows or message("import.no-rows"),
            left_out=message("import.left-out", counts=counts) if counts else "",
        ),
        {
            "event": "done",
            "version": result.version,
            "changed": result.changed,
            "rows": dict(result.rows),
            "left_out": dict(result.counts),
        },
    )
    _print_shown(console, request, imported_places(request.source_id, request.data))
    for finding in result.findings:
        text = Bilingual(nl=finding.nl, en=finding.en)
        console.emit(
            message("import.finding", text=text, code=finding.code),
            {"event": "finding", **_finding_json(finding)},
        )


def _finding_json(finding: Finding) -> dict[str, Json]:
    return {"code": finding.code, "en": finding.en, "nl": finding.nl}


def _print_trial(console: Console, trial: DryRun, request: ImportRequest) -> None:
    """Print what is read in a file."""
    from etl.commands.survey_preview import units_before
    from etl.parsing.preview import as_json, as_text

    preview = trial.preview
    if preview is not None:
        facts = dict(as_json(preview))
        if preview.points:
            before = units_before(request.source_id, preview.place_ids, request.data)
            facts["units"] = {"before": before, "after": dict(preview.file.statuses)}
        console.emit("\n".join(as_text(preview, console.language)) + "\n", facts)
        return
    for name, count in trial.rows:
        console.emit(
            message("import.table-rows", table=name, count=count),
            {"kind": "preview", "table": name, "rows": count},
        )
    for finding in trial.findings:
        console.emit(
            Bilingual(nl=finding.nl, en=finding.en),
            {"kind": "finding", **_finding_json(finding)},
        )


def _print_shown(console: Console, request: ImportRequest, place_ids: Collection[str]) -> None:
    """Print what the dashboard shows of an imported survey, and what streets would add."""
    from etl.commands.survey_preview import shown_in_dashboard

    shown = shown_in_dashboard(request.source_id, place_ids, request.data)
    if shown is not None:
        facts: dict[str, Json] = {"event": "shows", "places": [*sorted(place_ids)], "nl": shown.nl}
        console.emit(shown, facts)


def _print_faults(console: Console, request: ImportRequest) -> None:
    """Print every wrong cell of a sheet that is refused as a whole."""
    from etl.commands.import_file import faults
    from etl.errors import EtlError

    try:
        lines = faults(request)
    except EtlError:
        # The caller reports the error of the file.
        return
    for line in lines:
        console.emit(line, {"event": "fault", "nl": line.nl})


def _draft_map(console: Console, request: ImportRequest) -> None:
    """Write a column map to complete beside a file, where its headings can be read."""
    from etl.commands.import_file import draft
    from etl.errors import EtlError
    from etl.parsing.column_map_file import to_toml
    from etl.parsing.preview import columns_json

    if request.columns is not None:
        return
    try:
        opened = draft(request)
    except EtlError:
        # The caller reports the error of the file.
        return
    if opened is not None:
        if console.as_json:
            console.emit("", {"kind": "draft", **columns_json(opened)})
        _save_map(console, request.file, to_toml(opened, source_id=request.source_id))


def _save_map(console: Console, file: Path, text: str) -> None:
    """Write the guessed map beside the file; an existing one may have been edited and remains."""
    from etl.parsing.column_map_file import ENDING

    path = file.with_name(f"{file.name}{ENDING}")
    try:
        with path.open("x", encoding="utf-8") as opened:
            opened.write(text)
        sentence = message("import.map-written", path=path)
    except FileExistsError:
        sentence = message("import.map-exists", path=path)
    except OSError as error:
        sentence = message("import.map-not-written", detail=error.strerror, text=text)
    console.emit(sentence, {"event": "column-map", "file": str(path), "text": text})
