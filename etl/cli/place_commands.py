"""The commands that add places from names, and list, show and remove them."""

from __future__ import annotations

import dataclasses
import json
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data.errors import SUCCESS
from etl.cli.command_options import (
    AsJson,
    BaseUrls,
    Contact,
    Data,
    Lang,
    Places,
    data_folder,
    option_pairs,
)
from etl.cli.console import Cell, Console, ConsoleTable
from etl.cli.messages import counted, keys, message

if TYPE_CHECKING:
    from data.manifest import Json
    from etl.commands.edge_sites import EdgeSite
    from etl.commands.place_services import Assumption, Kind
    from etl.commands.places import AddResult, Edge
    from geo.bilingual import Bilingual

EDGE = "--edge"
_BETWEEN = "\t"

place = typer.Typer(name="place", help="Add a town from its name; list, show and remove places.")

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="NAME", help="Name or code of a municipality (Deventer, GM0150, 150)."),
]
Edges = Annotated[
    list[str] | None,
    typer.Option(EDGE, metavar="NAME LON LAT", help="A retail site at the edge; may be repeated."),
]
Core = Annotated[
    tuple[float, float] | None,
    typer.Option("--core", metavar="LON LAT", help="The market square, where several fit or none."),
]
Replace = Annotated[
    bool, typer.Option("--replace", help="Replace a place file that exists.", show_default=False)
]
OwnPlaces = Annotated[
    Path | None,
    typer.Option(
        "--places",
        metavar="DIR",
        help="A region of its own in this folder (default: beside the places of the data folder).",
    ),
]
PlaceId = Annotated[str, typer.Argument(metavar="ID", help="Id of the place: 'place list'.")]


def joined_edges(words: Sequence[str]) -> list[str]:
    """The words of a command line, with the three words behind each `--edge` as one."""
    rest, joined = list(words), []
    while rest:
        word = rest.pop(0)
        joined.append(word)
        if word == EDGE:
            joined.append(_BETWEEN.join(rest[:3]))
            del rest[:3]
    return joined


