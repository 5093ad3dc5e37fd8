"""Guard of hosts and origins: foreign ones are refused before Streamlit sees them."""

import socket
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard import deployment
from dashboard.i18n.text import linked_lang, texts
from dashboard.server.problems import problem
from dashboard.session import access

WILDCARDS = ("0.0.0.0", "::")  # noqa: S104 - compared with, never a default
_READING = ("GET", "HEAD", "OPTIONS")
_FORBIDDEN = 1008  # RFC 6455: the message breaks a policy; before the handshake it becomes 403


class OriginGuard:
    """Middleware that refuses a foreign Host, and what a page of a foreign Origin sends.

    Allowed are the loopback addresses, the address served, the host of STADSHART_PUBLIC_URL and the
    address of the connection; as an Origin at the port of the Host, except for the public one. It
    sends no requests: Streamlit compares an unknown Origin with this machine's public address, and
    asks an outside server for it while visitors wait.
    """

    def __init__(self, app: ASGIApp, *, host: str) -> None:
        self.app = app
        self._public = public = urlsplit(deployment.public_url() or "").hostname
        # A foreign name may be pointed at this server (DNS rebinding), so that its page reads
        # internal data. An address cannot be: on a wildcard any is allowed, as a container does not
        # know its own.
        self._any_address = host in WILDCARDS
        name = socket.gethostname() if self._any_address else host
        self._hosts = {name.casefold(), *([public] if public else [])}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on allowed requests, refuse others with 421 or a closed websocket."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        served = (scope.get("server") or ("",))[0]
        # Programs other than browsers, such as probes of a load balancer, may send no Host.
        welcome = all(self._is_host(_parsed(f"//{host}"), served) for host in hosts)
        foreign = not all(self._is_origin(origin, hosts, served) for origin in origins)
        if scope["type"] == "http":
            # A page of another site may read what is open, and may send nothing.
            if welcome and not (foreign and scope["method"] not in _READING):
                await self.app(scope, receive, send)
            else:
                await _refusal(scope)(scope, receive, send)
            return
        if not welcome or foreign:
            await send({"type": "websocket.close", "code": _FORBIDDEN})
            return
        if access.login() is not None and _is_same_host(origins, hosts):
            # Streamlit knows who is logged in for a page of its own Origin alone.
            await self.app(scope, receive, send)
            return
        # Without an Origin, Streamlit does not ask an outside host for its address.
        without_origin = [(name, value) for name, value in scope["headers"] if name != b"origin"]
        await self.app({**scope, "headers": without_origin}, receive, send)

    def _is_host(self, parsed: SplitResult | None, served: str) -> bool:
        if parsed is None or parsed.path or parsed.query or parsed.fragment or "@" in parsed.netloc:
            return False
        name = _name(parsed)
        return self._is_own(name, served) or (self._any_address and _is_address(name))

    def _is_origin(self, origin: str, hosts: list[str], served: str) -> bool:
        parsed = _parsed(origin)
        if parsed is None or parsed.scheme not in ("http", "https"):
            return False
        if [parsed.netloc.casefold()] == [host.casefold() for host in hosts]:
            return True
        # Another server of this computer is foreign: only the public address may differ in port.
        ports = {parsed_host.port for host in hosts if (parsed_host := _parsed(f"//{host}"))}
        own = self._is_own(_name(parsed), served) and parsed.port in ports
        return own or _name(parsed) == self._public

    def _is_own(self, name: str, served: str) -> bool:
        return name in self._hosts or name in (served, "localhost") or _is_loopback(name)


def _is_same_host(origins: list[str], hosts: list[str]) -> bool:
    return len(origins) == len(hosts) == 1 and urlsplit(origins[0]).netloc == hosts[0]


def _refusal(scope: Scope) -> Response:
    text = texts(linked_lang(scope["query_string"].decode("latin-1")))
    return problem(Request(scope), 421, text("server.foreign_host"))


def _parsed(address: str) -> SplitResult | None:
    try:
        parsed = urlsplit(address)
        _ = parsed.port  # raises when it is no port
    except ValueError:
        return None
    return parsed if parsed.hostname else None


def _name(parsed: SplitResult) -> str:
    return (parsed.hostname or "").rstrip(".")


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _is_loopback(name: str) -> bool:
    return _is_address(name) and ip_address(name).is_loopback
