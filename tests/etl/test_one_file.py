"""A source and an indicator are one file each, as the README says; a town is one in
tests/dashboard/test_new_town.py.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import etl.sources
import geo.indicators
from data import catalogue
from etl.__main__ import main
from tests.dashboard.test_views import opened, words
from tests.etl.made_up_town import degrees, place_file
from tests.etl.upstream import Upstream, as_json

pytestmark = pytest.mark.slow

SOURCE = '''
"""Trees in the streets, from the municipality's own register."""

from data.schema.tables import BACKGROUND
from etl.parsing import vector_layers
from etl.parsing.assumptions import HasTypes, ServiceAssumption, at
from etl.area import Area
from etl.fetch.messages import Request
from etl.source import Parsed, Piece, Question, Source
from geo.bilingual import Bilingual

SOURCE = Source(
    id="street_trees",
    title=Bilingual(nl="Bomen in de straat", en="Trees in the street"),
    publisher="Gemeente Voorbeeldstad",
    licence="CC0 1.0",
    fills=(BACKGROUND,),
    rows=range(0, 100_000),
    tried="documentation",
    accepts=vector_layers.ACCEPTS,
)


def requests(area: Area) -> list[Question]:
    """The trees in the box of the place."""
    box = ",".join(f"{side:.6f}" for side in area.degrees())
    request = Request(
        url="https://trees.example/items",
        params=(("bbox", box),),
        kind="geojson",
        licence="CC0 1.0",
    )
    return [Question(name="trees", request=request)]


def assumptions(area: Area) -> list[ServiceAssumption]:
    """Every tree has a species."""
    species = HasTypes({"species": "string"}, at("features", "*", "properties"))
    return [
        ServiceAssumption(about=question.name, question=question, checks=(species,))
        for question in requests(area)
    ]


def parse(pieces: list[Piece], area: Area) -> Parsed:
    """A green spot of four metres around every tree."""
    met = vector_layers.read(pieces, area)
    inside, elsewhere = area.clip(met.frame)
    green = inside[["geometry"]].assign(kind="green", geometry=inside.buffer(4.0))
    counts = {**met.counts, "dropped-elsewhere": elsewhere}
    return Parsed({"background": green}, counts, met.surveyed, met.findings)
'''

INDICATOR = '''
"""Inhabitants of the municipality, as published."""

from collections.abc import Mapping

import pandas as pd

from geo.bilingual import Bilingual
from geo.indicator import Indicator, published

INDICATOR = Indicator(
    id="inhabitants",
    label=Bilingual(
        nl="Inwoners van de hele gemeente",
        en="Inhabitants of the whole municipality",
        de="Einwohner der ganzen Gemeinde",
    ),
    unit=Bilingual(nl="inwoners", en="inhabitants", de="Einwohner"),
    better="higher",
    group="demography",
    area="municipality",
    definition=Bilingual(
        nl="Inwoners op 1 januari.", en="Inhabitants on 1 January.", de="Einwohner am 1. Januar."
    ),
    needs=("observations",),
)


def compute(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Inhabitants per place and year."""
    return published(tables["observations"], indicator="population", area_kind=INDICATOR.area)
'''


@pytest.fixture
def added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose files lie among the sources and the indicators."""
    folder = tmp_path / "added"
    folder.mkdir()
    for package in (etl.sources, geo.indicators):
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(folder)])
    geo.indicators.declared_measures.cache_clear()
    yield folder
    geo.indicators.declared_measures.cache_clear()
    for path in folder.glob("*.py"):
        for package in (etl.sources, geo.indicators):
            sys.modules.pop(f"{package.__name__}.{path.stem}", None)
            if hasattr(package, path.stem):
                delattr(package, path.stem)


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    return int(left.value.code or 0), capsys.readouterr().out


@pytest.mark.parametrize("by", ["the network", "a file"])
def test_a_source_is_one_file(
    added: Path, tmp_path: Path, upstream: Upstream, capsys: pytest.CaptureFixture[str], by: str
):
    (added / "street_trees.py").write_text(SOURCE)
    trees = [
        {
            "type": "Feature",
            "id": n,
            "properties": {},
            "geometry": {"type": "Point", "coordinates": degrees(n * 10.0, 0.0)},
        }
        for n in range(3)
    ]
    answer = {"type": "FeatureCollection", "features": trees}
    upstream.serve("/items", as_json(answer))
    (tmp_path / "inputs" / "street_trees").mkdir(parents=True)
    (tmp_path / "inputs" / "street_trees" / "trees.geojson").write_text(json.dumps(answer))
    way = (
        ("--base-url", f"street_trees={upstream.url()}")
        if by == "the network"
        else ("--inputs", tmp_path / "inputs")
    )
    data = tmp_path / "data"
    code, _ = told(
        capsys,
        "run",
        "--places",
        place_file(tmp_path / "places"),
        "--data",
        data,
        "--source",
        "street_trees",
        "--workers",
        1,
        *way,
    )
    assert code == 0
    snapshot = catalogue.open(data)
    assert snapshot.table("background")["kind"].tolist() == ["green"] * 3
    assert snapshot.manifest.table("background").sources == ("street_trees",)
    assert bool(upstream.requests) == (by == "the network")
    listed = [
        json.loads(line)
        for line in told(capsys, "sources", "--data", data, "--json")[1].splitlines()
    ]
    mine = next(line for line in listed if line["source_id"] == "street_trees")
    assert (mine["licence"], mine["status"], mine["tried"]) == ("CC0 1.0", "fresh", "documentation")
    assert "street_trees\tfresh\t" in told(capsys, "status", "--data", data)[1]
    if by == "the network":
        code, out = told(capsys, "probe", "--data", data, "--source", "street_trees", *way)
        assert code == 3
        assert "fields species string\totherwise: species absent\tdiffers" in out


def test_an_indicator_is_one_file(added: Path):
    (added / "inhabitants.py").write_text(INDICATOR)
    assert "inhabitants" in geo.indicators.declared_measures()
    assert "Inwoners van de hele gemeente" in words(opened("profiel.py", plaats="enschede"))
