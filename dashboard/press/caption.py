"""The words around a picture: headline, standfirst, notes, sources and alternative text."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import deployment
from dashboard.analysis import figures, quotable
from dashboard.facts.records import Observation
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.maps import layers, place_figure
from dashboard.maps.layer import Headline
from dashboard.press import attribution
from dashboard.press.attribution import Reference, Visible
from dashboard.press.request import PictureRequest
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.sentences import citation, region_names
from dashboard.style import theme

_LONGEST_NAME = 24


@dataclass(frozen=True, slots=True)
class Story:
    """Every word around a picture, in one language."""

    headline: str
    standfirst: str
    notes: tuple[str, ...]
    verdict: str
    sources: tuple[str, ...]
    licence: str
    consulted: str
    """The end of `licence`: the last day of consulting, and the credit of the background."""
    badges: tuple[str, ...]
    sender: str | None
    link: str | None
    alt: str
    caption: str
    """What stands below the picture in an article."""
    citation: str
    """The sources with their addresses, one a line."""
    edited: bool
    references: tuple[Reference, ...] = ()
    unbroken_names: tuple[str, ...] = ()
    """Names of several words that no end of a line parts in the headline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The words of a picture before its maker's own, sender, link and badges are added.

    `view` is the page the link leads to; `credit` is the sentence about the background.
    """

    view: str
    headline: str
    standfirst: str
    alt: str
    notes: Sequence[str] = ()
    verdict: str = ""
    references: Sequence[Reference] = ()
    modelled: bool = False
    credit: str = ""


def of_map(
    context: Context,
    request: PictureRequest,
    visible: Visible,
    *,
    drawn: Visible | None = None,
    mapped: bool = True,
) -> Story:
    """The words around the map of a selection, about what is `visible` on it.

    Sources, licences and alternative text name only what is `drawn`, where that is known. Without
    `mapped` its figures are drawn without the map.
    """
    facts, text = context.facts, context.text
    drawn = visible if drawn is None else drawn
    headline = _map_headline(context, visible, _layer_names(context, drawn))
    rows = shown_rows(facts, drawn)
    figure = headline.figure
    figures_named = rows if figure is None or figure in rows else (figure, *rows)
    draft = Draft(
        view="kaart",
        headline=headline.words,
        standfirst=headline.preface + (headline.standfirst or _standfirst(context, drawn)),
        notes=() if request.size.small else _map_notes(context, drawn),
        verdict=verdict(figure, rows, facts, text),
        references=attribution.of_map(facts, drawn, figures_named, text),
        alt=_map_alternative(
            context, drawn, rows, "press.alt_map" if mapped else "press.alt_place"
        ),
        modelled=any(
            style.startswith("vacancy_") and theme.style(style).shape == "line"
            for now in drawn.values()
            for style in now.values()
        ),
        credit=attribution.background(facts, text) if mapped else "",
    )
    return finish(context, request, draft)


def finish(context: Context, request: PictureRequest, draft: Draft) -> Story:
    """The draft with the maker's words where there are any, and with sender, link and badges.

    A headline of the maker gets a badge and no verdict.
    """
    facts, text = context.facts, context.text
    base = deployment.public_url()
    headline = request.headline or draft.headline
    own_headline = request.headline is not None
    badges = (text("press.own_headline"),) * own_headline + (
        text("press.modelled"),
    ) * draft.modelled
    badges += (text("press.example"),) * facts.example
    named = attribution.licences(draft.references, facts, text)
    sources = attribution.publishers(draft.references, facts, text)
    sourced = [text("press.sources", sources="; ".join(sources))] if sources else []
    licence = f"{text('press.licence', licences=named)} " if named else ""
    consulted = text("press.consulted", date=theme.day(facts.consulted, text.lang))
    edited = () if request.standfirst is None else (text("press.edited"),)
    sentence = headline if headline.endswith((".", "?", "!")) else f"{headline}."
    standfirst = request.standfirst or draft.standfirst
    opening = [sentence, *(f"{badge}." for badge in badges)]
    return Story(
        headline=headline,
        standfirst=standfirst,
        notes=(*edited, *unread(request.unread, text), *draft.notes),
        verdict="" if own_headline else draft.verdict,
        sources=tuple(sources),
        licence=f"{licence}{consulted}{draft.credit}",
        consulted=f"{consulted}{draft.credit}",
        badges=badges,
        sender=deployment.publisher(),
        link=None if base is None else permalink.address(context.selection, draft.view, base),
        alt=" ".join([*opening, draft.alt]),
        caption=" ".join([*opening, *filter(None, [standfirst]), *sourced]) + draft.credit,
        citation="\n".join(attribution.bibliography(draft.references, facts, text)),
        edited=request.edited,
        references=tuple(draft.references),
        unbroken_names=tuple(
            name
            for place in facts.places.values()
            if " " in (name := place.names[text.lang]) and len(name) <= _LONGEST_NAME
        ),
    )


def unread(keys: Sequence[str], text: Texts) -> tuple[str, ...]:
    """The sentence about the parts of a link that could not be read; empty when all were."""
    return (text("press.fell_back", keys=", ".join(keys)),) if keys else ()


def shown_rows(facts: Facts, visible: Visible) -> tuple[Observation, ...]:
    """The published figures on the map, in the order of their places."""
    features = frozenset(feature for styles in visible.values() for feature in styles)
    rows = [
        *place_figure.figures(facts, features),
        *(
            row
            for layer_id, styles in visible.items()
            for row in layers.by_id()[layer_id].figures(facts, styles)
        ),
    ]
    order = {place_id: index for index, place_id in enumerate(facts.places)}
    return tuple(sorted(rows, key=lambda row: order.get(row.place_id or "", len(order))))


def verdict(
    head: Observation | None, rows: Sequence[Observation], facts: Facts, text: Texts
) -> str:
    """How sure the headline's figure is, in words; without one, how sure every shown figure is."""
    if head is not None:
        return text(
            "press.verdict_head",
            verdict=text(f"cite.{quotable.quotable(head).verdict}"),
            why=citation.reason(head, text),
        )
    groups = {
        key: [
            f"{citation.place_or_area(row, facts, text)} {citation.value(row, facts, text)}"
            for row in rows
            if quotable.quotable(row).verdict == key
        ]
        for key in ("yes", "reserved", "no")
    }
    parts = [
        text(f"press.verdict_{key}", figures="; ".join(named))
        for key, named in groups.items()
        if named
    ]
    return " ".join(parts)


