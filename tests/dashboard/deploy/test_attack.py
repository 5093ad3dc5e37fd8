"""An attacker before the shipped web server: nothing is read, written or stopped."""

import asyncio
import http.client
import re
import secrets
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest
from starlette.routing import Route
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from dashboard.server import routes
from tests.conftest import serving
from tests.dashboard import internal_town
from tests.dashboard.deploy import proxies
from tests.dashboard.deploy.proxies import Answer, Proxy, ask, untrusting

pytestmark = pytest.mark.slow
PATHS = [
    route.path for route in routes.routes() if isinstance(route, Route) and "{" not in route.path
]
SCRIPT = "<script>alert(1)</script>\"'`${7*7}{{7*7}}"
LOOPBACK = {
    "X-Forwarded-For": "127.0.0.1",
    "X-Real-IP": "127.0.0.1",
    "X-Forwarded-Host": "localhost",
    "Forwarded": "for=127.0.0.1;host=localhost",
}


@dataclass
class Pulse:
    """Asks for health without a pause, and keeps how long each answer takes."""

    proxy: Proxy
    took: list[float] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def beat(self) -> None:
        at = urlsplit(self.proxy.address)
        kept = http.client.HTTPSConnection(
            at.hostname or "", at.port, timeout=60, context=untrusting()
        )
        while not self.ended.wait(0.05):
            began = time.monotonic()
            kept.request("GET", "/_stcore/health")
            answer = kept.getresponse()
            answer.read()
            assert answer.status == 200
            self.took.append(time.monotonic() - began)
        kept.close()


@dataclass(frozen=True)
class Target:
    proxy: Proxy
    dashboard: str
    log: Path
    pulse: Pulse


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """The town with internal sources behind nginx, its health watched all the while."""
    folder = tmp_path_factory.mktemp("target")
    snapshot = internal_town.snapshot(folder / "data")
    (folder / "nginx").mkdir()
    with (
        serving(
            lambda port: [
                *(sys.executable, "-m", "dashboard"),
                *("--data", str(snapshot), "--port", str(port)),
            ],
            folder / "log",
            env={"STADSHART_PUBLIC_URL": "https://127.0.0.1", "STADSHART_TILES": "off"},
        ) as site,
        proxies.nginx(folder / "nginx", [int(site.address.rpartition(":")[2])]) as proxy,
    ):
        pulse = Pulse(proxy)
        beating = threading.Thread(target=pulse.beat)
        beating.start()
        yield Target(proxy, site.address, folder / "log", pulse)
        pulse.ended.set()
        beating.join()


def raw(target: Target, lines: list[str], body: bytes = b"") -> Answer:
    """The answer to a request written by hand, which no library has put right."""
    at = urlsplit(target.proxy.address)
    with (
        socket.create_connection((at.hostname or "", at.port or 0), timeout=60) as plain,
        untrusting().wrap_socket(plain) as opened,
    ):
        opened.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1") + body)
        answer = http.client.HTTPResponse(opened)
        answer.begin()
        return Answer(answer.status, answer.headers, answer.read())


def is_refused(target: Target, lines: list[str]) -> bool:
    """Whether the web server refuses a request that is too large, or hangs up before its end."""
    try:
        return raw(target, lines).status in (400, 414, 431)
    except OSError:
        return True


def host(target: Target) -> str:
    return f"Host: {urlsplit(target.proxy.address).netloc}"


@pytest.mark.parametrize(
    "prefix", ["", "static", "app/static", "map", "export", "_stcore/x", "api"]
)
@pytest.mark.parametrize(
    "step", ["../", "%2e%2e/", "..%2f", "%2e%2e%2f", "..%5c", "%c0%ae%c0%ae/", "....//", "..%00/"]
)
def test_no_path_leads_out(target: Target, prefix, step):
    for aim in ("etc/passwd", "dashboard/app.py"):
        for depth in (1, 8):
            answer = raw(target, [f"GET /{prefix}/{step * depth}{aim} HTTP/1.1", host(target)])
            assert answer.status in (301, 307, 400, 403, 404, 421, 429), (answer.status, aim)
            assert not re.search(rb"root:|import streamlit", answer.body)


