"""Places from names: what is looked up, assumed, asked and written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from etl.commands import places
from etl.commands.places import AddResult, Edge
from etl.errors import RunError, UseError
from etl.parsing.municipalities import municipalities
from etl.pipeline import run
from etl.sources.reference import place_table
from geo.crs import REACH_M
from tests.etl.place_services import (
    FREE,
    PlaceServices,
    degrees,
    district,
    settlement,
    square,
)
from tests.etl.upstream import FastClock, Upstream, as_json

pytestmark = pytest.mark.usefixtures("quick_disk")


@pytest.fixture
def services(upstream: Upstream, clock: FastClock, tmp_path: Path) -> PlaceServices:
    return PlaceServices(upstream, clock, tmp_path)


def written(result: AddResult, place_id: str = "deventer") -> dict[str, object]:
    """The Feature of a place that was added."""
    feature = json.loads((result.folder / f"{place_id}.geojson").read_text("utf-8"))
    assert feature["id"] == feature["properties"]["place_id"] == place_id
    return feature


def assumed(result: AddResult) -> list[str]:
    """What was assumed for the first place, in order."""
    return [assumption.key for assumption in result.places[0].assumptions]


@pytest.mark.parametrize("typed", ["Deventer", "gm0150"])
def test_a_name_or_code_gives_core_and_outline_with_their_source_and_day(
    services: PlaceServices, typed: str
):
    result = services.add(typed)
    feature = written(result)
    known = feature["properties"]
    assert known["core"] == list(degrees(100.0))
    assert (known["core_basis"], known["core_date"]) == ("square", "2026-03-01")
    assert feature["geometry"]["type"] == "Polygon"
    assert (known["boundary_basis"], known["boundary_date"]) == ("top10nl", "2026-04-01")
    assert (known["municipality_code"], known["role"]) == ("GM0150", "centre")
    assert assumed(result) == ["municipality", "outline", "core-square"]
    outline = place_table(result.folder).set_index("place_id").geometry["deventer"]
    # A square with sides of 600 m.
    assert outline.area == pytest.approx(360_000, rel=0.001)


def test_the_places_that_ship_stay_beside_a_new_one(services: PlaceServices):
    result = services.add("Deventer")
    assert result.copied and result.folder == services.data / "places"
    assert {path.stem for path in result.folder.iterdir()} >= {"deventer", "enschede", "gronau"}
    assert not services.add("Zutphen", core=degrees()).copied


def test_a_folder_of_its_own_is_a_region_of_its_own(services: PlaceServices, tmp_path: Path):
    result = services.add("Deventer", places=tmp_path / "own")
    assert [path.name for path in (tmp_path / "own").iterdir()] == ["deventer.geojson"]
    assert not result.copied and not (services.data / "places").exists()


def test_two_names_are_added_together_or_not_at_all(services: PlaceServices):
    with pytest.raises(UseError, match="Devneter"):
        services.add("Deventer", "Devneter")
    assert not (services.data / "places").exists()
    services.settlements = (
        *services.settlements,
        settlement("woonplaats", "Zutphen", "0301", east=2_000.0),
    )
    result = services.add("Deventer", "Zutphen")
    assert [place.place_id for place in result.places] == ["deventer", "zutphen"]


def test_a_double_name_asks_with_code_and_province(services: PlaceServices):
    with pytest.raises(UseError) as refused:
        services.add("Bergen")
    assert "Bergen (NH.), GM0373, Noord-Holland; Bergen (L.), GM0893, Limburg" in str(refused.value)
    asked = []

    def choose(kind: str, name: str, options: list[str]) -> int:
        asked.append((kind, name, len(options)))
        return 1

    result = services.add("Bergen", choose=choose, core=degrees(), places=services.folder / "own")
    assert asked == [("municipality", "Bergen", 2)]
    assert written(result, "bergen-l")["properties"]["municipality_code"] == "GM0893"


def test_a_typing_error_is_answered_with_suggestions_and_assumed_never(services: PlaceServices):
    with pytest.raises(UseError, match=r"did you mean Deventer, GM0150, Overijssel\?"):
        services.add("Devneter")


def test_a_town_within_a_municipality_is_asked_of_the_locatieserver(services: PlaceServices):
    services.settlements = [
        settlement("woonplaats", "Delden", "1735", municipality="Hof van Twente")
    ]
    result = services.add("Delden", places=services.folder / "own")
    known = written(result, "delden")["properties"]
    assert (known["name_nl"], known["municipality_code"]) == ("Delden", "GM1735")
    assert result.places[0].assumptions[0].key == "town"


def test_two_towns_of_one_name_ask_for_the_municipality(services: PlaceServices):
    services.settlements = [
        settlement("woonplaats", "Dorpstad", "0150", municipality="Deventer"),
        settlement("woonplaats", "Dorpstad", "1735", municipality="Hof van Twente", east=900.0),
    ]
    with pytest.raises(UseError, match="2 towns fit: Dorpstad in Deventer, GM0150"):
        services.add("Dorpstad")
    result = services.add("Dorpstad (Hof van Twente)", places=services.folder / "own")
    assert written(result, "dorpstad")["properties"]["municipality_code"] == "GM1735"


def test_a_name_is_refused_with_what_was_consulted_when_the_service_is_down(
    services: PlaceServices,
):
    services.down = {"geocoder"}
    with pytest.raises(UseError, match=r"342 municipalities of 2026.*did not answer.*http-404"):
        services.add("Delden")
    with pytest.raises(UseError, match="no municipality GM9999"):
        services.add("9999")


@pytest.mark.parametrize("status", [404, 400])
def test_without_the_locatieserver_a_listed_town_needs_its_core(
    services: PlaceServices, status: int
):
    services.down, services.status = {"geocoder"}, status
    with pytest.raises(RunError, match=rf"holds no positions.*http-{status}.*--core LON LAT"):
        services.add("Deventer")
    result = services.add("Deventer", core=degrees(10.0))
    assert written(result)["properties"]["core_basis"] == "given"
    assert assumed(result) == ["municipality", "outline", "square-failed", "core-given"]


def test_without_the_kadaster_the_place_reaches_around_its_square(services: PlaceServices):
    services.down = {"brt_places"}
    result = services.add("Deventer")
    assert written(result)["geometry"] == {"type": "Point", "coordinates": list(degrees(100.0))}
    assert assumed(result) == ["municipality", "outline-failed", "core-square", "reach"]
    assert result.places[0].assumptions[-1].values["metres"] == round(REACH_M)


def test_without_the_boundary_the_search_goes_around_the_town(services: PlaceServices):
    services.down = {"cbs_areas"}
    result = services.add("Deventer")
    assert assumed(result) == ["municipality", "boundary-failed", "outline", "core-square"]


def test_without_any_other_service_the_position_of_the_town_is_the_core(services: PlaceServices):
    services.down, services.streets = {"brt_places", "cbs_areas"}, ()
    result = services.add("Deventer")
    known = written(result)["properties"]
    assert (known["core"], known["core_basis"]) == (list(degrees()), "gazetteer")
    assert assumed(result) == [
        "municipality",
        "boundary-failed",
        "outline-failed",
        "square-none",
        "core-gazetteer",
        "reach",
    ]


def test_without_a_square_the_middle_of_the_outline_is_the_core(services: PlaceServices):
    services.streets = [square("Brink"), square("Markt", east=2_000.0)]
    result = services.add("Deventer")
    known = written(result)["properties"]
    assert (known["core"], known["core_basis"]) == (list(degrees()), "outline")
    assert assumed(result)[-2:] == ["square-none", "core-outline"]


def test_without_an_outline_named_as_an_inner_city_there_is_none(services: PlaceServices):
    services.districts = [district("Noord"), district("Zuid", 900.0)]
    result = services.add("Deventer")
    assert assumed(result) == ["municipality", "outline-none", "core-square", "reach"]


def test_a_municipality_without_a_town_of_its_name_is_searched_whole(services: PlaceServices):
    services.settlements = [settlement("gemeente", "Deventer")]
    services.districts = [district("Centrum", east=7_000.0)]
    services.streets = [square(east=7_050.0)]
    result = services.add("Deventer")
    assert written(result)["properties"]["core"] == list(degrees(7_050.0))
    assert assumed(result) == ["municipality", "no-town", "outline", "core-square"]


def test_two_outlines_or_squares_that_fit_ask_and_a_core_decides(services: PlaceServices):
    services.districts = [district("Binnenstad"), district("Centrum", east=2_000.0)]
    with pytest.raises(UseError, match="2 outlines fit: Binnenstad, 36 ha, .*; Centrum, 36 ha"):
        services.add("Deventer")
    services.streets = [square(), square("Grote Markt", east=-200.0)]
    with pytest.raises(UseError, match="2 market squares fit: Markt, .*--core LON LAT"):
        services.add("Deventer", choose=lambda kind, *_: 0 if kind == "outline" else _refused(kind))
    result = services.add("Deventer", core=degrees(-195.0))
    known = written(result)["properties"]
    # Five metres from the Grote Markt.
    assert (known["core"], known["core_basis"]) == (list(degrees(-195.0)), "square")
    assert result.places[0].assumptions[1].values["name"] == "Binnenstad"


def _refused(kind: str) -> int:
    raise UseError("2 market squares fit: Markt, ...: choose with --core LON LAT")


def test_a_core_on_the_only_square_is_that_square(services: PlaceServices):
    result = services.add("Deventer", core=degrees(150.0))
    assert written(result)["properties"]["core_basis"] == "square"


def test_a_core_outside_every_outline_leaves_the_outline_out(services: PlaceServices):
    result = services.add("Deventer", core=degrees(1_000.0))
    assert "outline-elsewhere" in assumed(result)
    assert written(result)["geometry"]["type"] == "Point"


def test_a_core_in_another_municipality_is_refused(services: PlaceServices):
    services.boundaries = ()
    with pytest.raises(UseError, match="--core: expected a point in Deventer, GM0150"):
        services.add("Deventer", core=degrees())


def test_an_error_in_an_answer_of_200_is_a_service_that_is_down(
    services: PlaceServices, upstream: Upstream
):
    upstream.serve(FREE, as_json({"error": {"msg": "undefined field", "code": 400}}))
    with pytest.raises(RunError, match="did not answer"):
        services.add("Deventer")


def test_a_place_is_not_overwritten_unless_it_is_said(services: PlaceServices):
    services.add("Deventer")
    services.streets = ()
    # An answer counts for ninety days.
    services.clock.slept.append(100 * 86_400.0)
    with pytest.raises(UseError, match="deventer.geojson is there already: .*--replace"):
        services.add("Deventer")
    result = services.add("Deventer", replace=True)
    assert written(result)["properties"]["core_basis"] == "outline"


def test_a_replaced_place_keeps_its_names_and_profile(services: PlaceServices):
    result = services.add("Oldenzaal", core=degrees(), replace=True)
    assert written(result, "oldenzaal")["properties"]["profile"] is not None
    services.add("Hengelo (Overijssel)", core=degrees(), replace=True)
    assert written(result, "hengelo")["properties"]["name_nl"] == "Hengelo"


def test_a_site_at_the_edge_belongs_to_the_nearest_centre(services: PlaceServices):
    site = Edge("De Boreel", *degrees(1_000.0))
    result = services.add("Deventer", edges=(site,))
    known = written(result, "de-boreel")["properties"]
    assert (known["role"], known["municipality_code"]) == ("periphery", "GM0150")
    assert known["core"] == list(degrees(1_000.0))
    with pytest.raises(UseError, match="de-boreel is there already"):
        services.add(edges=(site,))
    with pytest.raises(UseError, match="within 25 km of a centre"):
        services.add(edges=(Edge("Ver weg", 4.3, 52.1),))


def test_a_removed_place_is_not_in_the_folder_and_the_last_one_is_refused(
    services: PlaceServices, tmp_path: Path
):
    services.add("Deventer")
    removal = places.remove_place(services.data, None, "deventer")
    assert (removal.version, removal.rows) == (None, {})
    assert "deventer" not in set(places.list_places(services.data, None)["place_id"])
    with pytest.raises(UseError, match="ID: expected one of almelo"):
        places.remove_place(services.data, None, "deventer")
    own = services.add("Deventer", places=tmp_path / "own").folder
    with pytest.raises(UseError, match="only place"):
        places.remove_place(services.data, own, "deventer")


def test_the_distance_between_centres_is_told_where_a_run_would_ask_too_much(
    services: PlaceServices,
):
    # Enschede lies 50 km east of the middle, by its place file.
    assert services.add("Deventer").width_km is None
    assert services.add("Zutphen", core=(4.9, 52.37)).width_km > 100


@pytest.mark.slow
@pytest.mark.parametrize("step", [19, pytest.param(1, marks=pytest.mark.long)])
def test_any_municipality_is_added_by_its_name_or_code_and_read_by_a_run(
    services: PlaceServices, tmp_path: Path, step: int
):
    tricky = {"GM0164", "GM0373", "GM0518", "GM1900"}
    chosen = [
        known
        for number, known in enumerate(municipalities())
        if number % step == 0 or known.code in tricky
    ]
    services.settlements = [settlement("gemeente", known.name, known.code[2:]) for known in chosen]
    services.down, services.streets = {"brt_places", "cbs_areas"}, ()
    typed = (known.code if at % 2 else known.name for at, known in enumerate(chosen))
    result = services.add(*typed, places=tmp_path / "own")
    table = run.read_places(tmp_path / "own").set_index("place_id")
    assert len(result.places) == len(chosen) >= 18
    assert sorted(table["municipality_code"]) == [known.code for known in chosen]
    assert {"s-gravenhage", "sudwest-fryslan", "bergen-nh", "hengelo"} <= set(table.index)


def test_answers_as_recorded_clients_know_them_are_enough(services: PlaceServices):
    # No municipality as a document of its own, and squares with a shown name alone.
    services.settlements = [settlement("woonplaats", "Deventer")]
    recorded = square() | {"weergavenaam": "Markt, Deventer"}
    del recorded["straatnaam"]
    services.streets = [recorded, recorded]
    services.districts = [district() | {"properties": {"TYPEGEBIED": ["wijk"], "NAAM_NL": "City"}}]
    result = services.add("Deventer")
    known = written(result)["properties"]
    assert (known["core_basis"], known["boundary_basis"]) == ("square", "top10nl")
    # Without a day of the outline, that of the answer.
    assert known["boundary_date"] == "2026-03-01"


def test_a_municipality_with_another_name_now_says_so(services: PlaceServices):
    services.settlements = [settlement("gemeente", "Deventer aan de IJssel")]
    assert "renamed" in assumed(services.add("GM0150"))


def test_a_municipality_newer_than_the_list_is_known_live(services: PlaceServices):
    services.settlements = [settlement("gemeente", "Nieuwstad", "2050")]
    services.down, services.streets = {"cbs_areas"}, ()
    result = services.add("Nieuwstad", places=services.folder / "own")
    assert assumed(result)[0] == "new-municipality"
    assert written(result, "nieuwstad")["properties"]["municipality_code"] == "GM2050"


def test_a_town_that_is_there_under_another_id_is_not_added_twice(services: PlaceServices):
    folder = services.folder / "own"
    path = services.add("Deventer", places=folder).folder / "deventer.geojson"
    path.write_text(path.read_text("utf-8").replace('"deventer"', '"mijn-stad"'), "utf-8")
    path.rename(folder / "mijn-stad.geojson")
    with pytest.raises(UseError, match="its centre is there already as mijn-stad"):
        services.add("Deventer", places=folder)


def test_an_outline_without_its_columns_is_a_failure_and_not_an_absence(services: PlaceServices):
    services.districts = [district() | {"properties": {"soort": "wijk"}}]
    result = services.add("Deventer")
    assert assumed(result) == ["municipality", "outline-failed", "core-square", "reach"]
