"""A scenario in a link: a name, and every value that differs from today or could.

Written as parts with commas between them and colons within, for instance
`naam:rand-groeit,vloer:plein-westermaat:120,reis:100,grens:0,verval:100:100:100`.
"""

import re
import unicodedata
from dataclasses import dataclass, replace

from dashboard.errors import ScenarioError

NONE = "geen"
UNNAMED = "zonder-naam"
GROUPS = ("daily", "non_daily", "large_scale")
BRANCHES = ("niet_dagelijks", "winkelen", "grootschalig", "dagelijks")
"""All non-daily goods as the survey counts them; non-daily without, and only, large-scale goods;
daily goods.
"""

FLOOR_PERCENT = (10, 300)
TRAVEL_PERCENT = (50, 200)
RATE_PERCENT = (50, 200)
BORDER_MINUTES = (-30, 60)
FLOOR_M2 = (500, 300_000)
MOST_ADDED = 3
MOST_SITES = 40
LONGEST = 1_500
# Where a site may be added, in ten-thousandths of a degree: the Netherlands and its surroundings.
# `dashboard.analysis.competition.query` then takes the spots near the towns of the region only.
LON = (25_000, 80_000)
LAT = (505_000, 545_000)

_NAME = re.compile(r"[^\W_]+(-[^\W_]+)*")
_LONGEST_NAME = 40
_SITE = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_WHOLE = re.compile(r"-?(0|[1-9]\d{0,6})")
_DEGREES = re.compile(r"(\d{1,2})\.(\d{4})")


@dataclass(frozen=True, slots=True, order=True)
class Added:
    """A new site: degrees in ten-thousandths, floor area in m2."""

    lon: int
    lat: int
    floor_area_m2: int
    group: str

    @property
    def degrees(self) -> tuple[float, float]:
        """Longitude and latitude."""
        return self.lon / 10_000, self.lat / 10_000

    @property
    def spot(self) -> str:
        """Longitude and latitude as they stand in a link."""
        return f"{_written(self.lon)}:{_written(self.lat)}"


@dataclass(frozen=True, slots=True)
class Scenario:
    """What differs from today. Percentages are whole and of today; 100 changes nothing.

    `own` replaces a site's floor area before and after the change: input of a user.
    """

    name: str = UNNAMED
    floor: tuple[tuple[str, int], ...] = ()
    closed: tuple[str, ...] = ()
    user_floor_areas: tuple[tuple[str, int], ...] = ()
    added: tuple[Added, ...] = ()
    travel: int = 100
    border: int = 0
    rates: tuple[int, int, int] = (100, 100, 100)

    @property
    def changes(self) -> bool:
        """Whether anything differs from today."""
        return bool(self.floor or self.closed or self.added) or self.moves_travel

    @property
    def moves_travel(self) -> bool:
        """Whether travel times, border or exponents differ, and not floor areas alone."""
        return (self.travel, self.border, self.rates) != (100, 0, (100, 100, 100))

    @property
    def sites(self) -> tuple[str, ...]:
        """Every existing site it names, each once."""
        return tuple(
            dict.fromkeys(
                [site for site, _ in (*self.floor, *self.user_floor_areas)] + list(self.closed)
            )
        )

    def without(self, sites: frozenset[str]) -> "Scenario":
        """The same scenario without these sites."""
        return replace(
            self,
            floor=tuple(pair for pair in self.floor if pair[0] not in sites),
            closed=tuple(site for site in self.closed if site not in sites),
            user_floor_areas=tuple(pair for pair in self.user_floor_areas if pair[0] not in sites),
        )


def write(scenario: Scenario | None) -> str:
    """The scenario as it stands in a link; `geen` for none."""
    if scenario is None:
        return NONE
    parts = [f"naam:{scenario.name}"]
    parts += [f"vloer:{site}:{percent}" for site, percent in sorted(scenario.floor)]
    parts += [f"dicht:{site}" for site in sorted(scenario.closed)]
    parts += [f"eigen:{site}:{area}" for site, area in sorted(scenario.user_floor_areas)]
    parts += [
        f"nieuw:{_written(new.lon)}:{_written(new.lat)}:{new.floor_area_m2}:{new.group}"
        for new in sorted(scenario.added)
    ]
    parts += [
        f"reis:{scenario.travel}",
        f"grens:{scenario.border}",
        f"verval:{':'.join(map(str, scenario.rates))}",
    ]
    return ",".join(parts)


