"""How the value of an indicator is written."""

from dashboard.i18n.text import Lang, texts
from dashboard.style import theme
from geo.indicator import Indicator


def written(indicator: Indicator, value: float, lang: Lang) -> str:
    """The value with its unit; a change has its sign, and yes or no is a word."""
    if indicator.yes_no and value in (0.0, 1.0):
        return texts(lang)(f"answer.{'yes' if value else 'no'}")
    rounded = round(value, indicator.decimals)
    sign = "+" if indicator.is_change and rounded > 0 else ""
    # A source that says 15 % did not say 15,0 %; a change is computed here.
    whole = rounded.is_integer() and not indicator.is_change
    decimals = 0 if whole else indicator.decimals
    unit = indicator.unit.text(lang)
    if unit == "%":
        return sign + theme.share(rounded / 100, lang, decimals=decimals)
    return f"{sign}{theme.number(rounded, lang, decimals=decimals)} {unit}"
