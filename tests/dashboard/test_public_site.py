"""A dashboard that others reach: it answers its own pages, asks nobody, tells nothing internal."""

import asyncio
import http.client
import json
import re
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from dashboard.exports import downloads
from tests.conftest import ROOT, serving
from tests.dashboard import internal_town
from tests.dashboard.deploy import visits
from tests.dashboard.handshake import shake, status
from tests.dashboard.internal_town import betrays, told

pytestmark = pytest.mark.slow
PUBLIC = "stadshart.example"
NO_LOGIN = (
    "stadshart: without a login nobody can bring data on this server"
    " (STADSHART_LOGIN_URL, see docs/administration.md)"
)
VIEWS = tuple(path.stem for path in sorted((ROOT / "dashboard" / "views").glob("*.py")))
# Every table and selection that has internal rows once, and one of each in every form.
HELD = [
    "observations",
    "initiatives",
    "actors",
    "participations",
    "counts",
    "stops",
    "areas",
    "straten",
    "panden",
    "initiatieven",
]
MAP_FILE = re.compile(rb"[0-9a-f]{64}\.json")
FILES = tuple(
    name
    for name in downloads.DOWNLOADS
    if name.startswith(("premises.", "kaart.")) or name in {f"{table}.csv" for table in HELD}
)


@dataclass(frozen=True)
class Watched:
    address: str
    attempts: Path
    log: Path


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """The town with internal sources, named in public, in a process that is watched."""
    folder = tmp_path_factory.mktemp("public")
    snapshot = internal_town.snapshot(folder / "data")
    attempts, log = folder / "attempts", folder / "log"
    script = str(Path(__file__).with_name("log_connections.py"))
    # Nothing listens at port 9: whoever asks through this proxy is refused at once, and seen.
    proxy = dict.fromkeys(("http_proxy", "https_proxy"), "http://127.0.0.1:9")
    with serving(
        lambda port: [
            *(sys.executable, script, str(attempts)),
            *("--data", str(snapshot), "--port", str(port)),
        ],
        log,
        env={
            "STADSHART_PUBLIC_URL": f"https://{PUBLIC}/stad",
            "STADSHART_PUBLISHER": "Gemeente Voorbeeldstad, meld@voorbeeld.example",
            "STADSHART_TILES": "off",
            "PYTHONPATH": str(ROOT),
            "no_proxy": "",
            **proxy,
        },
    ) as site:
        yield Watched(site.address, attempts, log)


def outside(public: Watched) -> list[str]:
    """Every name asked for and address connected to, but for the one it listens on."""
    lines = public.attempts.read_text("utf-8").splitlines()
    return [line for line in lines if line != "socket.getaddrinfo 127.0.0.1"]


def fetch(public: Watched, path: str, **headers: str) -> tuple[int, str, bytes]:
    asked = urllib.request.Request(f"{public.address}/{path}", headers=headers)
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(asked, timeout=90) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers["Content-Type"], refused.read()


def logged(public: Watched) -> list[str]:
    """The log, but for lines that say why this town has no model of spending."""
    lines = public.log.read_text("utf-8").splitlines()
    return [line for line in lines if "no model of spending" not in line]


def test_start_up_says_where_it_is_and_that_nobody_can_write_and_asks_nobody(public: Watched):
    assert logged(public) == [
        f"stadshart: {public.address} (Ctrl-C ends it)",
        NO_LOGIN,
    ]
    assert outside(public) == []


def test_without_a_provider_nobody_logs_in_or_uploads(public: Watched):
    for path in ("auth/login?provider=x", "auth/logout", "oauth2callback?code=x&state=y"):
        code, cookies = answered(public, path)
        assert code == 404 and not re.search(r'_streamlit_user\w*="?[^";=]', cookies)
    assert answered(public, "_stcore/upload_file/a/b", method="PUT")[0] == 403
    assert outside(public) == []


def answered(public: Watched, path: str, *, method: str = "GET") -> tuple[int, str]:
    """The status and the cookies of an answer; a redirect is not followed."""
    at = urlsplit(public.address)
    opened = http.client.HTTPConnection(at.hostname or "", at.port, timeout=30)
    with closing(opened):
        opened.request(method, f"/{path}")
        answer = opened.getresponse()
        return answer.status, answer.headers.get("Set-Cookie", "")


