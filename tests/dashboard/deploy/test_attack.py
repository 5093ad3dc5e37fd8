"""An attacker before the shipped web server: nothing is read, written or stopped."""

import asyncio
import hmac
import json
import re
import secrets
import socket
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlencode, urlsplit

import httpx2
import pytest
from starlette.routing import Route
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from streamlit.web.server.starlette.starlette_server_config import (
    TOKENS_COOKIE_NAME,
    USER_COOKIE_NAME,
)
from websockets.exceptions import ConnectionClosed

from dashboard.server import routes
from dashboard.session import access
from data.snapshot import changelog
from tests.dashboard import internal_town, login_provider
from tests.dashboard.deploy import proxies, visits
from tests.dashboard.deploy.proxies import ask, untrusting
from tests.dashboard.deploy.target import Target, host, is_refused, raw

pytestmark = pytest.mark.slow
PATHS = [
    route.path for route in routes.routes() if isinstance(route, Route) and "{" not in route.path
]
# Who counts as this computer is one question for all files: `test_public_site.py` reads every
# table with internal rows, the long form here every file.
FORMS = {f"/export/{name}" for name in ("premises.csv", "premises.zip", "kaart.csv", "kaart.svg")}
READ = [path for path in PATHS if "/export/" not in path or path in FORMS]
SCRIPT = "<script>alert(1)</script>\"'`${7*7}{{7*7}}"
LOOPBACK = {
    "X-Forwarded-For": "127.0.0.1",
    "X-Real-IP": "127.0.0.1",
    "X-Forwarded-Host": "localhost",
    "Forwarded": "for=127.0.0.1;host=localhost",
}
CLAIMED = {
    **dict.fromkeys(
        ("X-Forwarded-User", "X-Remote-User", "Remote-User", "X-Auth-Request-User"),
        login_provider.EDITOR,
    ),
    **dict.fromkeys(("X-Forwarded-Groups", "X-Auth-Request-Groups", "groups"), "winkels-schrijven"),
    "X-User-Role": "administrator",
}
SURVEY = "plaats;straat;huisnummer;status;x;y\n" + "".join(
    f"Hengelo;Voorbeeldstraat;{n};{'leeg' if n < 4 else 'open'};{251_200 + 12 * n};476300\n"
    for n in range(1, 31)
)


@pytest.mark.parametrize(
    "prefix", ["", "static", "app/static", "map", "export", "_stcore/x", "api"]
)
@pytest.mark.parametrize(
    "step", ["../", "%2e%2e/", "..%2f", "%2e%2e%2f", "..%5c", "%c0%ae%c0%ae/", "....//", "..%00/"]
)
def test_no_path_leads_out(target: Target, prefix, step):
    for depth, aim in ((8, "etc/passwd"), (1, "app.py"), (1, "dashboard/app.py")):
        lines = [f"GET /{prefix}/{step * depth}{aim} HTTP/1.1", host(target)]
        answer = raw(target, lines, sender=f"127.2.0.{depth}")
        assert answer.status in (301, 307, 400, 403, 404, 421, 429), (answer.status, aim)
        assert not re.search(rb"root:|import streamlit", answer.body)


@pytest.mark.parametrize(
    "path", [*READ, *(pytest.param(p, marks=pytest.mark.long) for p in PATHS if p not in READ)]
)
def test_who_claims_to_be_this_computer_reads_nothing_internal(target: Target, path):
    query = "?plaats=voorbeeldstad&beyond=0&intern=1"
    claims = [f"{name}: {value}" for name, value in LOOPBACK.items()]
    # From an address each, so that no rate makes the attacker wait.
    sender = f"127.1.0.{PATHS.index(path) % 250 + 1}"
    lines = [f"GET {path}{query} HTTP/1.1", host(target), *claims]
    answer = raw(target, lines, sender=sender)
    assert path != "/metrics" or answer.status == 404
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
    assert answer.status in (200, 404, 422) and b"<script>alert" not in answer.body
    assert b"49" not in re.findall(b"`(.*?)`", answer.body)
    assert proxies.all_of(answer.headers, proxies.ONCE) == proxies.ONCE
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
        async with visits.visit(target.proxy.address) as opened:
            await opened.run()
            return [
                await asyncio.to_thread(upload, target, number, size, chunked=chunked)
                for number, size, chunked in (
                    (opened.number, 10, False),
                    (opened.number, 10, True),
                    (opened.number, 1_000_000, True),
                    (opened.number, 5_500_000, False),
                    ("..%2f..%2fx", 10, False),
                )
            ]

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
            async with visits.visit(target.proxy.address) as opened:
                await opened.run()
                try:
                    await opened.connection.send(message)
                    async with asyncio.timeout(2):
                        while True:
                            await opened.connection.recv()
                except ConnectionClosed:
                    ended += 1
                except TimeoutError:
                    continue
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


# More than there are threads for answers, which are forty, and than a web server lets wait.
@pytest.mark.parametrize("visitors", [60, pytest.param(200, marks=pytest.mark.long)])
def test_many_exports_at_once_leave_the_rest_alive(target: Target, visitors):
    files = [f"/export/kaart.{form}?formaat=a4" for form in ("png", "pdf", "svg")]
    files += ["/export/places.xlsx?x=", "/export/kaart.gpkg?x=", "/embed?x="]
    for address in (target.proxy.address, target.dashboard):
        before, began = len(target.beats.read_bytes().splitlines()), time.monotonic()
        asked = [f"{address}{files[n % 6]}&periode={1990 + n // 6}-2026" for n in range(visitors)]
        with ThreadPoolExecutor(visitors) as at_once:
            statuses = Counter(answer.status for answer in at_once.map(ask, asked))
        assert statuses.keys() <= {200, 429, 503} and statuses[200] >= 9
        # Health was answered more than once a second.
        after = len(target.beats.read_bytes().splitlines())
        assert after - before > time.monotonic() - began
    # Whoever comes after them is served.
    deadline = time.monotonic() + 60
    while (answer := ask(f"{target.proxy.address}/export/places.csv")).status != 200:
        assert answer.status in (429, 503) and time.monotonic() < deadline
        time.sleep(0.5)


def signed_by(secret: str, claims: str) -> str:
    return create_signed_value(secret, USER_COOKIE_NAME, claims).decode()


def forged_cookies(reader: httpx2.Client) -> dict[str, str]:
    """Cookies in place of that of a user: what an attacker can make, and of a reader's what can be
    altered or swapped.
    """
    secret = hmac.new(login_provider.SECRET.encode(), b"stadshart cookie", "sha256").hexdigest()
    claims = {"is_logged_in": True, "iat": time.time(), "groups": ["winkels-schrijven"]}
    old = claims | {"iat": time.time() - access.LASTS_S - 60}
    own = reader.cookies[USER_COOKIE_NAME]
    signed = own.partition(".")[2]
    promoted = json.dumps(claims)
    other = signed_by("stadshart", promoted)
    return {
        "unsigned": quote(promoted),
        "no signature": f"{other.partition('.')[0]}.",
        "signed with a name that is known": other,
        "the signature of a reader under other claims": f"{other.partition('.')[0]}.{signed}",
        "cut off": own[:-2],
        "signed for another cookie": create_signed_value(secret, "other", promoted).decode(),
        "the tokens of a reader": reader.cookies[TOKENS_COOKIE_NAME],
        "of an editor of yesterday": signed_by(secret, json.dumps(old)),
        "parts that are missing": signed_by(secret, "chunks-9"),
        "of a reader": own,
    }


async def may_bring(
    target: Target, cookies: Mapping[str, str], query: str = "", **headers: str
) -> tuple[int, bool]:
    """How an upload within a visit is answered, and whether the page takes a file."""
    async with visits.visit(target.proxy.address, cookies, **headers) as opened:
        await opened.run(query=query)
        answer = await asyncio.to_thread(
            httpx2.put,
            f"{target.proxy.address}{visits.UPLOADS}/{opened.number}/x?{query}",
            files={"f": b"x"},
            headers={**headers, "X-Xsrftoken": cookies.get("_streamlit_xsrf", "")},
            cookies=dict(cookies),
            verify=untrusting(),
            trust_env=False,
        )
        return answer.status_code, opened.has("w_entry_file")


def test_the_cookie_of_an_editor_alone_gives_that_role(target: Target):
    known = (login_provider.READER, login_provider.EDITOR)
    reader, editor = (visits.logged_in(target.proxy.address, user) for user in known)
    assert asyncio.run(may_bring(target, editor.cookies)) == (204, True)
    for name, value in forged_cookies(reader).items():
        cookies = dict(reader.cookies) | {USER_COOKIE_NAME: value}
        assert asyncio.run(may_bring(target, cookies)) == (403, False), name
    # Who the web server or the address says that one is counts for nothing.
    query = f"role=administrator&rol=editor&{urlencode(CLAIMED)}"
    for cookies in ({}, dict(reader.cookies)):
        assert asyncio.run(may_bring(target, cookies, query, **CLAIMED)) == (403, False)


