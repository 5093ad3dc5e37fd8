"""The protocol of the search service of KOOP (SRU): questions in CQL, pages, diagnostics."""

from __future__ import annotations

import re
from collections.abc import Sequence

from etl.decoding import strict_xml
from etl.errors import ContentError
from etl.fetch.messages import VALID, Request, Response, Validation, reject
from etl.fetch.pagination import Page
from etl.parsing.official_notices import (
    announced_total,
    diagnostic_of,
    identifier_of,
    is_end,
    records,
    text_of,
)

MOST_RECORDS = 10_000
"""The service gives no more records of one question."""


def judged(answer: Response) -> Validation | None:
    """A failure for a diagnostic in place of records under any status, except for the last page."""
    if answer.status != 200:
        return None
    diagnostic = diagnostic_of(strict_xml.read(answer.read()))
    if diagnostic is None:
        return None
    if is_end(diagnostic):
        return VALID
    return reject("error-inside", host=answer.host, detail=diagnostic)


def page(data: bytes) -> Page:
    """Ids of one page of records, the begin of the next, and the estimated total.

    Raises ContentError for more than `MOST_RECORDS`.
    """
    root = strict_xml.read(data)
    if is_end(diagnostic_of(root) or ""):
        return Page(())
    ids = tuple(identifier_of(record) for record in records(root))
    total = announced_total(root)
    if total > MOST_RECORDS:
        raise ContentError("query-over-limit", announced=total, limit=MOST_RECORDS)
    return Page(ids, text_of(root, "nextRecordPosition"), total, estimated=True)


def following(request: Request, read: Page, received: int) -> Request | None:
    """The next page: as the answer names it, else from the first record not yet received."""
    if read.next_url is not None and read.next_url.isdecimal():
        return request.with_param("startRecord", read.next_url)
    if not read.ids or (read.announced is not None and received >= read.announced):
        return None
    return request.with_param("startRecord", str(received + 1))


def query(creators: Sequence[str], year: int, types: Sequence[str] = ()) -> str:
    """The question in CQL, of any type without `types`.

    It is sorted, because pages of an unsorted answer can repeat.
    """
    parts = [_one_of("dt.creator", creators), _one_of("dt.type", types)]
    by = "".join(f" AND {part}" for part in parts if part)
    return (
        f'c.product-area==officielepublicaties{by} AND w.jaargang=="{year}"'
        " sortBy dt.available /sort.descending"
    )


def _one_of(index: str, values: Sequence[str]) -> str:
    # A quote in a name would end the text; a backslash would escape that quote.
    texts = [re.sub(r'([\\"])', r"\\\1", value) for value in values]
    either = " OR ".join(f'{index}=="{text}"' for text in texts)
    return f"({either})" if len(texts) > 1 else either
