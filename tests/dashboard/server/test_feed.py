"""The address of the feed: its kind, its tag, and a place that does not exist."""

from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.server import feed
from tests.dashboard import revised_towns
from tests.dashboard.driving import served

Get = Callable[..., Response]


@pytest.fixture(scope="module")
def get(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Get]:
    """Ask for the feed of two made-up towns in two versions; `tag` is the one the reader has."""
    (route,) = feed.routes()
    assert isinstance(route, Route)

    def get(tag: str = "", **query: str) -> Response:
        scope = {
            "type": "http",
            "method": "GET",
            "scheme": "http",
            "server": ("127.0.0.1", 8501),
            "path": route.path,
            "headers": [(b"if-none-match", tag.encode())] if tag else [],
            "query_string": urlencode(query).encode(),
        }
        return route.endpoint(Request(scope))

    with served(revised_towns.two_versions(tmp_path_factory.mktemp("versions"))):
        yield get


def test_the_feed_comes_as_atom_with_whole_links(get: Get):
    answer = get(plaats="voorbeeldstad")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert b'href="http://127.0.0.1:8501/nieuw?plaats=voorbeeldstad' in answer.body


def test_an_unchanged_feed_is_not_sent_again(get: Get):
    tag = get(plaats="voorbeeldstad").headers["etag"]
    again, other = get(tag, plaats="voorbeeldstad"), get(tag, plaats="anderstad")
    assert (again.status_code, again.body, again.headers["etag"]) == (304, b"", tag)
    assert other.status_code == 200


def test_links_lead_to_the_public_address(get: Get, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("STADSHART_PUBLIC_URL", "https://stadshart.example/pad")
    body = get(plaats="voorbeeldstad").body
    assert b'href="https://stadshart.example/pad/nieuw.atom?plaats=voorbeeldstad' in body
    assert b"127.0.0.1" not in body


def test_a_place_that_does_not_exist_has_no_feed(get: Get):
    answer = get(plaats="<b>elders", taal="en")
    assert answer.status_code == 404 and b"elders" not in answer.body
    assert b"anderstad and voorbeeldstad" in answer.body
