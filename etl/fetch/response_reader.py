"""Reads one response: a redirect, "not modified", or headers and a body within its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import requests

from etl.errors import FetchError
from etl.fetch import body, transport
from etl.fetch.messages import Response
from etl.fetch.request_state import RequestState

_REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
_ERROR_PAGE_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Redirect:
    """A response that names another address."""

    status: int
    location: str


def read_response(
    state: RequestState,
    url: str,
    raw: requests.Response,
    counter: transport.ByteCounter,
    file: BinaryIO,
    path: Path,
) -> Response | Redirect | None:
    """A redirect, None for "not modified", or the complete response with its body in `file`.

    Raises FetchError when the body is too large, short or damaged.
    """
    status = raw.status_code
    headers = {name.lower(): value for name, value in raw.headers.items()}
    if status in _REDIRECT_STATUSES and "location" in headers:
        return Redirect(status, headers["location"])
    if status == 304:
        return None
    received = _receive_body(state, status, headers, raw, counter, file)
    file.flush()
    return Response(
        state.request,
        url,
        status,
        headers,
        path,
        received.size,
        received.sha256,
        received.head,
        received.wire_bytes,
        whole=counter.announced is not None or transport.is_chunked(headers),
    )


def _receive_body(
    state: RequestState,
    status: int,
    headers: Mapping[str, str],
    raw: requests.Response,
    counter: transport.ByteCounter,
    file: BinaryIO,
) -> body.ReceivedBody:
    limits = state.request.limits
    counter.announced = transport.content_length(headers)
    if status != 200:
        limits = replace(limits, wire_bytes=_ERROR_PAGE_BYTES, unpacked_bytes=_ERROR_PAGE_BYTES)
    elif (counter.announced or 0) > limits.wire_bytes:
        raise FetchError("too-large", host=state.host, limit=limits.wire_bytes)
    if state.request.method == "HEAD":
        counter.announced = 0
    try:
        received = body.receive(
            counter.read(raw.raw),
            file,
            packing=headers.get("content-encoding", ""),
            limits=limits,
            host=state.host,
        )
    except FetchError:
        # The status of an error response counts, not the body.
        if status == 200:
            raise
        return body.ReceivedBody(0, "", b"", counter.bytes)
    if counter.announced is not None and counter.bytes < counter.announced and status == 200:
        raise FetchError(
            "body-short", host=state.host, received=counter.bytes, announced=counter.announced
        )
    return received
