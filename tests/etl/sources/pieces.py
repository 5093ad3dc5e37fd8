"""Files as somebody brings them: pieces with a name and a content, and the area of the made-up
town.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from datetime import date, datetime, time
from functools import cache
from pathlib import Path

from openpyxl import Workbook

from etl import area
from etl.area import Area
from etl.source import Piece
from tests import town

TODAY = date(2024, 6, 1)


def piece(
    folder: Path,
    name: str,
    content: str | bytes,
    *,
    place_id: str | None = "voorbeeldstad",
    retrieved: date = TODAY,
) -> Piece:
    """A file of that name with that content, brought for a place."""
    data = content.encode() if isinstance(content, str) else content
    path = folder / name
    path.write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    return Piece(
        name=name,
        path=path,
        origin="file",
        url=f"file:{name}",
        sha256=digest,
        retrieved=retrieved,
        place_id=place_id,
    )


def workbook(
    rows: Sequence[Sequence[str | float | int | bool | date | datetime | time | None]],
    *,
    title: str = "Blad1",
) -> bytes:
    """A workbook of one sheet with these rows."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@cache
def voorbeeldstad() -> Area:
    """The places of the made-up town."""
    return area.area_of_places(town.places())
