"""What a town without measured streets offers all the same: what sources say of single streets, and
what would add to it.
"""

from collections.abc import Sequence
from dataclasses import replace

from dashboard import citation, state
from dashboard.facts import Facts
from dashboard.maps.layers import initiatives
from dashboard.markup import Markup, door, join, node
from dashboard.panels.frame import copy_button
from dashboard.records import MEASURED, Initiative, Observation
from dashboard.state import Selection
from dashboard.street.published import Named
from dashboard.street.records import Town
from dashboard.text import Texts

_OF_FIGURES = ("plaats", "thema", "keuze", "taal")
_OF_MARKS = ("plaats", "laag", "keuze", "taal")
_THEME = "streets"


def known(named: Sequence[Named], selection: Selection, facts: Facts, text: Texts) -> Markup:
    """What sources say of single streets and squares, each with its period and a door to where it
    stands.
    """
    place = facts.places[selection.place].names[text.lang]
    title = node("h2", text("straten.known_title", place=place))
    if not named:
        return join([title, node("p", text("straten.known_none", place=place), class_="quiet")])
    head = (
        text("straten.known_where"),
        text("straten.known_what"),
        text("column.period"),
        text("column.source"),
    )
    table = node(
        "table",
        node("thead", node("tr", *(node("th", one, scope="col") for one in head))),
        node("tbody", join(_rows(one, selection, facts, text) for one in named)),
        class_="stack",
    )
    return join(
        [
            title,
            node("p", text("straten.known_intro", place=place), class_="quiet"),
            table,
            _elsewhere(selection, facts, text),
        ]
    )


def figures(rows: Sequence[Observation], selection: Selection, facts: Facts, text: Texts) -> Markup:
    """What sources say of one street, on its own page; nothing where they say nothing."""
    if not rows:
        return Markup("")
    items = (
        node(
            "li",
            f"{citation.area(row, facts, text)}. {_told(row, facts, text)}"
            f" ({citation.period(row, text)}). ",
            _door(row, selection, facts, text),
        )
        for row in rows
    )
    return join([node("h3", text("straten.known_here")), node("ul", join(items), class_="notes")])


def more(place_id: str, town: Town | None, text: Texts) -> Markup:
    """What would add to what is shown, in the order to do it, with the command for the
    administrator.
    """
    steps = [("run", "stadshart-etl run")] if town is None or not town.drawn else []
    if town is None or not town.surveys:
        survey = f"stadshart-etl import shop_survey {text('straten.file')}.xlsx --place {place_id}"
        steps += [("template", f"{survey} --template"), ("survey", survey)]
    if town is None or town.tested is None:
        steps.append(
            (
                "counters",
                f"stadshart-etl import counters {text('straten.file')}.csv --place {place_id}",
            )
        )
    if not steps:
        return Markup("")
    items = (
        node(
            "li",
            node("strong", text(f"straten.more_{step}")),
            " ",
            text(f"straten.more_{step}_gives"),
            node("br"),
            node("code", command),
            copy_button(text("straten.more_copy"), command, text),
        )
        for step, command in steps
    )
    return join(
        [
            node("h2", text("straten.more_title")),
            node("p", text("straten.more_intro"), class_="quiet"),
            node("ol", join(items), class_="steps"),
        ]
    )


def _rows(one: Named, selection: Selection, facts: Facts, text: Texts) -> Markup:
    told = [
        *(_initiative(row, selection, facts, text) for row in one.initiatives),
        *(_figure(row, selection, facts, text) for row in one.figures),
    ]
    # On a telephone each line stands by itself, so the name heads the first and spans the rest.
    head = node("th", one.name, scope="rowgroup", rowspan=len(told))
    return join(node("tr", head if not at else None, *cells) for at, cells in enumerate(told))


def _initiative(
    row: Initiative, selection: Selection, facts: Facts, text: Texts
) -> tuple[Markup, ...]:
    key = f"{initiatives.ID}:{row.initiative_id}"
    here = state.address(state.choose(selection, key), "initiatieven", only=_OF_MARKS)
    what = text("straten.known_initiative", name=row.name, kind=text(f"kind.{row.kind}"))
    return (
        node("td", what, data_label=text("straten.known_what")),
        node("td", initiatives.period(row, text), data_label=text("column.period")),
        node(
            "td",
            door(facts.publisher(row.source_id, text.lang), here),
            data_label=text("column.source"),
        ),
    )


def _figure(
    row: Observation, selection: Selection, facts: Facts, text: Texts
) -> tuple[Markup, ...]:
    return (
        node("td", _told(row, facts, text), data_label=text("straten.known_what")),
        node("td", citation.period(row, text), data_label=text("column.period")),
        node("td", _door(row, selection, facts, text), data_label=text("column.source")),
    )


def _told(row: Observation, facts: Facts, text: Texts) -> str:
    said = text(
        "straten.known_figure",
        what=citation.what(row, facts, text),
        figure=citation.value(row, facts, text),
    )
    if row.nature not in MEASURED:
        said = text("straten.known_planned", said=said, nature=text(f"nature.{row.nature}"))
    return said


def _door(row: Observation, selection: Selection, facts: Facts, text: Texts) -> Markup:
    here = state.choose(selection, f"cijfer:{row.observation_id}")
    return door(
        facts.publisher(row.source_id, text.lang), state.address(here, "cijfers", only=_OF_FIGURES)
    )


def _elsewhere(selection: Selection, facts: Facts, text: Texts) -> Markup:
    """Doors to the figures and the map of the place, and how many initiatives name no street."""
    place = facts.places[selection.place].names[text.lang]
    without = sum(row.place_id == selection.place and not row.streets for row in facts.initiatives)
    plain = replace(selection, theme=_THEME, chosen=None)
    doors = [
        door(
            text("straten.to_figures", place=place),
            state.address(plain, "cijfers", only=("plaats", "thema", "taal")),
        ),
        door(
            text("straten.to_map", place=place),
            state.address(plain, "kaart", only=("plaats", "laag", "taal")),
        ),
    ]
    if without:
        label = text(
            "straten.to_initiatives_one" if without == 1 else "straten.to_initiatives",
            count=without,
        )
        doors.append(door(label, state.address(plain, "initiatieven", only=("plaats", "taal"))))
    return node("ul", join(node("li", one) for one in doors), class_="notes")
