"""A small workbook of Excel 97 for tests: BIFF8 records in a compound file."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import date

END, FREE = 0xFFFFFFFE, 0xFFFFFFFF
EPOCH = date(1899, 12, 30)


def xls(cells: Sequence[Sequence[object]], *, title: str = "Blad1") -> bytes:
    """A workbook of one sheet with texts, numbers, truths and days."""
    begin, end = _record(0x0809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)), _record(0x0A)
    # Form 0 is a plain cell, form 1 a day.
    forms = b"".join(_record(0xE0, struct.pack("<HH", 0, form) + bytes(16)) for form in (0, 14))
    name = struct.pack("<BB", len(title), 0) + title.encode("latin-1")
    at = len(begin) + len(forms) + 4 + 6 + len(name) + len(end)
    book = begin + forms + _record(0x85, struct.pack("<IBB", at, 0, 0) + name) + end
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    for row, line in enumerate(cells):
        sheet += b"".join(
            _cell(row, column, value) for column, value in enumerate(line) if value is not None
        )
    return _compound(book + sheet + end)


def _record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _cell(row: int, column: int, value: object) -> bytes:
    if isinstance(value, date):
        return _record(0x0203, struct.pack("<HHHd", row, column, 1, (value - EPOCH).days))
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, bool):
        return _record(0x0205, place + struct.pack("<BB", value, 0))
    if isinstance(value, int | float):
        return _record(0x0203, place + struct.pack("<d", value))
    text = str(value)
    return _record(0x0204, place + struct.pack("<HB", len(text), 1) + text.encode("utf-16-le"))


def _compound(stream: bytes) -> bytes:
    """The stream as `Workbook` in a compound file: one sector of chains, one of the directory, then
    the stream.
    """
    stream = stream.ljust(4096, b"\0")
    sectors = -(-len(stream) // 512)
    chains = [0xFFFFFFFD, END, *range(3, sectors + 2), END]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, END, 0, END, 0
    )
    header += struct.pack("<109I", 0, *[FREE] * 108)
    entries = _entry("Root Entry", 5, 1, END, 0) + _entry("Workbook", 2, FREE, 2, len(stream))
    table = struct.pack("<128I", *chains, *[FREE] * (128 - len(chains)))
    return header + table + entries.ljust(512, b"\0") + stream.ljust(sectors * 512, b"\0")


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    words = (name.encode("utf-16-le") + b"\0\0").ljust(64, b"\0")
    links = struct.pack("<HBBIII", 2 * len(name) + 2, kind, 1, FREE, FREE, child)
    return words + links + bytes(36) + struct.pack("<IQ", start, size)