def test_handshakes_of_a_foreign_page_are_refused_at_once_and_nobody_is_asked(public: Watched):
    took: list[float] = []
    # On a busy computer one round may take longer; whoever asks outside takes seconds in each.
    while len(took) < 5 and min(took, default=1.0) >= 0.5:
        began = time.monotonic()
        waiting = [shake(public.address, Origin="https://evil.example") for _ in range(5)]
        assert fetch(public, "_stcore/health")[0] == 200
        took.append(time.monotonic() - began)
        assert [status(opened) for opened in waiting] == [403] * 5
    assert min(took) < 0.5
    assert outside(public) == []


@pytest.mark.parametrize(
    ("headers", "answer"),
    [
        ({}, 101),
        ({"Origin": f"https://{PUBLIC}"}, 101),
        ({"Host": PUBLIC, "Origin": f"https://{PUBLIC}"}, 101),
        ({"Host": f"{PUBLIC}:8443", "Origin": f"https://{PUBLIC}:8443"}, 101),
        ({"Host": "localhost:8501", "Origin": "http://[::1]:8501"}, 101),
        ({"Host": "evil.example", "Origin": "http://evil.example"}, 403),
        ({"Host": "evil.example"}, 403),
        ({"Host": f"{PUBLIC}.evil.example"}, 403),
        ({"Host": PUBLIC, "Origin": f"https://evil.example/{PUBLIC}"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "file://"}, 403),
        ({"Origin": "http://203.0.113.9"}, 403),
    ],
)
def test_a_websocket_opens_for_our_own_pages_only(public: Watched, headers, answer):
    assert status(shake(public.address, **headers)) == answer
    assert outside(public) == []


def test_a_foreign_host_hears_what_to_set(public: Watched):
    code, _, body = fetch(public, "api/status?taal=en", Host="evil.example")
    assert code == 421 and b"STADSHART_PUBLIC_URL" in body and b"tables" not in body


@pytest.mark.parametrize(
    "path",
    [
        *("wp-login.php", "sitemap.xml", "a/b.c", "a/b/c/", "static/nope.js", "_stcore/nope"),
        *("kaart/_stcore/health", "api/nope", ".env", "app/main.py"),
    ],
)
def test_an_unknown_address_is_our_page_and_a_404(public: Watched, path):
    code, kind, body = fetch(public, f"{path}?taal=en", Accept="text/html")
    assert code == 404 and kind.startswith("text/html") and b"<h1>This page does not exist" in body
    up = "../" * path.count("/")
    assert f'href="./{up}kaart?taal=en"' in body.decode()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("robots.txt", "text/plain"),
        (".well-known/security.txt", "text/plain"),
        ("favicon.ico", "image/vnd.microsoft.icon"),
        ("favicon.png", "image/vnd.microsoft.icon"),
        ("index.html", "text/html"),
        ("kaart/", "text/html"),
        ("_stcore/health", "text/plain"),
        ("_stcore/host-config", "application/json"),
        ("app/static/icon.svg", "image/svg+xml"),
    ],
)
def test_real_addresses_stay(public: Watched, path, kind):
    code, found, body = fetch(public, path)
    assert code == 200 and found.startswith(kind)
    assert not re.search(rb"<title>Streamlit|streamlit\.(?:io|app|test)", body)


def test_security_txt_holds_what_rfc_9116_asks(public: Watched):
    told = fetch(public, ".well-known/security.txt")[2].decode()
    fields = dict(line.split(": ", 1) for line in told.splitlines())
    assert fields["Contact"] == "mailto:meld@voorbeeld.example"
    assert fields["Canonical"] == f"https://{PUBLIC}/stad/.well-known/security.txt"
    assert fields["Preferred-Languages"] == "nl, en, de"
    assert time.strftime("%Y-%m-%d") < fields["Expires"][:10]


