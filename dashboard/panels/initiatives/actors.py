"""Who took part: shared actors first, the network as a picture with its table, and the four ways of
facilitating.
"""

from collections.abc import Mapping, Sequence
from textwrap import wrap

from dashboard.analysis import actor_network
from dashboard.analysis.actor_network import Network, Node
from dashboard.facts.records import Initiative, Participation
from dashboard.facts.snapshot import Facts
from dashboard.i18n.lists import listed
from dashboard.i18n.text import Texts
from dashboard.style import theme
from dashboard.style.html import Markup, join, node
from dashboard.style.templates import render

_ACTOR, _INITIATIVE = "#154273", "#595959"


def shared(network: Network, facts: Facts, text: Texts) -> Markup:
    """The actors in more than one initiative, most first, in plain words."""
    if not network.shared:
        return node("p", text("actors.none_shared"), class_="caution")
    names = {row.initiative_id: row.name for row in facts.initiatives}
    actors = []
    for actor, ids in network.shared:
        initiatives = listed([names[id_] for id_ in ids], text)
        said = text.counted("actors.in", len(ids), count=len(ids), names=initiatives)
        actors.append((facts.said(facts.actors[actor], text.lang), said))
    return render("involved.shared", actors=actors)


def sure(network: Network, text: Texts) -> Markup:
    """How much of the network the sources say, and how much we derived."""
    if not network.parts:
        return node("p", text("actors.parts_none"), class_="quiet")
    said = (
        text("actors.derived", derived=network.derived, total=network.parts)
        if network.derived
        else text("actors.derived_none", total=network.parts)
    )
    return node("p", said, class_="quiet")


def too_small(network: Network, text: Texts) -> Markup:
    """Why there is no picture and there are no measures."""
    # Late: it brings networkx along.
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


def measures(network: Network, facts: Facts, text: Texts) -> Markup:
    """The picture's twin: every actor with its initiatives, degree, betweenness and part of the
    network.
    """
    names = {row.initiative_id: row.name for row in facts.initiatives}
    order = sorted(
        network.actors.values(),
        key=lambda one: (-one.degree, -one.betweenness, facts.actors[one.id].casefold()),
    )
    rows = [
        (
            facts.said(facts.actors[one.id], text.lang),
            listed([names[id_] for id_, actor, _ in network.ties if actor == one.id], text),
            one.degree,
            theme.number(one.betweenness, text.lang, decimals=2),
            one.component,
        )
        for one in order
    ]
    legend = [text("actors.legend"), *([text("actors.legend_derived")] if network.derived else [])]
    size = {"actors": len(network.actors), "initiatives": len(network.initiatives)}
    counted = (
        text("actors.counted_one", **size)
        if network.components == 1
        else text("actors.counted", **size, components=network.components)
    )
    return render(
        "involved.measures", rows=rows, legend=" ".join(legend), counted=counted, text=text
    )


def picture(network: Network, facts: Facts, text: Texts) -> tuple[Markup, ...]:
    """The network twice, for a wide screen and for a phone: initiatives left, actors right, always
    in the same place.

    It does not follow the filters: what does not change is sent to the browser once.
    """
    labels = {row.initiative_id: row.name for row in facts.initiatives}
    labels |= {actor: facts.said(name, text.lang) for actor, name in facts.actors.items()}
    spoken = text("actors.spoken", actors=len(network.actors), initiatives=len(network.initiatives))
    return (
        node(
            "figure",
            _drawn(network, labels, spoken, width=1240.0, column=450.0, chars=52, row=34.0),
            class_="wide",
        ),
        node(
            "figure",
            _drawn(network, labels, spoken, width=350.0, column=148.0, chars=20, row=50.0),
            class_="slim",
        ),
    )


