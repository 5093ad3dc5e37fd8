"""The addresses for programs in the words of OpenAPI 3.1, from the tables that the routes use.

It follows the API Design Rules of the Dutch government where stable addresses allow it: no version
in a path, and a query value that cannot be read falls back, which the file then says.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from dashboard import deployment
from dashboard.exports import data_catalogue, downloads, news_feed
from dashboard.i18n.text import LANGUAGES, Texts
from dashboard.press import request as press
from dashboard.press.request import SUBJECTS, PictureRequest
from dashboard.press.sizes import SIZES
from dashboard.selection import permalink
from dashboard.selection.permalink import DATASET_KEY, DATASETS, FIGURE_THEMES, Vocabulary
from dashboard.server import export_routes, problems, status
from dashboard.server.open_data import API_VERSION
from data.schema.tables import DECLARED

Json = Mapping[str, object]

MEDIA_TYPE = "application/vnd.oai.openapi+json;version=3.1"
# Status of an error, and whether every address may answer it.
_PROBLEMS = MappingProxyType({"404": False, "422": False, "503": True})
_TABLE_KEYS = ("taal", DATASET_KEY)


def description(vocabulary: Vocabulary, text: Texts, base: str) -> Json:
    """The document: every file and address under `base`, with parameters and responses."""
    query = press.to_query(PictureRequest(permalink.opening(vocabulary)))
    parameters = {key: _parameter(key, query.get(key), vocabulary) for key in (*query, *press.KEYS)}
    selection = [key for key in query if key not in press.KEYS]
    paths = {
        **{
            f"/export/{name}": _file(name, (*selection, *press.KEYS), text)
            for name in export_routes.PICTURES
        },
        **{f"/export/{name}": _file(name, selection, text) for name in export_routes.DOCUMENTS},
        **{
            f"/export/{name}": _file(
                name, _TABLE_KEYS if _stem(name) in downloads.TABLES else selection, text
            )
            for name in downloads.DOWNLOADS
        },
        "/nieuw.atom": _get("nieuw", news_feed.MEDIA_TYPE, ("plaats", *_TABLE_KEYS), {}, "404"),
        "/catalog.jsonld": _get(
            "catalog", data_catalogue.MEDIA_TYPE, _TABLE_KEYS, {"type": "object"}, "404"
        ),
        "/api/status": _get("status", "application/json", _TABLE_KEYS, status.schema()),
        "/api/status.schema.json": _get(
            "status-schema", "application/schema+json", _TABLE_KEYS, {"type": "object"}
        ),
        "/api/openapi.json": _get("openapi", MEDIA_TYPE, _TABLE_KEYS, {"type": "object"}),
    }
    contact = {"name": deployment.publisher_name(), "url": base, "email": deployment.mail()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": text("product.name"),
            "version": API_VERSION,
            "description": text("take.help"),
            "contact": {key: value for key, value in contact.items() if value},
        },
        "servers": [{"url": base}],
        "paths": paths,
        "components": {
            "parameters": parameters,
            "headers": {
                "API-Version": {"schema": {"type": "string", "const": API_VERSION}},
                "ETag": {"schema": {"type": "string"}},
            },
            "schemas": {"Problem": _PROBLEM},
            "responses": {
                "NotModified": {"description": "Not Modified", "headers": _headers("ETag")},
                "Problem": {
                    "description": "RFC 9457",
                    "headers": _headers(),
                    "content": {
                        problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}
                    },
                },
            },
        },
    }


_PROBLEM: Json = {
    "type": "object",
    "required": ["title", "status", "detail"],
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}


def _stem(name: str) -> str:
    return name.partition(".")[0]


def _parameter(key: str, default: str | None, vocabulary: Vocabulary) -> Json:
    """One key of the query; a closed list where its values are few, an array where several fit."""
    single: Mapping[str, Iterable[str]] = {
        "plaats": (permalink.REGION, *vocabulary.places),
        "taal": LANGUAGES,
        "thema": (permalink.ALL, *FIGURE_THEMES),
        "maten": permalink.MEASURED,
        "kaartbeeld": permalink.FLOW_MAPS,
        "onderwerp": SUBJECTS,
        "formaat": SIZES,
        DATASET_KEY: DATASETS,
    }
    several: Mapping[str, Iterable[str]] = {
        "laag": vocabulary.layers,
        "type": permalink.TYPES,
        "tranche": permalink.TRANCHES,
        "rol": permalink.PARTS,
        "profiel": permalink.FITS,
    }
    schema: dict[str, object] = {"type": "string"}
    if key in single:
        schema["enum"] = list(single[key])
    if default is not None:
        schema["default"] = default
    if key not in several:
        return {"name": key, "in": "query", "schema": schema}
    items = {"type": "string", "enum": [*several[key], permalink.ALL, permalink.NONE]}
    schema = {"type": "array", "items": items, "default": (default or "").split(",")}
    return {"name": key, "in": "query", "style": "form", "explode": False, "schema": schema}


def _file(name: str, keys: Iterable[str], text: Texts) -> Json:
    stem, _, form = name.partition(".")
    about = text(f"take.of_{stem}") if stem in DECLARED else stem
    kind = export_routes.MEDIA[form]
    return _get(name, kind, keys, {}, "422", summary=f"{about} ({form})", ranges=True)


def _get(
    name: str,
    media_type: str,
    keys: Iterable[str],
    schema: Json,
    *statuses: str,
    summary: str | None = None,
    ranges: bool = False,
) -> Json:
    """One address that is read with GET or HEAD; with `ranges` also in parts."""
    whole_file = {
        "description": "OK",
        "headers": _headers("ETag"),
        "content": {media_type: {"schema": schema}},
    }
    part = {"206": {**whole_file, "description": "Partial Content"}} if ranges else {}
    answers = [code for code, always in _PROBLEMS.items() if always or code in statuses]
    return {
        "get": {
            "operationId": name.replace(".", "-"),
            "summary": summary or name,
            "parameters": [{"$ref": f"#/components/parameters/{key}"} for key in keys],
            "responses": {
                "200": whole_file,
                **part,
                "304": {"$ref": "#/components/responses/NotModified"},
                **{code: {"$ref": "#/components/responses/Problem"} for code in answers},
            },
        }
    }


def _headers(*names: str) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in ("API-Version", *names)}
