"""The body of a response, written to a file: decompressed, counted, capped and hashed."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from etl.decoding.sniff import HEAD_BYTES
from etl.errors import FetchError, RawStoreError
from etl.fetch.messages import Limits

STEP_BYTES = 64 * 1024
RATIO_FROM_BYTES = 1024 * 1024
"""Smaller bodies may have any ratio: short answers of one repeated row compress very well."""

_GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class ReceivedBody:
    """Size, checksum and first bytes of the decompressed body, and the bytes over the wire."""

    size: int
    sha256: str
    head: bytes
    wire_bytes: int


def receive(
    chunks: Iterable[bytes], into: BinaryIO, *, packing: str, limits: Limits, host: str
) -> ReceivedBody:
    """Write the body to `into`.

    `packing` is the Content-Encoding. A gzip stream must reach its end mark with the right checksum
    and length. Raises FetchError when a cap is exceeded or the stream is damaged, RawStoreError
    when writing fails.
    """
    counted = _Counted(chunks, limits.wire_bytes, host)
    packing = packing.strip().lower()
    if packing in ("", "identity"):
        plain: Iterable[bytes] = counted
    elif packing in ("gzip", "x-gzip"):
        plain = gunzip(counted, host)
    else:
        raise FetchError("packing-unknown", host=host, packing=packing)
    digest, head, size = hashlib.sha256(), bytearray(), 0
    for piece in plain:
        size += len(piece)
        if size > limits.unpacked_bytes:
            raise FetchError("unpacks-too-large", host=host, limit=limits.unpacked_bytes)
        if size > RATIO_FROM_BYTES and size > limits.ratio * counted.bytes:
            raise FetchError("unpacks-too-much", host=host, ratio=limits.ratio)
        digest.update(piece)
        head += piece[: HEAD_BYTES - len(head)]
        try:
            into.write(piece)
        except OSError as error:
            raise RawStoreError(
                "raw-not-written", folder=getattr(into, "name", "?"), detail=error.strerror or error
            ) from error
    return ReceivedBody(size, digest.hexdigest(), bytes(head), counted.bytes)


class _Counted:
    """Chunks as they arrive; FetchError when they exceed a number of bytes."""

    def __init__(self, chunks: Iterable[bytes], limit: int, host: str) -> None:
        self._chunks = chunks
        self._limit = limit
        self._host = host
        self.bytes = 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.bytes += len(chunk)
            if self.bytes > self._limit:
                raise FetchError("too-large", host=self._host, limit=self._limit)
            yield chunk


def gunzip(chunks: Iterable[bytes], host: str) -> Iterator[bytes]:
    """Decompressed pieces of at most 64 KiB, so that memory never holds a whole bomb.

    zlib checks checksum and length at the end of each member; a stream may hold several. Raises
    FetchError when the end mark is missing or the data is damaged.
    """
    inflate, begun = zlib.decompressobj(_GZIP), False
    for chunk in chunks:
        rest = chunk
        while rest:
            if inflate.eof:
                inflate, begun = zlib.decompressobj(_GZIP), False
            begun = True
            try:
                piece = inflate.decompress(rest, STEP_BYTES)
            except zlib.error as error:
                raise FetchError("gzip-damaged", host=host, detail=error) from error
            if piece:
                yield piece
            rest = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
            # A full piece may leave output inside zlib although all input is taken.
            if not rest and len(piece) == STEP_BYTES and not inflate.eof:
                yield from _drain(inflate, host)
                rest = inflate.unused_data
    if begun and not inflate.eof:
        raise FetchError("gzip-damaged", host=host, detail="the end mark is missing")


def _drain(inflate: zlib._Decompress, host: str) -> Iterator[bytes]:
    """The output left in zlib after all input."""
    while not inflate.eof:
        try:
            piece = inflate.decompress(b"", STEP_BYTES)
        except zlib.error as error:
            raise FetchError("gzip-damaged", host=host, detail=error) from error
        if not piece:
            return
        yield piece
