"""Well-known addresses: robots.txt, security.txt and the icon."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard import deployment
from dashboard.i18n.text import LANGUAGES, linked_lang, texts
from dashboard.server.headers import NO_CACHE
from dashboard.server.problems import problem

_ICON = Path(__file__).parents[1] / "static" / "favicon.ico"
# RFC 9116 recommends less than a year.
_VALID = timedelta(days=180)
_PUBLIC = """\
User-agent: *
Allow: /export/kaart.png
Allow: /api/openapi.json
Disallow: /export/
Disallow: /api/
Disallow: /_stcore/
"""
_PRIVATE = "User-agent: *\nDisallow: /\n"


async def _robots(_: Request) -> Response:
    content = _PUBLIC if deployment.public_url() else _PRIVATE
    return PlainTextResponse(content, headers=NO_CACHE)


async def _security(request: Request) -> Response:
    contact, base = deployment.security_contact(), deployment.public_url()
    if contact is None:
        text = texts(linked_lang(request.url.query))
        return problem(request, 404, text("server.no_contact"))
    content = security_text(contact, base, datetime.now(UTC))
    return PlainTextResponse(content, headers=NO_CACHE)


def security_text(contact: str, base: str | None, now: datetime) -> str:
    """The fields of RFC 9116, valid for 180 days from the start of the day."""
    expires = now.replace(hour=0, minute=0, second=0, microsecond=0) + _VALID
    fields = [
        f"Contact: {contact}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(LANGUAGES)}",
        *([f"Canonical: {base}/.well-known/security.txt"] if base else []),
    ]
    return "\n".join(fields) + "\n"


async def _icon(_: Request) -> Response:
    headers = {"Cache-Control": "max-age=86400"}
    return FileResponse(_ICON, media_type="image/vnd.microsoft.icon", headers=headers)


async def _other_icon(_: Request) -> Response:
    return RedirectResponse("./favicon.ico")


def routes() -> list[BaseRoute]:
    """The routes; the last is where Streamlit serves its own icon."""
    return [
        Route("/robots.txt", _robots, methods=["GET"]),
        Route("/.well-known/security.txt", _security, methods=["GET"]),
        Route("/favicon.ico", _icon, methods=["GET"]),
        Route("/favicon.png", _other_icon, methods=["GET"]),
    ]
