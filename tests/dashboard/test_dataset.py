"""The made-up region beside the served figures: by its address, marked, and never mixed."""

import asyncio
import re
from concurrent.futures import Future
from types import SimpleNamespace

import pytest
from starlette.routing import Router
from starlette.types import Message, Receive, Scope, Send

from dashboard.i18n.text import LANGUAGES, texts
from dashboard.press.worker.jobs import Made
from dashboard.selection import permalink
from dashboard.server import export_routes
from dashboard.server.datasets import DatasetOfQuery
from dashboard.session import cache, export_jobs, visitor
from data import catalogue
from tests.dashboard.driving import VIEWS, opened, words

EXAMPLE = {"streek": "voorbeeld"}


def asked(query: bytes) -> bool:
    """Whether a request with this query is answered from the made-up region."""
    seen = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(cache.facts().example)

    async def receive() -> Message:
        raise AssertionError("nothing is read")

    async def send(message: Message) -> None:
        raise AssertionError(message)

    scope = {"type": "http", "query_string": query}
    asyncio.run(DatasetOfQuery(app)(scope, receive, send))
    return seen == [True]


@pytest.mark.parametrize(
    ("query", "example"),
    [
        (b"streek=voorbeeld&taal=en", True),
        (b"streek=eigen", False),
        (b"", False),
        (b"streek=elders", False),
        (b"\xff\xfe=%ff", False),
    ],
)
def test_a_request_is_answered_from_the_dataset_of_its_query(query, example):
    assert asked(query) is example
    assert not cache.facts().example


def test_a_picture_is_drawn_from_the_dataset_of_its_query(monkeypatch):
    made, drawn = Future(), []
    made.set_result(Made(b"drawn", "image/svg+xml"))
    queue = SimpleNamespace(ask=lambda key, job, folder, *more: drawn.append(folder) or made)
    monkeypatch.setattr(export_jobs, "queue", lambda: queue)
    app = DatasetOfQuery(Router(export_routes.routes()))
    scope = {"type": "http", "method": "GET", "path": "/export/kaart.svg", "headers": []}

    async def send(message: Message) -> None:
        assert message.get("status", 200) == 200

    for query in (b"streek=voorbeeld&plaats=voorbeeldstad", b"plaats=borne"):
        asyncio.run(app(scope | {"query_string": query}, None, send))
    assert drawn[0] == catalogue.EXAMPLE != drawn[1]


def test_links_within_the_example_stay_there():
    selection = permalink.parse(EXAMPLE, _vocabulary())[0]
    assert "streek=voorbeeld" in permalink.address(selection, "kaart")
    assert "streek=voorbeeld" in permalink.address(selection, "kaart", only=("taal",))
    own = permalink.parse({}, _vocabulary())[0]
    assert "streek=eigen" in permalink.address(own, "kaart", "https://voorbeeld.nl")
    assert "streek" not in permalink.address(own, "kaart")
    assert "streek" not in permalink.address(own, "kaart", only=("taal",))


def _vocabulary() -> permalink.Vocabulary:
    return visitor.vocabulary(cache.facts())


@pytest.mark.slow
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_of_the_example_is_marked_and_every_link_but_one_stays_there(view):
    app = opened(view, **EXAMPLE)
    said = words(app)
    assert texts("nl")("example.short") in said
    links = [link for link in re.findall(r'href="(\./[^"]*)"', said) if "?" in link]
    outside = [link for link in links if "streek=voorbeeld" not in link]
    assert set(outside) == {"./?taal=nl"} and len(set(links)) > 1
    assert not cache.facts().example


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_place_without_streets_leads_to_the_same_view_of_the_example(lang):
    said = words(opened("straten.py", plaats="borne", taal=lang))
    assert f'href="{permalink.example("straten", lang)}"'.replace("&", "&amp;") in said
    assert texts(lang)("example.short") not in said


@pytest.mark.browser
def test_a_visitor_stays_in_the_example_until_a_link_leads_back(page, site):
    page.goto(f"{site}/cijfers?streek=voorbeeld")
    page.get_by_text("Voorbeeldstreek: verzonnen gegevens").first.wait_for()
    page.wait_for_function("history.stadshart")
    # By the menu, which drops the query, the visit stays in the example.
    page.get_by_role("link", name="Bronnen", exact=True).first.click()
    page.wait_for_function(
        "location.pathname === '/bronnen' && location.search.includes('streek=voorbeeld')"
    )
    page.get_by_role("link", name="Terug naar de echte gegevens").click()
    page.get_by_text("Plein Westermaat trok in 2019").first.wait_for()
    assert "Voorbeeld" not in page.locator(".stMainBlockContainer").inner_text()
    status = page.request.get(f"{site}/api/status").json()
    example = page.request.get(f"{site}/api/status?streek=voorbeeld").json()
    assert status["version"] != example["version"]