def test_the_state_of_the_service_counts_open_rows_and_names_no_internal_source(public: Watched):
    # Imported here: it builds the grammars of every format.
    from jsonschema import Draft202012Validator

    state = json.loads(fetch(public, "api/status")[2])
    assert state["sources"] == {"voorbeeldkrant": "fresh"}
    assert state["tables"]["premises"] == internal_town.OPEN_PREMISES
    assert not {"counts", "stops", "areas"} & state["tables"].keys()
    assert state["retrieved"] == {"voorbeeldkrant": "2024-03-01"}
    schema = json.loads(fetch(public, "api/status.schema.json")[2])
    Draft202012Validator(schema).validate(state)
    assert schema["required"] == list(state)


def test_a_harvester_finds_the_catalogue_and_every_address_in_it(public: Watched):
    def local(address: str) -> str:
        assert address.startswith(f"https://{PUBLIC}/stad/")
        return address.removeprefix(f"https://{PUBLIC}/stad/")

    links = json.loads(fetch(public, ".well-known/api-catalog")[2])["linkset"][0]
    page = fetch(public, "kaart")[2].decode()
    for kind in ("describedby", "service-desc"):
        assert f'rel="{kind}"' in page and f'href="./{local(links[kind][0]["href"])}"' in page
    held = json.loads(fetch(public, local(links["describedby"][0]["href"]))[2])
    files = [file for dataset in held["dcat:dataset"] for file in dataset["dcat:distribution"]]
    assert len(files) > 30
    described = json.loads(fetch(public, local(links["service-desc"][0]["href"]))[2])
    for file in files:
        assert f"/{local(file['dcat:downloadURL']['@id'])}" in described["paths"]
    for file in files[:: len(files) // 2]:
        code, kind, _ = fetch(public, local(file["dcat:downloadURL"]["@id"]))
        media = kind.partition(";")[0]
        assert code == 200 and file["dcat:mediaType"]["@id"].endswith(f"/{media}")


@pytest.mark.parametrize("name", [*FILES, "kaart.svg"])
def test_no_file_tells_of_an_internal_source(public: Watched, name):
    code, _, body = fetch(public, f"export/{name}?plaats=voorbeeldstad&taal=en")
    assert code in (200, 422) and betrays(told(body, name)) == []


@pytest.mark.parametrize(
    "path",
    [
        *("api/status", "api/openapi.json", "catalog.jsonld", ".well-known/api-catalog"),
        *("embed?plaats=voorbeeldstad", "geheim", "?plaats=geheim"),
    ],
)
def test_no_address_of_our_own_does(public: Watched, path):
    body = fetch(public, path)[2].decode()
    assert betrays(body.replace(path, "").casefold()) == []


def test_no_page_message_or_map_file_does(public: Watched):
    layers = "leegstand,straten,panden,passanten,initiatieven"

    async def heard() -> bytes:
        told: list[bytes] = []
        for view in VIEWS:
            async with visits.visit(public.address) as opened:
                await opened.run(query=f"plaats=voorbeeldstad&laag={layers}", page=view)
            told += opened.heard
        return b"".join(told)

    told = asyncio.run(heard())
    # Files of a map are named after their content, the first in a message and others in it.
    named, files = set(MAP_FILE.findall(told)), dict[bytes, bytes]()
    while named - files.keys():
        name = min(named - files.keys())
        code, _, files[name] = fetch(public, f"map/{name.decode()}")
        assert code == 200
        named |= set(MAP_FILE.findall(files[name]))
    assert len(files) > 10
    every = [told, *files.values()]
    assert "openplein" in told.decode("utf-8", "replace").casefold()
    assert [betrays(one.decode("utf-8", "replace").casefold()) for one in every] == [[]] * len(
        every
    )


def test_a_message_that_is_none_is_one_plain_line_in_the_log(public: Watched):
    with shake(public.address) as opened:
        assert b" 101 " in opened.recv(1024)
        # Four bytes that are no message, in a masked frame as a browser sends it.
        opened.sendall(b"\x82\x84" + bytes(4) + b"\xff" * 4)
        deadline = time.monotonic() + 20
        while not (lines := logged(public)[2:]) and time.monotonic() < deadline:
            time.sleep(0.1)
    (line,) = lines
    assert "Error deserializing back message | Traceback " in line and "\x1b" not in line


def test_all_this_asked_nobody_and_broke_nothing(public: Watched):
    assert outside(public) == []
    assert not [line for line in logged(public) if " ERROR " in line]
