"""Who may see and change what: roles by OpenID Connect, as the environment sets them.

Without a provider nothing is written through the web where other computers can reach the dashboard;
on one's own computer its user is the administrator.
"""

import hashlib
import hmac
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from ipaddress import ip_address
from types import MappingProxyType
from typing import Literal
from urllib.parse import urlsplit

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.errors import AccessError, LoginError
from dashboard.session import cache

Role = Literal["viewer", "editor", "administrator"]
RANKS: tuple[Role, ...] = ("viewer", "editor", "administrator")
LOCAL: Role = "administrator"
LASTS_S = 12 * 3600
"""How long a role lasts after signing in: a provider that takes it back is not asked again."""
_PREFIX = "STADSHART_LOGIN"
_SETTINGS = (
    "URL",
    "CLIENT",
    "SECRET",
    "SCOPE",
    "CLAIM",
    "VIEWERS",
    "EDITORS",
    "ADMINISTRATORS",
    "SIGN",
)
_SHORTEST_SECRET = 16
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """The provider, and what its claims mean.

    `claim` is the path of the claim with roles, `values` which of its values give a role; anybody
    who is signed in may view where no value is named for viewers. `to_view`: nothing is shown
    without a login. `sign` is the claim that names who changes data, or None to record the role.
    """

    metadata_url: str
    client_id: str
    client_secret: str
    scope: str
    claim: str
    values: Mapping[Role, frozenset[str]]
    to_view: bool
    sign: str | None

    def role(self, claims: Mapping[str, object], *, now: float) -> Role | None:
        """The highest role that the claims give; None for nobody, or a login that is too old."""
        signed_in = claims.get("iat")
        if claims.get("is_logged_in") is not True or not isinstance(signed_in, int | float):
            return None
        if now - signed_in > LASTS_S:
            return None
        held = _texts(_at(claims, self.claim))
        given = [role for role in RANKS if held & self.values[role]]
        if not self.values["viewer"]:
            given.insert(0, "viewer")
        return given[-1] if given else None

    @property
    def cookie_secret(self) -> str:
        """The key of cookies: the same after a restart and in every replica."""
        return hmac.new(
            self.client_secret.encode(), b"stadshart cookie", hashlib.sha256
        ).hexdigest()


def login() -> Login | None:
    """The provider that STADSHART_LOGIN_URL and the settings beside it name; None without one.

    Raises LoginError for settings that do not fit together.
    """
    names = (_PREFIX, *(f"{_PREFIX}_{name}" for name in _SETTINGS))
    return _login(tuple(os.environ.get(name, "").strip() for name in names))


@lru_cache(maxsize=4)
def _login(settings: tuple[str, ...]) -> Login | None:
    when, url, client, secret, scope, claim, viewers, editors, administrators, sign = settings
    if not url:
        if any(settings):
            raise LoginError(
                f"{_PREFIX}_URL: expected the address of the provider's openid-configuration, as"
                f" another setting of {_PREFIX} is given"
            )
        return None
    if when not in ("", "editors", "all"):
        raise LoginError(f"{_PREFIX}: expected editors or all, got {when!r}")
    parts = urlsplit(url)
    if not parts.hostname or not (
        parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname))
    ):
        raise LoginError(f"{_PREFIX}_URL: expected an address with https://, got {url!r}")
    if not client or len(secret) < _SHORTEST_SECRET:
        raise LoginError(
            f"{_PREFIX}_CLIENT and {_PREFIX}_SECRET: expected what the provider gave this"
            f" application, the secret of at least {_SHORTEST_SECRET} signs"
        )
    values: dict[Role, frozenset[str]] = {
        "viewer": _listed(viewers),
        "editor": _listed(editors),
        "administrator": _listed(administrators),
    }
    if when != "all" and not values["editor"] | values["administrator"]:
        raise LoginError(
            f"{_PREFIX}_EDITORS or {_PREFIX}_ADMINISTRATORS: expected a value of the claim that"
            " lets somebody write, got none"
        )
    if find_spec("authlib") is None or find_spec("httpx2") is None:
        raise LoginError(f"{_PREFIX}_URL: logging in needs pip install 'stadshart-twente[login]'")
    return Login(
        metadata_url=url,
        client_id=client,
        client_secret=secret,
        scope=scope or "openid",
        claim=claim or "roles",
        values=MappingProxyType(values),
        to_view=when == "all",
        sign=sign or None,
    )


def role() -> Role | None:
    """The role of this visit; None for somebody who may at most see what is open to all."""
    known = login()
    if known is not None:
        return known.role(_claims(), now=time.time())
    return None if cache.is_reachable() else LOCAL


def may(needed: Role) -> bool:
    """Whether this visit has the role, or a higher one."""
    held = role()
    return held is not None and RANKS.index(held) >= RANKS.index(needed)


def require(needed: Role) -> None:
    """Raise AccessError unless this visit has the role now."""
    if not may(needed):
        raise AccessError(f"expected the role {needed}, got {role()}")


def may_view() -> bool:
    """Whether this visit may see the views."""
    known = login()
    return known is None or not known.to_view or may("viewer")


def is_entry_offered() -> bool:
    """Whether anybody may bring data through the pages of this server."""
    return login() is not None or not cache.is_reachable()


def is_signed_in() -> bool:
    """Whether somebody is signed in, with any role or none."""
    return login() is not None and _claims().get("is_logged_in") is True


def signature() -> str | None:
    """What the changelog records of who makes a change: the claim that is to sign, else the role.

    None on one's own computer.
    """
    known = login()
    if known is None:
        return None
    signed = _at(_claims(), known.sign) if known.sign else None
    name = "".join(filter(str.isprintable, signed)) if isinstance(signed, str) else ""
    return name[:_LONGEST_NAME] or role()


def _claims() -> Mapping[str, object]:
    """What the provider said of who is signed in; empty outside a visit."""
    return st.user.to_dict() if get_script_run_ctx(suppress_warning=True) is not None else {}


def _at(claims: Mapping[str, object], path: str) -> object:
    """The claim at a path: a name, or names with dots between where claims lie in one another."""
    if path in claims:
        return claims[path]
    first, _, rest = path.partition(".")
    within = claims.get(first)
    return _at(within, rest) if rest and isinstance(within, dict) else None


def _texts(claim: object) -> frozenset[str]:
    values = claim if isinstance(claim, list) else [claim]
    return frozenset(value for value in values if isinstance(value, str))


def _listed(setting: str) -> frozenset[str]:
    return frozenset(value.strip() for value in setting.split(",") if value.strip())


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
