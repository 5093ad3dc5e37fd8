"""The two rounds of the pilot side by side, and whether content or process was designed."""

from dashboard.analysis import actor_network, pilot
from dashboard.facts.records import Observation
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.panels import figures
from dashboard.selection.context import Context
from dashboard.sentences import citation
from dashboard.style.html import Markup, node
from dashboard.style.templates import render


def story(context: Context) -> tuple[Markup, ...]:
    """Both rounds and what was designed; empty when the snapshot has no pilot."""
    if not pilot.figures_shown(context.facts):
        return ()
    return (
        node("h2", context.text("pilot.title")),
        rounds(context),
        node("h3", context.text("pilot.design_title")),
        designs(context.facts, context.text),
    )


def rounds(context: Context) -> Markup:
    """The first tranche and the continuous tender as a table of sourced figures."""
    facts, text = context.facts, context.text
    rows = [
        (text(f"pilot.{line.key}"), *(_figure(context, row) for row in (line.first, line.tender)))
        for line in pilot.lines(facts)
    ]
    # The number known by name follows the source's count, so that nobody takes it for the total.
    described = (_described(tranche, facts, text) for tranche in ("first", "tender"))
    rows.insert(3, (text("pilot.described"), *described))
    sure = sum(row.tranche == "first" for row in facts.initiatives)
    derived = sum(
        row.tranche == "tender" and row.tranche_basis == "derived" for row in facts.initiatives
    )
    return render(
        "pilot.rounds",
        rows=rows,
        whole=[
            (citation.what(row, facts, text), _figure(context, row)) for row in pilot.whole(facts)
        ],
        unsure=text("pilot.unsure", count=len(facts.initiatives) - sure, derived=derived),
        text=text,
    )


def _described(tranche: str, facts: Facts, text: Texts) -> str:
    initiatives = [row for row in facts.initiatives if row.tranche == tranche]
    derived = bool(initiatives) and all(row.tranche_basis == "derived" for row in initiatives)
    return (
        text("pilot.described_derived", count=len(initiatives))
        if derived
        else str(len(initiatives))
    )


def _figure(context: Context, row: Observation | None) -> Markup:
    text = context.text
    if row is None:
        return node("span", text("unknown.cell"), class_="quiet")
    value, period = citation.value(row, context.facts, text), citation.period(row, text)
    # A value that is a date needs no period.
    beside = [] if value == period else [period]
    if row.nature != "measured":
        beside.append(text(f"nature.{row.nature}"))
    address = figures.address(row.observation_id, context.selection)
    return render("pilot.figure", value=value, address=address, beside=", ".join(beside))


def designs(facts: Facts, text: Texts) -> Markup:
    """Content design against process design, with what the data says about each."""
    content, process = actor_network.designed(facts.initiatives)
    rules = text("pilot.rules_differ") if pilot.rules_differ(facts) else text("pilot.rules_unknown")
    return render("pilot.designs", content=content, process=process, rules=rules, text=text)
