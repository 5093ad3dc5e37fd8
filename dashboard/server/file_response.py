"""Responses with a file: a strong entity tag, 304 for a reader that has it, 206 for a part."""

import hashlib
import re
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from dashboard.server.headers import NO_CACHE

# One range in the words of RFC 9110; a reader that asks for several gets the whole file.
_RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))")


def file_response(
    request: Request,
    content: bytes,
    media_type: str,
    headers: Mapping[str, str] | None = None,
    *,
    ranges: bool = True,
) -> Response:
    """The file, or what the conditions and the range of the request ask of it (RFC 9110).

    GDAL reads a GeoPackage or Parquet file over the network by such ranges; without `ranges` it
    hears that there are none.
    """
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    unit = "bytes" if ranges else "none"
    sent = {**NO_CACHE, "Accept-Ranges": unit, "ETag": tag, **(headers or {})}
    known = {
        given.strip().removeprefix("W/")
        for given in request.headers.get("if-none-match", "").split(",")
    }
    if known & {tag, "*"}:
        return Response(None, 304, sent)
    # A reader that continues with a file that has changed since gets the new one whole.
    same = request.headers.get("if-range", tag) == tag
    asked = _RANGE.fullmatch(request.headers.get("range", "")) if ranges and same else None
    if asked is None:
        return Response(content, media_type=media_type, headers=sent)
    total = len(content)
    first, last = _bounds(asked, total)
    if first >= total:
        return Response(None, 416, {**sent, "Content-Range": f"bytes */{total}"})
    if last < first:
        return Response(content, media_type=media_type, headers=sent)
    sent["Content-Range"] = f"bytes {first}-{last}/{total}"
    return Response(content[first : last + 1], 206, sent, media_type)


def _bounds(asked: re.Match[str], total: int) -> tuple[int, int]:
    """First and last byte, both included; `-n` means the last n bytes."""
    first, last, suffix = asked.groups()
    if suffix is not None:
        return (max(0, total - int(suffix)) if int(suffix) else total), total - 1
    return int(first), min(int(last), total - 1) if last else total - 1
