"""Which web addresses may be asked: http(s), declared hosts, and nothing on the own network."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Collection
from urllib.parse import SplitResult, urljoin, urlsplit

from etl.errors import FetchError

Resolver = Callable[[str, int], Collection[str]]
"""IP addresses of a host name and port; raises `socket.gaierror`."""

_PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def resolve(host: str, port: int) -> tuple[str, ...]:
    """IP addresses the system gives for a host name."""
    return tuple(
        str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    )


def origin(url: str) -> str:
    """`host:port` of an address, the port written out.

    Raises FetchError when it is not an http(s) address with a host, or carries a name and password.
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
    """Host name of an address, lower case, without a final dot."""
    return (_parts(url).hostname or "").rstrip(".")


def require_public(url: str, operator: Collection[str], resolve_host: Resolver) -> None:
    """Nothing when the address may be asked.

    `operator` holds the origins that the operator gave by hand: only those may lie on the own
    network. Raises FetchError for the rest, and `socket.gaierror` when the name is unknown.
    """
    place = origin(url)
    if place in operator:
        return
    host, _, port = place.rpartition(":")
    for address in resolve_host(host, int(port)):
        if not is_public(address):
            raise FetchError(
                "address-refused",
                target=place,
                reason=f"{address} lies on a private or reserved network",
            )


def is_public(address: str) -> bool:
    """Whether an IP address is reached over the internet, looking through IPv6 wrappings of IPv4."""
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
    """Where a redirect leads, when it may be followed.

    Raises FetchError when it leaves http(s), the declared `hosts` or origins, or falls back from
    https to http.
    """
    host = host_of(url)

    def refusal(reason: str) -> FetchError:
        return FetchError("redirect-refused", host=host, target=_redacted(target), reason=reason)

    try:
        target = urljoin(url, location)
        place = origin(target)
    except ValueError as error:
        target = location
        raise refusal("not an http(s) address") from error
    # An origin the operator gave holds for its own port only; a declared host for any.
    same = place == origin(url)
    if not same and (host_of(target) not in hosts or is_ip_address(host_of(target))):
        raise refusal("not a declared host")
    if urlsplit(url).scheme == "https" and urlsplit(target).scheme == "http":
        raise refusal("from https back to http")
    if is_ip_address(host_of(target)) and place not in operator and not is_public(host_of(target)):
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
    """The absolute form of a link in an answer when it stays within the address asked, else None.

    Scheme, host and port are equal, and the path is the same or lies under it.
    """
    try:
        target = urljoin(url, link)
        if origin(target) != origin(url):
            return None
    except ValueError:
        return None
    asked, led = urlsplit(url), urlsplit(target)
    stays = led.path == asked.path or led.path.startswith(asked.path.rstrip("/") + "/")
    dotted = any(
        step in (".", "..") for step in led.path.replace("%2e", ".").replace("%2E", ".").split("/")
    )
    return target if asked.scheme == led.scheme and stays and not dotted else None


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise FetchError("address-refused", target=url, reason=str(error)) from error
    return parts


def _redacted(url: str) -> str:
    """The address for a message: no name, password, query or fragment."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.rpartition("@")[2]
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
