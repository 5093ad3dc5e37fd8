"""A writer of tiny OpenStreetMap extracts (.osm.pbf), so that tests need no real one."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Tags = Mapping[str, str]


@dataclass(frozen=True)
class Node:
    number: int
    lon: float
    lat: float
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True)
class Way:
    number: int
    nodes: Sequence[int]
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True)
class Relation:
    number: int
    members: Sequence[tuple[str, int]]
    """Role and way."""
    tags: Tags = field(default_factory=dict)


def written(
    nodes: Sequence[Node],
    ways: Sequence[Way] = (),
    relations: Sequence[Relation] = (),
    *,
    at: int | None = None,
) -> bytes:
    """The bytes of an extract of the moment `at` (seconds since 1970)."""
    header = (
        _bytes(4, b"OsmSchema-V0.6")
        + _bytes(4, b"DenseNodes")
        + (_int(32, at) if at is not None else b"")
    )
    words = [""]

    def number(word: str) -> int:
        if word not in words:
            words.append(word)
        return words.index(word)

    def tags_of(tags: Tags) -> bytes:
        if not tags:
            return b""
        return _bytes(2, b"".join(_varint(number(k)) for k in tags)) + _bytes(
            3, b"".join(_varint(number(v)) for v in tags.values())
        )

    dense = (
        _bytes(1, _deltas([one.number for one in nodes]))
        + _bytes(8, _deltas([round(one.lat * 1e7) for one in nodes]))
        + _bytes(9, _deltas([round(one.lon * 1e7) for one in nodes]))
        + _bytes(
            10,
            b"".join(
                b"".join(_varint(number(k)) + _varint(number(v)) for k, v in one.tags.items())
                + b"\0"
                for one in nodes
            ),
        )
    )
    groups = [
        _bytes(2, dense),
        *(
            _bytes(3, _int(1, one.number) + tags_of(one.tags) + _bytes(8, _deltas(one.nodes)))
            for one in ways
        ),
        *(
            _bytes(
                4,
                _int(1, one.number)
                + tags_of(one.tags)
                + _bytes(8, b"".join(_varint(number(role)) for role, _ in one.members))
                + _bytes(9, _deltas([way for _, way in one.members]))
                + _bytes(10, b"".join(_varint(1) for _ in one.members)),
            )
            for one in relations
        ),
    ]
    table = _bytes(1, b"".join(_bytes(1, word.encode()) for word in words))
    # One group per kind of element.
    kinds = [groups[:1], groups[1 : 1 + len(ways)], groups[1 + len(ways) :]]
    block = table + b"".join(_bytes(2, b"".join(kind)) for kind in kinds if kind)
    return _blob(b"OSMHeader", header) + _blob(b"OSMData", block)


def _blob(kind: bytes, content: bytes) -> bytes:
    blob = _int(2, len(content)) + _bytes(3, zlib.compress(content))
    header = _bytes(1, kind) + _int(3, len(blob))
    return len(header).to_bytes(4, "big") + header + blob


def _deltas(numbers: Sequence[int]) -> bytes:
    before = [0, *numbers]
    return b"".join(
        _varint(_zigzag(number - last)) for last, number in zip(before, numbers, strict=False)
    )


def _zigzag(value: int) -> int:
    return value * 2 if value >= 0 else -value * 2 - 1


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _int(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _bytes(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(value)) + value
