"""Validation of responses: rules for all sources, and those per protocol."""

from __future__ import annotations

import re
import zipfile
from contextlib import suppress
from html import unescape

from etl.decoding import strict_json, strict_xml
from etl.decoding.sniff import WORDS, describe_start, is_page, matches, root_element
from etl.errors import ContentError
from etl.fetch.messages import RETRIED, VALID, Response, Validation, reject
from etl.problems import PROBLEMS, make_finding, one_line

OVERPASS_RETRY_WAITS = ((406, 30.0), (429, 30.0))
"""The operators ask for half a minute after a refusal."""

_EXCEPTIONS = ("ExceptionReport", "ServiceExceptionReport")
_OVERPASS_ERROR = re.compile(
    r"<strong[^>]*>\s*Error\s*</strong>\s*:?(.*?)</p>", re.DOTALL | re.IGNORECASE
)
_EXCEPTION_TEXT = re.compile(
    r"<(?:\w+:)?(?:ExceptionText|ServiceException)[^>]*>(.*?)</", re.DOTALL
)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


def validate_response(answer: Response) -> Validation:
    """The validation of a response.

    The validator of the request sees refusals, web pages, and bodies that pass the general rules.
    """
    validator = answer.request.validate
    refused = answer.status != 200 or _is_web_page(answer)
    general = _validate_refusal(answer) if refused else _validate_body(answer)
    if validator is None or not (refused or general.good):
        return general
    try:
        return validator(answer) or general
    except ContentError as error:
        return Validation((error.finding,), retry=not answer.whole)


def error_message(answer: Response) -> str:
    """The error message of the service in one line, never empty."""
    text = answer.head.decode("utf-8", "replace")
    if matches(answer.head, "json"):
        with suppress(ContentError):
            if detail := _json_message(answer.json):
                return detail
    for pattern in (_OVERPASS_ERROR, _EXCEPTION_TEXT, _TITLE):
        if (match := pattern.search(text)) and (plain := _plain(match.group(1))):
            return plain
    return _plain(text) or "no explanation"


def validate_overpass(answer: Response) -> Validation | None:
    """Overpass: an error inside a 200 is an error; a full server is asked again."""
    if answer.status != 200 or _is_web_page(answer):
        detail = error_message(answer)
        if "rate_limited" in detail:
            return reject("rate-limited", host=answer.host, detail=detail, retry=True, wait_s=30.0)
        return None
    elements = strict_json.rows_at(answer.json, "elements")
    if elements is None:
        return reject("error-inside", host=answer.host, detail="no list of elements")
    remark = strict_json.text_at(answer.json, "remark")
    if remark is not None and remark.startswith("runtime error"):
        return reject("error-inside", host=answer.host, detail=remark)
    findings = (
        () if remark is None else (make_finding("remark-inside", host=answer.host, detail=remark),)
    )
    return Validation(
        findings,
        rows=len(elements),
        surveyed=strict_json.text_at(answer.json, "osm3s", "timestamp_osm_base"),
    )


def validate_features(answer: Response) -> Validation | None:
    """OGC API Features and WFS as GeoJSON: as many features as announced.

    A query that is too heavy is not retried.
    """
    if answer.status != 200 or _is_web_page(answer):
        detail = error_message(answer)
        if answer.status == 500 and "took too long" in detail:
            return reject("query-too-heavy", host=answer.host, detail=detail)
        return None
    rows = strict_json.rows_at(answer.json, "features")
    if rows is None:
        return reject("error-inside", host=answer.host, detail="no list of features")
    announced = strict_json.member(answer.json, "numberReturned")
    if isinstance(announced, int) and announced != len(rows):
        return reject("page-total", announced=announced, received=len(rows), retry=True)
    return Validation(rows=len(rows))


def _is_web_page(answer: Response) -> bool:
    return answer.request.kind != "any" and (
        answer.content_type in ("text/html", "application/xhtml+xml") or is_page(answer.head)
    )


def _validate_refusal(answer: Response) -> Validation:
    """The validation of a status other than 200, and of a web page in place of data."""
    detail = error_message(answer)
    if answer.status == 200:
        return reject("page-instead-of-data", host=answer.host, detail=detail)
    retry_waits = dict(answer.request.retry_waits)
    retry = answer.status in RETRIED or answer.status in retry_waits
    wait_s = retry_waits.get(answer.status, 0.0)
    if answer.status == 204:
        return reject("body-empty", host=answer.host)
    code = f"http-{answer.status}"
    if code in PROBLEMS:
        return reject(code, host=answer.host, detail=detail, retry=retry, wait_s=wait_s)
    return reject(
        "http-status",
        host=answer.host,
        status=answer.status,
        detail=detail,
        retry=retry,
        wait_s=wait_s,
    )


def _validate_body(answer: Response) -> Validation:
    """The validation of a 200: not empty, of the declared kind, whole, and without an error."""
    kind = answer.request.kind
    if answer.request.method == "HEAD":
        return VALID
    if not answer.head.strip():
        return reject("body-empty", host=answer.host)
    if kind not in ("xml", "kml") and root_element(answer.head) in _EXCEPTIONS:
        return reject("error-inside", host=answer.host, detail=error_message(answer))
    if not matches(answer.head, kind):
        return reject(
            "not-what-was-asked",
            host=answer.host,
            expected=WORDS[kind],
            start=describe_start(answer.head),
        )
    try:
        if kind in ("json", "geojson") and (detail := _error_inside(answer.json)) is not None:
            return reject("error-inside", host=answer.host, detail=detail)
        if kind in ("xml", "kml"):
            strict_xml.require_whole(answer.read())
            if root_element(answer.head) in _EXCEPTIONS:
                return reject("error-inside", host=answer.host, detail=error_message(answer))
    except ContentError as error:
        # Without an announced length a cut response looks complete until it is parsed.
        return Validation((error.finding,), retry=not answer.whole)
    return (
        VALID
        if _ends_well(answer)
        else reject("body-cut", host=answer.host, received=answer.size, retry=True)
    )


def _ends_well(answer: Response) -> bool:
    """Whether the last bytes are those of a whole file, for kinds that are not parsed before."""
    match answer.request.kind:
        case "zip" | "xlsx" | "ods":
            return zipfile.is_zipfile(answer.path)
        case "parquet":
            return _tail(answer, 4) == b"PAR1"
        case "csv":
            return answer.whole or _tail(answer, 1) in (b"\n", b"\r")
        case _:
            return True


def _tail(answer: Response, length: int) -> bytes:
    with answer.path.open("rb") as file:
        file.seek(max(0, answer.size - length))
        return file.read()


def _error_inside(value: strict_json.Json) -> str | None:
    """The message of an error object in place of data, None when there is none."""
    inside = strict_json.member(value, "error")
    status = strict_json.member(value, "status")
    problem = (
        isinstance(status, int)
        and status >= 400
        and strict_json.text_at(value, "title") is not None
    )
    return (_json_message(value) or "unexplained") if inside or problem else None


def _json_message(value: strict_json.Json) -> str | None:
    """The message in the error objects of PDOK, Solr, ArcGIS, OData and RDW."""
    paths = (
        ("error", "msg"),
        ("error", "message"),
        ("error", "message", "value"),
        ("detail",),
        ("error",),
        ("message",),
        ("title",),
    )
    return next(
        (one_line(text) for path in paths if (text := strict_json.text_at(value, *path))), None
    )


def _plain(markup: str) -> str:
    """Text of a fragment of markup in one line."""
    return one_line(" ".join(unescape(_TAG.sub(" ", markup)).split())).rstrip(".")