@pytest.mark.parametrize("path", PATHS)
def test_who_claims_to_be_this_computer_reads_nothing_internal(target: Target, path):
    query = "?plaats=voorbeeldstad&beyond=0&intern=1"
    while (answer := ask(target.proxy.address + path + query, headers=LOOPBACK)).status == 429:
        time.sleep(0.2)
    if path == "/metrics":
        assert answer.status == 404
    told = internal_town.told(answer.body, path) if answer.status == 200 else ""
    assert internal_town.betrays(told) == [] and answer.status in (200, 307, 404, 422)


@pytest.mark.parametrize("name", ["evil.example", "localhost", "127.0.0.1.evil.example", "", "a@b"])
def test_another_host_is_refused_or_is_this_computer(target: Target, name):
    answer = raw(target, ["GET /api/status?taal=en HTTP/1.1", f"Host: {name}"])
    assert answer.status in ((200,) if name == "localhost" else (400, 421))
    assert b"geheim" not in answer.body


@pytest.mark.parametrize(
    "path", ["/", "/kaart", "/embed", "/nope", "/straten", "/export/kaart.svg"]
)
def test_a_script_in_the_address_comes_back_as_text_or_not_at_all(target: Target, path):
    names = ("plaats", "straat", "taal", "kop", "streek", "periode", "formaat", SCRIPT)
    answer = ask(f"{target.proxy.address}{path}?{urlencode(dict.fromkeys(names, SCRIPT))}")
    assert answer.status in (200, 404, 422)
    assert b"<script>alert" not in answer.body and b"49" not in re.findall(b"`(.*?)`", answer.body)
    # On a page only known scripts run, and in a file none.
    (policy,) = answer.headers.get_all("Content-Security-Policy", [])
    assert path == "/embed" or "'unsafe-inline'" not in policy.partition("style-src")[0]


@pytest.mark.parametrize(
    "value",
    ["\r\nSet-Cookie: a=b", "\x00", "../../etc/passwd", "' OR 1=1--", "9" * 400, "-1", "NaN", "é"],
)
def test_a_tampered_value_falls_back(target: Target, value):
    keys = ("plaats", "periode", "formaat", "taal", "vergelijk", "uitsnede", "laag", "streek")
    query = "&".join(f"{key}={quote(value)}" for key in keys)
    for path in ("/", "/api/status", "/nieuw.atom", "/export/places.csv", "/export/nope"):
        while (answer := ask(f"{target.proxy.address}{path}?{query}")).status == 429:
            time.sleep(0.2)
        assert answer.status in (200, 404, 422)
        assert "a=b" not in str(answer.headers) and b"Traceback" not in answer.body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "FOO"])
def test_nothing_but_reading(target: Target, method):
    for path in ("/", "/api/status", "/export/places.csv", "/embed", "/map/x"):
        answer = raw(target, [f"{method} {path} HTTP/1.1", host(target), "Content-Length: 0"])
        assert answer.status in (400, 403, 404, 405, 429)


def test_logging_in_without_a_provider_gives_no_cookie(target: Target):
    for path in ("auth/login?provider=x", "auth/logout", "oauth2callback?code=x&state=y"):
        answer = ask(f"{target.proxy.address}/{path}")
        assert answer.status < 500
        assert not re.search(r'_streamlit_user\w*="?[^";=]', str(answer.headers))


async def visited(target: Target) -> tuple[ClientConnection, str]:
    """An open visit and its number, as a browser gets it."""
    at = urlsplit(target.proxy.address)
    opened = await connect(
        f"wss://{at.netloc}/_stcore/stream",
        subprotocols=["streamlit"],
        ssl=untrusting(),
        max_size=None,
    )
    # An empty message of the kind that starts a page.
    await opened.send(b"\x5a\x00")
    while True:
        message = ForwardMsg()
        message.ParseFromString(await opened.recv(decode=False))
        if message.WhichOneof("type") == "new_session":
            return opened, message.new_session.initialize.session_id


def upload(target: Target, visit: str, size: int, *, chunked: bool = False) -> int:
    """The status of an upload within a visit, with the token that the server itself gave."""
    token = ask(f"{target.proxy.address}/_stcore/health").headers.get("Set-Cookie", "")
    found = re.search(r"_streamlit_xsrf=([^;]*)", token)
    mark = f"--{secrets.token_hex(8)}"
    part = f'{mark}\r\nContent-Disposition: form-data; name="f"; filename="../../x"\r\n\r\n'
    body = part.encode() + b"\0" * size + f"\r\n{mark}--\r\n".encode()
    length = f"Content-Length: {len(body)}"
    if chunked:
        length = "Transfer-Encoding: chunked"
        body = f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
    lines = [
        f"PUT /_stcore/upload_file/{visit}/x HTTP/1.1",
        *(host(target), length, f"Content-Type: multipart/form-data; boundary={mark[2:]}"),
    ]
    if found is not None:
        lines += [f"Cookie: _streamlit_xsrf={found[1]}", f"X-Xsrftoken: {found[1]}"]
    return raw(target, lines, body).status


