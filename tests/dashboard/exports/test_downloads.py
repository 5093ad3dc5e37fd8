"""Files of a selection: every address makes one, and what is internal is in none of them."""

import asyncio
import csv
import io
import json
import zipfile
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.__main__ import main
from dashboard.exports import downloads
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import LANGUAGES, Lang, texts
from dashboard.maps import layers
from dashboard.press.errors import PressError, QueueFullError
from dashboard.press.studio import Studio
from dashboard.press.worker.jobs import Made
from dashboard.selection import permalink
from dashboard.selection.context import context_of
from dashboard.selection.permalink import Selection
from dashboard.server import export_routes
from dashboard.session import cache as session_cache
from dashboard.session import export_jobs, visitor
from data import catalogue
from data.catalogue import Catalogue
from data.schema.tables import DECLARED
from data.snapshot import publish
from tests import town
from tests.conftest import free_port
from tests.dashboard import shipped, voorbeeldstad

SECRET = "Geheime Winkel"
# What packs the rows knows no form, and what writes a form knows no rows: every name once, every
# form of a map, and of one table for everybody and of one whole table the archive of most forms.
# `test_flow_tables.py` takes the flows, which need a model.
CHOSEN = [
    name
    for name in downloads.DOWNLOADS
    if not downloads.is_modelled(name)
    and (
        name.endswith((".csv", ".html"))
        or name.startswith("kaart.")
        or name in ("initiatieven.zip", "initiatives.zip")
    )
]


def everything(facts: Facts, lang: Lang = "nl") -> Selection:
    """The whole region with every layer on."""
    return replace(permalink.opening(visitor.vocabulary(facts), lang), layers=tuple(layers.by_id()))


@pytest.fixture(scope="module")
def studio() -> Studio:
    """What ships."""
    return Studio(shipped.facts())


@pytest.fixture(scope="module")
def example() -> Studio:
    """The made-up town, which has streets and units."""
    return Studio(voorbeeldstad.facts())


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """The town with a unit, a figure and an initiative that are internal, each with the secret in
    its words.
    """
    paper, counter = town.sources()
    own = {"source_id": "voorbeeldteller"}
    initiatives = town.initiatives()
    initiatives.loc[
        initiatives["initiative_id"] == "lichtjesavond", ["source_id", "name", "note"]
    ] = ["voorbeeldteller", SECRET, SECRET]
    found = {
        **town.tables(),
        "initiatives": initiatives,
        "observations": town.observations(
            {},
            {
                "observation_id": "own:x",
                "note": SECRET,
                "area_name": SECRET,
                "sharing": "internal",
                **own,
            },
        ),
        "premises": town.premises({}, {"premises_id": "survey:x:1", "address": SECRET, **own}),
    }
    folder = tmp_path_factory.mktemp("closed")
    publish.publish(
        folder,
        found,
        [paper, counter],
        town.table_sources(),
        published=datetime(2024, 3, 3, tzinfo=UTC),
    )
    return catalogue.open(folder)


@pytest.fixture(scope="module")
def local(closed: Catalogue) -> Selection:
    """All of that town, as it is chosen on this computer."""
    return everything(Facts(closed, beyond=False))


def unpacked(found: bytes) -> Iterator[bytes]:
    """The bytes and, of an archive or a Parquet file, what is packed in them."""
    yield found
    if found[:4] == b"PAR1":
        table = pq.read_table(io.BytesIO(found))
        yield repr(
            table.drop_columns(
                [name for name in ("geometry", "bbox") if name in table.column_names]
            ).to_pylist()
        ).encode()
    if found[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(found)) as archive:
            for name in archive.namelist():
                yield from unpacked(archive.read(name))


def rows(studio: Studio, name: str, selection: Selection) -> list[dict[str, str]]:
    content = downloads.make_from_studio(studio, name, selection).content
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def rows_of_notes(studio: Studio) -> list[str]:
    return json.loads(
        downloads.make_from_studio(studio, "kaart.geojson", everything(studio.facts)).content
    )["notes"]


