"""The two rounds of the pilot beside one another, and what was designed: content or process."""

from dashboard import citation, involvement, pilot, state
from dashboard.facts import Facts
from dashboard.markup import Markup, door, join, node
from dashboard.records import Observation
from dashboard.state import Selection
from dashboard.text import Texts


def told(selection: Selection, facts: Facts, text: Texts) -> tuple[Markup, ...]:
    """The story of both rounds and of what was designed; nothing where the snapshot
    knows no pilot.
    """
    if not pilot.told(facts):
        return ()
    return (
        node("h2", text("pilot.title")),
        rounds(selection, facts, text),
        node("h3", text("pilot.design_title")),
        designs(facts, text),
    )


def rounds(selection: Selection, facts: Facts, text: Texts) -> Markup:
    """The first tranche and the continuous tender line by line, each figure with its period and a
    door to its source.
    """
    head = node(
        "tr",
        *(node("th", text(f"pilot.{key}"), scope="col") for key in ("what", "first", "tender")),
    )
    rows = [
        node(
            "tr",
            node("th", text(f"pilot.{line.key}"), scope="row"),
            *(
                node("td", _figure(row, selection, facts, text), data_label=text(f"pilot.{column}"))
                for column, row in (("first", line.first), ("tender", line.tender))
            ),
        )
        for line in pilot.lines(facts)
    ]
    # Beside the count of the source stands what we know by name, so that nobody takes ours for the
    # whole.
    rows.insert(3, _described(facts, text))
    sure = sum(row.tranche == "first" for row in facts.initiatives)
    derived = sum(
        row.tranche == "tender" and row.tranche_basis == "derived" for row in facts.initiatives
    )
    table = node("table", node("thead", head), node("tbody", join(rows)), class_="stack")
    return join(
        [
            node("p", text("pilot.intro")),
            *(node("p", _whole(row, selection, facts, text)) for row in pilot.whole(facts)),
            node(
                "div",
                table,
                class_="scroll",
                tabindex="0",
                role="region",
                aria_label=text("pilot.title"),
            ),
            node(
                "p",
                text("pilot.unsure", count=len(facts.initiatives) - sure, derived=derived),
                class_="quiet small",
            ),
            node("p", text("pilot.no_sum"), class_="quiet small"),
        ]
    )


def _described(facts: Facts, text: Texts) -> Markup:
    cells = []
    for tranche in ("first", "tender"):
        own = [row for row in facts.initiatives if row.tranche == tranche]
        derived = bool(own) and all(row.tranche_basis == "derived" for row in own)
        said = text("pilot.described_derived", count=len(own)) if derived else str(len(own))
        cells.append(node("td", said, data_label=text(f"pilot.{tranche}")))
    return node("tr", node("th", text("pilot.described"), scope="row"), *cells)


def _whole(row: Observation, selection: Selection, facts: Facts, text: Texts) -> Markup:
    return join(
        [
            node("strong", f"{citation.what(row, facts, text)}: "),
            _figure(row, selection, facts, text),
        ]
    )


def _figure(row: Observation | None, selection: Selection, facts: Facts, text: Texts) -> Markup:
    if row is None:
        return node("span", text("unknown.cell"), class_="quiet")
    value, period = citation.value(row, facts, text), citation.period(row, text)
    # A date needs no date beside it.
    beside = [] if value == period else [period]
    if row.nature != "measured":
        beside.append(text(f"nature.{row.nature}"))
    linked = door(
        value, state.address(state.choose(selection, f"cijfer:{row.observation_id}"), "cijfers")
    )
    return join(
        [linked, node("span", f" ({', '.join(beside)})" if beside else "", class_="quiet small")]
    )


def designs(facts: Facts, text: Texts) -> Markup:
    """Content design against process design in a few lines, with what the data says to each."""
    content, process = involvement.designed(facts.initiatives)
    rules = text("pilot.rules_differ") if pilot.rules_differ(facts) else text("pilot.rules_unknown")
    return join(
        [
            node("p", text("pilot.content")),
            node("p", text.counted("pilot.content_data", content, count=content), class_="quiet"),
            node("p", text("pilot.process")),
            node("p", f"{text('pilot.process_data', count=process)} {rules}", class_="quiet"),
        ]
    )
