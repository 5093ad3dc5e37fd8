from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from etl.errors import ContentError
from etl.pipeline import run
from etl.pipeline.parts_store import ParsedPart, PartsIndex, PartsStore
from etl.pipeline.run import RunOptions
from etl.sources import notices
from tests.etl.sources.source_runs import (
    HENGELO,
    SourceFailedError,
    SourceRunner,
    area,
    checked_frames,
    place,
    write_piece,
)
from tests.etl.sources.sru import HEAD, SRU, answer, record, xml
from tests.etl.upstream import FastClock, ReceivedRequest, Reply, Upstream


@pytest.fixture(autouse=True)
def first_of_march(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "_today", lambda: date(2026, 3, 1))


@pytest.fixture
def runner(upstream: Upstream, clock: FastClock, tmp_path: Path, quick_disk: None) -> SourceRunner:
    return SourceRunner(upstream, clock, tmp_path)


def read(tmp_path: Path, *records: str):
    return notices.parse([write_piece(tmp_path, "notices.xml", answer(*records))], area())


def test_a_notice_is_kept_without_its_words(tmp_path: Path):
    parsed = read(tmp_path, record())
    row = checked_frames(notices, parsed, area())["notices"].iloc[0]
    assert (row["notice_id"], row["kind"], row["place_id"], row["published"].date()) == (
        "gmb-2026-1",
        "event",
        "hengelo",
        date(2026, 2, 20),
    )
    assert parsed.frames["notices"]["title"].isna().all()
    assert "Voorbeeld" not in parsed.frames["notices"].to_csv()


@pytest.mark.parametrize(
    ("known", "rule"),
    [
        ({"kind": "verkeersbesluit"}, "dropped-other-kind"),
        ({"east": 9000.0}, "dropped-elsewhere"),
        ({"east": None}, "dropped-no-position"),
        ({"shape": "POINT(here there)", "point": ""}, "dropped-no-position"),
    ],
)
def test_other_notices_are_counted(tmp_path: Path, known: dict[str, object], rule: str):
    parsed = read(tmp_path, record(**known))  # type: ignore[arg-type]
    assert (len(parsed.frames["notices"]), parsed.counts) == (0, {rule: 1})


def test_an_area_is_placed_by_its_middle(tmp_path: Path):
    x, y = HENGELO.x, HENGELO.y
    parsed = read(
        tmp_path,
        record(shape=f"POLYGON(({x} {y}, {x + 20} {y}, {x + 20} {y + 20}, {x} {y + 20}, {x} {y}))"),
    )
    assert parsed.frames["notices"].geometry.iloc[0].coords[0] == (x + 10, y + 10)


@pytest.mark.parametrize("known", [{"day": None}, {"day": "2026-02-31"}, {"number": "x"}])
def test_a_record_without_an_id_or_a_day_is_refused(tmp_path: Path, known: dict[str, object]):
    with pytest.raises(ContentError):
        read(tmp_path, record(**known))  # type: ignore[arg-type]


# Over a socket, with the protocol of the service.


def test_pages_are_asked_from_the_first_record_not_yet_there(
    runner: SourceRunner, upstream: Upstream
):
    records = [record(number) for number in range(5)]

    def say(asked: ReceivedRequest) -> Reply:
        if (
            'dt.type=="evenementenvergunning"' not in asked.query["query"]
            or "2026" not in asked.query["query"]
        ):
            return xml(answer())
        start = int(asked.query["startRecord"]) - 1
        return xml(answer(*records[start : start + 2], total=5))

    upstream.serve(SRU, say)
    assert len(runner.run(notices, area()).frames["notices"]) == 5
    starts = [
        asked.query["startRecord"]
        for asked in upstream.requests
        if 'evenementenvergunning" AND w.jaargang=="2026"' in asked.query["query"]
    ]
    assert starts == ["1", "3", "5"]
    assert (
        len({asked.query["query"] for asked in upstream.requests})
        == len(set(notices.KINDS.values())) * notices.YEARS + 1
    )


def test_no_notices_is_an_answer(runner: SourceRunner, upstream: Upstream):
    upstream.serve(SRU, xml(answer()))
    parsed = runner.run(notices, area())
    assert len(checked_frames(notices, parsed, area())["notices"]) == 0


def test_a_diagnostic_inside_a_good_answer_is_a_failure(runner: SourceRunner, upstream: Upstream):
    told = (
        "<sru:diagnostics><diag:diagnostic"
        ' xmlns:diag="http://docs.oasis-open.org/ns/search-ws/diagnostic"><diag:message>Unsupported'
        " index</diag:message></diag:diagnostic></sru:diagnostics>"
    )
    upstream.serve(SRU, xml(f"{HEAD}{told}</sru:searchRetrieveResponse>".encode()))
    with pytest.raises(SourceFailedError, match="error-inside") as failed:
        runner.run(notices, area())
    assert "Unsupported index" in failed.value.findings[0].en


def test_fewer_records_than_announced_are_a_failure(runner: SourceRunner, upstream: Upstream):
    upstream.serve(
        SRU,
        lambda asked: (
            xml(answer(record(), total=2))
            if asked.query["startRecord"] == "1"
            else xml(answer(total=2))
        ),
    )
    with pytest.raises(SourceFailedError, match="page-total"):
        runner.run(notices, area())


def test_xml_with_entities_is_refused(runner: SourceRunner, upstream: Upstream):
    upstream.serve(SRU, xml(b'<!DOCTYPE x [<!ENTITY a "aaa">]><x>&a;</x>'))
    with pytest.raises(SourceFailedError, match="xml-entities"):
        runner.run(notices, area())


def test_abroad_there_are_no_notices():
    assert notices.requests(area(place("gronau", None, role="abroad"))) == []


def test_notices_are_left_out_until_somebody_asks_for_them(tmp_path: Path):
    options = RunOptions(data=tmp_path)
    assert "notices" not in run.choose_readers(options)
    assert set(run.choose_readers(replace(options, only_sources=("notices",)))) == {"notices"}
    assert "notices" in run.choose_readers(
        replace(options, base_urls={"notices": "http://localhost:1"})
    )
    # Once there, they are kept up to date.
    PartsStore(tmp_path).save_index(
        PartsIndex(
            parts={"notices/region": ParsedPart(source_id="notices", key="region", fingerprint="")}
        )
    )
    assert "notices" in run.choose_readers(options)


def test_a_file_that_is_no_answer_of_sru_is_refused_and_not_nought(tmp_path: Path):
    with pytest.raises(ContentError, match="numberOfRecords"):
        notices.parse(
            [write_piece(tmp_path, "n.xml", "<osm><remark>runtime error</remark></osm>")], area()
        )


def test_a_quote_in_the_name_of_a_town_does_not_end_the_question():
    town = area(place("nije", "GM9999", name='De "Nije" Stêd'))
    asked = dict(notices.requests(town)[0].request.params)
    assert 'dt.creator=="De \\"Nije\\" Stêd" AND' in asked["query"]
