"""The result of one survey of a town, in a sentence."""

from dashboard.facts.street_records import TownSurvey
from dashboard.i18n.text import Texts
from dashboard.style import theme


def sentence(survey: TownSurvey, place: str, text: Texts) -> str:
    """The number of vacant units, with the share where there are enough units."""
    return counted(survey.vacant, survey.units, survey, place, text)


def counted(
    vacant: int,
    units: int,
    survey: TownSurvey,
    place: str,
    text: Texts,
    *,
    outline: str | None = None,
) -> str:
    """The same for the units within a named outline; without one for all units."""
    gaps = {
        "month": theme.month(survey.day, text.lang),
        "place": place,
        "vacant": theme.number(vacant, text.lang),
        "units": theme.number(units, text.lang),
    }
    if survey.counts_only or not units:
        share = (
            theme.number(100.0 / units, text.lang, decimals=1) if units else text("street.unknown")
        )
        return text("straten.headline_few", **gaps, share=share)
    rate = theme.share(vacant / units, text.lang, decimals=1)
    if outline is None:
        return text("straten.headline", **gaps, rate=rate)
    return text("straten.headline_outline", **gaps, outline=outline, rate=rate)


def interval(survey: TownSurvey, text: Texts) -> str | None:
    """The weight of one unit, and the interval of the share; None without a share."""
    if survey.low is None or survey.high is None:
        return None
    return text(
        "inventory.interval",
        share=theme.number(100.0 / survey.units, text.lang, decimals=1),
        low=theme.share(survey.low, text.lang, decimals=1),
        high=theme.share(survey.high, text.lang, decimals=1),
    )
