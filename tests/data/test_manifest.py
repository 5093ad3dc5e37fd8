import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from data.errors import ManifestError
from data.manifest import ColumnRecord, Json, Manifest, SourceRecord, TableRecord, from_json
from tests import town

COLUMN = ColumnRecord(name="value", dtype="float64", unit="m", description="a length")
TABLE = TableRecord(
    name="streets",
    rows=1,
    sha256="0" * 64,
    content_hash="1" * 64,
    sources=("voorbeeldkrant",),
    columns=(COLUMN,),
)
MANIFEST = Manifest(
    version="2024-03-01-abc",
    published=datetime(2024, 3, 1, 12, tzinfo=UTC),
    tables=(TABLE,),
    sources=tuple(town.sources()),
)


def changed(path: list[str | int], value: Json) -> str:
    """The manifest's JSON with one value replaced."""
    content = json.loads(MANIFEST.to_json())
    inner = content
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return json.dumps(content)


def test_manifest_comes_back_from_its_text():
    assert from_json(MANIFEST.to_json()) == MANIFEST


def test_embedded_manifest_has_no_time():
    embedded = replace(MANIFEST, published=None)
    assert from_json(embedded.to_json()) == embedded


def test_time_is_written_in_utc():
    summer = timezone(timedelta(hours=2))
    local = replace(MANIFEST, published=datetime(2024, 7, 1, 12, tzinfo=summer))
    assert '"2024-07-01T10:00:00Z"' in local.to_json()


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (["format"], 2, "expected format 1, got 2: update Stadshart Twente"),
        (["extra"], 1, r"not known: \['extra'\]"),
        (["published"], "yesterday", "expected published as a time"),
        (["published"], "2024-03-01T12:00:00", "a time with its zone"),
        (["tables"], {}, "expected tables as a list"),
        (["tables", 0, "rows"], True, "table 'streets': expected rows as a whole number, got True"),
        (["tables", 0, "rows"], -1, "expected rows as 0 or more"),
        (["tables", 0, "sha256"], "abc", "expected sha256 as 64 hexadecimal digits"),
        (["tables", 0, "name"], "../streets", "expected name as a-z"),
        (["tables", 0, "sources"], ["roddel"], "only sources of this manifest"),
        (["tables", 0, "columns", 0, "unit"], 3, "expected unit as text, got 3"),
        (["sources", 0, "status"], "fine", "expected status as fresh | unchanged"),
        (["sources", 0, "sharing"], "secret", "expected sharing as open"),
        (["sources", 0, "retrieved"], "1 maart", "expected retrieved as a date"),
        (["sources", 0, "problems"], [1], "expected problems as a list of texts"),
        (["sources", 0, "licence"], "", "expected licence as text"),
        (["sources", 0, "source_id"], "voorbeeldteller", "each name once, in order"),
    ],
)
def test_wrong_field_is_named(path: list[str | int], value: Json, message: str):
    with pytest.raises(ManifestError, match=message):
        from_json(changed(path, value))


def test_missing_field_is_named():
    content = json.loads(MANIFEST.to_json())
    del content["sources"][0]["licence"]
    with pytest.raises(ManifestError, match=r"missing: \['licence'\]"):
        from_json(json.dumps(content))


def test_text_that_is_no_json_is_refused():
    with pytest.raises(ManifestError, match="line 1"):
        from_json('{"format": 1,')


def test_key_given_twice_is_refused():
    with pytest.raises(ManifestError, match="got twice: version"):
        from_json('{"version": "a", "version": "b"}')


def test_source_needs_a_licence():
    with pytest.raises(ManifestError, match="licence"):
        SourceRecord(
            source_id="x",
            title_nl="x",
            title_en="x",
            publisher="x",
            licence=" ",
            status="fresh",
            sharing="open",
        )


def test_unknown_dates_are_null():
    source = json.loads(MANIFEST.to_json())["sources"][1]
    assert source["surveyed"] is None
    assert source["retrieved"] == date(2024, 3, 2).isoformat()
