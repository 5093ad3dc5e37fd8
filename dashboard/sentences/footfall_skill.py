"""How the footfall is modelled and tested, in words: a town never gets another town's skill."""

from collections.abc import Mapping

from dashboard.facts.street_records import FootfallSkill, TownStreets
from dashboard.i18n.lists import listed
from dashboard.i18n.text import Texts
from dashboard.style import theme


def footfall(town: TownStreets, place: str, text: Texts) -> str:
    """What the figure rests on, where its weights come from, and its skill in this town."""
    fitted = town.footfall_skill is not None and town.footfall_skill.blocks > 0
    basis = text("straten.footfall_fitted", place=place) if fitted else text("straten.footfall")
    skill = (
        untested([place], text)
        if town.footfall_skill is None
        else tested(town.footfall_skill, place, text)
    )
    return f"{basis} {skill}"


def every(towns: Mapping[str, TownStreets], text: Texts) -> list[str]:
    """The skill in each town by name; towns without counts share one sentence."""
    sentences = [
        tested(town.footfall_skill, name, text)
        for name, town in towns.items()
        if town.footfall_skill is not None
    ]
    without = [name for name, town in towns.items() if town.footfall_skill is None]
    return [*sentences, untested(without, text)] if without else sentences


def tested(skill: FootfallSkill, place: str, text: Texts) -> str:
    """The rank correlation with interval and number of streets; says below 0.5 unreliable."""
    gaps = {
        name: theme.number(getattr(skill, name), text.lang, decimals=2)
        for name in ("spearman", "low", "high")
    }
    key = "tested" if skill.reliable else "unreliable"
    if not skill.blocks:
        return text(f"straten.{key}", place=place, n=skill.n, **gaps)
    return text(f"straten.{key}_fitted", place=place, n=skill.n, blocks=skill.blocks, **gaps)


def untested(places: list[str], text: Texts) -> str:
    """Says that there are too few counts in these places."""
    return text("straten.untested", place=listed(places, text))
