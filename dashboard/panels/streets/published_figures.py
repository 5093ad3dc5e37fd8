"""Published figures of single streets, for a town without measured streets, and what would add
data.
"""

from collections.abc import Sequence
from dataclasses import replace

from dashboard.analysis.published_street_figures import NamedArea
from dashboard.facts.records import MEASURED, Initiative, Observation
from dashboard.facts.street_records import TownStreets
from dashboard.i18n.text import Texts
from dashboard.maps.layers import initiatives
from dashboard.panels import figures as panel
from dashboard.panels.page_frame import copy_button
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.sentences import citation
from dashboard.style.html import Markup, door
from dashboard.style.templates import render

OF_FIGURES = ("plaats", "thema", "keuze", "taal")
OF_MARKS = ("plaats", "laag", "keuze", "taal")
_THEME = "streets"


def known(context: Context, named: Sequence[NamedArea]) -> Markup:
    """Published figures and initiatives per street or square, with period and link."""
    return render(
        "street_known.known",
        place=context.facts.places[context.selection.place].names[context.text.lang],
        streets=[
            (
                street.name,
                [
                    *(_initiative(context, row) for row in street.initiatives),
                    *(_figure(context, row) for row in street.figures),
                ],
            )
            for street in named
        ],
        elsewhere=_elsewhere(context) if named else (),
        text=context.text,
    )


def figures(context: Context, rows: Sequence[Observation]) -> Markup | None:
    """Published figures of one street; None without figures."""
    text = context.text
    if not rows:
        return None
    sentences = [(citation.area(row, context.facts, text), *_figure(context, row)) for row in rows]
    return render("street_known.figures", rows=sentences, text=text)


def more(place_id: str, town: TownStreets | None, text: Texts) -> Markup:
    """The steps that would add data, in order, with the administrator's commands."""
    steps = [("run", "stadshart-etl run")] if town is None or not town.drawn else []
    if town is None or not town.surveys:
        survey = f"stadshart-etl import shop_survey {text('straten.file')}.xlsx --place {place_id}"
        steps += [("template", f"{survey} --template"), ("survey", survey)]
    if town is None or town.footfall_skill is None:
        steps.append(
            (
                "counters",
                f"stadshart-etl import counters {text('straten.file')}.csv --place {place_id}",
            )
        )
    if not steps:
        return Markup()
    copy = text("straten.more_copy")
    buttons = [(step, command, copy_button(copy, command, text)) for step, command in steps]
    return render("street_known.more", steps=buttons, text=text)


def _initiative(context: Context, row: Initiative) -> tuple[str, str, Markup]:
    """What, when and a link to the source."""
    text, selection = context.text, context.selection
    key = f"{initiatives.ID}:{row.initiative_id}"
    address = permalink.address(permalink.choose(selection, key), "initiatieven", only=OF_MARKS)
    what = text("straten.known_initiative", name=row.name, kind=text(f"kind.{row.kind}"))
    source = door(context.facts.publisher(row.source_id, text.lang), address)
    return what, initiatives.period(row, text), source


def _figure(context: Context, row: Observation) -> tuple[str, str, Markup]:
    """What, when and a link to the source."""
    facts, text = context.facts, context.text
    sentence = text(
        "straten.known_figure",
        what=citation.what(row, facts, text),
        figure=citation.value(row, facts, text),
    )
    if row.nature not in MEASURED:
        sentence = text("straten.known_planned", said=sentence, nature=text(f"nature.{row.nature}"))
    address = panel.address(row.observation_id, context.selection, only=OF_FIGURES)
    source = door(facts.publisher(row.source_id, text.lang), address)
    return sentence, citation.period(row, text), source


def _elsewhere(context: Context) -> list[Markup]:
    """Links to figures and map of the place, and to initiatives that name no street."""
    facts, text, selection = context.facts, context.text, context.selection
    place = facts.places[selection.place].names[text.lang]
    without = sum(row.place_id == selection.place and not row.streets for row in facts.initiatives)
    plain = replace(selection, theme=_THEME, chosen=None)
    doors = [
        door(
            text("straten.to_figures", place=place),
            permalink.address(plain, "cijfers", only=("plaats", "thema", "taal")),
        ),
        door(
            text("straten.to_map", place=place),
            permalink.address(plain, "kaart", only=("plaats", "laag", "taal")),
        ),
    ]
    if without:
        label = text(
            "straten.to_initiatives_one" if without == 1 else "straten.to_initiatives",
            count=without,
        )
        doors.append(door(label, permalink.address(plain, "initiatieven", only=("plaats", "taal"))))
    return doors
