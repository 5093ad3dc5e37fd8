"""Page views of the Wikipedia articles of centres per month: attention, not visits to a town."""

from __future__ import annotations

import csv
import re
from calendar import monthrange
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from data.schema.tables import INDICATORS, OBSERVATIONS, TRANSLATIONS
from etl.area import Area
from etl.decoding import strict_json
from etl.decoding.sniff import matches
from etl.decoding.strict_json import Json
from etl.errors import ContentError, column_retyped
from etl.fetch import response_checks
from etl.fetch.messages import Limits, Request, Response, Validation
from etl.parsing import observations as figures
from etl.parsing.assumptions import HasTypes, OnlyKnown, ServiceAssumption, at
from etl.parsing.observations import UNDATED
from etl.problems import NO_OTHER, Finding, make_finding
from etl.source import Parsed, Piece, Question, Source
from etl.sources.reference import REFERENCE
from geo.bilingual import Bilingual

SOURCE = Source(
    id="pageviews",
    title=Bilingual(nl="Weergaven op Wikipedia", en="Views on Wikipedia"),
    publisher="Wikimedia Foundation",
    licence="CC0 1.0",
    fills=(OBSERVATIONS, INDICATORS, TRANSLATIONS),
    rows=range(50, 5000),
    tried="documentation",
    tried_on=date(2026, 11, 24),
    tried_with=("the description of the Wikimedia REST API and made-up answers after it",),
    max_age_days=120,
    settled_days=7,
    url="https://wikimedia.org/api/rest_v1/",
    credit="Weergaven: Wikimedia Foundation, CC0",
    accepts=(".json",),
    per="region",
    may_be_empty=True,
)

ANONYMOUS_SPACING_S = 6.0
"""The service allows ten requests a minute to programs that name nobody to write to."""
BASE = "https://wikimedia.org/api/rest_v1/metrics/pageviews/per-article"
FIRST = "2015070100"
NO_DATA = "date(s) you used are valid"
"""The message of the service about an unknown title; a wrong address gives a 404 with another."""

COUNTED_AS = {"granularity": "monthly", "access": "all-access", "agent": "user"}
"""The figures: whole months, on any device, by people."""
NO_MONTH = Bilingual(
    nl="geen hele maand van een artikel over een plaats van deze run; de laatste telt niet mee",
    en="no whole month of an article about a place of this run; the last does not count",
)

_STAMP = re.compile(r"(\d{4})(\d{2})\d{4}")
_SLUG = re.compile(r"[^a-z0-9]+")

VIEWS = figures.INDICATORS["wikipedia_views_per_month"]


@dataclass(frozen=True, slots=True)
class Article:
    """An article about a place or a square in it."""

    place_id: str
    title: str
    language: str

    @property
    def name(self) -> str:
        """The title as the service writes it."""
        return self.title.replace(" ", "_")

    @property
    def project(self) -> str:
        """The Wikipedia of the article."""
        return f"{self.language}.wikipedia"

    @property
    def subject(self) -> Bilingual:
        """The title of the article, as the name of the area of its figures."""
        return figures.text("pageviews.subject", title=self.title, language=self.language)

    @property
    def definition(self) -> Bilingual:
        """The definition of the figures."""
        return figures.text("pageviews.definition", title=self.title, project=self.project)


def articles(area: Area) -> tuple[Article, ...]:
    """The curated articles about the places of the area."""
    with (REFERENCE / "wikipedia_articles.csv").open(encoding="utf-8", newline="") as file:
        known = [
            Article(row["place_id"], row["title"], row["language"]) for row in csv.DictReader(file)
        ]
    return tuple(article for article in known if article.place_id in area.place_ids)


def requests(area: Area) -> Sequence[Question]:
    """A question per article, about all whole months until now."""
    until = f"{_today():%Y%m}0100"
    return [
        Question(
            name=f"{article.project} {article.name}",
            request=Request(
                url=(
                    f"{BASE}/{article.project}/all-access/user"
                    f"/{quote(article.name, safe='')}/monthly/{FIRST}/{until}"
                ),
                validate=known_title,
                limits=Limits(anonymous_spacing_s=ANONYMOUS_SPACING_S),
                licence=SOURCE.licence,
                attribution=SOURCE.credit or "",
            ),
        )
        for article in articles(area)
    ]


def assumptions(area: Area) -> Sequence[ServiceAssumption]:
    """Views per month of an article, with what they count."""
    types = {"project": "string", "article": "string", "timestamp": "string", "views": "number"}
    return [
        ServiceAssumption(
            about=question.name,
            question=question,
            checks=(
                HasTypes(types | dict.fromkeys(COUNTED_AS, "string"), at("items", "*")),
                *(OnlyKnown((word,), at("items", "*", name)) for name, word in COUNTED_AS.items()),
            ),
        )
        for question in requests(area)
    ]