def _map_headline(context: Context, visible: Visible, names: str) -> Headline:
    """The first headline of a layer that is on, else the first fallback, else the place."""
    candidates = [
        headline
        for layer in layers.by_id().values()
        if layer.id in context.selection.layers
        and (headline := layer.headline(context, visible.get(layer.id, {}), names)) is not None
    ]
    candidates.sort(key=lambda headline: headline.fallback)
    if candidates:
        return candidates[0]
    if context.selection.whole_region and len(context.facts.centres) > 1:
        return Headline(region_names.title(context.facts, context.text))
    return Headline(context.text("press.head_place", place=region_names.selected(context)))


def _layer_names(context: Context, drawn: Visible) -> str:
    """The layers of which something is drawn, as part of a sentence."""
    text = context.text
    *others, last = [
        layers.by_id()[layer_id].noun.text(text.lang)
        for layer_id in context.selection.layers
        if drawn.get(layer_id)
    ] or [text("map.no_layer")]
    return text("press.and", first=", ".join(others), last=last) if others else last


def _standfirst(context: Context, drawn: Visible) -> str:
    """The layers that are drawn and the period."""
    facts, selection = context.facts, context.selection
    text, (first, last) = context.text, selection.years
    # True where the picture shows one figure a centre, all counted in the same way.
    alike = selection.whole_region and figures.comparable(
        [row for row in shown_rows(facts, drawn) if row.indicator in figures.VACANCY_RATES]
    )
    return text(
        "press.stand_alike" if alike else "press.stand_layers",
        layers=_layer_names(context, drawn),
        years=f"{first}–{last}" if first < last else str(first),
    )


def _map_notes(context: Context, drawn: Visible) -> tuple[str, ...]:
    """What a reader must know beside the layers that are on, short."""
    return tuple(
        note
        for layer in layers.listed("picture_notes")
        if layer.id in context.selection.layers and drawn.get(layer.id)
        for note in layer.picture_notes(context, drawn[layer.id])
    )


def _map_alternative(
    context: Context, drawn: Visible, rows: Sequence[Observation], opening: str
) -> str:
    """The map in words, with every figure on it."""
    facts, text, selection = context.facts, context.text, context.selection
    known = layers.by_id()
    titles = [known[id_].title.text(text.lang) for id_ in selection.layers if drawn.get(id_)]
    alt = text(
        opening,
        place=region_names.selected(context),
        layers=", ".join(titles) or text("map.no_layer"),
        first=selection.years[0],
        last=selection.years[1],
    )
    sentences = [
        *(_figure_in_words(row, facts, text) for row in rows),
        *(
            sentence
            for layer in known.values()
            for sentence in layer.alternatives(facts, drawn.get(layer.id, {}), text)
        ),
    ]
    if not sentences:
        return alt
    return f"{alt} {text('press.alt_figures', figures='; '.join(sentences))}"


def _figure_in_words(row: Observation, facts: Facts, text: Texts) -> str:
    area, value = citation.place_or_area(row, facts, text), citation.value(row, facts, text)
    return text("press.alt_figure", area=area, value=value, period=citation.period(row, text))
