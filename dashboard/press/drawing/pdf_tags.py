"""What matplotlib leaves out of a PDF: language, window title, and an alternative text a page."""

import re
import zlib
from collections.abc import Sequence

from dashboard.press.errors import DocumentError

_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*$")
_TRAILER = re.compile(rb"trailer\s*<<(.*?)>>\s*startxref", re.DOTALL)
_PAGE = re.compile(
    rb"(?m)^(\d+) 0 obj\n<<((?:(?!endobj).)*?/Type /Page\b(?!s)(?:(?!endobj).)*?)>>\nendobj",
    re.DOTALL,
)
_CONTENTS = re.compile(rb"/Contents (\d+) 0 R")


def tagged(document: bytes, *, lang: str, title: str, alternatives: Sequence[str]) -> bytes:
    """The document with an update behind it that tags each page as one figure.

    `alternatives` holds the alternative text of each page. Raises DocumentError when the document
    is not built as expected.
    """
    start, trailer = _START.search(document), _TRAILER.search(document)
    pages = list(_PAGE.finditer(document))
    if start is None or trailer is None or len(pages) != len(alternatives):
        raise DocumentError(
            f"a PDF with {len(pages)} pages found, expected {len(alternatives)} and a trailer at"
            " its end"
        )
    size, root = _whole(rb"/Size (\d+)", trailer[1]), _whole(rb"/Root (\d+) 0 R", trailer[1])
    catalogue = re.search(rb"(?m)^%d 0 obj\n<<(.*?)>>\nendobj" % root, document, re.DOTALL)
    if catalogue is None:
        raise DocumentError(f"no object {root} in the PDF, expected its catalogue")
    language = lang.encode("ascii")
    # Numbers of the new objects: begin and end of the marked content, tree, number tree, document,
    # then a figure a page.
    begin, end, tree, numbers, whole = (size + step for step in range(5))
    figures = [size + 5 + index for index in range(len(pages))]
    objects = _structure(title, figures, begin, end, tree, numbers, whole)
    for index, (page, words) in enumerate(zip(pages, alternatives, strict=True)):
        number = int(page[1])
        objects[number] = _marked_page(page[2], index, begin, end)
        objects[figures[index]] = (
            b"<< /Type /StructElem /S /Figure /P %d 0 R /Pg %d 0 R /Lang (%s) /Alt %s /K 0 >>"
            % (whole, number, language, _text(words))
        )
    objects[root] = (
        b"<<"
        + catalogue[1]
        + b" /Lang (%s) /MarkInfo << /Marked true >> /StructTreeRoot %d 0 R /ViewerPreferences <<"
        b" /DisplayDocTitle true >> >>" % (language, tree)
    )
    return _updated(document, objects, trailer[1], int(start[1]))


def _structure(
    title: str, figures: Sequence[int], begin: int, end: int, tree: int, numbers: int, whole: int
) -> dict[int, bytes]:
    """The objects that hold the figures of the pages together, by their numbers."""
    return {
        begin: _stream(b"/Figure <</MCID 0>> BDC\n"),
        end: _stream(b"\nEMC"),
        tree: (
            b"<< /Type /StructTreeRoot /K %d 0 R /ParentTree %d 0 R /ParentTreeNextKey %d >>"
            % (whole, numbers, len(figures))
        ),
        numbers: (
            b"<< /Nums [ %s ] >>"
            % b" ".join(b"%d [ %d 0 R ]" % (index, figure) for index, figure in enumerate(figures))
        ),
        whole: (
            b"<< /Type /StructElem /S /Document /P %d 0 R /T %s /K [ %s ] >>"
            % (tree, _text(title), b" ".join(b"%d 0 R" % figure for figure in figures))
        ),
    }


def _marked_page(page: bytes, index: int, begin: int, end: int) -> bytes:
    """A page object whose contents stand between the begin and end of marked content."""
    contents = _CONTENTS.search(page)
    if contents is None:
        raise DocumentError(f"page {index + 1} of the PDF has no contents, expected a stream")
    wrapped = b"/Contents [ %d 0 R %s 0 R %d 0 R ] /StructParents %d /Tabs /S" % (
        begin,
        contents[1],
        end,
        index,
    )
    return b"<<" + page[: contents.start()] + wrapped + page[contents.end() :] + b">>"


def _whole(pattern: bytes, text: bytes) -> int:
    match = re.search(pattern, text)
    if match is None:
        raise DocumentError(f"no {pattern.decode()} in the trailer of the PDF")
    return int(match[1])


def _stream(content: bytes) -> bytes:
    packed = zlib.compress(content, 9)
    return b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)


def _text(words: str) -> bytes:
    """A PDF text string in UTF-16, written in hexadecimal digits."""
    return b"<" + ("\ufeff" + words).encode("utf-16-be").hex().encode("ascii") + b">"


def _updated(document: bytes, objects: dict[int, bytes], trailer: bytes, start: int) -> bytes:
    """The document with objects added or replaced behind it, as the format allows."""
    out = bytearray(document if document.endswith(b"\n") else document + b"\n")
    places: dict[int, int] = {}
    for number in sorted(objects):
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, objects[number])
    table = len(out)
    out += b"xref\n"
    for number in sorted(places):
        out += b"%d 1\n%010d 00000 n \n" % (number, places[number])
    new_trailer = re.sub(rb"/Size \d+", b"/Size %d" % (max(objects) + 1), trailer)
    out += b"trailer\n<<%s /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (
        new_trailer.rstrip(),
        start,
        table,
    )
    return bytes(out)
