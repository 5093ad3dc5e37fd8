"""Answers of other services, and of feeds that are wrong: a reader says what it misses, or has no
rows; never a value, never nought.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from etl.errors import ContentError, ProblemError
from etl.sources import readers
from tests.etl.sources.source_runs import NO_SAMPLES, area, piece, sample

SAMPLES = Path(os.environ.get("STADSHART_SAMPLES", "/nonexistent"))
OWN = {
    "bag": ("bag_ogc", "pdok_ogc"),
    "cbs_areas": ("pdok_ogc",),
    "cbs_population": ("pdok_ogc",),
    "cbs_statline": ("cbs_odata_v4",),
    "osm": ("overpass",),
    "transit": ("ov_oost",),
}
"""Folders with recorded answers a reader is made for."""
WORDS = ("indicators", "translations")
"""Tables of our own words, which need no rows of a source."""

FILES = [path for path in sorted(SAMPLES.rglob("*")) if path.is_file()]

GARAGES = {
    "bag": ("outside-box", "check that this is the right region"),
    "brt_places": ("column-missing", "typegebied"),
    "cbs_areas": ("column-retyped", "polygons"),
    "cbs_population": ("column-missing", "gemeentecode"),
    "cbs_statline": ("input-kind", "OData"),
    "cbs_table": ("input-kind", "OData"),
    "osm": ("column-missing", "@id"),
    "pageviews": ("column-missing", "items"),
}


@NO_SAMPLES
@pytest.mark.parametrize(
    ("source_id", "code", "words"), [(name, *told) for name, told in GARAGES.items()]
)
def test_a_garage_feed_in_error_is_refused_by_what_it_lacks(source_id: str, code: str, words: str):
    with pytest.raises(ContentError) as refused:
        readers()[source_id].parse([piece(sample("parking/amsterdam-wrong_garages.json"))], area())
    assert refused.value.finding.code == code and words in refused.value.finding.en


@NO_SAMPLES
@pytest.mark.parametrize(
    "source_id",
    sorted(name for name, module in readers().items() if ".json" in module.SOURCE.accepts),
)
def test_every_reader_of_json_has_its_say_about_garages(source_id: str):
    assert source_id in GARAGES


@NO_SAMPLES
@pytest.mark.slow
@pytest.mark.parametrize("source_id", readers())
def test_no_recorded_answer_of_another_service_is_taken_for_our_own(source_id: str):
    reader, taken = readers()[source_id], {}
    for path in FILES:
        name = path.relative_to(SAMPLES)
        if path.suffix not in reader.SOURCE.accepts or name.parts[0] in OWN.get(source_id, ()):
            continue
        try:
            parsed = reader.parse([piece(path, place_id="hengelo")], area())
        except ProblemError as error:
            assert error.finding.severity == "error", name
            continue
        taken |= {
            (str(name), table): len(frame)
            for table, frame in parsed.frames.items()
            if table not in WORDS and len(frame)
        }
    assert taken == {}
