"""What a survey of shopping flows published that the model uses."""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.i18n.text import Texts


@dataclass(frozen=True, slots=True)
class FloorAreas:
    """Observation ids for the other shops: m2 per head, and parts of the country's total."""

    per_head: str
    country: str
    main_centres: str
    concentrations: str


@dataclass(frozen=True, slots=True)
class FlowSurvey:
    """One survey: its places, and the observation ids of its shares.

    `edge` lies in the municipality of `home`; `first` is the centre it ranks before the edge.
    `published` holds the shares to fit, by subject (see `survey_targets`). The turnover of the
    centre `checked` is compared and not fitted, with `daily_eur` and `other_eur`: lowest and
    highest spending per head and year; `per_head` names the published figures, for `daily` and for
    `other` goods. `bases` are measures that may tell how inner cities of
    assumed floor area compare with `home`, as the id of the figure of a `{place}`; the first is
    used. The sentences of a survey are the texts under `survey.<id>`.
    """

    id: str
    year: int
    municipalities: frozenset[str]
    edge: str
    home: str
    home_code: str
    first: str
    neighbour_codes: frozenset[str]
    published: Mapping[str, str]
    checked: str
    turnover: str
    daily_eur: tuple[float, float]
    other_eur: tuple[float, float]
    per_head: Mapping[str, tuple[str, str]]
    floor_areas: FloorAreas
    bases: Mapping[str, str]

    @property
    def sites(self) -> tuple[str, ...]:
        """The sites in the fit and the check."""
        return self.edge, self.home, self.first, self.checked

    def says_of(self, place_id: str) -> bool:
        """Whether a figure of the survey is about the centre `place_id`."""
        return place_id in (self.home, self.first)

    def sentence(self, key: str, text: Texts, **gaps: str | int) -> str:
        """The sentence `key` in the words of this survey."""
        return text(f"survey.{self.id}.{key}", **gaps)
