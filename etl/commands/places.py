"""Place files of a region: added from names, listed, shown and removed."""

from __future__ import annotations

import dataclasses
import json
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from data import catalogue
from data.snapshot.layout import has_current
from data.snapshot.lock import held
from etl.area import MARGIN_M
from etl.commands.edge_sites import EdgeSite, propose_edges
from etl.commands.place_location import LocatedTown, locate_town
from etl.commands.place_services import Assumption, Choose, Services, refuse_to_choose
from etl.commands.place_target import NamedTown, find_target, place_slug
from etl.decoding import strict_json
from etl.decoding.strict_json import Json
from etl.errors import EtlError, UseError
from etl.fetch.client import Client
from etl.fetch.raw_store import replace_file
from etl.fetch.throttle import Clock, SystemClock
from etl.pipeline import place_files
from etl.pipeline.progress import NoProgress
from etl.pipeline.run import WAIT_S, open_client
from etl.pipeline.run_context import IMPORTS, RunOptions
from etl.problems import phrase
from etl.sources.reference import PLACES, place_table
from geo.crs import RD, WGS84, to_rd, to_wgs84
from geo.names import search_key

DEGREES = 1e-6
"""Coordinates of place files are rounded to this: a decimetre."""
WIDE_KM = 60
"""Sources that are asked once for all places are asked about the rectangle around them."""
EDGE_BASIS = "store"
"""The `core_basis` of a site at the edge: one point stands for the whole site."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A retail site at the edge, in degrees."""

    name: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AddRequest:
    """What to add; `places` is a folder of its own in place of that of the data folder.

    With `proposing` retail sites at the edge are looked for; none is added.
    """

    names: tuple[str, ...]
    data: Path
    edges: tuple[Edge, ...] = ()
    core: tuple[float, float] | None = None
    places: Path | None = None
    replace: bool = False
    proposing: bool = False
    base_urls: Mapping[str, str] = field(default_factory=dict)
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class AddedPlace:
    """A place file that was written, and what was assumed for it."""

    place_id: str
    file: Path
    assumptions: tuple[Assumption, ...]


@dataclass(frozen=True, slots=True)
class AddResult:
    """The places added; `copied`: the places that ship were copied beside them now.

    `width_km` is how far the centres of the folder lie apart where that is more than `WIDE_KM`.
    `proposed` are sites at the edge that somebody may add.
    """

    places: tuple[AddedPlace, ...]
    folder: Path
    copied: bool
    width_km: int | None
    proposed: tuple[EdgeSite, ...] = ()


@dataclass(frozen=True, slots=True)
class Removal:
    """A removed place file; what the `version` published still holds, and imported files of it."""

    file: Path
    version: str | None
    rows: Mapping[str, int]
    imports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Draft:
    place_id: str
    feature: Mapping[str, Json]
    core: Point
    assumptions: tuple[Assumption, ...]


def add_places(
    request: AddRequest,
    *,
    client: Client | None = None,
    clock: Clock | None = None,
    choose: Choose = refuse_to_choose,
) -> AddResult:
    """Look the names up and write their place files: all of them or none.

    Raises UseError for names that mean nothing or too much, and for a place that exists already.
    """
    clock = clock or SystemClock()
    if request.core is not None and len(request.names) != 1:
        raise UseError("--core: expected one NAME beside it")
    if not request.names and not request.edges:
        raise UseError("expected a NAME or --edge NAME LON LAT")
    current = place_files.places_folder(request.data, request.places)
    (request.data / "raw").mkdir(parents=True, exist_ok=True)
    options = RunOptions(data=request.data, base_urls=request.base_urls, contact=request.contact)
    opened = open_client(options, clock, NoProgress()) if client is None else nullcontext(client)
    with held(request.data / "raw", wait_s=WAIT_S), opened as used_client:
        services = Services(request.data, used_client, clock, request.base_urls)
        targets: dict[str, tuple[NamedTown, tuple[Assumption, ...]]] = {}
        for typed in request.names:
            target, assumptions = find_target(typed, services, choose)
            _require_new(current, target, request.replace)
            targets.setdefault(target.place_id, (target, assumptions))
        drafts: list[_Draft] = []
        proposed: list[EdgeSite] = []
        for target, assumptions in targets.values():
            town = locate_town(target, services, choose, request.core)
            if request.proposing:
                sites, notes = propose_edges(town, services, _known_cores(current, request.edges))
                town = dataclasses.replace(town, assumptions=(*town.assumptions, *notes))
                proposed += sites
            drafts.append(_town_draft(current, town, assumptions))
        for edge in request.edges:
            drafts.append(_edge_draft(current, edge, drafts, request.replace))
        _require_readable(drafts)
        folder, copied = place_files.writable_folder(request.data, request.places)
        for draft in drafts:
            replace_file(folder / f"{draft.place_id}.geojson", _text(draft.feature).encode())
    added = tuple(
        AddedPlace(draft.place_id, folder / f"{draft.place_id}.geojson", draft.assumptions)
        for draft in drafts
    )
    return AddResult(added, folder, copied, _width_km(folder), tuple(proposed))