# Commands import late, so that `--help` need not load pandas.
@place.command()
def add(
    names: Names = None,
    edge: Edges = None,
    core: Core = None,
    replace: Replace = False,
    base_url: BaseUrls = None,
    contact: Contact = None,
    data: Data = None,
    places: OwnPlaces = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> int:
    """Look a town up by its name and write its place file."""
    from etl.commands.place_services import refuse_to_choose
    from etl.commands.places import AddRequest, add_places

    console = Console.for_options(lang, as_json)

    at_terminal = sys.stdin.isatty() and sys.stdout.isatty() and not as_json
    if at_terminal:
        console.note(message("place.asking"))
    request = AddRequest(
        names=tuple(names or ()),
        edges=tuple(_edge(words) for words in edge or ()),
        core=core,
        data=data_folder(data),
        places=places,
        replace=replace,
        proposing=True,
        base_urls=option_pairs("--base-url", base_url),
        contact=contact,
    )
    choose = partial(_ask, console) if at_terminal else refuse_to_choose
    result = add_places(request, choose=choose)
    _print_added(console, result)
    confirmed = tuple(_confirmed_edges(console, result.proposed, at_terminal))
    if confirmed:
        only_edges = dataclasses.replace(request, names=(), core=None, edges=confirmed)
        _print_added(console, add_places(only_edges))
    given = {"--places": places, "--data": data}
    options = [str(word) for pair in given.items() if pair[1] is not None for word in pair]
    console.note(message("place.next", command=shlex.join(["stadshart-etl", "run", *options])))
    return SUCCESS


@place.command("list")
def list_all(
    data: Data = None, places: Places = None, as_json: AsJson = False, lang: Lang = None
) -> int:
    """List the places that a run would use."""
    from etl.commands.places import list_places

    columns = ("place_id", "name_nl", "role", "municipality_code", "core_basis", "boundary_basis")
    table = list_places(data_folder(data), places)[[*columns]].astype("object")
    rows: list[dict[str, Cell]] = table.where(table.notna(), None).to_dict("records")
    for row in rows:
        row["role"] = message(f"word.{row['role']}")
    Console.for_options(lang, as_json).print_table(ConsoleTable("place", columns, rows))
    return SUCCESS


@place.command()
def show(
    place_id: PlaceId,
    data: Data = None,
    places: Places = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> int:
    """Show where the core and outline of a place come from."""
    from etl.commands.places import show_place

    path, properties = show_place(data_folder(data), places, place_id)
    console = Console.for_options(lang, as_json)
    if as_json:
        facts: dict[str, Json] = json.loads(json.dumps(dict(properties)))
        console.emit("", {"kind": "place", "file": str(path), **facts})
        return SUCCESS
    print(path)
    for name, value in properties.items():
        key = f"column.{name}"
        label = message(key).text(console.language) if key in keys() else name
        shown = message("word.none").text(console.language) if value is None else value
        print(f"{label}: {' '.join(map(str, value)) if isinstance(value, list) else shown}")
    return SUCCESS


@place.command()
def remove(
    place_id: PlaceId,
    data: Data = None,
    places: Places = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> int:
    """Remove a place file; what is published remains."""
    from etl.commands.places import remove_place

    console = Console.for_options(lang, as_json)
    removal = remove_place(data_folder(data), places, place_id)
    console.emit(
        message("place.removed", file=removal.file),
        {
            "event": "removed",
            "place_id": place_id,
            "file": str(removal.file),
            "version": removal.version,
            "rows": dict(removal.rows),
            "imports": list(removal.imports),
        },
    )
    if removal.rows:
        rows = ", ".join(f"{table} {count}" for table, count in removal.rows.items())
        console.note(
            message("place.still-published", version=removal.version, place=place_id, rows=rows)
        )
    for source in removal.imports:
        console.note(message("place.still-imported", source=source, place=place_id))
    return SUCCESS


def _ask(console: Console, kind: Kind, name: str, options: Sequence[str]) -> int:
    """The number, from 0, of the option that somebody at the terminal chooses."""
    from etl.commands.place_services import refuse_to_choose

    for number, option in enumerate(options, 1):
        print(f"{number}  {option}")
    question = message(f"place.ask-{kind}", name=name).text(console.language)
    while True:
        try:
            answer = input(f"{question} [1-{len(options)}] ").strip()
        except EOFError:
            refuse_to_choose(kind, name, options)
        if answer.isdecimal() and 1 <= int(answer) <= len(options):
            return int(answer) - 1


def _confirmed_edges(
    console: Console, sites: Sequence[EdgeSite], at_terminal: bool
) -> Iterator[Edge]:
    """Print the sites that may be added; those to which somebody at the terminal gives a name."""
    from etl.commands.places import Edge

    for site in sites:
        sentence = counted(
            "place.edge-site",
            site.units,
            town=site.town,
            name=site.name,
            floor_area=round(site.floor_area_m2),
            km=f"{site.away_m / 1000:.1f}",
            quoted=shlex.quote(site.name),
            lon=site.lon,
            lat=site.lat,
        )
        facts: dict[str, Json] = {"event": "proposed", **dataclasses.asdict(site)}
        console.emit(sentence, facts)
        if at_terminal:
            try:
                name = input(message("place.ask-edge").text(console.language)).strip()
            except EOFError:
                return
            if name:
                yield Edge(name, site.lon, site.lat)


def _print_added(console: Console, result: AddResult) -> None:
    """Print what was assumed and written, and what that means for the next run."""
    for added in result.places:
        for assumption in added.assumptions:
            facts = {"event": "assumed", "place_id": added.place_id, "what": assumption.key}
            _emit(console, assumption, facts)
        written: dict[str, Json] = {
            "event": "written",
            "place_id": added.place_id,
            "file": str(added.file),
        }
        console.emit(message("place.written", place=added.place_id, file=added.file), written)
    if result.copied:
        console.emit(
            message("place.copied", folder=result.folder),
            {"event": "copied", "folder": str(result.folder)},
        )
    if result.width_km is not None:
        console.emit(
            message("place.wide", km=result.width_km), {"event": "wide", "km": result.width_km}
        )


def _emit(console: Console, assumption: Assumption, facts: Mapping[str, Json]) -> None:
    """Print the sentence of an assumption; days that nobody stated are unknown."""
    from etl.problems import Finding
    from geo.bilingual import Bilingual

    values: dict[str, object] = {}
    for name, value in assumption.values.items():
        if isinstance(value, Finding):
            values[name] = Bilingual(nl=value.nl.rstrip("."), en=value.en.rstrip("."))
        else:
            values[name] = message("word.unknown-day") if value is None else value
    sentence: Bilingual = message(f"place.{assumption.key}", **values)
    console.emit(sentence, {**facts, "en": sentence.en, "nl": sentence.nl})


def _edge(words: str) -> Edge:
    """The site that `--edge NAME LON LAT` names."""
    from etl.commands.places import Edge
    from etl.errors import UseError

    name, *numbers = words.split(_BETWEEN)
    try:
        lon, lat = (float(number) for number in numbers)
    except ValueError:
        raise UseError(
            f"--edge: expected NAME LON LAT, got {' '.join((name, *numbers))!r}"
        ) from None
    return Edge(name, lon, lat)
