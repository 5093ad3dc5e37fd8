"""The made-up region as tables, and the initiatives, figures and station of Voorbeeldstad."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd

from data.manifest import SourceRecord
from data.schema.initiative_tables import ACTORS, INITIATIVES, PARTICIPATIONS
from data.schema.tables import INDICATORS, OBSERVATIONS, PLACES, STOPS, TRANSLATIONS
from etl.example import flows, land, plan, region, units
from etl.example.rows import FACT, FACTS_SOURCE, FIGURE, MADE, Row, frame, read
from etl.example.units import PLACE, SURVEY_SOURCE, YEARS
from etl.joins import streets
from etl.parsing import vacancy_spells
from etl.sources.reference import place_table

FILES = Path(__file__).parent
NAME = "Voorbeeldstad"
PLAN_SOURCE = "voorbeeld-plattegrond"
COUNT_SOURCE = "voorbeeld-tellingen"
_BOARDINGS = {2019: 2410, 2020: 1180, 2021: 1390, 2022: 1960, 2023: 2150, 2024: 2230}


def tables() -> dict[str, pd.DataFrame]:
    """Every table of the region by name; streets and vacancy are measured as in any town."""
    places = _places()
    surveyed, _ = vacancy_spells.add_spells(units.premises())
    stops = frame(STOPS, [*_stops(), *region.stations()])
    given = {"premises": surveyed, "stops": gpd.GeoDataFrame(stops)}
    # The counters need streets; the footfall of the streets is then fitted to their counts.
    counts = units.counts(streets.streets(plan.lines(), places, **given).streets)
    measured = streets.streets(plan.lines(), places, **given, counts=counts)
    premises = streets.on_streets(surveyed, measured.streets)
    return {
        "places": places,
        "observations": frame(
            OBSERVATIONS, [*_observations(premises), *region.observations(), *flows.observations()]
        ),
        "indicators": frame(INDICATORS, read("indicators.csv")),
        "translations": frame(TRANSLATIONS, [*read("translations.csv"), *region.translations()]),
        "initiatives": frame(INITIATIVES, _initiatives()),
        "actors": frame(ACTORS, read("actors.csv")),
        "participations": frame(
            PARTICIPATIONS, [{**row, "basis": "published"} for row in read("participations.csv")]
        ),
        "streets": measured.streets,
        "footfall_tests": measured.tests,
        "premises": premises,
        "street_vacancy": streets.street_vacancy(premises, measured.streets),
        "stops": stops,
        "counts": counts,
        "origins": flows.origins(),
        "supply": flows.supply(),
        "background": land.background(),
    }


def table_sources() -> dict[str, tuple[str, ...]]:
    """The sources of the tables whose rows do not name one."""
    return {
        "places": (PLAN_SOURCE,),
        "streets": (PLAN_SOURCE,),
        "footfall_tests": (PLAN_SOURCE, COUNT_SOURCE),
        "street_vacancy": (SURVEY_SOURCE,),
        "counts": (COUNT_SOURCE,),
        "stops": (FACTS_SOURCE,),
        "origins": (FACTS_SOURCE, flows.SOURCE),
        "supply": (FACTS_SOURCE, SURVEY_SOURCE),
        "actors": (FACTS_SOURCE,),
        "participations": (FACTS_SOURCE,),
        "background": (PLAN_SOURCE,),
        "indicators": (),
        "translations": (),
    }


def sources() -> list[SourceRecord]:
    """The made-up sources; every one says that it is."""
    return [
        SourceRecord(
            source_id=row["source_id"],
            title_nl=row["title_nl"],
            title_en=row["title_en"],
            publisher="Stadshart Twente (verzonnen gegevens)",
            licence="CC0 1.0",
            credit="verzonnen gegevens",
            source_date="november 2024 (verzonnen)",
            retrieved=MADE,
            status="fresh",
            sharing="open",
        )
        for row in read("sources.csv")
    ]


def _places() -> gpd.GeoDataFrame:
    known = place_table(FILES)
    return gpd.GeoDataFrame(
        frame(PLACES, [*known.to_dict("records"), *region.places()]),
        geometry="geometry",
        crs=known.crs,
    )


def _stops() -> list[Row]:
    return [
        region.station(PLACE, NAME, year, count, plan.point(plan.STATION))
        for year, count in _BOARDINGS.items()
    ]


def _observations(premises: pd.DataFrame) -> list[Row]:
    rows: list[Row] = []
    for year in YEARS:
        seen = premises[
            (premises["survey"] == f"voorbeeld-{year}") & (premises["status"] != "unknown")
        ]
        share = round(float((seen["status"] == "vacant").mean()), 3)
        rows.append(
            {
                **region.surveyed(PLACE, NAME, "vacancy_rate_premises", year, share),
                "unit": "share",
                "definition": region.PREMISES_DEFINITION,
                "series": "voorbeeldstad-inventarisatie",
            }
        )
    # Of the last survey also how many stand empty, and the floor area of the shops.
    vacant = seen["status"] == "vacant"
    rows.append(
        {
            **region.surveyed(PLACE, NAME, "vacant_premises", YEARS[-1], float(vacant.sum())),
            "unit": "panden",
            "definition": "Verzonnen: lege panden die de inventarisatie in de binnenstad zag.",
        }
    )
    shop_m2 = seen["floor_area_m2"].where(seen["use"] == "retail", 0.0)
    vacant_floor = round(float(shop_m2[vacant].sum() / shop_m2.sum()), 3)
    rows += region.centre(
        PLACE, NAME, round(float(shop_m2.sum()), -2), vacant_floor, manager=True, platform=True
    )
    rows += region.amenities(PLACE, NAME, region.RESIDENTS[2024], share)
    for year, share in ((2021, 0.071), (2022, 0.069), (2023, 0.068), (2024, 0.066)):
        rows.append(
            {
                **FIGURE,
                "observation_id": f"voorbeeldstad-gemeente-vacancy-rate-{year}",
                "place_id": PLACE,
                "area_name": "gemeente Voorbeeldstad",
                "area_kind": "municipality",
                "indicator": "vacancy_rate",
                "period_start": date(year, 1, 1),
                "period_end": date(year, 1, 1),
                "value": share,
                "unit": "share",
                "definition": (
                    "Verzonnen: zoals in een register, panden zonder gebruiker en zonder verbruik,"
                    " hele gemeente."
                ),
                "series": "voorbeeldstad-register",
            }
        )
    rows += [
        region.residents(PLACE, NAME, year, people) for year, people in region.RESIDENTS.items()
    ]
    rows += [region.boardings(PLACE, NAME, year, count) for year, count in _BOARDINGS.items()]
    return rows


def _initiatives() -> list[Row]:
    default: Row = {
        **FACT,
        "place_id": PLACE,
        "type_basis": "article",
        "note": "Verzonnen initiatief.",
    }
    rows: list[Row] = []
    for row in read("initiatives.csv"):
        junction = row.pop("junction", None)
        spot = None if junction is None else plan.point(junction)
        rows.append({**default, **row, "geometry": spot})
    return rows
