"""The request for a picture: selection, subject, size and the maker's words."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal, get_args
from urllib.parse import quote, urlencode

from dashboard.analysis.competition.query import FLOWS, SITES, TOWNS
from dashboard.analysis.figures import VACANCY_LAYER_ID
from dashboard.press.sizes import SIZES, Format, Size
from dashboard.selection import comparison, permalink
from dashboard.selection.permalink import Note, Selection, Vocabulary
from dashboard.selection.scenario import NONE

Subject = Literal[
    "kaart",
    "centrum",
    "straten",
    "treinreizigers",
    "inwoners",
    "verkooppunten",
    "leegstand",
    "cijfers",
    "bronnen",
    "koopstromen",
    "vergelijking",
]
SUBJECTS: tuple[Subject, ...] = get_args(Subject)
# These subjects use the model of competition.
MODELLED: frozenset[Subject] = frozenset({"koopstromen"})
OPENING_SIZE = "social"
LONGEST_HEADLINE = 120
LONGEST_STANDFIRST = 440
# The subject and layers of a view's picture, where they are not those of any selection.
_SUBJECT_OF_VIEW: Mapping[str, Subject] = MappingProxyType(
    {
        "centrum": "centrum",
        "straten": "straten",
        "concurrentie": "koopstromen",
        "vergelijk": "vergelijking",
        "cijfers": "cijfers",
        "bronnen": "bronnen",
    }
)
_LAYERS_OF_VIEW = MappingProxyType(
    {"straten": ("straten", "panden", "initiatieven"), "initiatieven": ("initiatieven",)}
)
# The keys that a picture adds to the query of a selection.
KEYS = ("onderwerp", "formaat", "kop", "inleiding")


@dataclass(frozen=True, slots=True)
class PictureRequest:
    """One picture; `headline` and `standfirst` are None where the generated words are used.

    `unread` names the parts of its link that fell back; the picture says so.
    """

    selection: Selection
    subject: Subject = "kaart"
    size: Size = SIZES[OPENING_SIZE]
    headline: str | None = None
    standfirst: str | None = None
    unread: tuple[str, ...] = ()

    @property
    def edited(self) -> bool:
        """Whether a reader sees words that this program did not write."""
        return self.headline is not None or self.standfirst is not None


def parse(
    query: Mapping[str, str], vocabulary: Vocabulary
) -> tuple[PictureRequest, tuple[Note, ...]]:
    """The picture a query string asks for, and a note for each value that fell back."""
    rest = {key: value for key, value in query.items() if key not in KEYS}
    selection, notes = permalink.parse(rest, vocabulary)
    subject = next(
        (known for known in SUBJECTS if known == query.get("onderwerp", _subject_of(selection))),
        None,
    )
    size = SIZES.get(query.get("formaat", OPENING_SIZE))
    more = [
        Note("value", key, query[key])
        for key, choice in (("onderwerp", subject), ("formaat", size))
        if choice is None
    ]
    all_notes = (*notes, *more)
    request = PictureRequest(
        selection=selection,
        subject=subject or SUBJECTS[0],
        size=size or SIZES[OPENING_SIZE],
        headline=_words(query.get("kop"), LONGEST_HEADLINE),
        standfirst=_words(query.get("inleiding"), LONGEST_STANDFIRST),
        unread=unread(all_notes),
    )
    return request, all_notes


def for_view(view: str, selection: Selection) -> PictureRequest:
    """The picture of a view's link, which names no subject."""
    subject = _SUBJECT_OF_VIEW.get(view, "kaart")
    # Streets and years have no picture of their own.
    unlike = subject == "vergelijking" and selection.beside.kind != comparison.TOWNS
    layers = _LAYERS_OF_VIEW.get(view, selection.layers)
    return PictureRequest(replace(selection, layers=layers), "kaart" if unlike else subject)


def unread(notes: Iterable[Note]) -> tuple[str, ...]:
    """The keys of a link that fell back; unknown keys change nothing and are left out."""
    return tuple(dict.fromkeys(note.key for note in notes if note.kind != "key"))


def _subject_of(selection: Selection) -> Subject:
    """The subject of a screen link, which names none: flows where it asks about the model.

    Vacancy of one place alone is a figure, not a map.
    """
    layer, _, _ = (selection.chosen or "").partition(":")
    if selection.scenario != NONE or layer in (SITES, TOWNS, FLOWS):
        return "koopstromen"
    if selection.layers == (VACANCY_LAYER_ID,) and not selection.whole_region:
        return "leegstand"
    return SUBJECTS[0]


def to_query(request: PictureRequest) -> dict[str, str]:
    """Every value of the picture by its name in the address; with the maker's words."""
    query = permalink.to_query(request.selection) | {
        "onderwerp": request.subject,
        "formaat": request.size.id,
    }
    if request.headline is not None:
        query["kop"] = request.headline
    if request.standfirst is not None:
        query["inleiding"] = request.standfirst
    return query


def in_format(request: PictureRequest, form: Format) -> PictureRequest:
    """The request in the one size that a PowerPoint file has; unchanged for other formats."""
    return replace(request, size=SIZES["slide"]) if form == "pptx" else request


def address(request: PictureRequest, form: Format) -> str:
    """Where the picture is fetched, relative to the page."""
    query = urlencode(to_query(in_format(request, form)), quote_via=quote, safe=",/:")
    return f"./export/kaart.{form}?{query}"


def edited(
    request: PictureRequest, headline: str, standfirst: str, own_headline: str, own_standfirst: str
) -> PictureRequest:
    """The request with the words a visitor typed; None for words that are empty or unchanged."""
    typed_headline, generated_headline = (
        _words(headline, LONGEST_HEADLINE),
        _words(own_headline, LONGEST_HEADLINE),
    )
    typed_standfirst, generated_standfirst = (
        _words(standfirst, LONGEST_STANDFIRST),
        _words(own_standfirst[:LONGEST_STANDFIRST], LONGEST_STANDFIRST),
    )
    return replace(
        request,
        headline=None if typed_headline == generated_headline else typed_headline,
        standfirst=None if typed_standfirst == generated_standfirst else typed_standfirst,
    )


def _words(text: str | None, longest: int) -> str | None:
    """The text on one line, without control characters, cut at a word; None if nothing is left."""
    if text is None:
        return None
    # Letters and accents composed, as in fonts.
    text = unicodedata.normalize("NFC", text)
    plain = "".join(
        " " if unicodedata.category(sign).startswith(("C", "Z")) else sign for sign in text
    )
    words = " ".join(plain.split())
    if len(words) > longest:
        words = words[: longest - 1].rsplit(" ", 1)[0] + "…"
    return words or None
