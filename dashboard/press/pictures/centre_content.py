"""What stands on a picture or page about a centre: the words of its page with their sources."""

from collections.abc import Iterable
from dataclasses import dataclass

from dashboard.analysis import quotable
from dashboard.facts.records import Observation
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.press import caption
from dashboard.press.drawing import dot_row
from dashboard.press.pictures.numbered_sources import NumberedSources
from dashboard.sentences import citation
from dashboard.sentences.centre import CentreCard, CentreWords


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A figure that stands first: `what` ends with its sources, `goals` are sentences.

    `definition` is empty where the past of the figure takes its room.
    """

    card: CentreCard
    figure: str
    what: str
    definition: str
    verdict: str
    goals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CentreContent:
    """The finding of a centre and what vouches for it, its figures, the edge, goals, the unknown.

    `edge` holds a figure and what it counts.
    """

    headline: str
    verdict: str
    summary: tuple[SummaryRow, ...]
    edge_name: str
    edge: tuple[tuple[str, str], ...]
    goals: tuple[str, ...]
    unknown: str


def collect(
    words: CentreWords, facts: Facts, text: Texts, sources: NumberedSources | None = None
) -> CentreContent:
    """The words of a centre's page; with `sources` figures name theirs by its number."""
    return CentreContent(
        headline=words.finding,
        verdict=(
            "" if words.finding_row is None else caption.verdict(words.finding_row, (), facts, text)
        ),
        summary=tuple(_summary_row(card, facts, text, sources) for card in words.cards),
        edge_name="" if words.edge is None else words.edge.names[text.lang],
        edge=tuple(_edge(row, facts, text, sources) for row in words.edge_figures),
        goals=tuple(_marked(goal.words, [goal.row], sources) for goal in words.goals),
        unknown=f"{words.unknown} {text('unknown.how')}" if words.unknown else "",
    )


def _edge(
    row: Observation, facts: Facts, text: Texts, sources: NumberedSources | None
) -> tuple[str, str]:
    what = f"{citation.what(row, facts, text)}, {citation.period(row, text)}"
    return citation.value_without_unit(row, facts, text), _marked(what, [row], sources)


def _summary_row(
    card: CentreCard, facts: Facts, text: Texts, sources: NumberedSources | None
) -> SummaryRow:
    cited: list[Observation | str] = [*card.rows, *(source_id for source_id, _ in card.surveyed)]
    return SummaryRow(
        card,
        text("press.unknown") if card.source_id is None else card.figure,
        _marked(card.basis, cited, sources),
        _definition(card, facts, text),
        "" if card.row is None else _quoting(card.row, facts, text),
        tuple(_marked(goal.words, [goal.row], sources) for goal in card.goals),
    )


def _definition(card: CentreCard, facts: Facts, text: Texts) -> str:
    if card.subject == "travellers" and card.row is not None:
        return text("press.note_travellers")
    if card.row is None or card.row.definition is None or card.past:
        return ""
    return facts.translate(card.row.definition, text.lang)


def _quoting(row: Observation, facts: Facts, text: Texts) -> str:
    """Whether a figure may be quoted, why where not simply, and its age."""
    verdict = quotable.quotable(row).verdict
    why = "" if verdict == "yes" else citation.reason(row, text)
    quote = text("factsheet.quote", verdict=text(f"cite.{verdict}"))
    return " ".join(filter(None, (quote, why, citation.age_warning(row, facts, text))))


def _marked(words: str, cited: Iterable[Observation | str], sources: NumberedSources | None) -> str:
    """The words with the numbers of what they cite: figures, or ids of sources."""
    if sources is None:
        return words
    marks = dict.fromkeys(
        sources.mark_table(row) if isinstance(row, str) else sources.mark(row) for row in cited
    )
    return f"{words} {''.join(marks)}".strip()


def described(card: CentreCard) -> list[str]:
    """The past and the peers of a figure, each with what is counted, for who cannot see them."""
    sentences = []
    if len(card.past) > 1:
        past = "; ".join(f"{dated.written} ({dated.short})" for dated in card.past)
        sentences.append(f"{card.past_title}: {past}")
    if card.peers:
        sentences.append(f"{card.peers_title}: {dot_row.written(card.peers)}")
    return sentences


def alt_text(content: CentreContent) -> str:
    """All that is drawn about a centre as one line, for who cannot see it."""
    drawn = []
    for row in content.summary:
        drawn += [f"{row.card.heading}: {row.figure}, {row.what}", *described(row.card), *row.goals]
    drawn += [f"{content.edge_name}: {figure}, {what}" for figure, what in content.edge]
    drawn += [*content.goals, content.unknown]
    return "; ".join(sentence.rstrip(".") for sentence in drawn if sentence)