@pytest.mark.slow
def test_every_file_is_made_or_refused_in_words_and_internal_rows_are_in_none(
    closed: Catalogue, local: Selection
):
    assert SECRET in repr(closed.table("premises")["address"].tolist())
    found, told = {}, set()
    for name in CHOSEN:
        try:
            made = downloads.make_file(closed.folder, closed.version, name, local)
        except PressError as refused:
            assert name.partition(".")[0] not in downloads.SELECTIONS, name
            told.add(str(refused))
        else:
            assert made.content and made.media_type == downloads.MEDIA[name.rpartition(".")[2]], (
                name
            )
            found[name] = [*unpacked(made.content)]
    assert {"kaart.html", "kaart.csv", "kaart.zip", "initiatives.zip", "panden.csv"} <= set(found)
    assert all("te downloaden" in words for words in told)
    assert [
        name
        for name, parts in found.items()
        if any(SECRET.encode() in part or b"survey:x:1" in part for part in parts)
    ] == []


@pytest.mark.slow
def test_units_of_a_source_that_shares_totals_stay(tmp_path: Path):
    paper, counter = town.sources()
    units = town.premises(
        {"address": SECRET}, {"premises_id": "bag:9999010000000002", "address": SECRET}
    )
    sources = [replace(paper, sharing="aggregate"), counter]
    publish.publish(
        tmp_path,
        {**town.tables(), "premises": units},
        sources,
        town.table_sources(),
        published=datetime(2024, 3, 3, tzinfo=UTC),
    )
    opened = catalogue.open(tmp_path)
    selection = everything(Facts(opened))
    for name in ("kaart.zip", "kaart.html", "panden.csv", "panden.geojson", "straten.csv"):
        found = downloads.make_file(opened.folder, opened.version, name, selection).content
        assert not any(SECRET.encode() in part for part in unpacked(found)), name


@pytest.mark.slow
def test_note_about_sites_without_a_spot_needs_one(example: Studio, studio: Studio):
    said = {one: rows_of_notes(one) for one in (example, studio)}
    assert not any("Zonder bekende plek" in note for note in said[example])
    assert any("Zonder bekende plek" in note and not note.endswith(": .") for note in said[studio])


def test_unit_of_which_nothing_is_known_is_called_unknown(example: Studio):
    found = rows(example, "panden.csv", everything(example.facts))
    assert {row["Klasse op de kaart"] for row in found} == {"leegstaand", "in gebruik", "onbekend"}


