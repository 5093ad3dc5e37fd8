"""Options and arguments that the commands of `stadshart-etl` share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from data import catalogue
from data.errors import CommandLanguage
from data.snapshot.address import is_address, shown


def _folder(text: str) -> Path:
    if is_address(text):
        raise typer.BadParameter(
            f"expected a folder, got {shown(text)}: one command at a time writes a snapshot, and"
            " object storage has no lock; write to a folder, then"
            f" 'stadshart-etl push {shown(text)} --data DIR'"
        )
    return Path(text)


Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        parser=_folder,
        help="Folder of the snapshot (default: your own data folder).",
    ),
]
ReadData = Annotated[
    str | None,
    typer.Option(
        "--data",
        metavar="DIR|ADDRESS",
        help="Folder of the snapshot, or its address such as s3://bucket/prefix (default: your own"
        " data folder).",
    ),
]
Places = Annotated[
    Path | None,
    typer.Option(
        "--places",
        metavar="DIR",
        help="Folder of place files (default: those given before, else those that ship).",
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="One JSON object per line.", show_default=False)
]
Lang = Annotated[
    CommandLanguage | None,
    typer.Option(
        "--lang", metavar="nl|en", help="Language of the output (default: that of the locale)."
    ),
]
AcceptReason = Annotated[
    str | None,
    typer.Option(
        "--accept", metavar="REASON", help="Publish a suspicious change, with the reason."
    ),
]
Reason = Annotated[
    str | None,
    typer.Option("--reason", metavar="TEXT", help="Why; kept in the changelog of the data."),
]
By = Annotated[
    str | None,
    typer.Option("--by", metavar="NAME", help="Who does it; kept in the changelog of the data."),
]
SourceId = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE",
        help="Source that waits for a file: shop_survey, figures, counters, initiatives, …",
    ),
]
OnlyPlaces = Annotated[
    list[str] | None,
    typer.Option("--place", metavar="ID", help="Only this place; may be repeated."),
]
OnlySources = Annotated[
    list[str] | None,
    typer.Option("--source", metavar="ID", help="Only this source; may be repeated."),
]
Inputs = Annotated[
    Path | None,
    typer.Option("--inputs", metavar="DIR", help="Read DIR/<source>/* in place of the network."),
]
Workers = Annotated[
    int | None,
    typer.Option("--workers", min=1, metavar="N", help="Processes to read and join with."),
]
Dask = Annotated[
    str | None,
    typer.Option("--dask", metavar="ADDRESS", help="Read and join on this Dask cluster."),
]
BaseUrls = Annotated[
    list[str] | None,
    typer.Option(
        "--base-url", metavar="SOURCE=URL", help="Ask a source at another host; may be repeated."
    ),
]
Accept = Annotated[
    list[str] | None,
    typer.Option(
        "--accept",
        metavar="SOURCE=REASON",
        help="Publish a suspicious change of a source, with the reason.",
    ),
]
All = Annotated[
    bool,
    typer.Option(
        "--all",
        help="Every municipality, place by place; continues where it ended.",
        show_default=False,
    ),
]
SpendingLimit = Annotated[
    str | None,
    typer.Option(
        "--budget",
        metavar="N requests|N minutes",
        help="With --all: begin nothing new after this; the next run continues.",
    ),
]
Contact = Annotated[
    str | None,
    typer.Option("--contact", metavar="MAIL", help="Who services can write to."),
]


def data_folder(data: Path | None) -> Path:
    """The folder of `--data`, else the user's own."""
    return data if data is not None else catalogue.user_folder()


def read_folder(data: str | None) -> Path:
    """The folder to read for `--data`: of an address its mirror; else the user's own."""
    return catalogue.user_folder() if data is None else catalogue.local_folder(data)


def option_pairs(name: str, values: Sequence[str] | None) -> dict[str, str]:
    """The values of an option like SOURCE=URL, by source."""
    from etl.errors import UseError

    pairs = {}
    for text in values or ():
        source, _, value = text.partition("=")
        if not source or not value.strip():
            raise UseError(f"{name}: expected SOURCE=..., got {source!r}")
        pairs[source] = value.strip()
    return pairs