def _known_cores(folder: Path, edges: Sequence[Edge]) -> list[Point]:
    """The cores (RD) of the places of a folder and of sites that are given."""
    lons, lats = [edge.lon for edge in edges], [edge.lat for edge in edges]
    known = place_table(folder)["core"].to_list() if any(folder.glob("*.geojson")) else []
    return [*known, *to_rd(gpd.GeoSeries.from_xy(lons, lats, crs=WGS84))]


def list_places(data: Path, places: Path | None) -> gpd.GeoDataFrame:
    """The table `places` of the folder that a run would use."""
    return place_table(place_files.places_folder(data, places))


def show_place(data: Path, places: Path | None, place_id: str) -> tuple[Path, Mapping[str, Json]]:
    """The file of a place and its properties; raises UseError for a place that there is not."""
    path = _place_path(place_files.places_folder(data, places), place_id)
    return path, _properties(path)


def remove_place(data: Path, places: Path | None, place_id: str) -> Removal:
    """Remove a place file; published versions and imported files remain.

    Raises UseError for a place that there is not, and for the last one: without any place file the
    places that ship would return.
    """
    used = place_files.places_folder(data, places)
    _place_path(used, place_id)
    if len(list(used.glob("*.geojson"))) == 1:
        raise UseError(phrase("places.only-one", place=place_id, folder=used))
    (data / "raw").mkdir(parents=True, exist_ok=True)
    with held(data / "raw", wait_s=WAIT_S):
        folder, _ = place_files.writable_folder(data, places)
        path = _place_path(folder, place_id)
        path.unlink()
    version, rows = _published_rows(data, place_id)
    imported = sorted(folder.parent.name for folder in (data / IMPORTS).glob(f"*/{place_id}"))
    return Removal(path, version, rows, tuple(imported))


def _published_rows(data: Path, place_id: str) -> tuple[str | None, dict[str, int]]:
    """The published version, and its rows about a place, by table."""
    if not has_current(data):
        return None, {}
    opened = catalogue.open(data)
    rows = {}
    for name in opened.names:
        table = opened.table(name)
        count = int(table["place_id"].eq(place_id).sum()) if "place_id" in table else 0
        if count:
            rows[name] = count
    return opened.version, rows


def _place_path(folder: Path, place_id: str) -> Path:
    known = sorted(path.stem for path in folder.glob("*.geojson"))
    if place_id not in known:
        raise UseError(f"ID: expected one of {', '.join(known)}, got {place_id!r}")
    return folder / f"{place_id}.geojson"


def _properties(path: Path) -> Mapping[str, Json]:
    properties = strict_json.member(strict_json.read(path.read_bytes()), "properties")
    if not isinstance(properties, Mapping):
        raise EtlError(f"{path.name}: expected a GeoJSON Feature with properties")
    return properties


def _require_new(folder: Path, target: NamedTown, replace: bool) -> None:
    """Raise UseError when the folder has the place, unless it is to be replaced."""
    code = target.municipality.code
    for path in sorted(folder.glob("*.geojson")):
        properties = _properties(path)
        same = path.stem == target.place_id
        if same and properties.get("municipality_code") != code:
            other = properties.get("municipality_code")
            raise UseError(phrase("places.taken-id", place=target.place_id, code=other, path=path))
        if same and not replace:
            raise UseError(phrase("places.taken", place=target.place_id, path=path))
        named = search_key(str(properties.get("name_nl"))) in target.municipality.keys
        if not same and named and properties.get("municipality_code") == code:
            label = target.municipality.label
            raise UseError(phrase("places.taken-centre", label=label, place=path.stem))


def _town_draft(folder: Path, town: LocatedTown, assumptions: tuple[Assumption, ...]) -> _Draft:
    target, outline_basis = town.target, town.outline_basis
    feature = _feature(
        folder,
        target.place_id,
        name=target.name,
        role="centre",
        code=target.municipality.code,
        core=town.core,
        outline=town.outline,
        core_basis=town.core_basis.kind,
        origin={
            "boundary_basis": None if outline_basis is None else outline_basis.kind,
            "boundary_source": None if outline_basis is None else outline_basis.source,
            "boundary_date": None if outline_basis is None else outline_basis.day,
            "core_source": town.core_basis.source,
            "core_date": town.core_basis.day,
        },
    )
    return _Draft(target.place_id, feature, town.core, (*assumptions, *town.assumptions))


