"""Addresses of one word that name no view: a near miss leads to the view meant, any other is told where the views are."""

from starlette.convertors import StringConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard import theme
from dashboard.markup import Markup, document, door, join, node
from dashboard.state import OPENING, VIEWS
from dashboard.text import LANGUAGES, Texts, texts

_STYLE = Markup(
    f"body{{margin:0;background:{theme.PAPER};color:{theme.INK};font:1.05rem/1.5 '{theme.FONT}',sans-serif}}"
    f"main{{max-width:40rem;margin:12vh auto;padding:0 1.5rem}}h1{{color:{theme.HEADING};line-height:1.2}}a{{color:{theme.LINK}}}"
    "li{margin:.4rem 0}"
)


# The opening view is at the root.
_WHERE = {view: "" if view == OPENING else view for view in VIEWS}


class _Astray(StringConvertor):
    """One word without a dot, which is no view: a file has a dot, an address of the server itself a slash."""

    regex = rf"(?!(?:{'|'.join(filter(None, _WHERE.values()))})$)[^/.]+"


def page(text: Texts) -> str:
    """The page that says so, whole, with a door to every view."""
    doors = join(node("li", door(text(f"nav.{view}"), f"./{where}?taal={text.lang}")) for view, where in _WHERE.items())
    head = (
        node("meta", charset="utf-8"),
        node("meta", name="viewport", content="width=device-width,initial-scale=1"),
        node("title", f"{text('fallback.page_title')} · {text('product.name')}"),
        node("style", _STYLE),
    )
    body = node("main", node("h1", text("fallback.page_title")), node("p", text("fallback.page")), node("ul", doors))
    return document(text.lang, head, body)


async def _answer(request: Request) -> Response:
    meant = request.path_params["word"].casefold()
    if meant in _WHERE:
        return RedirectResponse(f"./{_WHERE[meant]}?{request.url.query}")
    lang = next((lang for lang in LANGUAGES if lang == request.query_params.get("taal")), LANGUAGES[0])
    return HTMLResponse(page(texts(lang)), 404, {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"})


def routes() -> list[BaseRoute]:
    """The address, to stand after all others."""
    register_url_convertor("astray", _Astray())
    return [Route("/{word:astray}", _answer, methods=["GET"])]
