"""Who publishes this dashboard and where readers reach it, from the environment."""

import os
from urllib.parse import urlsplit

from dashboard.errors import PublicUrlError


def public_url() -> str | None:
    """The address readers reach, without trailing slash, or None when the dashboard is for this computer only.

    Read from STADSHART_PUBLIC_URL. Raises PublicUrlError for anything that is not an http(s) address.
    """
    text = os.environ.get("STADSHART_PUBLIC_URL", "").strip()
    if not text:
        return None
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise PublicUrlError(f"STADSHART_PUBLIC_URL: expected https://host/path, got {text!r}")
    return text.rstrip("/")


def publisher() -> str | None:
    """Sender and contact as the operator gave them in STADSHART_PUBLISHER, or None."""
    return os.environ.get("STADSHART_PUBLISHER", "").strip() or None