def known_title(answer: Response) -> Validation | None:
    """A title without any views is an answer, not a failure."""
    if answer.status != 404:
        return None
    message = response_checks.error_message(answer)
    if NO_DATA not in message or not matches(answer.head, "json"):
        return None
    return Validation((make_finding("no-data-yet", host=answer.host, detail=message),), rows=0)


def parse(pieces: Sequence[Piece], area: Area) -> Parsed:
    """Views per article and whole month.

    The month in which an answer was fetched is incomplete, and so may be the last month of a file:
    both are left out.
    """
    wanted = {(article.project, article.name): article for article in articles(area)}
    counts: Counter[str] = Counter()
    findings: list[Finding] = []
    rows: dict[str, dict[str, object]] = {}
    for piece in pieces:
        piece.require("json")
        answer = strict_json.read(piece.read())
        items = strict_json.rows_at(answer, "items")
        if items is None:
            if NO_DATA not in (strict_json.text_at(answer, "detail") or ""):
                raise ContentError("column-missing", column="items", like=NO_OTHER)
            counts["missing-article"] += 1
            continue
        over = _first_incomplete(items, piece)
        used = 0
        for item in items:
            article = wanted.get((_text(item, "project"), _text(item, "article").replace(" ", "_")))
            if article is None:
                counts["dropped-other-article"] += 1
                continue
            (year, month), views = _month(item), _views(item)
            if (year, month) >= over:
                counts["dropped-incomplete-month"] += 1
                continue
            row = _row(article, year, month, views, piece)
            rows.setdefault(str(row["observation_id"]), row)
            used += 1
        if piece.origin == "file" and not used:
            findings.append(make_finding("import-nothing", name=piece.name, detail=NO_MONTH))
    observed = list(rows.values())
    words = [text for article in wanted.values() for text in (article.subject, article.definition)]
    frames = figures.tables(observed, [VIEWS], [UNDATED, *words])
    last = max((str(row["period_end"]) for row in observed), default=None)
    return Parsed(frames, +counts, last, tuple(findings))


def _first_incomplete(items: Sequence[Json], piece: Piece) -> tuple[int, int]:
    """The first year and month that may be incomplete."""
    fetched = (piece.retrieved.year, piece.retrieved.month)
    if piece.origin == "fetched":
        return fetched
    return min(fetched, max(map(_month, items), default=fetched))


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the day on the clock of this computer


def _row(article: Article, year: int, month: int, views: float, piece: Piece) -> dict[str, object]:
    slug = _SLUG.sub("-", article.title.casefold()).strip("-")
    return {
        "observation_id": (
            f"{article.place_id}-wikipedia-{article.language}-{slug}-{year}-{month:02d}"
        ),
        "place_id": article.place_id,
        "area_name": article.subject.nl,
        "indicator": VIEWS.indicator,
        "period_start": date(year, month, 1),
        "period_end": date(year, month, monthrange(year, month)[1]),
        "value": views,
        "unit": VIEWS.unit.nl,
        "definition": article.definition.nl,
        "area_kind": "other",
        "nature": "measured",
        "series": f"wikipedia-{article.language}-{slug}",
        "source_url": f"https://{article.project}.org/wiki/{quote(article.name)}",
        "source_date": UNDATED.nl,
        "retrieved": piece.retrieved,
        "confidence": "high",
        "provisional": False,
    }


def _month(item: Json) -> tuple[int, int]:
    """Year and month of an item; ContentError for another span, access or agent than requested."""
    for name, expected in COUNTED_AS.items():
        text = strict_json.text_at(item, name)
        if text not in (None, expected):
            raise column_retyped(name, text, expected)
    stamp = _STAMP.fullmatch(_text(item, "timestamp"))
    if stamp is None or not 1 <= int(stamp.group(2)) <= 12:
        raise column_retyped("timestamp", _text(item, "timestamp"), "a moment like 2026020100")
    return int(stamp.group(1)), int(stamp.group(2))


def _views(item: Json) -> float:
    views = strict_json.member(item, "views")
    if not isinstance(views, int) or isinstance(views, bool) or views < 0:
        raise column_retyped("views", repr(views), "a whole number of 0 or more")
    return float(views)


def _text(item: Json, name: str) -> str:
    text = strict_json.text_at(item, name)
    if text is None:
        like = ", ".join(sorted(item)) if isinstance(item, Mapping) else NO_OTHER
        raise ContentError("column-missing", column=name, like=like)
    return text