@pytest.mark.parametrize("name", ["kaart", "straten", "panden", "initiatieven", "observations"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_column_of_a_selection_says_what_it_holds(example: Studio, name: str, lang: Lang):
    pack, _ = downloads.SELECTIONS[name]
    for sheet in pack(example, context_of(example.facts, everything(example.facts, lang))).tables:
        assert all(
            column.definition and column.definition != column.header for column in sheet.columns
        )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_files_speak_the_language_of_the_page(studio: Studio, lang: Lang):
    made = downloads.make_from_studio(
        studio, "kaart.geojson", everything(studio.facts, lang)
    ).content
    assert json.loads(made)["title"].startswith(
        {
            "nl": "Stadshart Twente: kaart",
            "en": "Stadshart Twente: map",
            "de": "Stadshart Twente: Karte",
        }[lang]
    )


def test_row_of_the_map_says_class_source_and_licence(studio: Studio):
    found = rows(studio, "kaart.csv", replace(everything(studio.facts), layers=("leegstand",)))
    assert {row["Klasse op de kaart"] for row in found} == {
        "leegstandscijfer, met wat er is geteld"
    }
    assert all(row["Uitgever"] and row["Licentie"] for row in found)


def test_initiative_of_which_only_the_town_is_known_has_no_spot(studio: Studio):
    made = json.loads(
        downloads.make_from_studio(studio, "initiatieven.geojson", everything(studio.facts)).content
    )
    spots = {feature["properties"]["id"]: feature["geometry"] for feature in made["features"]}
    unknown = {row.initiative_id for row in studio.facts.initiatives if row.point is None}
    assert unknown and {key for key, spot in spots.items() if spot is None} == unknown
    assert "alleen de stad" in {
        feature["properties"]["class"][-15:-1] for feature in made["features"]
    }


@pytest.mark.slow
def test_made_up_town_says_so_in_every_file(example: Studio):
    selection = everything(example.facts)
    context = context_of(example.facts, selection)
    packs = {
        name: pack for name, (pack, _) in downloads.SELECTIONS.items() if name != "koopstromen"
    }
    for name, pack in {**packs, "places": downloads._table_packer("places")}.items():
        for sheet in pack(example, context).tables:
            assert any("verzonnen" in note.lower() for note in sheet.notes), name
    made = downloads.make_from_studio(example, "places.zip", selection)
    assert "verzonnen" in list(unpacked(made.content))[1].decode().lower()


def test_whole_figures_of_a_place_and_theme_leave(studio: Studio):
    selection = replace(everything(studio.facts), place="hengelo", theme="vacancy")
    assert {row["Plaats"] for row in rows(studio, "observations.csv", selection)} == {"Hengelo"}


def test_names_of_files_hold_the_place_of_a_selection_only(studio: Studio):
    selection = replace(everything(studio.facts), place="hengelo")
    assert downloads.file_name("kaart.gpkg", selection) == "stadshart-kaart-hengelo.gpkg"
    assert downloads.file_name("street_vacancy.csv", selection) == "stadshart-street-vacancy.csv"


# The addresses


def answered(name: str) -> Response:
    route = next(
        found
        for found in export_routes.routes()
        if isinstance(found, Route) and found.path == f"/export/{name}"
    )
    request = Request(
        {
            "type": "http",
            "method": "GET",
            "path": route.path,
            "query_string": b"taal=nl",
            "headers": [],
        }
    )
    return asyncio.run(route.endpoint(request))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """What stands for the picture process: it answers, or refuses, with what the list holds."""
    answers: list[object] = []

    def ask(key, task, *arguments):
        if isinstance(answers[0], QueueFullError):
            raise answers[0]
        future: Future[Made] = Future()
        (
            future.set_exception(answers[0])
            if isinstance(answers[0], PressError)
            else future.set_result(answers[0])
        )
        return future

    before = session_cache._served.folder
    session_cache.use(catalogue.EMBEDDED)
    monkeypatch.setattr(export_jobs.queue(), "ask", ask)
    yield answers
    session_cache.use(before)


def test_file_comes_with_a_name_to_save_it_under(asked: list[object]):
    asked.append(Made(b"x", "text/csv"))
    answer = answered("kaart.csv")
    assert (answer.status_code, answer.body) == (200, b"x")
    assert (
        answer.headers["content-disposition"] == 'attachment; filename="stadshart-kaart-twente.csv"'
    )
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_of_a_link_was_unread_goes_along(example: Studio):
    told = {
        form: (
            downloads.make_from_studio(
                example, f"kaart.{form}", everything(example.facts), ("periode",)
            ).content
        )
        for form in ("geojson", "html")
    }
    assert (
        json.loads(told["geojson"])["notes"][0]
        == "Niet alles in de link was te lezen (periode): daarvoor geldt de gewone keuze."
    )
    assert "te lezen (periode)" in told["html"].decode()


def test_full_queue_is_told_with_when_to_come_back(asked: list[object]):
    asked.append(QueueFullError("full"))
    answer = answered("kaart.gpkg")
    assert (
        answer.status_code == 503
        and int(answer.headers["retry-after"]) > 0
        and "druk" in bytes(answer.body).decode()
    )


def test_nothing_to_take_along_is_told(asked: list[object]):
    asked.append(PressError("Er is niets om mee te nemen."))
    answer = answered("premises.gpkg")
    detail = json.loads(answer.body)["detail"]
    assert (answer.status_code, detail) == (422, "Er is niets om mee te nemen.")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STADSHART_FRAMES", "javascript:alert(1)"),
        ("STADSHART_PUBLIC_URL", "ftp://x"),
        ("STADSHART_TILES", "http:"),
    ],
)
def test_wrong_setting_is_one_clear_line_at_the_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str
):
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as left:
        main(["--port", str(free_port())])
    said = capsys.readouterr().err
    assert left.value.code == 1 and name in said and said.count("\n") == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_published_table_has_a_name_for_readers(lang: Lang):
    assert all(texts(lang)(f"take.of_{name}") for name in DECLARED)
