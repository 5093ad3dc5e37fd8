import json
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from etl.errors import ContentError
from etl.sources import pageviews
from tests.etl.sources.source_runs import (
    SourceFailedError,
    SourceRunner,
    area,
    checked_frames,
    place,
    write_piece,
)
from tests.etl.upstream import FastClock, Reply, Upstream, as_json

HENGELO = (
    f"{urlsplit(pageviews.BASE).path}/nl.wikipedia/all-access/user/Hengelo_%28Overijssel%29"
    "/monthly/2015070100/2026030100"
)
UNKNOWN = (
    "The date(s) you used are valid, but we either do not have data for those date(s), or the"
    " project you asked for is not loaded yet."
)


@pytest.fixture(autouse=True)
def first_of_march(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pageviews, "_today", lambda: date(2026, 3, 1))


@pytest.fixture
def runner(upstream: Upstream, clock: FastClock, tmp_path: Path, quick_disk: None) -> SourceRunner:
    return SourceRunner(upstream, clock, tmp_path)


def month(
    stamp: str = "2026010100", views: object = 1200, article: str = "Hengelo_(Overijssel)"
) -> dict[str, object]:
    return {
        "project": "nl.wikipedia",
        "article": article,
        "granularity": "monthly",
        "timestamp": stamp,
        "access": "all-access",
        "agent": "user",
        "views": views,
    }


def read(tmp_path: Path, *items: dict[str, object]):
    return pageviews.parse(
        [write_piece(tmp_path, "views.json", json.dumps({"items": items}))], area()
    )


def test_months_of_an_article_are_attention_not_visits(runner: SourceRunner, upstream: Upstream):
    upstream.serve(HENGELO, as_json({"items": [month("2025120100", 1000), month()]}))
    parsed = runner.run(pageviews, area())
    frames = checked_frames(pageviews, parsed, area())
    rows = frames["observations"].set_index("observation_id")
    assert rows["value"].to_dict() == {
        "hengelo-wikipedia-nl-hengelo-overijssel-2025-12": 1000.0,
        "hengelo-wikipedia-nl-hengelo-overijssel-2026-01": 1200.0,
    }
    assert rows["series"].nunique() == 1
    assert rows["definition"].str.contains("geen bezoek").all()
    assert "geen bezoek" in frames["indicators"]["label_nl"].iloc[0]
    assert set(rows["definition"]) | set(rows["area_name"]) | set(rows["unit"]) <= set(
        frames["translations"]["text_nl"]
    )


def test_a_title_is_one_step_of_the_address(upstream: Upstream):
    (question,) = pageviews.requests(area(place("enschede", "GM0153")))[:1]
    assert unquote(urlsplit(question.request.url).path).split("/")[-4] == "Oude_Markt_(Enschede)"


def test_only_articles_of_our_places_are_asked():
    assert pageviews.requests(area(place("voorbeeldstad", "GM9999"))) == []


def test_a_title_without_views_is_an_answer_not_zero(runner: SourceRunner, upstream: Upstream):
    upstream.serve(
        HENGELO,
        as_json(
            {"detail": UNKNOWN, "status": 404, "title": "Not Found"},
            status=404,
            content_type="application/problem+json",
        ),
    )
    parsed = runner.run(pageviews, area())
    assert (len(parsed.frames["observations"]), parsed.counts) == (0, {"missing-article": 1})
    assert [finding.code for finding in runner.findings] == ["no-data-yet"]


@pytest.mark.parametrize(
    "body", [b'{"detail":"invalid route"}', b"<html><title>Not found</title></html>", b""]
)
def test_a_wrong_address_is_a_failure(runner: SourceRunner, upstream: Upstream, body: bytes):
    upstream.serve(HENGELO, Reply(status=404, body=body))
    with pytest.raises(SourceFailedError, match="http-404"):
        runner.run(pageviews, area())


def test_no_months_is_an_answer(runner: SourceRunner, upstream: Upstream):
    upstream.serve(HENGELO, as_json({"items": []}))
    assert len(runner.run(pageviews, area()).frames["observations"]) == 0


def test_an_error_inside_a_good_answer_is_a_failure(runner: SourceRunner, upstream: Upstream):
    upstream.serve(
        HENGELO,
        as_json({"title": "Bad Request", "status": 400, "detail": "no full months between dates"}),
    )
    with pytest.raises(SourceFailedError, match="error-inside"):
        runner.run(pageviews, area())


def test_a_month_that_is_not_over_is_left_out(tmp_path: Path):
    parsed = read(tmp_path, month("2026020100"), month("2026030100"))
    assert (len(parsed.frames["observations"]), parsed.counts, parsed.surveyed) == (
        1,
        {"dropped-incomplete-month": 1},
        "2026-02-28",
    )


def test_the_last_month_of_a_file_is_no_month_whenever_the_file_is_brought(tmp_path: Path):
    months = [month("2025110100", 900), month("2025120100", 1000), month("2026010100", 7)]
    parsed = read(tmp_path, *months)
    assert list(parsed.frames["observations"]["value"]) == [900.0, 1000.0]
    assert parsed.counts == {"dropped-incomplete-month": 1}


def test_the_last_month_of_an_answer_is_known_by_the_day_it_was_fetched(
    runner: SourceRunner, upstream: Upstream
):
    upstream.serve(HENGELO, as_json({"items": [month("2026010100", 7)]}))
    assert list(runner.run(pageviews, area()).frames["observations"]["value"]) == [7.0]


def test_another_article_is_left_out(tmp_path: Path):
    assert read(tmp_path, month(article="Hengelo")).counts == {"dropped-other-article": 1}


@pytest.mark.parametrize("items", [[month(article="Hengelo")], [month()], []])
def test_a_file_without_a_whole_month_of_ours_is_refused(
    tmp_path: Path, items: list[dict[str, object]]
):
    parsed = read(tmp_path, *items)
    assert [(one.code, one.severity) for one in parsed.findings] == [("import-nothing", "error")]


@pytest.mark.parametrize(
    "known", [{"granularity": "daily"}, {"access": "desktop"}, {"agent": "all-agents"}]
)
def test_views_counted_in_another_way_are_refused(tmp_path: Path, known: dict[str, object]):
    with pytest.raises(ContentError, match=f"{next(iter(known))}.*column-retyped"):
        read(tmp_path, month("2025120100") | known, month() | known)


@pytest.mark.parametrize(
    "known",
    [
        {"views": None},
        {"views": -1},
        {"views": "12"},
        {"timestamp": "202601"},
        {"timestamp": "2026130100"},
        {"article": None},
    ],
)
def test_items_of_another_shape_are_refused(tmp_path: Path, known: dict[str, object]):
    with pytest.raises(ContentError):
        read(tmp_path, month() | known)
