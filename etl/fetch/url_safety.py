"""Which URLs may be requested: http(s), declared hosts, and nothing on a private network."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Collection
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from etl.errors import FetchError

Resolver = Callable[[str, int], Collection[str]]
"""IP addresses of a host name and port; raises `socket.gaierror`."""

_PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def resolve(host: str, port: int) -> tuple[str, ...]:
    """IP addresses of a host name by the system resolver."""
    return tuple(
        str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    )


def origin(url: str) -> str:
    """`host:port` of a URL, with the default port written out.

    Raises FetchError unless it is an http(s) URL with a host and without a user name or password.
    """
    parts = _parts(url)
    if parts.scheme not in _PORTS:
        raise FetchError("address-refused", target=url, reason="only http and https are asked")
    if not parts.hostname or parts.username is not None or parts.password is not None:
        raise FetchError(
            "address-refused",
            target=_redacted(url),
            reason="expected a host and no password",
        )
    return f"{host_of(url)}:{parts.port or _PORTS[parts.scheme]}"


def host_of(url: str) -> str:
    """Host name of a URL, lower case, without a final dot."""
    return (_parts(url).hostname or "").rstrip(".")


def require_public(url: str, operator: Collection[str], resolve_host: Resolver) -> None:
    """Raise FetchError when the URL leads to a private network.

    Only origins in `operator`, given by hand, may lie there. Raises `socket.gaierror` when the host
    name is unknown.
    """
    target = origin(url)
    if target in operator:
        return
    host, _, port = target.rpartition(":")
    for address in resolve_host(host, int(port)):
        if not is_public(address):
            raise FetchError(
                "address-refused",
                target=target,
                reason=f"{address} lies on a private or reserved network",
            )


def is_public(address: str) -> bool:
    """Whether an IP address is public; an IPv4 address inside an IPv6 one counts itself."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = (
            ip.ipv4_mapped
            or ip.sixtofour
            or (ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
        )
        if inner is not None:
            ip = inner
    return ip.is_global and not ip.is_multicast


def resolve_redirect(
    url: str, location: str, *, hosts: Collection[str], operator: Collection[str]
) -> str:
    """The absolute target of a redirect.

    Raises FetchError when it leaves http(s), the declared `hosts` or the origins of `operator`, or
    goes from https to http.
    """
    host = host_of(url)

    def refusal(reason: str) -> FetchError:
        return FetchError("redirect-refused", host=host, target=_redacted(target), reason=reason)

    try:
        target = urljoin(url, location)
        target_origin = origin(target)
    except ValueError as error:
        target = location
        raise refusal("not an http(s) address") from error
    # An origin given by the operator holds for its port only, a declared host for any.
    same = target_origin == origin(url)
    if not same and (host_of(target) not in hosts or is_ip_address(host_of(target))):
        raise refusal("not a declared host")
    if urlsplit(url).scheme == "https" and urlsplit(target).scheme == "http":
        raise refusal("from https back to http")
    private = is_ip_address(host_of(target)) and not is_public(host_of(target))
    if private and target_origin not in operator:
        raise refusal("on a private or reserved network")
    return target


def is_ip_address(host: str) -> bool:
    """Whether a host is written as an IP address."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def link_within(url: str, link: str) -> str | None:
    """The absolute form of a link in an answer to `url`; None when it leaves that address.

    Scheme, host and port must be equal, and the path the same or below it.
    """
    try:
        target = urljoin(url, link)
        if origin(target) != origin(url):
            return None
    except ValueError:
        return None
    base, linked = urlsplit(url), urlsplit(target)
    below = linked.path == base.path or linked.path.startswith(base.path.rstrip("/") + "/")
    steps = linked.path.replace("%2e", ".").replace("%2E", ".").split("/")
    dotted = "." in steps or ".." in steps
    return target if base.scheme == linked.scheme and below and not dotted else None


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise FetchError("address-refused", target=url, reason=str(error)) from error
    return parts


def _redacted(url: str) -> str:
    """The URL for a message: without user name, password, query and fragment."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.rpartition("@")[2]
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def rebased(url: str, base_url: str) -> str:
    """`url` with scheme, host and leading path of `base_url`."""
    base, parts = urlsplit(base_url), urlsplit(url)
    path = base.path.rstrip("/") + parts.path
    return urlunsplit((base.scheme, base.netloc, path, parts.query, ""))
