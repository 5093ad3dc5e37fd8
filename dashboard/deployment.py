"""Who publishes this dashboard and where readers reach it, from the environment."""

import os
import re
from urllib.parse import urlsplit

from dashboard.errors import PublicUrlError, SecurityContactError

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_REPORT = re.compile(r"(?:https://|mailto:|tel:)[!-~]+")


def public_url() -> str | None:
    """The public address without trailing slash; None when only this computer is served.

    Read from STADSHART_PUBLIC_URL. Raises PublicUrlError for anything that is not an http(s)
    address.
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


def mail() -> str | None:
    """The mail address in STADSHART_PUBLISHER, or None."""
    address = _MAIL.search(publisher() or "")
    return None if address is None else address[0]


def publisher_name() -> str | None:
    """The sender in STADSHART_PUBLISHER without the mail address, or None."""
    whole = publisher()
    return None if whole is None else _MAIL.sub("", whole).strip(" ,;:()<>") or whole


def security_contact() -> str | None:
    """Where a fault in security is reported, as an address that RFC 9116 takes.

    Read from STADSHART_SECURITY, else the mail address in STADSHART_PUBLISHER; None without either.
    Raises SecurityContactError for anything that is no mail, web or telephone address.
    """
    text = os.environ.get("STADSHART_SECURITY", "").strip()
    if not text:
        address = mail()
        return None if address is None else f"mailto:{address}"
    if _MAIL.fullmatch(text):
        return f"mailto:{text}"
    if not _REPORT.fullmatch(text):
        raise SecurityContactError(
            f"STADSHART_SECURITY: expected a mail address, https://, mailto: or tel:, got {text!r}"
        )
    return text
