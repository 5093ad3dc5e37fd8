"""The first HTML of every page, before any script: title, description and a shared link's card."""

import re
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route
from streamlit import __version__, file_util

from dashboard import deployment
from dashboard.component import assets
from dashboard.errors import PageShellError
from dashboard.exports import news_feed
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import LOCALES
from dashboard.press import request as press
from dashboard.selection import views
from dashboard.selection.context import Context, context_of
from dashboard.sentences import news, region_names
from dashboard.server import page_policy
from dashboard.server.headers import NO_CACHE
from dashboard.session import cache as session_cache
from dashboard.session import visitor
from dashboard.style.html import Markup
from dashboard.style.templates import render

# What Streamlit's page says about itself; our own elements replace it.
STREAMLIT_ELEMENTS = MappingProxyType(
    {
        "comment": re.compile(r"<!--.*?-->", re.DOTALL),
        "title": re.compile(r"<title\b.*?</title>", re.DOTALL),
        "icon": re.compile(r"""<link\b[^>]*\brel=["'](?:shortcut )?icon["'][^>]*>"""),
        "service": re.compile(r"""<link\b[^>]*\brel=["']service-desc["'][^>]*>"""),
        "noscript": re.compile(r"<noscript\b.*?</noscript>", re.DOTALL),
    }
)
_PARTS = re.compile(
    r"<html\b[^>]*>\s*<head\b[^>]*>(.*)</head>\s*<body\b[^>]*>(.*)</body>\s*</html>", re.DOTALL
)


def paths() -> dict[str, str]:
    """The path of every view; the view that opens the dashboard is at the root."""
    return {view: "" if view == views.opening() else view for view in views.by_id()}


def title(context: Context, view: str) -> str:
    """The title of the browser tab: the view, and the place if one is chosen."""
    text = context.text
    label = views.title(view, text.lang)
    if not context.selection.whole_region:
        # Only German writes a noun with a capital within a sentence.
        label = label if text.lang == "de" else label.lower()
        label = f"{region_names.selected(context)}: {label}"
    return f"{label} · {text('product.name')}"


def shell(html: str) -> tuple[Markup, Markup]:
    """Head and body of Streamlit's page, which start its scripts, without its own texts.

    Raises PageShellError for a page of another shape.
    """
    for pattern in STREAMLIT_ELEMENTS.values():
        html = pattern.sub("", html)
    parts = _PARTS.search(html)
    if parts is None:
        raise PageShellError(
            f"index.html of Streamlit {__version__}: expected one head and one body; "
            "install the version in requirements.lock"
        )
    # Files of the installed library, not of a visitor.
    return Markup(parts[1]), Markup(parts[2])


@cache
def _shell() -> tuple[Markup, Markup]:
    return shell(Path(file_util.get_static_dir(), "index.html").read_text("utf-8"))


def html(view: str, query: Mapping[str, str], facts: Facts) -> str:
    """The whole page of a link: Streamlit's scripts with our own head, in its language."""
    # Texts of a picture are typed by its maker: a link to a page does not carry them.
    page_query = {key: value for key, value in query.items() if key not in press.KEYS}
    selection = press.parse(page_query, visitor.vocabulary(facts, page_query))[0].selection
    context = context_of(facts, selection)
    text = context.text
    base = deployment.public_url()
    name = title(context, view)
    place = (
        region_names.centres(facts, text)
        if selection.whole_region
        else region_names.selected(context)
    )
    about = views.about(view, place, text) or name
    picture = press.for_view(view, selection)
    image = press.address(picture, "png")
    graph = {
        "og:type": "website",
        "og:site_name": text("product.name"),
        "og:locale": LOCALES[text.lang],
        "og:title": name,
        "og:description": about,
        "og:image": f"{base}/{image.removeprefix('./')}" if base else image,
        "og:image:width": picture.size.width_px,
        "og:image:height": picture.size.height_px,
        "og:image:alt": text("head.image_alt", title=name),
    }
    head, body = _shell()
    return render(
        "first_page.page",
        name=name,
        about=about,
        graph=graph.items(),
        head=head,
        body=body,
        picture=image,
        catalogue=deployment.publisher() is not None,
        feed=news_feed.address(selection),
        feed_name=news.title(context),
        styles=f"./{assets.code_address('stadshart.css')}",
        text=text,
    )


def routes() -> list[BaseRoute]:
    """The routes of all views. Raises PageShellError when Streamlit's page has another shape."""
    _shell()
    return [Route(f"/{path}", _page(view), methods=["GET"]) for view, path in paths().items()]


def _page(view: str) -> Callable[[HttpRequest], Awaitable[Response]]:
    policy = {"Content-Security-Policy": page_policy.policy("".join(_shell()))}

    async def answer(http: HttpRequest) -> Response:
        content = html(view, dict(http.query_params), session_cache.facts())
        return HTMLResponse(content, headers={**NO_CACHE, **policy})

    return answer
