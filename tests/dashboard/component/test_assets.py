import asyncio
import gzip
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import pytest
from starlette.routing import Router

from dashboard.component import assets

LONG = b'{"names":[' + b'"Marktplein",' * 200 + b'"Markt"]}'
NAME = "0" * 64 + ".json"
STATIC = Path(assets.__file__).parents[1] / "static"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def get(path: str, prefix: str = "", **headers: str) -> Answer:
    files = assets.MapFiles()
    files.publish({NAME: LONG})
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [
            (name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()
        ],
    }
    asyncio.run(Router(assets.routes(prefix, files))(scope, receive, send))
    start, *rest = sent
    found = {name.decode(): value.decode() for name, value in start["headers"]}
    return Answer(start["status"], found, b"".join(message.get("body", b"") for message in rest))


def test_a_file_may_be_kept_for_ever():
    answer = get(f"/map/{NAME}")
    assert (answer.status, answer.body) == (200, LONG)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"].startswith("application/json")


def test_who_takes_gzip_gets_gzip():
    answer = get(f"/map/{NAME}", accept_encoding="br, gzip")
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(answer.body) == LONG
    assert len(answer.body) < len(LONG) / 5


def test_who_has_the_file_is_told_so():
    etag = get(f"/map/{NAME}").headers["etag"]
    answer = get(f"/map/{NAME}", if_none_match=etag)
    assert (answer.status, answer.body) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/map/unknown.json",
        "/map/../theme.py",
        "/map/%2e%2e",
        "/map/old/map.mjs",
        "/map//etc/passwd",
        "/map/",
    ],
)
def test_only_known_names_are_answered(path):
    assert get(path).status == 404


def test_every_module_of_the_component_is_served():
    version = assets.code_version()
    for name in assets.code():
        answer = get(f"/map/{version}/{name}")
        assert (answer.status, answer.headers["x-content-type-options"]) == (200, "nosniff")
    assert {"map.mjs", "map.css", "leaflet.js", "leaflet.css"} <= assets.code().keys()


def test_modules_are_scripts():
    assert get(f"/{assets.code_address()}").headers["content-type"].startswith("text/javascript")


def test_the_routes_can_stand_below_a_path():
    assert get(f"/stad/map/{NAME}", "/stad/").status == 200


def test_the_oldest_files_make_room():
    files = assets.MapFiles(most=2)
    for name in ("a.json", "b.json", "a.json", "c.json"):
        files.publish({name: b"{}"})
    assert [name for name in ("a.json", "b.json", "c.json") if files.get(name)] == [
        "a.json",
        "c.json",
    ]


def test_a_file_that_browsers_ask_for_stays():
    files = assets.MapFiles(most=2)
    files.publish({"a.json": b"{}", "b.json": b"{}"})
    assert files.get("a.json")
    files.publish({"c.json": b"{}"})
    assert files.get("a.json") and files.get("b.json") is None


def test_styles_of_the_page_are_one_file_that_leads_to_its_fonts():
    address = f"/{assets.code_address('stadshart.css')}"
    sheet = get(address).body.decode()
    styles = {path.stem: path.read_text("utf-8") for path in STATIC.glob("*.css")}
    del styles["fonts"]
    assert styles and all(style in sheet for style in styles.values())
    fonts = [urljoin(address, url) for url in re.findall(r'url\("([^"]+)"\)', sheet)]
    assert fonts
    for font in fonts:
        assert (STATIC / font.removeprefix("/app/static/")).is_file(), font
