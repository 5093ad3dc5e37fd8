"""Addresses of object storage, such as `s3://bucket/prefix`, beside folders on this computer."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypeGuard
from urllib.parse import parse_qsl, urlsplit

from data.errors import AddressError

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+://", re.ASCII)
_SECRET = re.compile(r"secret|key|token|password|sig", re.ASCII | re.IGNORECASE)


def is_address(place: Path | str | None) -> TypeGuard[str]:
    """Whether a text is an address, and not the path of a folder."""
    return isinstance(place, str) and _SCHEME.match(place) is not None


def shown(address: str) -> str:
    """The address as a message may show it: without credentials and options."""
    parts = urlsplit(address)
    user, at, host = parts.netloc.rpartition("@")
    # At Azure the container stands before the sign: abfs://container@account...
    user = user.partition(":")[0] if parts.scheme.startswith("abfs") else ""
    return f"{parts.scheme}://{user}{at if user else ''}{host}{parts.path}".rstrip("/")


def require_no_secrets(address: str) -> None:
    """Raise AddressError for an address with credentials: process lists and logs show it."""
    parts = urlsplit(address)
    user, _, _ = parts.netloc.rpartition("@")
    options = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    named = ":" in user or (user and not parts.scheme.startswith("abfs"))
    if named or any(_SECRET.search(name) for name in options):
        raise AddressError(
            f"{shown(address)}: expected an address without credentials, got some in it: give them"
            " in the environment, such as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )
