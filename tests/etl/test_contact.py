"""Whom services can write to: given once, asked once, and what goes without."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from etl.cli.console import Console
from etl.cli.contact_question import remember_contact
from etl.errors import UseError
from etl.fetch.client import Client
from etl.fetch.messages import Limits, Request
from etl.fetch.raw_store import RawStore
from etl.pipeline.contact import save_contact, saved_contact
from etl.pipeline.progress import NoProgress
from etl.pipeline.run import open_client
from etl.pipeline.run_context import RunOptions
from etl.sources import pageviews
from tests.etl.upstream import FastClock, Upstream, as_json

pytestmark = pytest.mark.usefixtures("quick_disk")
MAIL = "stadshart@voorbeeld.example"
Answers = Callable[[str], str]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True)


def answering(monkeypatch: pytest.MonkeyPatch, *typed: str) -> Iterator[str]:
    """What is not yet typed of the answers to the question."""
    answers = iter(typed)
    monkeypatch.setattr("builtins.input", lambda prompt: next(answers))
    return answers


@pytest.mark.usefixtures("terminal")
def test_somebody_at_a_terminal_is_asked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    left = answering(monkeypatch, "a;b", MAIL, "never typed")
    for _ in range(2):
        remember_contact(Console("nl", False), tmp_path, None)
    assert saved_contact(tmp_path) == MAIL
    assert list(left) == ["never typed"]


@pytest.mark.usefixtures("terminal")
def test_no_contact_is_an_answer_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    left = answering(monkeypatch, "", "never typed")
    for _ in range(2):
        remember_contact(Console("nl", False), tmp_path, None)
    assert saved_contact(tmp_path) == ""
    assert list(left) == ["never typed"]


def test_without_a_terminal_nobody_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    left = answering(monkeypatch, "never typed")
    remember_contact(Console("nl", False), tmp_path, None)
    assert saved_contact(tmp_path) is None
    assert list(left) == ["never typed"]


def test_a_contact_that_is_given_is_remembered_and_one_that_is_none_refused(tmp_path: Path):
    remember_contact(Console("nl", False), tmp_path, MAIL)
    assert saved_contact(tmp_path) == MAIL
    with pytest.raises(UseError, match="--contact"):
        remember_contact(Console("nl", False), tmp_path, "a\nb")
    assert saved_contact(tmp_path) == MAIL


def test_the_remembered_contact_goes_with_every_request(
    tmp_path: Path, upstream: Upstream, clock: FastClock
):
    save_contact(tmp_path, MAIL)
    upstream.serve("/a", as_json({}))
    options = RunOptions(data=tmp_path, base_urls={"osm": upstream.url()})
    with open_client(options, clock, NoProgress()) as client:
        client.fetch(Request(url=upstream.url("/a")), RawStore(tmp_path, "osm"))
    assert f"; {MAIL})" in upstream.requests[0].headers["user-agent"]


@pytest.mark.parametrize(("anonymous", "spacing_s"), [(True, 6.0), (False, 1.0)])
def test_pageviews_are_asked_ten_a_minute_without_a_contact(
    tmp_path: Path, upstream: Upstream, clock: FastClock, anonymous: bool, spacing_s: float
):
    upstream.serve("/a", as_json({}))
    limits = Limits(anonymous_spacing_s=pageviews.ANONYMOUS_SPACING_S)
    with Client(
        "Test/1", clock=clock, operator_urls=[upstream.url()], anonymous=anonymous
    ) as client:
        results = [
            client.fetch(
                Request(url=upstream.url("/a"), params=(("n", str(n)),), limits=limits),
                RawStore(tmp_path, "pageviews"),
            )
            for n in range(3)
        ]
    assert len(clock.slept) == 2
    assert clock.slept == pytest.approx([spacing_s] * 2, abs=0.5)
    told = [finding.code for result in results for finding in result.findings]
    assert told == (["no-contact"] * 3 if anonymous else [])
