"""What a street may be coloured by: each measure with its classes and how a value is written."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from dashboard.facts.street_records import Street, StreetReading, TownStreets, TownSurvey
from dashboard.i18n.text import Texts
from dashboard.style import theme

Palette = Literal["vacancy", "measure"]
Written = Literal["share", "count", "decimal", "rank"]
UNKNOWN = "street_unknown"
CLASSES = 5


@dataclass(frozen=True, slots=True)
class StreetMeasure:
    """A measure of a street; `breaks` start classes 2 to 5.

    With `needs_survey` there is no value without a survey.
    """

    id: str
    palette: Palette
    written: Written
    breaks: tuple[float, ...]
    needs_survey: bool
    value: Callable[[Street, StreetReading | None], float | None]


def _reading(name: str) -> Callable[[Street, StreetReading | None], float | None]:
    return lambda _, reading: None if reading is None else getattr(reading, name)


MEASURES: Mapping[str, StreetMeasure] = MappingProxyType(
    {
        measure.id: measure
        for measure in (
            StreetMeasure(
                "leegstand", "vacancy", "share", (0.05, 0.1, 0.15, 0.25), True, _reading("rate")
            ),
            StreetMeasure("langdurig", "vacancy", "count", (1, 2, 3, 5), True, _reading("lasting")),
            StreetMeasure(
                "drukte",
                "measure",
                "rank",
                (0.2, 0.4, 0.6, 0.8),
                False,
                lambda street, _: street.busier_than,
            ),
            StreetMeasure(
                "branchemix", "measure", "decimal", (2, 4, 6, 8), True, _reading("variety")
            ),
            StreetMeasure(
                "ketens", "measure", "share", (0.1, 0.25, 0.5, 0.75), True, _reading("chain_share")
            ),
            StreetMeasure(
                "dichtheid", "measure", "decimal", (3, 6, 10, 15), True, _reading("density")
            ),
        )
    }
)


def available(town: TownStreets, survey: TownSurvey | None) -> tuple[str, ...]:
    """The measures of which the town has a value for at least one street.

    Vacancy where there is none and only a survey names the streets: withheld everywhere.
    """
    there = tuple(
        key
        for key, measure in MEASURES.items()
        if any(value(measure, street, survey) is not None for street in town.streets.values())
    )
    return there if there or town.drawn or survey is None else ("leegstand",)


def value(measure: StreetMeasure, street: Street, survey: TownSurvey | None) -> float | None:
    """The measure of a street in a survey; None when withheld or unknown."""
    return measure.value(street, None if survey is None else street.readings.get(survey.survey))


def style(measure: StreetMeasure, value: float | None) -> str:
    """The key of the value's class in the style table."""
    if value is None:
        return UNKNOWN
    return f"{measure.palette}_{1 + sum(value >= cut for cut in measure.breaks)}"


def written(measure: StreetMeasure, value: float | None, text: Texts) -> str:
    """The value as text for the screen."""
    if value is None:
        return text("street.unknown")
    match measure.written:
        case "share":
            return theme.share(value, text.lang, decimals=0)
        case "rank":
            return text("street.busier_than", share=theme.share(value, text.lang, decimals=0))
        case "count":
            return theme.number(round(value), text.lang)
        case "decimal":
            return theme.number(value, text.lang, decimals=1)


def legend(measure: StreetMeasure, text: Texts) -> dict[str, str]:
    """Words of each class for the legend, by the label key of its style."""
    if measure.written == "rank":
        names = [text(f"street.step_{step}") for step in range(1, CLASSES + 1)]
    else:
        names = _ranges(measure, text)
    words = {f"style.{measure.palette}_{step}": name for step, name in enumerate(names, start=1)}
    return words | {theme.style(UNKNOWN).label_key: text(f"street.none_{measure.id}")}


def _ranges(measure: StreetMeasure, text: Texts) -> list[str]:
    cuts = measure.breaks
    if measure.written == "count":
        return [
            text("street.class_none"),
            *(
                (
                    text("street.class_exactly", value=theme.number(low, text.lang))
                    if high - low == 1
                    else text(
                        "street.class_range",
                        low=theme.number(low, text.lang),
                        high=theme.number(high - 1, text.lang),
                    )
                )
                for low, high in itertools.pairwise(cuts)
            ),
            text("street.class_over", value=theme.number(cuts[-1], text.lang)),
        ]
    say = [
        theme.share(cut, text.lang) if measure.written == "share" else theme.number(cut, text.lang)
        for cut in cuts
    ]
    between = [
        text("street.class_between", low=low, high=high) for low, high in itertools.pairwise(say)
    ]
    return [
        text("street.class_under", value=say[0]),
        *between,
        text("street.class_over", value=say[-1]),
    ]
