"""The profile of an inner city: what it wants to be, where it is strong or weak, what changed, its
measures by group.
"""

from collections.abc import Sequence

from dashboard import citation, pilot, state, theme, vitality
from dashboard.facts import Facts
from dashboard.listing import listed
from dashboard.markup import Markup, door, join, node
from dashboard.records import Observation, Place
from dashboard.state import Selection
from dashboard.text import Lang, Texts, texts
from dashboard.vitality import Beside, Change, Reading, Side, Turn, Vitality
from geo.errors import RefusedError
from geo.indicator import GROUPS, Indicator

_TURNS: tuple[Turn, ...] = ("up", "down", "same")
_SIDES: tuple[Side, ...] = ("strong", "weak", "between")


def own(place: Place, selection: Selection, facts: Facts, text: Texts) -> Markup:
    """The city's own intended profile with its source, or that it is unknown, and what else is said
    of its character.
    """
    found = vitality.own_profile(facts, place)
    name = place.names[text.lang]
    if found is not None:
        said = node(
            "blockquote",
            node(
                "p",
                _opened(facts.said(found.value_text or text("unknown.cell"), text.lang)),
                class_="lead",
            ),
            node("p", _source(found, selection, facts, text), class_="quiet"),
        )
    elif place.profile is not None:
        said = node("p", _opened(facts.said(place.profile, text.lang)), class_="lead")
    else:
        said = join(
            [
                node("p", text("unknown.cell"), class_="lead"),
                node(
                    "p",
                    text(
                        "profile.unknown" if pilot.told(facts) else "profile.unknown_other",
                        place=name,
                    ),
                    class_="quiet",
                ),
            ]
        )
    others = vitality.related(facts, place)
    if not others:
        return said
    return join(
        [
            said,
            node("p", text("profile.related"), class_="quiet"),
            node(
                "ul",
                join(node("li", _related(row, selection, facts, text)) for row in others),
                class_="notes",
            ),
        ]
    )


def profiles(selection: Selection, facts: Facts, vital: Vitality, text: Texts) -> Markup:
    """Every city with its own profile and how many measures are known of it, each a door to its
    page.
    """
    head = node(
        "tr", *(node("th", text(f"profile.{key}"), scope="col") for key in ("city", "own", "known"))
    )
    rows = []
    for place in facts.centres:
        found = vitality.own_profile(facts, place)
        said = place.profile if found is None else found.value_text
        count = sum((place.place_id, name) in vital.readings for name in vital.indicators)
        rows.append(
            node(
                "tr",
                node(
                    "th",
                    door(
                        place.names[text.lang],
                        state.address(state.at_place(selection, place.place_id), "profiel"),
                    ),
                    scope="row",
                ),
                node("td", text("unknown.cell") if said is None else facts.said(said, text.lang)),
                node(
                    "td",
                    text("profile.known_of", known=count, total=len(vital.indicators)),
                    data_label=text("profile.known"),
                ),
            )
        )
    return _table(head, rows, text("profile.title"))


def sides(place: Place, vital: Vitality, text: Texts) -> Markup:
    """Where the city is strong or weak beside the others, or in between; or that nothing can be
    said of it.
    """
    found = vitality.beside(vital, place.place_id)
    if not found:
        return node("p", text("profile.no_side", place=place.names[text.lang]), class_="caution")
    columns = [
        node(
            "div",
            node("h3", text(f"profile.side_{side}")),
            node("ul", join(node("li", compared(row, text)) for row in rows), class_="notes"),
        )
        for side in _SIDES
        if (rows := [row for row in found if row.side == side])
    ]
    note = text("profile.side_note", count=len(found), total=len(vital.indicators))
    return join([_beside(columns), node("p", note, class_="quiet small")])


def compared(row: Beside, text: Texts) -> str:
    """One measure beside the range of the others, with its area and year."""
    low, high = (written(row.indicator, value, text.lang) for value in (row.lowest, row.highest))
    key = "profile.beside_equal" if low == high else "profile.beside"
    return text(
        "profile.beside_yes" if row.indicator.yes_no and low != high else key,
        yes=row.yes,
        label=row.indicator.label.text(text.lang),
        area=text(f"area.{row.indicator.area}"),
        value=written(row.indicator, row.value, text.lang),
        year=row.year,
        others=row.others,
        low=low,
        high=high,
    )


def changed(place: Place, vital: Vitality, text: Texts) -> Markup:
    """What changed within a true series: up, down or not; whether that is good is not said."""
    found = vital.changes.get(place.place_id, ())
    if not found:
        return node("p", text("profile.no_series", place=place.names[text.lang]), class_="caution")
    columns = []
    for turn in _TURNS:
        rows = [change for change in found if change.turn == turn]
        if rows:
            columns.append(
                node(
                    "div",
                    node("h3", text(f"profile.turn_{turn}")),
                    node(
                        "ul", join(node("li", sentence(row, text)) for row in rows), class_="notes"
                    ),
                )
            )
    return join([_beside(columns), node("p", text("profile.turn_note"), class_="quiet small")])


def _beside(columns: Sequence[Markup]) -> Markup:
    """Two beside one another; one alone takes the whole width."""
    return node("div", join(columns), class_="two" if len(columns) > 1 else None)


def sentence(change: Change, text: Texts) -> str:
    """One change in words: both figures with their years, never their difference."""
    label = change.indicator.label.text(text.lang)
    if change.first is None:
        return text(
            "profile.change_self",
            label=label,
            value=written(change.indicator, change.last, text.lang),
            first_year=change.first_year,
            year=change.last_year,
        )
    return text(
        "profile.change",
        label=label,
        first=written(change.indicator, change.first, text.lang),
        first_year=change.first_year,
        last=written(change.indicator, change.last, text.lang),
        last_year=change.last_year,
    )


