"""Ready-made weights, each with where it comes from; they weigh groups, shared equally within."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from geo.bilingual import Bilingual
from geo.indicator import GROUPS


@dataclass(frozen=True, slots=True)
class Preset:
    """Weights per group; `by_group` None means: every indicator the same."""

    id: str
    label: Bilingual
    origin: Bilingual
    by_group: Mapping[str, float] | None


PRESETS = (
    Preset(
        id="equal",
        label=Bilingual(
            nl="Elke maat even zwaar", en="Every measure the same", de="Jedes Maß gleich"
        ),
        origin=Bilingual(
            nl=(
                "De gewone keuze als niemand betere gewichten kan onderbouwen (OECD/JRC, Handbook"
                " on Constructing Composite Indicators, 2008, stap 6)."
            ),
            en=(
                "The usual choice when nobody can justify better weights (OECD/JRC, Handbook on"
                " Constructing Composite Indicators, 2008, step 6)."
            ),
            de=(
                "Die übliche Wahl, wenn niemand bessere Gewichte begründen kann (OECD/JRC, Handbook"
                " on Constructing Composite Indicators, 2008, Schritt 6)."
            ),
        ),
        by_group=None,
    ),
    Preset(
        id="groups",
        label=Bilingual(
            nl="Elke groep even zwaar", en="Every group the same", de="Jede Gruppe gleich"
        ),
        origin=Bilingual(
            nl=(
                "De vijf groepen van de Vitaliteitsbenchmark Centrumgebieden Overijssel (Goudappel,"
                " 2022), hier elk even zwaar; de gewichten van die benchmark zelf zijn niet"
                " gevonden."
            ),
            en=(
                "The five groups of the Overijssel benchmark of town centres (Goudappel, 2022),"
                " here each the same; the weights of that benchmark itself were not found."
            ),
            de=(
                "Die fünf Gruppen des Benchmarks der Zentren in Overijssel (Goudappel, 2022), hier"
                " jede gleich; die Gewichte jenes Benchmarks selbst wurden nicht gefunden."
            ),
        ),
        by_group=MappingProxyType(dict.fromkeys(GROUPS, 1.0)),
    ),
    Preset(
        id="high_street",
        label=Bilingual(
            nl="High Street UK 2020", en="High Street UK 2020", de="High Street UK 2020"
        ),
        origin=Bilingual(
            nl=(
                "Invloed van factoren op een centrum, 0 tot 5, volgens High Street UK 2020"
                " (Manchester Metropolitan University): bereikbaarheid 4,57, economie 4,35,"
                " aantrekkelijkheid 4,40, winkelaanbod 4,38, leiderschap 4,43. Welke factor bij"
                " welke groep hoort, is onze keuze."
            ),
            en=(
                "Influence of factors on a centre, 0 to 5, after High Street UK 2020 (Manchester"
                " Metropolitan University): accessibility 4.57, economy 4.35, attractiveness 4.40,"
                " retail offer 4.38, leadership 4.43. Which factor belongs to which group is our"
                " choice."
            ),
            de=(
                "Einfluss von Faktoren auf ein Zentrum, 0 bis 5, nach High Street UK 2020"
                " (Manchester Metropolitan University): Erreichbarkeit 4,57, Wirtschaft 4,35,"
                " Attraktivität 4,40, Angebot 4,38, Führung 4,43. Welcher Faktor zu welcher Gruppe"
                " gehört, ist unsere Wahl."
            ),
        ),
        by_group=MappingProxyType(
            {
                "accessibility": 4.57,
                "demography": 4.35,
                "spatial_quality": 4.40,
                "supply": 4.38,
                "cooperation": 4.43,
            }
        ),
    ),
)


def named(
    given: Mapping[str, int], groups: Mapping[str, str], *, heaviest: int = 100
) -> str | None:
    """The id of the preset with exactly these weights, else None."""
    return next(
        (row.id for row in PRESETS if weights(row, groups, heaviest=heaviest) == dict(given)), None
    )


def weights(preset: Preset, groups: Mapping[str, str], *, heaviest: int = 100) -> dict[str, int]:
    """Whole weights per indicator, the largest being `heaviest`; `groups` maps
    indicator to group.
    """
    members = Counter(groups.values())
    if preset.by_group is None:
        exact = dict.fromkeys(groups, 1.0)
    else:
        exact = {
            indicator: preset.by_group[group] / members[group]
            for indicator, group in groups.items()
        }
    most = max(exact.values())
    return {indicator: round(heaviest * weight / most) for indicator, weight in exact.items()}
