"""The command that asks every live service whether it is as the sources take for granted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data.errors import FAILURE, PARTIAL, SUCCESS
from etl.cli.command_options import (
    AsJson,
    BaseUrls,
    Contact,
    Data,
    Lang,
    OnlySources,
    Places,
    data_folder,
    option_pairs,
)
from etl.cli.console import Cell, Console, ConsoleTable
from etl.cli.messages import message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from etl.commands.probe import ProbeRow
    from geo.bilingual import Bilingual

COLUMNS = ("source_id", "about", "expected", "found", "verdict")

Record = Annotated[
    Path | None,
    typer.Option("--record", metavar="DIR", help="Write the answers there, as samples for tests."),
]
Report = Annotated[
    bool,
    typer.Option(
        "--report", help="Print a text to mail to the maintainers instead.", show_default=False
    ),
]


def probe(
    source: OnlySources = None,
    record: Record = None,
    report: Report = False,
    data: Data = None,
    places: Places = None,
    base_url: BaseUrls = None,
    contact: Contact = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> int:
    """Ask the live services a little: what is expected and what is."""
    from etl.cli.progress_display import open_progress
    from etl.commands.probe import ProbeRequest
    from etl.commands.probe import probe as ask_services

    console = Console.for_options(lang, as_json)
    if not report:
        console.note(message("probe.asking"))
    request = ProbeRequest(
        data=data_folder(data),
        places=places,
        sources=tuple(source or ()),
        base_urls=option_pairs("--base-url", base_url),
        contact=contact,
        record=record,
    )
    with open_progress(console) as progress:
        rows = ask_services(request, progress=progress)
    if report:
        print(_report(rows).text(console.language))
    else:
        console.print_table(ConsoleTable("probe", COLUMNS, [_cells(row) for row in rows]))
        console.note(_summary(rows))
    if record is not None:
        console.warn(message("probe.recorded", folder=record))
    verdicts = {row.verdict for row in rows}
    if verdicts <= {"as-expected"}:
        return SUCCESS
    return FAILURE if verdicts == {"no-answer"} else PARTIAL


def _cells(row: ProbeRow) -> dict[str, Cell]:
    return {
        "source_id": row.source_id,
        "about": row.about,
        "expected": message(f"probe.expect-{row.kind}", detail=row.expected),
        "found": _observation(row),
        "verdict": message(f"probe.{row.verdict}"),
        "url": row.url,
    }


def _observation(row: ProbeRow) -> Bilingual:
    from etl.problems import Finding

    seen = row.observation
    if isinstance(seen, Finding):
        from geo.bilingual import Bilingual

        return message("probe.found-error", text=Bilingual(nl=seen.nl, en=seen.en), code=seen.code)
    if isinstance(seen, str):
        return message("probe.found-text" if seen else "probe.found-no-rule", detail=seen)
    return message(f"probe.found-{seen.word}", detail=seen.detail)


def _summary(rows: Sequence[ProbeRow]) -> Bilingual:
    numbers = [
        sum(row.verdict == verdict for row in rows)
        for verdict in ("as-expected", "differs", "no-answer")
    ]
    well, differ, silent = numbers
    if well == len(rows):
        return message("probe.all-well", count=well)
    if silent == len(rows):
        return message("probe.none")
    return message("probe.some", count=len(rows), well=well, differ=differ, silent=silent)


def _report(rows: Sequence[ProbeRow]) -> Bilingual:
    """A text with every row that is not as expected."""
    from importlib.metadata import version

    from etl.fetch.throttle import SystemClock
    from etl.pipeline.run import PROJECT_URL
    from geo.bilingual import Bilingual

    parts = [
        message(
            "probe.report-head",
            url=PROJECT_URL,
            day=SystemClock().now().date().isoformat(),
            version=version("stadshart-twente"),
            summary=_summary(rows),
        )
    ]
    for row in rows:
        if row.verdict != "as-expected":
            cells = _cells(row)
            parts.append(
                message(
                    "probe.report-row",
                    source=row.source_id,
                    **{
                        name: cells[name]
                        for name in ("about", "verdict", "expected", "found", "url")
                    },
                )
            )
    return Bilingual(
        nl="\n\n".join(part.nl for part in parts), en="\n\n".join(part.en for part in parts)
    )