def _drawn(
    network: Network,
    labels: Mapping[str, str],
    spoken: str,
    *,
    width: float,
    column: float,
    chars: int,
    row: float,
) -> Markup:
    height = row * max(len(network.actors), len(network.initiatives)) + 10.0
    left, right = column, width - column

    def y(one: Node) -> float:
        return row / 2 + 5.0 + one.height * (height - row - 10.0)

    common = {actor for actor, _ in network.shared}
    ties = [
        node(
            "line",
            x1=left,
            y1=y(network.initiatives[initiative]),
            x2=right,
            y2=y(network.actors[actor]),
            stroke=_ACTOR,
            stroke_width=1.5,
            stroke_dasharray=None if said else "5 4",
        )
        for initiative, actor, said in network.ties
    ]
    marks = [
        node(
            "rect",
            x=left - 5,
            y=y(one) - 5,
            width=10.0,
            height=10.0,
            fill=_INITIATIVE,
        )
        for one in network.initiatives.values()
    ] + [
        node(
            "circle",
            cx=right,
            cy=y(one),
            r=7.0 if one.id in common else 5.0,
            fill=_ACTOR,
        )
        for one in network.actors.values()
    ]
    words = [
        *(
            _label(labels[one.id], left - 12, y(one), "end", chars, strong=False)
            for one in network.initiatives.values()
        ),
        *(
            _label(labels[one.id], right + 12, y(one), "start", chars, strong=one.id in common)
            for one in network.actors.values()
        ),
    ]
    return node(
        "svg",
        node("title", spoken),
        *ties,
        *marks,
        *words,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width:.0f} {height:.0f}",
        role="img",
        aria_label=spoken,
        font_family=f"'{theme.FONT}', sans-serif",
    )


def _label(name: str, x: float, y: float, anchor: str, chars: int, *, strong: bool) -> Markup:
    """A name in up to three lines, in the middle of its height."""
    lines = wrap(name, chars) or [name]
    if len(lines) > 3:
        lines = [*lines[:2], f"{lines[2][: chars - 1]}…"]
    start = y + 4.5 - 7.5 * (len(lines) - 1)
    return join(
        node(
            "text",
            line,
            x=x,
            y=start + 15.0 * number,
            text_anchor=anchor,
            font_size=14.0,
            font_weight=600.0 if strong else None,
            fill=theme.INK,
        )
        for number, line in enumerate(lines)
    )


def ways(parts: Sequence[Participation], facts: Facts, text: Texts) -> Markup:
    """The four ways of facilitating with who is known to have used each, and of how many parts
    nothing is known.
    """
    rows = []
    known = 0
    for way, found in actor_network.ways(parts):
        known += len(found)
        who = list(dict.fromkeys(facts.said(part.actor, text.lang) for part in found))
        users = used(len(found), who, text) if found else text("unknown.cell")
        rows.append((text(f"ways.{way}"), text(f"ways.{way}_means"), users))
    return render(
        "involved.ways", rows=rows, unknown=len(parts) - known, total=len(parts), text=text
    )


def used(count: int, who: Sequence[str], text: Texts) -> str:
    """How often one way is known to have been used, and by whom."""
    return text("ways.used_one" if count == 1 else "ways.used", count=count, who=listed(who, text))


def matching(shown: int, total: int, text: Texts) -> str:
    """How many of the initiatives pass the filters."""
    return text("involved.found_one" if shown == 1 else "involved.found", shown=shown, total=total)


def card(row: Initiative, facts: Facts, text: Texts) -> Markup:
    """What the card of an initiative adds here: fit with the profile, and per part how it was
    supported.
    """
    parts = [
        text(
            "ways.of_part",
            actor=facts.said(part.actor, text.lang),
            role=text(f"actor.{part.role}"),
            way=text(f"ways.{part.facilitation}")
            if part.facilitation
            else text("ways.of_part_unknown"),
        )
        for part in facts.participations.get(row.initiative_id, ())
    ]
    fitting = text(f"fit.{actor_network.fit(row, facts)}")
    return render("involved.card", fit=fitting, parts=parts, text=text)