def parse(text: str) -> Scenario | None:
    """The scenario a link asks for; None for `geen`.

    Raises ScenarioError naming the first part that does not follow the grammar.
    """
    if text == NONE:
        return None
    if len(text) > LONGEST:
        raise ScenarioError(f"scenario: expected at most {LONGEST} signs, got {len(text)}")
    parts: dict[str, list[list[str]]] = {}
    for part in text.split(","):
        word, *values = part.split(":")
        if word not in _READ or len(values) != _READ[word]:
            raise ScenarioError(
                f"scenario: expected a part of {', '.join(_READ)}, got {part[:60]!r}"
            )
        parts.setdefault(word, []).append(values)
    for word in ("naam", "reis", "grens", "verval"):
        if len(parts.get(word, [])) > 1:
            raise ScenarioError(f"scenario: expected {word} once, got it {len(parts[word])} times")
    name = parts.get("naam", [[UNNAMED]])[0][0]
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
        raise ScenarioError(
            f"scenario: expected a name of letters, digits and hyphens, got {name[:60]!r}"
        )
    rates = [
        _whole(value, RATE_PERCENT, "verval") for value in parts.get("verval", [["100"] * 3])[0]
    ]
    scenario = Scenario(
        name=name,
        floor=_pairs(parts.get("vloer", []), FLOOR_PERCENT, "vloer"),
        closed=_once(sorted(_site(values[0]) for values in parts.get("dicht", [])), "dicht"),
        user_floor_areas=_pairs(parts.get("eigen", []), FLOOR_M2, "eigen"),
        added=tuple(sorted(_added(values) for values in parts.get("nieuw", []))),
        travel=_whole(parts.get("reis", [["100"]])[0][0], TRAVEL_PERCENT, "reis"),
        border=_whole(parts.get("grens", [["0"]])[0][0], BORDER_MINUTES, "grens"),
        rates=(rates[0], rates[1], rates[2]),
    )
    if len(scenario.added) > MOST_ADDED or len(scenario.sites) > MOST_SITES:
        raise ScenarioError(
            f"scenario: expected at most {MOST_ADDED} new sites and {MOST_SITES} others, got more"
        )
    if len(set(scenario.added)) < len(scenario.added):
        raise ScenarioError("scenario: expected each new site once, got one twice")
    return scenario


def named(text: str) -> str:
    """The typed name as a link may hold it; `zonder-naam` when nothing is left of it.

    Letters keep their case and their accents, every other sign becomes a hyphen.
    """
    name = (
        re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", text))
        .strip("-")[:_LONGEST_NAME]
        .strip("-")
    )
    return name or UNNAMED


_READ: dict[str, int] = {
    "naam": 1,
    "vloer": 2,
    "dicht": 1,
    "eigen": 2,
    "nieuw": 4,
    "reis": 1,
    "grens": 1,
    "verval": 3,
}
"""Every word of the grammar with the number of its values."""


def _whole(text: str, bounds: tuple[int, int], word: str) -> int:
    low, high = bounds
    if not _WHOLE.fullmatch(text) or text == "-0" or not low <= int(text) <= high:
        raise ScenarioError(f"scenario: expected {word} from {low} to {high}, got {text[:20]!r}")
    return int(text)


def _site(text: str) -> str:
    if not _SITE.fullmatch(text):
        raise ScenarioError(f"scenario: expected the id of a site, got {text[:60]!r}")
    return text


def _pairs(
    values: list[list[str]], bounds: tuple[int, int], word: str
) -> tuple[tuple[str, int], ...]:
    pairs = sorted((_site(site), _whole(value, bounds, word)) for site, value in values)
    _once([site for site, _ in pairs], word)
    return tuple(pairs)


def _once(sites: list[str], word: str) -> tuple[str, ...]:
    if len(set(sites)) < len(sites):
        raise ScenarioError(f"scenario: expected each site once for {word}, got one twice")
    return tuple(sites)


def _added(values: list[str]) -> Added:
    lon, lat, area, group = values
    if group not in GROUPS:
        raise ScenarioError(f"scenario: expected one of {', '.join(GROUPS)}, got {group[:20]!r}")
    return Added(_degrees(lon, LON), _degrees(lat, LAT), _whole(area, FLOOR_M2, "nieuw"), group)


def _degrees(text: str, bounds: tuple[int, int]) -> int:
    match = _DEGREES.fullmatch(text)
    steps = int(match[1]) * 10_000 + int(match[2]) if match else -1
    if not bounds[0] <= steps <= bounds[1]:
        raise ScenarioError(
            f"scenario: expected degrees from {_written(bounds[0])} to {_written(bounds[1])}, got"
            f" {text[:20]!r}"
        )
    return steps


def _written(steps: int) -> str:
    return f"{steps // 10_000}.{steps % 10_000:04d}"
