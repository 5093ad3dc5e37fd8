"""The commands that show what is published and which sources there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data import catalogue
from data.errors import PARTIAL, SUCCESS
from data.snapshot.address import is_address, shown
from data.snapshot.layout import has_current
from etl.cli.command_options import AsJson, Lang, ReadData, data_folder, read_folder
from etl.cli.console import Cell, Console, ConsoleTable
from etl.cli.messages import message

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from data.manifest import SourceRecord
    from etl.cli.source_report import SourceReport
    from etl.source import Source
    from geo.bilingual import Bilingual


def status(data: ReadData = None, as_json: AsJson = False, lang: Lang = None) -> int:
    """Show what is published, how old it is, and what to do next."""
    from etl.cli import source_report, status_report
    from etl.fetch.throttle import SystemClock
    from etl.pipeline.parts_store import PartsStore
    from etl.sources import readers

    console = Console.for_options(lang, as_json)
    opened, now = catalogue.open(data), SystemClock().now()
    manifest, ships = opened.manifest, opened.folder == catalogue.EMBEDDED
    folder = shown(data) if is_address(data) else str(opened.folder)
    console.emit(
        message(
            "status.version",
            version=manifest.version,
            published=source_report.published(manifest, now),
            folder=folder,
        ),
        {
            "version": manifest.version,
            "published": None if manifest.published is None else manifest.published.isoformat(),
            "folder": folder,
            "ships": ships,
        },
    )
    if ships:
        console.note(message("status.ships", folder=data_folder(None)))
    report = status_report.status_report(
        opened,
        PartsStore(opened.folder).index(),
        {name: reader.SOURCE for name, reader in readers().items()},
        now.date(),
    )
    for table in (report.sources.troubles, report.places, source_report.tables(manifest)):
        console.print_table(table)
    _print_sources(console, manifest.sources, report.sources, now.date())
    for table in (report.joins, report.left_out, report.sources.warnings):
        console.print_table(table)
    console.print_sentences("next", report.next)
    return PARTIAL if report.sources.troubles.rows else SUCCESS


def sources(data: ReadData = None, as_json: AsJson = False, lang: Lang = None) -> int:
    """List the declared sources and how each stands."""
    from etl.sources import declared_sources

    folder = read_folder(data)
    manifest = catalogue.open(folder).manifest if has_current(folder) else None
    rows: list[dict[str, Cell]] = []
    for source in declared_sources().values():
        record = manifest.source(source.id) if manifest is not None else None
        rows.append(
            {
                "source_id": source.id,
                "title": source.title,
                "publisher": source.publisher,
                "licence": source.licence,
                "sharing": message(f"word.{source.sharing}"),
                "fills": ", ".join(table.name for table in source.fills),
                "max_age_days": source.max_age_days,
                "asked": message(f"word.{source.schedule.replace(' ', '-')}"),
                "tried": source.tried,
                "tried_with": "; ".join(source.tried_with),
                "tried_on": None if source.tried_on is None else source.tried_on.isoformat(),
                "untried": source.untried,
                "tried_words": _tried(source),
                "credit": source.credit,
                "status": None if record is None else message(f"word.{record.status}"),
            }
        )
    columns = (
        "source_id",
        "title",
        "publisher",
        "licence",
        "sharing",
        "fills",
        "max_age_days",
        "asked",
        "tried_words",
        "credit",
        "status",
    )
    console = Console.for_options(lang, as_json)
    console.print_table(ConsoleTable("source", columns, rows, True, "declared-source"))
    return SUCCESS


def _tried(source: Source) -> Bilingual:
    """The material and the day that the parser of a source was tried on, and what was not."""
    words = message(
        "sources.tried",
        kind=message(f"word.{source.tried}"),
        day="" if source.tried_on is None else f", {source.tried_on.isoformat()}",
        files="; ".join(source.tried_with),
    )
    if source.untried is None:
        return words
    kind = message("word.documentation")
    return message("sources.untried", words=words, untried=source.untried, kind=kind)


def _print_sources(
    console: Console, records: Sequence[SourceRecord], report: SourceReport, today: date
) -> None:
    """Print the sources; for people one line for those retyped by hand and one for absent ones."""
    from etl.cli import source_report

    if console.as_json:
        console.print_table(source_report.sources(records, today))
        return
    retyped = source_report.retyped(records)
    others = [
        record for record in records if record not in retyped and record.status != "not_supplied"
    ]
    console.print_table(source_report.sources(others, today))
    words = source_report.retyped_words(retyped)
    if words:
        console.note(message("status.list-all", words=words))
    if report.not_fetched:
        console.note(message("status.to-ask", names=", ".join(report.not_fetched)))
    if report.waiting_for_file:
        console.note(message("status.to-bring", names=", ".join(report.waiting_for_file)))
