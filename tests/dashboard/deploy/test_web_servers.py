"""The shipped files for nginx and Caddy, before a dashboard that is reached below a path."""

import asyncio
import re
import shutil
import socket
import ssl
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from dashboard.selection import views
from dashboard.server import first_page
from data import catalogue
from tests.conftest import CHROMIUM, free_port, require_chromium, serving
from tests.dashboard import login_provider
from tests.dashboard.conftest import ARGUMENTS
from tests.dashboard.deploy import proxies, visits
from tests.dashboard.deploy.proxies import PROXIES, Proxy, ask, untrusting
from tests.dashboard.pages import DESKTOP, Records, record, records

pytestmark = pytest.mark.slow
TLS_PORT = free_port()
PUBLIC = f"https://127.0.0.1:{TLS_PORT}/stadshart"
PATHS = [
    "",
    "kaart",
    "embed",
    "api/status",
    "export/nope",
    "nope",
    "metrics",
    "_stcore/health",
]


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a dashboard with a public address below a path, where editors log in.

    It serves a copy of the made-up region, whose model of spending is sooner there.
    """
    folder = tmp_path_factory.mktemp("dashboard")
    shutil.copytree(catalogue.EXAMPLE, folder / "stadshart-twente")
    with (
        login_provider.provider(folder / "provider") as known,
        serving(
            lambda port: [sys.executable, "-m", "tests.dashboard.unprepared", "--port", str(port)],
            folder / "log",
            env={
                **login_provider.settings(known.address),
                "STADSHART_PUBLIC_URL": PUBLIC,
                "STADSHART_TILES": "off",
                "STADSHART_FRAMES": "https://www.voorbeeld.example",
                "XDG_DATA_HOME": str(folder),
            },
        ) as site,
    ):
        yield int(urlsplit(site.address).port or 0)


@pytest.fixture(scope="module", params=PROXIES)
def proxy(
    request: pytest.FixtureRequest, dashboard: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp(request.param)
    starting = PROXIES[request.param]
    with starting(folder, [dashboard], tls_port=TLS_PORT, prefix="/stadshart/") as started:
        yield started


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_each_header_once(proxy: Proxy, path):
    headers = ask(f"{proxy.address}/{path}").headers
    assert proxies.all_of(headers, proxies.ONCE) == proxies.ONCE
    (policy,) = headers.get_all("Content-Security-Policy", [])
    if path == "embed":
        assert policy == "frame-ancestors https://www.voorbeeld.example"
    else:
        assert "frame-ancestors 'self'" in policy
        assert "script-src 'self'" in policy if path in ("", "kaart") else "'none'" in policy
    assert not re.search(r"\d", headers.get("Server", ""))


@pytest.mark.parametrize(
    "path", ["metrics", "_stcore/metrics", "_stcore/agent/openapi.json", "_stcore//metrics"]
)
def test_figures_of_the_server_are_closed(proxy: Proxy, path):
    assert ask(f"{proxy.address}/{path}").status == 404


def test_plain_http_leads_to_tls(proxy: Proxy):
    answer = ask(f"http://127.0.0.1:{proxy.plain_port}/stadshart/kaart?taal=en")
    assert answer.status in (301, 308)
    assert re.fullmatch(
        r"https://127\.0\.0\.1(:\d+)?/stadshart/kaart\?taal=en", answer.headers["Location"]
    )


def test_links_of_a_page_are_those_of_the_public_address(proxy: Proxy):
    page = ask(f"{proxy.address}/kaart").body.decode()
    assert f'content="{PUBLIC}/export/kaart.png?' in page
    answer = ask(f"{proxy.address}/kaart/?taal=de")
    assert answer.status == 307 and answer.headers["Location"] == "./../kaart?taal=de"


def test_a_login_leaves_and_comes_back_below_the_path(proxy: Proxy):
    client = visits.browser(proxy.address)
    back = visits.granted(client, proxy.address, login_provider.EDITOR)
    assert back.startswith(f"{PUBLIC}/oauth2callback?")
    assert urljoin(back, client.get(back).headers["Location"]) == f"{PUBLIC}/"
    (cookie,) = (held for held in client.cookies.jar if held.name == "_streamlit_user")
    assert (cookie.path, cookie.secure) == ("/stadshart", True)

    async def entered() -> None:
        async with visits.visit(proxy.address, client.cookies) as opened:
            await opened.run()
            assert opened.has("w_entry_file")
            await opened.run(opened.pressed("w_log_out"))
            left = client.get(urljoin(proxy.address, opened.login_path))
            assert left.headers["Location"].count("oauth2callback") == 1

    asyncio.run(entered())
    assert "_streamlit_user" not in client.cookies


@contextmanager
def connected(proxy: Proxy) -> Iterator[ssl.SSLSocket]:
    """A connection to write requests on by hand."""
    at = urlsplit(proxy.address)
    with (
        socket.create_connection((at.hostname or "", at.port or 0), timeout=30) as plain,
        untrusting().wrap_socket(plain) as opened,
    ):
        yield opened


def pipelined(proxy: Proxy, path: str, times: int) -> list[int]:
    """The statuses of requests that were sent before the first was answered."""
    at = urlsplit(proxy.address)
    with connected(proxy) as opened:
        asked = f"GET {path} HTTP/1.1\r\nHost: {at.netloc}\r\n"
        last = f"{asked}Connection: close\r\n\r\n"
        opened.sendall((f"{asked}\r\n" * (times - 1) + last).encode())
        received = b"".join(iter(lambda: opened.recv(65536), b""))
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", received)]


def handshake(proxy: Proxy, origin: str) -> int:
    """The status of a websocket's handshake from a page of `origin`."""
    at = urlsplit(proxy.address)
    lines = [
        f"GET {at.path}/_stcore/stream HTTP/1.1",
        *(f"Host: {at.netloc}", f"Origin: {origin}", "Connection: Upgrade", "Upgrade: websocket"),
        *("Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "", ""),
    ]
    with connected(proxy) as opened:
        opened.sendall("\r\n".join(lines).encode())
        return int(opened.recv(1024).split()[1])


def test_a_websocket_opens_for_its_own_pages_on_any_port(proxy: Proxy):
    assert handshake(proxy, proxy.origin) == 101
    assert handshake(proxy, "https://127.0.0.1") == 101
    assert handshake(proxy, "https://evil.example") == 403


def test_the_log_names_no_visitor_and_nothing_chosen(proxy: Proxy):
    ask(f"{proxy.address}/kaart?plaats=geheim", headers={"User-Agent": "someone"})
    lines = proxy.log.read_text("utf-8").splitlines()
    assert any("/kaart" in line for line in lines)
    # In a line of Caddy the host is the server's own name.
    told = re.sub(r'"host":"[^"]*"', "", "\n".join(lines))
    assert "127.0.0.1" not in told and "geheim" not in told and "someone" not in told


def test_a_dashboard_that_is_gone_is_an_error_with_the_headers(tmp_path: Path):
    for name, start in PROXIES.items():
        folder = tmp_path / name
        folder.mkdir()
        with start(folder, [9]) as started:
            answer = ask(f"{started.address}/kaart")
        assert answer.status == 502
        assert (
            answer.headers["Strict-Transport-Security"] and answer.headers["X-Content-Type-Options"]
        )
        assert "'none'" in answer.headers["Content-Security-Policy"]


def test_nginx_keeps_code_and_limits_who_draws_too_much(dashboard: int, tmp_path: Path):
    with proxies.nginx(tmp_path, [dashboard]) as proxy:
        code = re.findall(r"static/js/index\.\w+\.js", ask(f"{proxy.address}/").body.decode())[0]
        assert ask(f"{proxy.address}/{code}").status == 200
        kept = [path for path in (tmp_path / "stadshart").rglob("*") if path.is_file()]
        assert any(code.encode() in path.read_bytes()[:2000] for path in kept)
        statuses = pipelined(proxy, "/export/nope", 60)
        assert statuses[:20] == [404] * 20 and statuses.count(429) >= 20
        assert ask(f"{proxy.address}/_stcore/health").status == 200


def opened_under_its_policy(proxy: Proxy) -> Records:
    """What a browser of its own records that goes through the menu; that of other tests ignores the
    policy.
    """
    from playwright.sync_api import expect, sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = record(browser.new_page(ignore_https_errors=True, viewport=DESKTOP))
        page.set_default_timeout(60_000)
        page.goto(f"{proxy.address}/?taal=en")
        for view, path in first_page.paths().items():
            page.get_by_role("link", name=views.title(view, "en"), exact=True).first.click()
            page.wait_for_url(lambda url, path=path: urlsplit(url).path == f"/stadshart/{path}")
            page.locator("h1").first.wait_for()
            page.locator(".stApp[data-test-script-state=notRunning]").wait_for()
            if view in ("kaart", "straten", "concurrentie"):
                page.locator(".leaflet-container").first.wait_for()
            page.wait_for_load_state("networkidle")
        page.goto(f"{proxy.address}/bronnen?taal=en#privacy")
        expect(page.locator("#privacy")).to_be_in_viewport(timeout=60_000)
        found = records(page)
        assert found.complaints == [line for line in found.complaints if "status of 404" in line]
        # Text that is to become code in the page is refused.
        page.evaluate("() => { setTimeout('window.ran = 1') }")
        page.wait_for_timeout(300)
        assert page.evaluate("() => window.ran") is None
        browser.close()
    return found


# Both send the same policy, as their headers show, and a visit below the path as well.
@pytest.mark.browser
@pytest.mark.parametrize(
    "proxy", ["nginx", pytest.param("caddy", marks=pytest.mark.long)], indirect=True, scope="module"
)
def test_a_page_below_a_path_works_whole_under_its_policy(proxy: Proxy):
    require_chromium()
    # In a thread: the driver of other tests has the event loop of this one.
    with ThreadPoolExecutor(1) as beside:
        found = beside.submit(opened_under_its_policy, proxy).result()
    # A component starts from a blob, which has no host.
    asked = {urlsplit(address).netloc for address in found.asked} - {""}
    assert asked == {urlsplit(proxy.address).netloc} and found.faults == []
