"""A real provider of OpenID Connect on this computer, with a reader and an editor."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.conftest import Site, serving

READER, EDITOR = "lezer-1", "redactie-7"
SECRET = "only-for-this-test"
_CONFIGURATION = "/.well-known/openid-configuration"
_USERS = (
    f'{{"sub": "{READER}", "groups": ["winkels-lezen"]}}',
    f'{{"sub": "{EDITOR}", "groups": ["winkels-schrijven"]}}',
)


def provider(log: Path) -> AbstractContextManager[Site]:
    """The provider, started; skips the test where it is not installed."""
    for needed in ("authlib", "httpx2", "oidc_provider_mock"):
        if find_spec(needed) is None:
            pytest.skip(f"no {needed}: pip install '.[test]'")
    users = [word for claims in _USERS for word in ("--user-claims", claims)]
    return serving(
        lambda port: [
            *(sys.executable, "-W", "ignore", "-m", "oidc_provider_mock"),
            *("--port", str(port), *users),
        ],
        log,
        health=_CONFIGURATION,
    )


def settings(address: str) -> dict[str, str]:
    """The settings of a dashboard where editors log in at the provider."""
    return {
        "STADSHART_LOGIN_URL": f"http://localhost:{urlsplit(address).port}{_CONFIGURATION}",
        "STADSHART_LOGIN_CLIENT": "stadshart",
        "STADSHART_LOGIN_SECRET": SECRET,
        "STADSHART_LOGIN_CLAIM": "groups",
        "STADSHART_LOGIN_VIEWERS": "winkels-lezen",
        "STADSHART_LOGIN_EDITORS": "winkels-schrijven",
        "STADSHART_LOGIN_SIGN": "sub",
    }
