"""The shipped files for web servers, started with Debian's programs on free loopback ports."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from functools import cache
from pathlib import Path
from typing import Literal

import pytest

from tests.conftest import ROOT, free_port
from tests.etl import certificates

SHIPPED = "stadshart.example"
Server = Literal["nginx", "caddy"]
ONCE = {
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""Headers of every answer."""
_FRAME = """\
{user}pid {folder}/pid;
daemon off;
events {{}}
http {{
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxied;
  include {folder}/stadshart.conf;
}}
"""


@dataclass(frozen=True, slots=True)
class Proxy:
    """A web server in front of the dashboard: its own address, and the dashboard's below it."""

    origin: str
    address: str
    plain_port: int
    log: Path
    process: subprocess.Popen[bytes]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back of a request; redirects are not followed."""

    status: int
    headers: Message
    body: bytes


def all_of(headers: Message, names: Mapping[str, str]) -> dict[str, str]:
    """The values of these headers, those of one that came twice together."""
    return {name: "; ".join(headers.get_all(name, [])) for name in names}


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


@cache
def untrusting() -> ssl.SSLContext:
    """A context that takes the certificate made on the spot."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def ask(
    address: str,
    *,
    method: str = "GET",
    body: bytes | None = None,
    timeout: float = 90,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """The answer to one request, whatever its status."""
    asked = urllib.request.Request(address, body, dict(headers or {}), method=method)
    opener = urllib.request.build_opener(
        urllib.request.HTTPSHandler(context=untrusting()),
        urllib.request.ProxyHandler({}),
        _NoRedirect(),
    )
    try:
        with opener.open(asked, timeout=timeout) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as refused:
        return Answer(refused.code, refused.headers, refused.read())


def require(program: Server) -> str:
    """Where the program is; skips the test without it, and fails it where CI=true."""
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin")
    if found is None:
        reason = f"{program} is missing: apt-get install {program}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def replaced(text: str, changes: Mapping[str, str]) -> str:
    """A shipped file with what an operator changes; each must stand in it."""
    for old, new in changes.items():
        assert old in text, f"{old!r} is not in the shipped file"
        text = text.replace(old, new)
    return text


@contextmanager
def nginx(
    folder: Path, ports: Sequence[int], *, tls_port: int | None = None, prefix: str = "/"
) -> Iterator[Proxy]:
    """The web server nginx with the shipped file before dashboards on these ports, at https://127.0.0.1."""
    program, port, plain = require("nginx"), tls_port or free_port(), free_port()
    certificate, key = certificates.maker(folder)("IP:127.0.0.1")
    server = "server 127.0.0.1:8501 max_fails=1 fail_timeout=5s;"
    shipped = (ROOT / "deploy" / "nginx" / "stadshart.conf").read_text("utf-8")
    folder.joinpath("stadshart.conf").write_text(
        replaced(
            shipped,
            {
                server: "\n  ".join(server.replace("8501", str(served)) for served in ports),
                "  listen [::]:80;\n": "",
                "  listen [::]:443 ssl http2;\n": "",
                "listen 80;": f"listen 127.0.0.1:{plain};",
                "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
                SHIPPED + ";": "127.0.0.1;",
                "/etc/ssl/certs/stadshart.pem": str(certificate),
                "/etc/ssl/private/stadshart.key": str(key),
                "/var/log/nginx": str(folder),
                "/var/lib/nginx": str(folder),
                "location / {": f"location {prefix} {{",
            },
        )
    )
    # The workers of root would be another user, who cannot write here.
    user = "user root;\n" if os.geteuid() == 0 else ""
    folder.joinpath("nginx.conf").write_text(_FRAME.format(user=user, folder=folder))
    command = [program, "-p", str(folder), "-c", f"{folder}/nginx.conf", "-e", f"{folder}/faults"]
    with _started(command, folder, port) as process:
        origin = f"https://127.0.0.1:{port}"
        address = origin + prefix.rstrip("/")
        yield Proxy(origin, address, plain, folder / "stadshart.log", process)


@contextmanager
def caddy(
    folder: Path, ports: Sequence[int], *, tls_port: int | None = None, prefix: str = "/"
) -> Iterator[Proxy]:
    """Caddy with the shipped file before dashboards on these ports, at https://127.0.0.1."""
    program, port, plain = require("caddy"), tls_port or free_port(), free_port()
    certificate, key = certificates.maker(folder)("IP:127.0.0.1")
    shipped = (ROOT / "deploy" / "caddy" / "Caddyfile").read_text("utf-8")
    config = folder / "Caddyfile"
    # No interface for others, no certificate from outside.
    own = f"{{\n\tadmin off\n\thttp_port {plain}\n\tskip_install_trust\n}}\n"
    config.write_text(
        own
        + replaced(
            shipped,
            {
                SHIPPED + " {\n": f"https://127.0.0.1:{port} {{\n\ttls {certificate} {key}\n",
                "/var/log/caddy": str(folder),
                "handle_path /* {": f"handle_path {prefix}* {{",
                "reverse_proxy 127.0.0.1:8501": "reverse_proxy "
                + " ".join(f"127.0.0.1:{served}" for served in ports),
            },
        )
    )
    command = [program, "run", "--adapter", "caddyfile", "--config", str(config)]
    with _started(command, folder, port) as process:
        origin = f"https://127.0.0.1:{port}"
        address = origin + prefix.rstrip("/")
        yield Proxy(origin, address, plain, folder / "stadshart.log", process)


PROXIES = {"nginx": nginx, "caddy": caddy}


@contextmanager
def _started(command: Sequence[str], folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    own = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (folder / "output").open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=os.environ | own)
        try:
            _wait(port, process, folder)
            yield process
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"the web server did not start:\n{(folder / 'output').read_text('utf-8')}")
