"""The commands with which people bring files, take them out again and take tables along."""

from __future__ import annotations

import shlex
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data import catalogue
from etl.report import emit

if TYPE_CHECKING:
    from etl.imports import DryRun, ImportRequest, ImportResult

Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        help="Folder of the snapshot (default: your own data folder).",
        show_default=False,
    ),
]
Places = Annotated[
    Path | None,
    typer.Option(
        "--places",
        metavar="DIR",
        help="Folder of place files (default: those given before, else those that ship).",
        show_default=False,
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="One JSON object per line.", show_default=False)
]
SourceId = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE",
        help="Source that waits for a file: shop_survey, figures, counters, initiatives, …",
    ),
]


# These import late: `--help` need not load pandas.
def bring(
    source: SourceId,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file: CSV, XLSX, XLS or ODS.")],
    place: Annotated[
        str | None,
        typer.Option("--place", metavar="ID", help="The place it is for.", show_default=False),
    ] = None,
    columns: Annotated[
        Path | None,
        typer.Option(
            "--columns", metavar="MAP.toml", help="Which column means what.", show_default=False
        ),
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
    accept: Annotated[
        str | None,
        typer.Option(
            "--accept",
            metavar="REASON",
            help="Publish a suspicious change, with the reason.",
            show_default=False,
        ),
    ] = None,
    data: Data = None,
    places: Places = None,
    as_json: AsJson = False,
) -> int:
    """Bring a municipality's survey, counts, figures or initiatives."""
    from etl import placefiles
    from etl.imports import ImportRequest, import_file

    if template:
        from etl.template import write as write_sheet

        write_sheet(source, file)
        filled = f"ingevuld? Dan: '{_command(source, file, place)} --dry-run'"
        emit(
            f"leeg blad voor {source}: {file}; {filled}",
            {"event": "template", "source": source, "file": str(file)},
            as_json=as_json,
        )
        return 0
    folder = _folder(data)
    given = ImportRequest(
        source_id=source,
        file=file,
        place_id=place,
        data=folder,
        columns=columns,
        places=placefiles.places_folder(folder, places),
        accept=accept,
    )
    if dry_run:
        _try(given, as_json=as_json)
        again = _command(source, file, place, columns=columns, data=data, places=places)
        told = f"Dit was een proef: er is niets gepubliceerd. Klopt dit, dan: {again}"
        members = {"event": "dry-run", "published": False, "next": again}
        emit(told, members, as_json=as_json)
        return 0
    _tell_result(import_file(given), given, as_json=as_json)
    return 0


def withdraw(
    source: SourceId,
    reason: Annotated[
        str,
        typer.Option(
            "--reason",
            metavar="TEXT",
            help="Why; kept in the changelog of the data.",
            show_default=False,
        ),
    ],
    place: Annotated[
        str | None,
        typer.Option("--place", metavar="ID", help="Only files of this place.", show_default=False),
    ] = None,
    file: Annotated[
        str | None,
        typer.Option("--file", metavar="NAME", help="Only this imported file.", show_default=False),
    ] = None,
    row: Annotated[
        str | None,
        typer.Option(
            "--row", metavar="KEY", help="Only the row with this key.", show_default=False
        ),
    ] = None,
    data: Data = None,
    places: Places = None,
    as_json: AsJson = False,
) -> int:
    """Take a row, a file or a whole imported source out again."""
    from etl import placefiles
    from etl.errors import UseError
    from etl.withdraw import WithdrawalRequest
    from etl.withdraw import withdraw as take_out

    if row is not None and file is not None:
        raise UseError("expected --row or --file, got both")
    folder = _folder(data)
    kept = placefiles.places_folder(folder, places)
    done = take_out(
        WithdrawalRequest(
            source_id=source,
            data=folder,
            reason=reason,
            place_id=place,
            file=file,
            row=row,
            places=kept,
        )
    )
    emit(
        f"withdrawn from {source}: {', '.join(done.names) or 'nothing more'}; now version"
        f" {done.version} in {folder}; {done.earlier_versions} earlier versions may still hold it"
        " until newer ones push them out",
        {
            "event": "withdrawn",
            "source": source,
            "names": list(done.names),
            "version": done.version,
            "earlier_versions": done.earlier_versions,
        },
        as_json=as_json,
    )
    return 0


def export(
    form: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="gpkg, parquet, geojson, csv, xlsx or zip.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out", metavar="PATH", help="File, or folder for several tables.", show_default=False
        ),
    ],
    table: Annotated[
        list[str] | None,
        typer.Option(
            "--table", metavar="NAME", help="Only this table; may be repeated.", show_default=False
        ),
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> int:
    """Take tables along; nothing internal goes along."""
    from etl.export import export as write

    done = write(data, form, out, names=tuple(table or ()))
    for path in done.files:
        emit(str(path), {"event": "written", "file": str(path)}, as_json=as_json)
    facts = {"event": "done", "rows": dict(done.rows), "withheld": dict(done.withheld)}
    stayed = ", ".join(f"{count} rows of {name}" for name, count in done.withheld)
    emit(
        f"{sum(count for _, count in done.rows)} rows"
        + (f"; internal, so not taken along: {stayed}" if stayed else ""),
        facts,
        as_json=as_json,
    )
    return 0


def _command(
    source: str,
    file: Path,
    place: str | None,
    *,
    columns: Path | None = None,
    data: Path | None = None,
    places: Path | None = None,
) -> str:
    """The command that brings a file, to be copied."""
    options = {"--place": place, "--columns": columns, "--data": data, "--places": places}
    given = [
        part
        for option, value in options.items()
        if value is not None
        for part in (option, str(value))
    ]
    return shlex.join(["stadshart-etl", "import", source, str(file), *given])


def _try(given: ImportRequest, *, as_json: bool) -> None:
    """Tell what a file says and write its column map; raise what stands in its way."""
    from etl import imports
    from etl.errors import ContentError, FoundError

    try:
        understood = imports.dry_run(given)
    except FoundError as error:
        if error.finding.code in imports.COLUMN_MAP_HELPS:
            _draft(given, as_json=as_json)
        _tell_faults(given, as_json=as_json)
        raise
    _tell(understood, as_json=as_json)
    if understood.preview is not None:
        _tell_showing(given, understood.preview.place_ids, as_json=as_json)
    if understood.map_text is not None and given.columns is None:
        _keep_map(given.file, understood.map_text, as_json=as_json)
    if understood.questions:
        raise ContentError.from_finding(understood.questions[0])


def _tell_result(done: ImportResult, given: ImportRequest, *, as_json: bool) -> None:
    """How an import ended, in Dutch like its dry run, or as JSON."""
    from etl.showing import imported_places

    rows = ", ".join(f"{name} {count}" for name, count in done.rows)
    left_out = ", ".join(f"{rule} {count}" for rule, count in done.counts)
    told = (
        f"{'gepubliceerd' if done.changed else 'ongewijzigd'}: "
        f"versie {done.version} in {given.data}; "
        f"{given.source_id} bevat nu {rows or 'geen rijen'}"
    )
    if left_out:
        told += f"; weggelaten of hersteld: {left_out} ('--dry-run' noemt elke rij)"
    members = {"event": "done", "version": done.version, "changed": done.changed}
    members |= {"rows": dict(done.rows), "left_out": dict(done.counts)}
    emit(told, members, as_json=as_json)
    _tell_showing(given, imported_places(given.source_id, given.data), as_json=as_json)
    for one in done.findings:
        members = {"event": "finding", "code": one.code, "en": one.en, "nl": one.nl}
        emit(f"{one.nl} [{one.code}]", members, as_json=as_json)


def _tell(understood: DryRun, *, as_json: bool) -> None:
    """What was understood of a file, in Dutch or as JSON."""
    from etl.preview import as_json as members
    from etl.preview import as_text

    if understood.preview is None:
        for name, count in understood.rows:
            emit(
                f"{name}: {count} rijen",
                {"kind": "preview", "table": name, "rows": count},
                as_json=as_json,
            )
        for finding in understood.findings:
            emit(
                finding.nl,
                {"kind": "finding", "code": finding.code, "nl": finding.nl, "en": finding.en},
                as_json=as_json,
            )
        return
    emit(
        "\n".join(as_text(understood.preview, "nl")) + "\n",
        members(understood.preview),
        as_json=as_json,
    )


def _tell_showing(given: ImportRequest, place_ids: Collection[str], *, as_json: bool) -> None:
    """What the dashboard shows of an imported survey, and what streets would add."""
    from etl.showing import shown_in_dashboard

    said = shown_in_dashboard(given.source_id, place_ids, given.data)
    if said is not None:
        members = {"event": "shows", "places": sorted(place_ids), "nl": said.nl}
        emit(said.nl, members, as_json=as_json)


def _tell_faults(given: ImportRequest, *, as_json: bool) -> None:
    """Every cell that is not right, of a sheet that is refused whole."""
    from etl.errors import EtlError
    from etl.imports import faults

    try:
        lines = faults(given)
    except EtlError:
        # What is wrong with the file is told already, by the error that led here.
        return
    for line in lines:
        emit(line.nl, {"event": "fault", "nl": line.nl}, as_json=as_json)


def _draft(given: ImportRequest, *, as_json: bool) -> None:
    """A map to complete beside a file that cannot be read without one, where its headings can be
    read at all.
    """
    from etl.errors import EtlError
    from etl.imports import draft

    if given.columns is not None:
        return
    try:
        text = draft(given)
    except EtlError:
        # What is wrong with the file is told already, by the error that led here.
        return
    if text is not None:
        _keep_map(given.file, text, as_json=as_json)


def _keep_map(file: Path, text: str, *, as_json: bool) -> None:
    """The guessed map beside the file, unless one stands there: somebody may have mended it."""
    from etl.column_map_file import ENDING

    path = file.with_name(f"{file.name}{ENDING}")
    try:
        with path.open("x", encoding="utf-8") as written:
            written.write(text)
        told = f"Kolommenkaart om na te kijken: {path}. Verbeterd? Geef hem dan mee met --columns."
    except FileExistsError:
        told = (
            f"De kolommenkaart {path} stond er al en is zo gelaten. Hij telt pas mee met --columns."
        )
    except OSError as error:
        told = (
            f"De kolommenkaart kon niet naast het bestand ({error.strerror}); dit is hij:\n{text}"
        )
    emit(told, {"event": "column-map", "file": str(path), "text": text}, as_json=as_json)


def _folder(data: Path | None) -> Path:
    return data if data is not None else catalogue.user_folder()
