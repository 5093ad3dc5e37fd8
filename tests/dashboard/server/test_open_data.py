"""Who may read what: any site the open data, none a page; errors as the reader asks for them."""

import asyncio
import json

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from dashboard.i18n.text import LANGUAGES, texts
from dashboard.selection import views
from dashboard.server.open_data import API_VERSION, OpenData
from dashboard.server.problems import problem, refused

MACHINE = (
    *("/export/kaart.gpkg", "/api/status", "/api/nope", "/catalog.jsonld", "/nieuw.atom"),
    "/.well-known/security.txt",
)
PEOPLE = ("/", "/kaart", "/embed", "/_stcore/stream", "/exports", "/component/map/x.json")
DETAIL = 'Een "zin" <b>.'


def scope(path: str, accept: str = "*/*", method: str = "GET") -> dict[str, object]:
    return {
        "type": "http",
        "method": method,
        "path": path,
        "headers": [(b"accept", accept.encode()), (b"origin", b"https://elsewhere.example")],
        "query_string": b"taal=en",
    }


def ask(path: str, answer: Response, method: str = "GET") -> tuple[int, dict[str, str]]:
    sent: list[dict] = []

    async def send(message):
        sent.append(message)

    asyncio.run(OpenData(answer)(scope(path, method=method), None, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers


@pytest.mark.parametrize("path", MACHINE)
def test_open_data_may_be_read_by_any_site(path):
    _, headers = ask(path, Response("x", 503))
    assert headers["access-control-allow-origin"] == "*"
    assert headers["api-version"] == API_VERSION == "1.0.0"
    assert "access-control-allow-credentials" not in headers


@pytest.mark.parametrize("path", PEOPLE)
@pytest.mark.parametrize("method", ["GET", "OPTIONS", "POST"])
def test_no_page_is(path, method):
    _, headers = ask(path, Response("x"), method)
    assert not [name for name in headers if name.startswith(("access-control", "api-"))]


def test_a_browser_hears_beforehand_that_it_may_read_and_nothing_else():
    status, headers = ask("/export/kaart.gpkg", Response("never sent"), "OPTIONS")
    assert status == 204 and headers["access-control-allow-methods"] == "GET, HEAD"
    assert headers["access-control-allow-headers"] == "If-None-Match, If-Range, Range"


def test_a_compressed_file_has_a_weak_tag():
    packed = Response(b"x", headers={"ETag": '"a"', "Content-Encoding": "gzip"})
    assert ask("/export/kaart.csv", packed)[1]["etag"] == 'W/"a"'
    assert ask("/export/kaart.csv", Response(b"x", headers={"ETag": '"a"'}))[1]["etag"] == '"a"'


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/export/nope.csv", "*/*"),
        ("/api/nope", "application/json"),
        ("/kaartje", "application/json"),
        ("/nieuw.atom", "application/atom+xml"),
    ],
)
def test_a_program_reads_problem_details(path, accept):
    answer = problem(Request(scope(path, accept)), 404, DETAIL, {"Retry-After": "5"})
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.headers["vary"], answer.headers["retry-after"]) == ("Accept", "5")
    assert json.loads(answer.body) == {"title": "Not Found", "status": 404, "detail": DETAIL}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", ["/export/nope.csv", "/kaartje"])
def test_a_person_reads_a_page_with_a_way_on(path, lang):
    asked = {**scope(path, "text/html,*/*;q=0.8"), "query_string": f"taal={lang}".encode()}
    answer = problem(Request(asked), 503, DETAIL)
    body, up = answer.body.decode(), "../" * (path.count("/") - 1)
    assert answer.status_code == 503 and answer.headers["content-type"].startswith("text/html")
    assert "&lt;b&gt;" in body and "<b>" not in body
    assert texts(lang)("server.problem") in body and views.title("kaart", lang) in body
    assert f'href="./{up}kaart?taal={lang}"' in body


def test_a_method_that_is_not_taken_is_a_problem_where_programs_ask():
    fault = HTTPException(405, headers={"Allow": "GET, HEAD"})
    answer = asyncio.run(refused(Request(scope("/api/status")), fault))
    assert json.loads(answer.body)["status"] == 405 and answer.headers["allow"] == "GET, HEAD"
    page = asyncio.run(refused(Request(scope("/kaart")), fault))
    assert page.headers["content-type"].startswith("text/plain")
