"""Routes for the map's files, code and styles; every address holds a hash of the content."""

import gzip
import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dashboard.i18n.glossary import terms
from dashboard.i18n.text import LANGUAGES, Lang, texts
from dashboard.maps.bundle import page_module, stylesheet

FOR_EVER = "public, max-age=31536000, immutable"
# Enough for some snapshots in three languages; the one not asked for longest goes first.
_MOST_FILES = 400
_SMALLEST_GZIP_BYTES = 500

_COMPONENT = Path(__file__).parent
_STATIC = _COMPONENT.parent / "static"
_MATCHER = _STATIC / "vendor" / "ufuzzy-1.0.19" / "uFuzzy.mjs"
_LEAFLET = _STATIC / "vendor" / "leaflet-1.9.4"
# In the order of the cascade: the rules of a view follow those of the page and of the screens.
_PAGE_STYLES = (
    "fonts",
    "page",
    "panels",
    "streets",
    "centre",
    "comparison",
    "effect",
    "fetching",
    "entry",
    "search",
    "glossary",
    "screens",
    "profile",
    "competition",
)
_MEDIA = {
    ".mjs": "text/javascript",
    ".js": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
}


@dataclass(frozen=True, slots=True)
class MapFile:
    """One file as it goes over the wire, plain and gzipped."""

    content: bytes
    gzipped: bytes | None
    media_type: str
    etag: str


def map_file(name: str, content: bytes) -> MapFile:
    """The file, compressed once, so that a request only copies bytes."""
    small = len(content) < _SMALLEST_GZIP_BYTES
    return MapFile(
        content,
        None if small else gzip.compress(content, 6, mtime=0),
        _MEDIA[Path(name).suffix],
        f'"{hashlib.sha256(content).hexdigest()[:32]}"',
    )


class MapFiles:
    """The files of the opened scenes by name: the closed set a request may ask for."""

    def __init__(self, most: int = _MOST_FILES) -> None:
        self._files: OrderedDict[str, MapFile] = OrderedDict()
        self._most = most
        self._lock = Lock()

    def publish(self, files: Mapping[str, bytes]) -> None:
        """Make the files of a scene available; files that exist are not compressed again."""
        with self._lock:
            for name, content in files.items():
                if name not in self._files:
                    self._files[name] = map_file(name, content)
                self._files.move_to_end(name)
            while len(self._files) > self._most:
                self._files.popitem(last=False)

    def get(self, name: str) -> MapFile | None:
        """The file of that name, which thereby stays; None when there is none."""
        with self._lock:
            if name in self._files:
                self._files.move_to_end(name)
            return self._files.get(name)


FILES = MapFiles()


def publish(files: Mapping[str, bytes]) -> None:
    """Make the files of a scene available to the browsers of this process."""
    FILES.publish(files)


@cache
def code() -> Mapping[str, MapFile]:
    """Code, styles and words of map and page by file name."""
    modules = ("page.mjs", "framework.mjs", "search.mjs", "glossary.mjs")
    paths = [_COMPONENT / name for name in modules]
    paths += [_MATCHER]
    paths += [_LEAFLET / name for name in ("leaflet.js", "leaflet.css")]
    files = {path.name: path.read_bytes() for path in paths}
    files |= {"map.mjs": page_module().encode(), "map.css": stylesheet().encode()}
    files["stadshart.css"] = _page_stylesheet().encode()
    for lang in LANGUAGES:
        files[f"words-{lang}.json"] = _words(lang)
        files[f"terms-{lang}.json"] = _terms(lang)
    return {name: map_file(name, content) for name, content in files.items()}


def _page_stylesheet() -> str:
    """The styles of the page in one piece, with the fonts' addresses as seen from its route."""
    styles = "\n".join((_STATIC / f"{name}.css").read_text("utf-8") for name in _PAGE_STYLES)
    return styles.replace('url("vendor/', 'url("../../app/static/vendor/')


def _words(lang: Lang) -> bytes:
    """What Streamlit's own controls say, in English and in a language."""
    names = [
        name
        for room, _, name in (key.partition(".") for key in texts("en").sentences)
        if room == "framework"
    ]
    pairs = [[texts(side).open(f"framework.{name}") for side in ("en", lang)] for name in names]
    return json.dumps(pairs, ensure_ascii=False).encode()


def _terms(lang: Lang) -> bytes:
    """The terms of the trade in a language."""
    text = texts(lang)
    content = {"close": text("glossary.close"), "terms": terms(text)}
    return json.dumps(content, ensure_ascii=False).encode()


@cache
def code_version() -> str:
    """A short hash of all code: a new release never meets an old cache."""
    joined = "".join(f"{name}{file.etag}" for name, file in sorted(code().items()))
    return hashlib.sha256(joined.encode()).hexdigest()[:12]


def code_address(module: str = "map.mjs") -> str:
    """Address of a file of `code`, the map's module by default, relative to the page's base."""
    return f"map/{code_version()}/{module}"


def routes(prefix: str = "", files: MapFiles = FILES) -> list[BaseRoute]:
    """The routes `/map/<hash>.json` and `/map/<version>/<module>`; `prefix` is Streamlit's
    baseUrlPath.
    """
    base = f"/{prefix.strip('/')}" if prefix.strip("/") else ""

    async def geometry(request: Request) -> Response:
        return _answer(request, files.get(request.path_params["name"]))

    async def module(request: Request) -> Response:
        known = request.path_params["version"] == code_version()
        return _answer(request, code().get(request.path_params["name"]) if known else None)

    return [
        Route(f"{base}/map/{{name}}", geometry, methods=["GET"]),
        Route(f"{base}/map/{{version}}/{{name}}", module, methods=["GET"]),
    ]


def _answer(request: Request, file: MapFile | None) -> Response:
    if file is None:
        return Response("not found", 404, {"Cache-Control": "no-store"}, "text/plain")
    headers = {
        "Cache-Control": FOR_EVER,
        "ETag": file.etag,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    if file.etag in request.headers.get("if-none-match", ""):
        return Response(None, 304, headers)
    if file.gzipped is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.gzipped, 200, headers | {"Content-Encoding": "gzip"}, file.media_type)
    return Response(file.content, 200, headers, file.media_type)