def _edge_draft(folder: Path, edge: Edge, drafts: Sequence[_Draft], replace: bool) -> _Draft:
    """A site at the edge, of the municipality of the nearest centre."""
    place_id = place_slug(edge.name)
    if not place_id:
        raise UseError(f"--edge: expected a name, got {edge.name!r}")
    path = folder / f"{place_id}.geojson"
    taken = path.is_file() or place_id in {draft.place_id for draft in drafts}
    if taken and not (replace and path.is_file() and _properties(path)["role"] == "periphery"):
        raise UseError(phrase("places.taken-edge", place=place_id))
    core = to_rd(gpd.GeoSeries.from_xy([edge.lon], [edge.lat], crs=WGS84)).iloc[0]
    nearest = min(_centres(folder, drafts), key=lambda centre: core.distance(centre[2]))
    centre_id, code, centre = nearest
    if core.distance(centre) > MARGIN_M:
        km, most = core.distance(centre) / 1000, MARGIN_M / 1000
        raise UseError(phrase("places.far", name=edge.name, km=km, most=most, centre=centre_id))
    feature = _feature(
        folder,
        place_id,
        name=edge.name,
        role="periphery",
        code=code,
        core=core,
        outline=None,
        core_basis=EDGE_BASIS,
        origin=dict.fromkeys(("boundary_basis", "boundary_source", "boundary_date"))
        | {"core_source": "--edge", "core_date": None},
    )
    assumption = Assumption("edge", {"name": edge.name, "centre": centre_id, "code": code})
    return _Draft(place_id, feature, core, (assumption,))


def _centres(folder: Path, drafts: Sequence[_Draft]) -> list[tuple[str, str | None, Point]]:
    """Id, municipality code and core of the centres that there are, and of those being added."""
    centres = {}
    if any(folder.glob("*.geojson")):
        table = place_table(folder)
        table = table[table["role"].eq("centre") & table["municipality_code"].notna()]
        for place_id, code, core in zip(
            table["place_id"], table["municipality_code"], table["core"], strict=True
        ):
            centres[place_id] = (place_id, code, core)
    for draft in drafts:
        properties = draft.feature["properties"]
        if isinstance(properties, Mapping) and properties["role"] == "centre":
            code = properties["municipality_code"]
            centres[draft.place_id] = (draft.place_id, str(code), draft.core)
    if not centres:
        raise UseError(phrase("places.no-centre"))
    return list(centres.values())


def _feature(
    folder: Path,
    place_id: str,
    *,
    name: str,
    role: str,
    code: str | None,
    core: Point,
    outline: BaseGeometry | None,
    core_basis: str,
    origin: Mapping[str, Json],
) -> dict[str, Json]:
    """The GeoJSON Feature of a place; names and profile of a file of the same id remain."""
    degrees = to_wgs84(gpd.GeoSeries([core, core if outline is None else outline], crs=RD))
    point, shape = shapely.set_precision(degrees.to_numpy(), DEGREES)
    lon_lat: list[Json] = [round(point.x, 6), round(point.y, 6)]
    earlier: Mapping[str, Json] = {}
    for known in (PLACES, folder):
        if (known / f"{place_id}.geojson").is_file():
            earlier = _properties(known / f"{place_id}.geojson")
    geometry = (
        {"type": "Point", "coordinates": lon_lat}
        if outline is None
        else json.loads(shapely.to_geojson(shape))
    )
    names = {f"name_{lang}": earlier.get(f"name_{lang}", name) for lang in ("nl", "en", "de")}
    properties: dict[str, Json] = {
        "place_id": place_id,
        **names,
        "role": role,
        "municipality_code": code,
        "core": lon_lat,
        "core_basis": core_basis,
        "profile": earlier.get("profile"),
        **origin,
    }
    return {"type": "Feature", "id": place_id, "geometry": geometry, "properties": properties}


def _text(feature: Mapping[str, Json]) -> str:
    return json.dumps(feature, ensure_ascii=False, indent=2) + "\n"


def _require_readable(drafts: Sequence[_Draft]) -> None:
    """Raise EtlError unless a run could read the files."""
    with tempfile.TemporaryDirectory() as folder:
        for draft in drafts:
            path = Path(folder) / f"{draft.place_id}.geojson"
            path.write_text(_text(draft.feature), encoding="utf-8")
        place_table(Path(folder))


def _width_km(folder: Path) -> int | None:
    """How far the Dutch centres of a folder lie apart, None up to `WIDE_KM`."""
    table = place_table(folder)
    dutch = table[table["municipality_code"].notna()]
    west, south, east, north = gpd.GeoSeries(dutch["core"], crs=RD).total_bounds
    width_km = round(max(east - west, north - south) / 1000)
    return width_km if width_km > WIDE_KM else None
