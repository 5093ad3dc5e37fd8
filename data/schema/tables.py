"""The tables of a snapshot: columns in order, key, geometry and what one row is.

Only declarations: `data.schema.validate` checks frames against them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from data.schema.columns import day, flag, geometry, number, share, slug, text, whole
from data.schema.initiative_tables import ACTORS, INITIATIVES, PARTICIPATIONS
from data.schema.rules import (
    NO_DEFINITION,
    areas_are_named,
    between_bounds,
    figures_say_something,
    not_more_than,
    shares_within_one,
)
from data.schema.spending_tables import FLOWS, ORIGINS, SUPPLY
from data.schema.table import Table
from data.schema.vocabulary import (
    AREA_KINDS,
    BACKGROUND_KINDS,
    CONFIDENCE,
    MUNICIPALITY_CODE,
    NATURE,
    ROLES,
    SHARING,
    THEMES,
    YEARS,
)
from geo.disclosure import MIN_UNITS

PLACES = Table(
    "places",
    "an inner city, a retail site at the edge, or a town abroad",
    key=("place_id",),
    columns={
        "place_id": slug("stable id of the place, equal to the name of its file"),
        "name_nl": text("name in Dutch"),
        "name_en": text("name in English"),
        "name_de": text("name in German"),
        "role": text("its part in the competition", one_of=ROLES),
        "municipality_code": text(
            "code of the municipality; missing abroad", null=True, like=MUNICIPALITY_CODE
        ),
        "profile": text("profile of the inner city in the pilot", null=True),
        "core": geometry("middle of the place", "point"),
        "core_basis": slug(
            "what the core point is: square, outline (its centroid), gazetteer or postcode",
            null=True,
        ),
        "boundary_basis": slug(
            "where the outline comes from, as top10nl; missing while there is none", null=True
        ),
        "geometry": geometry("outline, or the core where no outline is sourced", "outline"),
    },
)

OBSERVATIONS = Table(
    "observations",
    "one published figure",
    key=("observation_id",),
    columns={
        "observation_id": slug("stable id of the figure"),
        "place_id": slug("the place it is about; missing for a province or country", null=True),
        "area_name": text("the area in the words of the source", null=True),
        "indicator": slug("what is counted"),
        "period_start": day("first day it describes; missing when undated", null=True),
        "period_end": day("last day it describes; missing when undated", null=True),
        "value": number("the figure, in `unit`", null=True),
        "value_low": number("lowest value the source allows", null=True),
        "value_high": number("highest value the source allows", null=True),
        "value_text": text("the source's wording where it is not a plain number", null=True),
        "unit": text("unit of the figure; `share` runs 0 to 1"),
        "definition": text(f"definition given by the source, or `{NO_DEFINITION}`", null=True),
        "area_kind": text("kind of area", one_of=AREA_KINDS),
        "nature": text("how the figure came about", one_of=NATURE),
        "series": slug("figures that may be compared share this; missing stands alone", null=True),
        "source_id": slug("source in the manifest"),
        "source_url": text("where the figure stands", null=True, like=r"https?://\S+"),
        "source_date": text("date of publication in the words of the source"),
        "retrieved": day("day the source was read"),
        "licence": text("licence of the source"),
        "confidence": text("how sure the figure is", one_of=CONFIDENCE),
        "provisional": flag("the publisher may still change it"),
        "sharing": text("who may see it", one_of=SHARING),
        "note": text("conflicts, breaks and what was inferred", null=True),
    },
    rules=(
        not_more_than("period_start", "period_end"),
        between_bounds("value", "value_low", "value_high"),
        shares_within_one(),
        figures_say_something(),
        areas_are_named(),
    ),
)

INDICATORS = Table(
    "indicators",
    "one thing that is counted",
    key=("indicator",),
    columns={
        "indicator": slug("what is counted"),
        "theme": text("theme it is shown under", one_of=THEMES),
        "label_nl": text("label in Dutch"),
        "label_en": text("label in English"),
        "label_de": text("label in German"),
        "unit": text("unit of its figures"),
    },
)

TRANSLATIONS = Table(
    "translations",
    "one Dutch text that the screen may show",
    key=("text_nl",),
    columns={
        "text_nl": text("the text as it stands in the tables"),
        "text_en": text("the same in English"),
        "text_de": text("the same in German"),
    },
)

STREETS = Table(
    "streets",
    "one street section",
    key=("street_id",),
    columns={
        "street_id": slug("stable id of the section"),
        "name": text("name of the street", null=True),
        "place_id": slug("the place it belongs to"),
        "length_m": number("length", "m", low=0),
        "footfall_proxy": number("modelled relative footfall", "0-100", null=True, low=0, high=100),
        "geometry": geometry("middle line of the section, outline of a square", "any"),
    },
)

FOOTFALL_TESTS = Table(
    "footfall_tests",
    "how well the modelled footfall follows the counts of one place",
    key=("place_id",),
    columns={
        "place_id": slug("the place whose counts these are"),
        "weights": text(
            "where the weights of the model come from", one_of=("literature", "fitted")
        ),
        "rank_correlation": number(
            "Spearman's rank correlation with counts the weights were not chosen on", low=-1, high=1
        ),
        "rank_correlation_low": number("lower end of its bootstrap interval", low=-1, high=1),
        "rank_correlation_high": number("upper end of its bootstrap interval", low=-1, high=1),
        "sections": whole("street sections with a count", "sections", low=3),
        "blocks": whole(
            "blocks of streets left out in turn; 0 when nothing was fitted", "blocks", low=0
        ),
        "core": number("weight of the distance to the core", low=0),
        "attractions": number("weight of shops and hospitality within reach", low=0),
        "stops": number("weight of stops within reach", low=0),
        "walkability": share("part of the figure that few streets around can take away"),
    },
)

STREET_VACANCY = Table(
    "street_vacancy",
    # A street of several sections is one row: sections are too short to have a rate of their own.
    "one street of one place, by its name, in one survey and on one basis",
    key=("place_id", "street", "survey", "basis"),
    columns={
        "place_id": slug("the place the street lies in"),
        "street": text("name of the street: streets.name, or as the survey writes it if not there"),
        "survey": slug("the survey it was counted in"),
        "basis": slug("what the rate is a share of: units or floor area"),
        "units": whole("shop and hospitality units of known status", "units", low=0),
        "vacant_units": number(
            f"vacant; missing below {MIN_UNITS} units", "units", null=True, low=0
        ),
        "vacancy_rate": share("modelled vacant share; missing when withheld", null=True),
        "vacancy_low": share("lower end of its interval", null=True),
        "vacancy_high": share("upper end of its interval", null=True),
    },
    rules=(
        not_more_than("vacant_units", "units"),
        between_bounds("vacancy_rate", "vacancy_low", "vacancy_high"),
    ),
)

PREMISES = Table(
    "premises",
    "one shop or hospitality unit in one survey",
    key=("premises_id", "survey"),
    columns={
        "premises_id": text(
            "id with the register it comes from",
            like=r"(bag:[0-9]{16}|osm:(node|way|relation)/[0-9]+|survey:[^ \t\n\r\f\v\xa0]+)",
        ),
        "source_id": slug("source in the manifest; a survey goes before BAG, BAG before OSM"),
        "survey": slug("the survey or extract it was seen in"),
        "place_id": slug("the place it belongs to"),
        "street_id": slug("the street section it faces", null=True),
        "street": text("name of its street as the source writes it", null=True),
        "address": text("address", null=True),
        "floor_area_m2": number("usable floor area", "m2", null=True, low=0),
        "use": slug("what it is used or permitted for", null=True),
        "branch": text("branch of trade", null=True),
        "ownership": text(
            "whether it belongs to a chain", null=True, one_of=("chain", "independent")
        ),
        "status": text("whether it stands empty", one_of=("in_use", "vacant", "unknown")),
        "vacant_since": day("first day it was seen empty", null=True),
        "duration": text(
            "how long it was seen empty, at least: under one year, one to three, over three",
            null=True,
            one_of=("frictional", "long", "structural"),
        ),
        "evidence": text("what the status rests on", null=True),
        "surveyed": day("day it was seen", null=True),
        "geometry": geometry("where it is", "point"),
    },
)

STOPS = Table(
    "stops",
    "one station or stop in one year",
    key=("stop_id", "year"),
    columns={
        "stop_id": slug("stable id of the stop"),
        "year": whole("year counted", "year", **YEARS),
        "name": text("name of the stop"),
        "kind": slug("kind of stop"),
        "boardings_per_workday": number(
            "boardings on an average workday", "boardings/workday", null=True, low=0
        ),
        "note": text("breaks and what is not counted", null=True),
        "geometry": geometry("where it is", "point"),
    },
)

COUNTS = Table(
    "counts",
    "one counting interval of one counter",
    key=("counter_id", "start"),
    columns={
        "counter_id": slug("stable id of the counter"),
        "street_id": slug("the street section it stands in", null=True),
        "start": day("start of the interval, local time"),
        "minutes": whole("length of the interval", "min", low=1, high=527_040),
        "value": number(
            "passers-by; missing when the counter failed", "passers-by", null=True, low=0
        ),
        "break_before": flag("not comparable with the interval before it"),
        "geometry": geometry("where the counter stands", "point"),
    },
)

NOTICES = Table(
    "notices",
    "one official notice",
    key=("notice_id",),
    columns={
        "notice_id": slug("stable id of the notice"),
        "place_id": slug("the place it is about"),
        "kind": slug("kind of notice; towns use the types of the register differently"),
        "published": day("day of publication"),
        "title": text("title as published; missing where it may name people", null=True),
        "url": text("where it stands", like=r"https?://\S+"),
        "geometry": geometry("where it applies", "any", null=True),
    },
)

AREAS = Table(
    "areas",
    "one municipality, district or neighbourhood",
    key=("area_id",),
    columns={
        "area_id": text(
            "code of the area, or a name of its own where the source gives no code",
            like=r"[A-Z]{2}\w{4,8}|local:[a-z0-9-]+",
        ),
        "kind": text("what it is", one_of=("municipality", "district", "neighbourhood")),
        "name": text("name as the source writes it"),
        "municipality_code": text(
            "code of the municipality it lies in; missing when not told",
            null=True,
            like=MUNICIPALITY_CODE,
        ),
        "population": number(
            "inhabitants; missing when not published", "inhabitants", null=True, low=0
        ),
        "households": number(
            "households; missing when not published", "households", null=True, low=0
        ),
        "year": number("year of the boundaries; missing when not told", "year", null=True, **YEARS),
        "source_id": slug("source in the manifest"),
        "geometry": geometry("outline", "outline"),
    },
)

BACKGROUND = Table(
    "background",
    "one shape drawn under the map",
    # Shapes carry no id: they are sorted by kind and outline, and may not be referred to.
    key=(),
    columns={
        "kind": text("what it is", one_of=BACKGROUND_KINDS),
        "geometry": geometry("its shape", "any"),
    },
)

DECLARED: Mapping[str, Table] = MappingProxyType(
    {
        table.name: table
        for table in (
            PLACES,
            OBSERVATIONS,
            INDICATORS,
            TRANSLATIONS,
            INITIATIVES,
            ACTORS,
            PARTICIPATIONS,
            STREETS,
            FOOTFALL_TESTS,
            STREET_VACANCY,
            PREMISES,
            STOPS,
            COUNTS,
            NOTICES,
            ORIGINS,
            SUPPLY,
            FLOWS,
            AREAS,
            BACKGROUND,
        )
    }
)
"""Every table of a snapshot by its name."""