def measures(
    place: Place | None, selection: Selection, facts: Facts, vital: Vitality, text: Texts
) -> Markup:
    """The indicators by group: with value, year and basis for one place, and of how many places
    each is known.
    """
    keys = (
        ("measure", "value", "year", "basis", "coverage")
        if place
        else ("measure", "basis", "coverage")
    )
    head = node("tr", *(node("th", text(f"profile.{key}"), scope="col") for key in keys))
    rows = []
    for group in GROUPS:
        rows.append(
            node(
                "tr",
                node(
                    "th",
                    text(f"group.{group}"),
                    colspan=len(keys),
                    scope="colgroup",
                    class_="group",
                ),
            )
        )
        rows += [
            _measure(indicator, place, selection, facts, vital, text)
            for indicator in vital.indicators.values()
            if indicator.group == group
        ]
    return _table(head, rows, text("profile.measures"))


def _measure(
    indicator: Indicator,
    place: Place | None,
    selection: Selection,
    facts: Facts,
    vital: Vitality,
    text: Texts,
) -> Markup:
    basis = node(
        "td",
        f"{text(f'area.{indicator.area}')}. ",
        node("span", indicator.definition.text(text.lang), class_="quiet"),
        class_="basis",
    )
    coverage = node(
        "td",
        text("profile.known_places", known=vital.known(indicator.id), total=len(vital.places)),
        class_="quiet",
        data_label=text("profile.coverage"),
    )
    label = node("th", indicator.label.text(text.lang), scope="row")
    if place is None:
        return node("tr", label, basis, coverage)
    reading = vital.readings.get((place.place_id, indicator.id))
    if reading is None:
        return node(
            "tr",
            label,
            node("td", text("unknown.cell"), class_="quiet"),
            node("td", ""),
            basis,
            coverage,
        )
    return node(
        "tr",
        label,
        node("td", _value(indicator, reading, selection, facts, text)),
        node("td", str(reading.year), data_label=text("profile.year")),
        basis,
        coverage,
    )


def _value(
    indicator: Indicator, reading: Reading, selection: Selection, facts: Facts, text: Texts
) -> Markup:
    figure = node("strong", written(indicator, reading.value, text.lang))
    linked = figure
    if any(row.observation_id == reading.row_id for row in facts.observations):
        linked = door(
            figure, state.address(state.choose(selection, f"cijfer:{reading.row_id}"), "cijfers")
        )
    elif reading.row_id in surveys(facts):
        linked = door(figure, state.address(selection, "straten"))
    if reading.beside:
        return linked
    return join([linked, node("br"), node("span", text("profile.alone"), class_="quiet small")])


def surveys(facts: Facts) -> dict[str, str]:
    """The source of each survey, by its id: what a reading out of a survey rests on."""
    return {one.survey: one.source_id for town in facts.towns.values() for one in town.surveys}


def written(indicator: Indicator, value: float, lang: Lang) -> str:
    """The value with its unit; a change carries its sign, an answer is a word."""
    if indicator.yes_no and value in (0.0, 1.0):
        return texts(lang)(f"answer.{'yes' if value else 'no'}")
    rounded = round(value, indicator.decimals)
    sign = "+" if indicator.is_change and rounded > 0 else ""
    # A source that says 15 % did not say 15,0 %; a change is worked out by us.
    whole = rounded.is_integer() and not indicator.is_change
    decimals = 0 if whole else indicator.decimals
    unit = indicator.unit.text(lang)
    if unit == "%":
        return sign + theme.share(rounded / 100, lang, decimals=decimals)
    return f"{sign}{theme.number(rounded, lang, decimals=decimals)} {unit}"


def alike(
    found: Sequence[tuple[str, float]] | RefusedError, place: Place, facts: Facts, text: Texts
) -> Markup:
    """The places most like this one, or what it would take to name them."""
    if isinstance(found, RefusedError):
        return node(
            "p",
            text(
                f"profile.alike_{found.lacking}",
                place=place.names[text.lang],
                needed=round(found.needed),
                found=round(found.found),
            ),
            class_="caution",
        )
    names = [facts.places[place_id].names[text.lang] for place_id, _ in found]
    return node(
        "p", text("profile.alike", place=place.names[text.lang], others=listed(names, text))
    )


def _source(row: Observation, selection: Selection, facts: Facts, text: Texts) -> Markup:
    return join(
        [
            node("span", f"{_opened(citation.period(row, text))}. "),
            door(
                facts.publisher(row.source_id, text.lang),
                state.address(state.choose(selection, f"cijfer:{row.observation_id}"), "cijfers"),
            ),
        ]
    )


def _opened(said: str) -> str:
    """The same words, with a capital to open a line."""
    return said[:1].upper() + said[1:]


def _related(row: Observation, selection: Selection, facts: Facts, text: Texts) -> Markup:
    said = (
        facts.said(row.value_text, text.lang)
        if row.value_text
        else citation.value(row, facts, text)
    )
    return join(
        [
            node(
                "span",
                f"{citation.what(row, facts, text)} ({text(f'nature.{row.nature}')}): {said}. ",
            ),
            _source(row, selection, facts, text),
        ]
    )


def _table(head: Markup, rows: Sequence[Markup], label: str) -> Markup:
    table = node("table", node("thead", head), node("tbody", join(rows)), class_="stack")
    return node("div", table, class_="scroll", tabindex="0", role="region", aria_label=label)
