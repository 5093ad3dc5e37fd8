"""The command that prints how to run at fixed times."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from data.errors import SUCCESS
from etl.cli.command_options import AsJson, Data, Lang, data_folder
from etl.cli.console import Console
from etl.cli.messages import message


def schedule(
    every: Annotated[
        str, typer.Option("--every", metavar="day|week|month", help="How often to run.")
    ] = "day",
    at: Annotated[str, typer.Option("--at", metavar="HH:MM", help="At what time.")] = "04:30",
    user: Annotated[
        str | None, typer.Option("--user", metavar="NAME", help="Who runs it (default: you).")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write both units there instead."),
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> int:
    """Print a systemd timer and a cron line that run at a fixed time."""
    from etl.commands import schedule as schedules

    console = Console.for_options(lang, as_json)
    folder = data_folder(data).resolve()
    made = schedules.schedule(folder, every=every, at=at, user=user or getpass.getuser())
    units = {"service": made.service, "timer": made.timer}
    for kind, unit in units.items():
        if out is None:
            console.note(f"# /etc/systemd/system/{schedules.UNIT}.{kind}\n{unit}")
    if out is not None:
        made.write(out)
        console.note(message("schedule.written", unit=schedules.UNIT, folder=out))
    console.emit(
        message("schedule.how", unit=schedules.UNIT, folder=folder, cron=made.cron),
        {"event": "schedule", **units, "cron": made.cron},
    )
    return SUCCESS