def test_a_stranger_uploads_nothing(target: Target):
    async def attack() -> list[int]:
        opened, visit = await visited(target)
        statuses = [
            await asyncio.to_thread(upload, target, number, size, chunked=chunked)
            for number, size, chunked in (
                (visit, 10, False),
                (visit, 10, True),
                (visit, 1_000_000, True),
                (visit, 5_500_000, False),
                ("..%2f..%2fx", 10, False),
            )
        ]
        await opened.close()
        return statuses

    assert all(status in (400, 403, 404, 405, 413) for status in asyncio.run(attack()))
    # The web server refuses before it has read it.
    assert raw(target, ["PUT / HTTP/1.1", host(target), "Content-Length: 99999999"]).status == 413


def test_messages_without_sense_or_measure_end_that_visit_alone(target: Target):
    async def attack() -> int:
        ended = 0
        for message in (
            b"\xff" * 4,
            b"",
            b"\x00" * 1000,
            b"\x0a\xff\xff\xff\xff\x0f",
            b"\0" * 11_000_000,
        ):
            opened, _ = await visited(target)
            try:
                await opened.send(message)
                async with asyncio.timeout(2):
                    while True:
                        await opened.recv()
            except ConnectionClosed:
                ended += 1
            except TimeoutError:
                await opened.close()
        return ended

    # The one that is too large is not even read.
    assert asyncio.run(attack()) >= 1


def test_who_speaks_slowly_or_too_much_holds_up_nobody(target: Target):
    at = urlsplit(target.proxy.address)
    slow = [
        untrusting().wrap_socket(socket.create_connection((at.hostname, at.port), timeout=30))
        for _ in range(50)
    ]
    for opened in slow:
        opened.sendall(b"GET / HTTP/1.1\r\nHost: ")
    assert ask(f"{target.proxy.address}/kaart").status == 200
    for opened in slow:
        opened.close()
    assert is_refused(target, [f"GET /?a={'x' * 40_000} HTTP/1.1", host(target)])
    assert is_refused(target, ["GET / HTTP/1.1", host(target), f"X-A: {'x' * 40_000}"])
    assert ask(f"{target.proxy.address}/?{'&'.join(f'a{n}=1' for n in range(900))}").status == 200


def test_two_hundred_exports_at_once_leave_the_rest_alive(target: Target):
    files = [f"/export/kaart.{form}?formaat=a4" for form in ("png", "pdf", "svg")]
    files += ["/export/places.xlsx?x=", "/export/kaart.gpkg?x=", "/embed?x="]
    for address in (target.proxy.address, target.dashboard):
        before = len(target.pulse.took)
        asked = [
            f"{address}{files[n % len(files)]}&periode={1990 + n // 6}-2026" for n in range(200)
        ]
        with ThreadPoolExecutor(200) as at_once:
            statuses = Counter(answer.status for answer in at_once.map(ask, asked))
        assert statuses.keys() <= {200, 429, 503} and statuses[200] >= 9
        assert len(target.pulse.took) > before + 10
    # Whoever comes after them is served.
    deadline = time.monotonic() + 60
    while (answer := ask(f"{target.proxy.address}/export/places.csv")).status != 200:
        assert answer.status in (429, 503) and time.monotonic() < deadline
        time.sleep(0.5)


def test_health_answered_all_the_while_and_the_log_names_no_fault_of_ours(target: Target):
    took = sorted(target.pulse.took)
    assert len(took) > 100
    # Attacker, web server and dashboard share the cores of this computer: one answer in a hundred
    # may wait for them.
    assert took[int(0.99 * len(took))] < 0.5, took[-10:]
    lines = target.log.read_text("utf-8").splitlines()
    assert [line for line in lines if "error number" in line and "deserializing" not in line] == []
    assert "127.0.0.1:" not in "\n".join(lines[1:])
