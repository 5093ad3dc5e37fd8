"""Who took part: shared actors, the network as picture and table, and ways of facilitating."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from textwrap import wrap

from dashboard.analysis import actor_network
from dashboard.analysis.actor_network import ActorNetwork, Node
from dashboard.charts import svg
from dashboard.charts.marks import BoxMark, DotMark, Drawing, LineMark, Mark, TextMark
from dashboard.facts.records import Initiative, Participation
from dashboard.facts.snapshot import Facts
from dashboard.i18n.lists import listed
from dashboard.i18n.text import Texts
from dashboard.style import theme
from dashboard.style.html import Markup, node
from dashboard.style.templates import render


def shared(network: ActorNetwork, facts: Facts, text: Texts) -> Markup:
    """The actors in more than one initiative, most first, one sentence each."""
    if not network.shared:
        return node("p", text("actors.none_shared"), class_="caution")
    names = {row.initiative_id: row.name for row in facts.initiatives}
    actors = []
    for actor, ids in network.shared:
        initiatives = listed([names[id_] for id_ in ids], text)
        sentence = text.counted("actors.in", len(ids), count=len(ids), names=initiatives)
        actors.append((facts.translate(facts.actors[actor], text.lang), sentence))
    return render("actors.shared", actors=actors)


def sure(network: ActorNetwork, text: Texts) -> Markup:
    """How many ties of the network sources state, and how many are derived."""
    if not network.parts:
        return node("p", text("actors.parts_none"), class_="quiet")
    sentence = (
        text("actors.derived", derived=network.derived, total=network.parts)
        if network.derived
        else text("actors.derived_none", total=network.parts)
    )
    return node("p", sentence, class_="quiet")


def too_small(network: ActorNetwork, text: Texts) -> Markup:
    """Why there is no picture and there are no measures."""
    # Imported here: it loads networkx.
    from geo.actors import MIN_ACTORS, MIN_INITIATIVES, MIN_SHARED_ACTORS

    return node(
        "p",
        text(
            "actors.too_small",
            actors=len(network.actors),
            initiatives=len(network.initiatives),
            shared=len(network.shared),
            min_actors=MIN_ACTORS,
            min_initiatives=MIN_INITIATIVES,
            min_shared=MIN_SHARED_ACTORS,
        ),
        class_="caution",
    )


def measures(network: ActorNetwork, facts: Facts, text: Texts) -> Markup:
    """The network as a table: initiatives, degree, betweenness and component per actor."""
    names = {row.initiative_id: row.name for row in facts.initiatives}
    order = sorted(
        network.actors.values(),
        key=lambda member: (
            -member.degree,
            -member.betweenness,
            facts.actors[member.id].casefold(),
        ),
    )
    rows = [
        (
            facts.translate(facts.actors[member.id], text.lang),
            listed([names[id_] for id_, actor, _ in network.ties if actor == member.id], text),
            member.degree,
            theme.number(member.betweenness, text.lang, decimals=2),
            member.component,
        )
        for member in order
    ]
    legend = [text("actors.legend"), *([text("actors.legend_derived")] if network.derived else [])]
    size = {"actors": len(network.actors), "initiatives": len(network.initiatives)}
    counted = (
        text("actors.counted_one", **size)
        if network.components == 1
        else text("actors.counted", **size, components=network.components)
    )
    return render("actors.measures", rows=rows, legend=" ".join(legend), counted=counted, text=text)


def picture(network: ActorNetwork, facts: Facts, text: Texts) -> tuple[Markup, ...]:
    """The network for a wide screen and for a phone: initiatives left, actors right.

    It does not follow the filters: what does not change is sent to the browser once.
    """
    labels = {row.initiative_id: row.name for row in facts.initiatives}
    labels |= {actor: facts.translate(name, text.lang) for actor, name in facts.actors.items()}
    description = text(
        "actors.spoken", actors=len(network.actors), initiatives=len(network.initiatives)
    )
    rows = max(len(network.actors), len(network.initiatives))
    wide = _Layout(width=1240.0, left=450.0, chars=52, row_height=34.0, rows=rows)
    slim = _Layout(width=350.0, left=148.0, chars=20, row_height=50.0, rows=rows)
    return (
        node("figure", _drawing(network, labels, description, wide), class_="wide"),
        node("figure", _drawing(network, labels, description, slim), class_="slim"),
    )


@dataclass(frozen=True, slots=True)
class _Layout:
    """The drawing in pixels: initiatives at `left`, actors at `right`, names of `chars` a line."""

    width: float
    left: float
    chars: int
    row_height: float
    rows: int

    @property
    def right(self) -> float:
        return self.width - self.left

    @property
    def height(self) -> float:
        return self.row_height * self.rows + 10.0

    def y(self, member: Node) -> float:
        return self.row_height / 2 + 5.0 + member.height * (self.height - self.row_height - 10.0)


def _drawing(
    network: ActorNetwork, labels: Mapping[str, str], description: str, layout: _Layout
) -> Markup:
    ties = [
        LineMark(
            (
                (layout.left, layout.y(network.initiatives[initiative])),
                (layout.right, layout.y(network.actors[actor])),
            ),
            theme.HEADING,
            1.5,
            dash=() if sourced else (5.0, 4.0),
        )
        for initiative, actor, sourced in network.ties
    ]
    marks = (*ties, *_marks(network, layout), *_names(network, labels, layout))
    return svg.write(Drawing(layout.width, layout.height, description, marks))


def _marks(network: ActorNetwork, layout: _Layout) -> Iterator[Mark]:
    """Squares of initiatives and circles of actors, larger for actors in several initiatives."""
    shared_actors = {actor for actor, _ in network.shared}
    for initiative in network.initiatives.values():
        yield BoxMark(layout.left - 5.0, layout.y(initiative) - 5.0, 10.0, 10.0, theme.QUIET)
    for actor in network.actors.values():
        radius = 7.0 if actor.id in shared_actors else 5.0
        yield DotMark(layout.right, layout.y(actor), radius, theme.HEADING)


def _names(network: ActorNetwork, labels: Mapping[str, str], layout: _Layout) -> Iterator[TextMark]:
    """The names beside the marks, those of actors in several initiatives in bold."""
    shared_actors = {actor for actor, _ in network.shared}
    for initiative in network.initiatives.values():
        label = TextMark(
            layout.left - 12.0,
            layout.y(initiative),
            labels[initiative.id],
            14.0,
            theme.INK,
            anchor="end",
        )
        yield from _lines(label, layout.chars)
    for actor in network.actors.values():
        weight = 600 if actor.id in shared_actors else 400
        label = TextMark(
            layout.right + 12.0, layout.y(actor), labels[actor.id], 14.0, theme.INK, weight
        )
        yield from _lines(label, layout.chars)


def _lines(label: TextMark, chars: int) -> Iterator[TextMark]:
    """A name in up to three lines, in the middle of its height."""
    lines = wrap(label.words, chars) or [label.words]
    if len(lines) > 3:
        lines = [*lines[:2], f"{lines[2][: chars - 1]}…"]
    start = label.y + 4.5 - 7.5 * (len(lines) - 1)
    for number, line in enumerate(lines):
        yield replace(label, words=line, y=start + 15.0 * number)


def ways(parts: Sequence[Participation], facts: Facts, text: Texts) -> Markup:
    """The four ways of facilitating, who used each, and for how many parts the way is unknown."""
    rows = []
    known = 0
    for way, participations in actor_network.ways(parts):
        known += len(participations)
        who = list(dict.fromkeys(facts.translate(part.actor, text.lang) for part in participations))
        users = used(len(participations), who, text) if participations else text("unknown.cell")
        rows.append((text(f"ways.{way}"), text(f"ways.{way}_means"), users))
    return render("actors.ways", rows=rows, unknown=len(parts) - known, total=len(parts), text=text)


def used(count: int, who: Sequence[str], text: Texts) -> str:
    """How often one way was used, and by whom."""
    return text("ways.used_one" if count == 1 else "ways.used", count=count, who=listed(who, text))


def matching(shown: int, total: int, text: Texts) -> str:
    """How many of the initiatives pass the filters."""
    return text("involved.found_one" if shown == 1 else "involved.found", shown=shown, total=total)


def card(row: Initiative, facts: Facts, text: Texts) -> Markup:
    """What this view adds to an initiative: fit with the profile, and support per participation."""
    parts = [
        text(
            "ways.of_part",
            actor=facts.translate(part.actor, text.lang),
            role=text(f"actor.{part.role}"),
            way=text(f"ways.{part.facilitation}")
            if part.facilitation
            else text("ways.of_part_unknown"),
        )
        for part in facts.participations.get(row.initiative_id, ())
    ]
    fitting = text(f"fit.{actor_network.fit(row, facts)}")
    return render("actors.card", fit=fitting, parts=parts, text=text)