def test_a_stolen_answer_of_the_provider_logs_nobody_in(target: Target):
    site = target.proxy.address
    victim, thief = visits.browser(site), visits.browser(site)
    stolen = visits.granted(victim, site, login_provider.EDITOR)
    # The thief's own login, with a code that the provider gave another application.
    own = thief.get(asyncio.run(visits.login_address(site))).headers["Location"]
    to_other = str(httpx2.URL(own).copy_set_param("client_id", "other"))
    elsewhere = thief.post(to_other, data={"sub": login_provider.EDITOR}).headers["Location"]
    victims = httpx2.URL(stolen).params
    state = httpx2.URL(own).params["state"]
    for name, address in {
        "a foreign state": stolen,
        "no state": f"/oauth2callback?code={victims['code']}",
        "a made-up state": f"/oauth2callback?code={victims['code']}&state=x",
        "the code of another application": elsewhere,
        "a code under a used state": f"/oauth2callback?code={victims['code']}&state={state}",
    }.items():
        answer = thief.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (302, "./"), name
        assert USER_COOKIE_NAME not in thief.cookies, name
    # The victim's answer still counts, once.
    before = dict(victim.cookies)
    victim.get(stolen)
    assert USER_COOKIE_NAME in victim.cookies
    again = visits.browser(site)
    again.cookies.update(before)
    again.get(stolen)
    assert USER_COOKIE_NAME not in again.cookies


def test_no_address_leads_to_another_site(target: Target):
    site, evil = target.proxy.address, "https://evil.example"
    login = asyncio.run(visits.login_address(site)).removeprefix(site)
    reader = visits.logged_in(site, login_provider.READER)
    away = urlencode(dict.fromkeys(("next", "redirect_uri", "post_logout_redirect_uri"), evil))
    for path in (
        *(f"{login}&{away}", f"/auth/login?provider=default&{away}"),
        *(f"/oauth2callback?error=x&{away}", f"/?{away}", "//evil.example/..", "/%5cevil.example"),
        *("/kaart//evil.example/", "/%2f%2fevil.example/", f"/auth/logout?{away}"),
    ):
        at = httpx2.URL(reader.get(f"{site}{path}").headers.get("Location", "/"))
        assert at.host in ("", "127.0.0.1", "localhost"), path
        for name in ("redirect_uri", "post_logout_redirect_uri"):
            assert at.params.get(name, f"{site}/oauth2callback") == f"{site}/oauth2callback"
    # The last one led to the provider, and logged the reader out.
    assert at.path == "/oauth2/end_session" and USER_COOKIE_NAME not in reader.cookies


def test_what_an_editor_sends_changes_nothing_when_a_reader_or_nobody_sends_it(target: Target):
    site = target.proxy.address
    reader, editor = (
        visits.logged_in(site, user) for user in (login_provider.READER, login_provider.EDITOR)
    )
    nobody = visits.browser(site)

    async def attack() -> None:
        async with visits.visit(site, editor.cookies) as opened:
            await opened.run()
            publish = [opened.typed("w_entry_place", "Hele streek")]
            publish.append(await opened.upload(editor, "winkels 2024-03-31.csv", SURVEY.encode()))
            await opened.run(*publish)
            publish.append(opened.typed("w_entry_mend_reason", "Telling van maart"))
            publish.append(opened.pressed("w_entry_publish"))
            for stranger in (reader, nobody):
                # At the address that the server itself gave the editor for a file.
                sent = stranger.put(opened.files[0].upload_url, files={"f": SURVEY})
                assert sent.status_code == 403
                await send(stranger, publish)
            assert not changelog.read_changes(target.data)
            await opened.run(*publish)
            (entry,) = changelog.read_changes(target.data)
            assert (entry.by, entry.rows) == (login_provider.EDITOR, 30)
            withdraw = [
                opened.typed("w_entry_undo_why", "weg ermee"),
                opened.pressed("w_entry_withdraw"),
            ]
            for stranger in (reader, nobody):
                await send(stranger, withdraw)
            assert list(changelog.read_changes(target.data)) == [entry]

    async def send(stranger: httpx2.Client, states: list[WidgetState]) -> None:
        async with visits.visit(site, stranger.cookies) as opened:
            await opened.run()
            await opened.run(*states)
            assert not opened.has("w_entry")

    asyncio.run(attack())


def test_health_answered_all_the_while_and_the_log_names_no_fault_of_ours(target: Target):
    beats = [line.split() for line in target.beats.read_text("ascii").splitlines()]
    assert len(beats) > 100
    # Without the time that the one who asks and the dashboard waited for a core. A thread that
    # waits for one while it holds the interpreter delays the answer unseen: other tests share the
    # cores, so that single answers may take longer.
    spent = sorted(float(took) - float(waited) for took, waited in beats)
    assert spent[int(0.99 * len(spent))] < 0.5 and spent[-1] < 1.5
    lines = target.log.read_text("utf-8").splitlines()
    refused = ("deserializing", "OAuth token exchange failed")
    faults = [line for line in lines if "error number" in line]
    assert [line for line in faults if not any(words in line for words in refused)] == []
    assert "127.0.0.1:" not in "\n".join(lines[1:])
