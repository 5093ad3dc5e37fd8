"""What else is made up about Voorbeeldstad: initiatives, actors, figures and a station; and the
whole region as tables.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
from shapely.geometry import Point

from data.manifest import SourceRecord
from data.schema.initiative_tables import ACTORS, INITIATIVES, PARTICIPATIONS
from data.schema.tables import INDICATORS, OBSERVATIONS, PLACES, STOPS, TRANSLATIONS
from etl.example import flows, land, plan, region, units
from etl.example.rows import FACT, FACTS_SOURCE, FIGURE, MADE, Row, frame
from etl.example.units import PLACE, SURVEY_SOURCE, YEARS
from etl.joins import streets
from etl.parsing import vacancy_spells
from etl.sources.reference import place_table

FILES = Path(__file__).parent
PLAN_SOURCE = "voorbeeld-plattegrond"
COUNT_SOURCE = "voorbeeld-tellingen"


def tables() -> dict[str, pd.DataFrame]:
    """Every table of the region by name; the streets and the vacancy are measured as in any other
    town.
    """
    places = _places()
    surveyed, _ = vacancy_spells.add_spells(units.premises())
    stops = frame(STOPS, [*_stops(), *region.stations()])
    given = {"premises": surveyed, "stops": gpd.GeoDataFrame(stops)}
    # The counters are set down in streets, whose figures are then fitted to what they counted.
    counts = units.counts(streets.streets(plan.lines(), places, **given).streets)
    measured = streets.streets(plan.lines(), places, **given, counts=counts)
    premises = streets.on_streets(surveyed, measured.streets)
    return {
        "places": places,
        "observations": frame(
            OBSERVATIONS, [*_observations(premises), *region.observations(), *flows.observations()]
        ),
        "indicators": frame(INDICATORS, [*_INDICATORS, *region.INDICATORS, *flows.INDICATORS]),
        "translations": frame(TRANSLATIONS, _translations()),
        "initiatives": frame(INITIATIVES, _initiatives()),
        "actors": frame(ACTORS, _ACTORS),
        "participations": frame(PARTICIPATIONS, _participations()),
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
    told = (
        (
            FACTS_SOURCE,
            "Verzonnen feiten over de Voorbeeldstreek",
            "Made-up facts about the region of Voorbeeldstad",
        ),
        (
            flows.SOURCE,
            "Verzonnen koopstromenonderzoek 2023",
            "Made-up shopping-flow survey of 2023",
        ),
        (
            SURVEY_SOURCE,
            "Verzonnen winkelinventarisatie van Voorbeeldstad",
            "Made-up shop survey of Voorbeeldstad",
        ),
        (
            PLAN_SOURCE,
            "Verzonnen plattegrond van Voorbeeldstad",
            "Made-up street plan of Voorbeeldstad",
        ),
        (
            COUNT_SOURCE,
            "Verzonnen passantentellingen in Voorbeeldstad",
            "Made-up footfall counts in Voorbeeldstad",
        ),
    )
    return [
        SourceRecord(
            source_id=source_id,
            title_nl=title_nl,
            title_en=title_en,
            publisher="Stadshart Twente (verzonnen gegevens)",
            licence="CC0 1.0",
            credit="verzonnen gegevens",
            source_date="november 2024 (verzonnen)",
            retrieved=MADE,
            status="fresh",
            sharing="open",
        )
        for source_id, title_nl, title_en in sorted(told)
    ]


def _places() -> gpd.GeoDataFrame:
    known = place_table(FILES)
    return gpd.GeoDataFrame(
        frame(PLACES, [*known.to_dict("records"), *region.places()]),
        geometry="geometry",
        crs=known.crs,
    )


def _stops() -> list[Row]:
    boardings = {2019: 2410, 2020: 1180, 2021: 1390, 2022: 1960, 2023: 2150, 2024: 2230}
    return [
        {
            "stop_id": "station-voorbeeldstad",
            "year": year,
            "name": "Station Voorbeeldstad",
            "kind": "train_station",
            "boardings_per_workday": float(count),
            "note": "Verzonnen cijfer.",
            "geometry": plan.point(plan.STATION),
        }
        for year, count in boardings.items()
    ]


_INDICATORS: tuple[Row, ...] = (
    {
        "indicator": "vacancy_rate_premises",
        "theme": "vacancy",
        "label_nl": "Leegstand, deel van de panden",
        "label_en": "Vacancy, share of premises",
        "label_de": "Leerstand, Anteil der Ladenlokale",
        "unit": "share",
    },
    {
        "indicator": "vacant_premises",
        "theme": "vacancy",
        "label_nl": "Leegstaande winkelpanden",
        "label_en": "Vacant retail premises",
        "label_de": "Leer stehende Ladenlokale",
        "unit": "panden",
    },
    {
        "indicator": "vacancy_rate",
        "theme": "vacancy",
        "label_nl": "Leegstand in de gemeente",
        "label_en": "Vacancy in the municipality",
        "label_de": "Leerstand in der Gemeinde",
        "unit": "share",
    },
    {
        "indicator": "population",
        "theme": "population",
        "label_nl": "Inwoners",
        "label_en": "Residents",
        "label_de": "Einwohner",
        "unit": "inwoners",
    },
)

_VACANT_DEFINITION = "Verzonnen: lege panden die de inventarisatie in de binnenstad zag."
_REGISTER_DEFINITION = (
    "Verzonnen: zoals in een register, panden zonder gebruiker en zonder verbruik, hele gemeente."
)


def _observations(premises: pd.DataFrame) -> list[Row]:
    name, rows = "Voorbeeldstad", []
    for year in YEARS:
        seen = premises[
            (premises["survey"] == f"voorbeeld-{year}") & (premises["status"] != "unknown")
        ]
        share = round(float((seen["status"] == "vacant").mean()), 3)
        rows.append(
            {
                **region.surveyed(PLACE, name, "vacancy_rate_premises", year, share),
                "unit": "share",
                "definition": region.PREMISES_DEFINITION,
                "series": "voorbeeldstad-inventarisatie",
            }
        )
    # Of the last survey also how many stand empty, and the floor area of the shops.
    vacant = seen["status"] == "vacant"
    rows.append(
        {
            **region.surveyed(PLACE, name, "vacant_premises", YEARS[-1], float(vacant.sum())),
            "unit": "panden",
            "definition": _VACANT_DEFINITION,
        }
    )
    shop_m2 = seen["floor_area_m2"].where(seen["use"] == "retail", 0.0)
    vacant_floor = round(float(shop_m2[vacant].sum() / shop_m2.sum()), 3)
    rows += region.centre(
        PLACE, name, round(float(shop_m2.sum()), -2), vacant_floor, manager=True, platform=True
    )
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
                "definition": _REGISTER_DEFINITION,
                "series": "voorbeeldstad-register",
            }
        )
    rows += [
        region.residents(PLACE, name, year, people) for year, people in region.RESIDENTS.items()
    ]
    rows += [region.boardings(PLACE, station) for station in _stops()]
    return rows


def _initiatives() -> list[Row]:
    default: Row = {
        **FACT,
        "place_id": PLACE,
        "type_basis": "article",
        "tranche": "first",
        "tranche_basis": "published",
        "status": "completed",
        "location_precision": "street",
        "note": "Verzonnen initiatief.",
    }
    told: tuple[tuple[str, str, str, str, str, Row, str, str], ...] = (
        (
            "gevelgroen",
            "Voorbeeldinitiatief Gevelgroen",
            "Oosterstraat",
            "physical",
            "fits",
            {"start": date(2022, 4, 1), "end": date(2023, 6, 30), "geometry": plan.point("o2")},
            "Gevels en etalages in de Oosterstraat worden groen.",
            "Fronts and shop windows in Oosterstraat turn green.",
        ),
        (
            "speelplein",
            "Voorbeeldinitiatief Speelplein",
            "Kerkplein",
            "physical",
            "partly",
            {
                "start": date(2022, 3, 1),
                "end": date(2022, 11, 30),
                "location_precision": "square",
                "geometry": plan.point("k_n"),
            },
            "Op het Kerkplein komen speeltoestellen van hout.",
            "Kerkplein gets wooden playground equipment.",
        ),
        (
            "bankjesronde",
            "Voorbeeldinitiatief Bankjesronde",
            "Waagstraat Nieuwstraat",
            "physical",
            "fits",
            {"start": date(2022, 5, 1), "end": date(2022, 9, 30), "geometry": plan.point("w2")},
            "In de Waagstraat en de Nieuwstraat staat om de dertig meter een bank.",
            "In Waagstraat and Nieuwstraat there is a bench every thirty metres.",
        ),
        (
            "oude-letters",
            "Voorbeeldinitiatief Oude Letters",
            "Hofstraat Bakkerssteeg",
            "physical",
            "not_judged",
            {"start": date(2022, 2, 1), "end": date(2022, 8, 31), "geometry": plan.point("h2")},
            "Oude reclames op gevels in de Hofstraat en de Bakkerssteeg worden weer zichtbaar.",
            "Old advertisements on fronts in Hofstraat and Bakkerssteeg can be seen again.",
        ),
        (
            "lichtlint",
            "Voorbeeldinitiatief Lichtlint",
            "Langestraat",
            "activity",
            "fits",
            {
                "start": date(2019, 11, 1),
                "tranche": "tender",
                "status": "running",
                "geometry": plan.point("l2"),
            },
            "Elke winter hangt er een lint van licht in de Langestraat.",
            "Every winter a ribbon of light hangs in Langestraat.",
        ),
        (
            "wisselwinkel",
            "Voorbeeldinitiatief Wisselwinkel",
            "Molenstraat",
            "transformation",
            "not_judged",
            {
                "start": date(2023, 1, 1),
                "tranche": "tender",
                "status": "running",
                "geometry": plan.point("b2"),
            },
            "Een leeg pand in de Molenstraat krijgt elke drie maanden een andere starter.",
            "A vacant unit in Molenstraat gets another newcomer every three months.",
        ),
        (
            "muziekmarkt",
            "Voorbeeldinitiatief Muziekmarkt",
            "Marktplein",
            "activity",
            "fits",
            {
                "start": date(2021, 5, 1),
                "location_precision": "square",
                "geometry": Point(plan.X, plan.Y),
            },
            "Op zondag speelt er muziek op het Marktplein.",
            "On Sundays there is music in Marktplein.",
        ),
        (
            "ondernemerstafel",
            "Voorbeeldinitiatief Ondernemerstafel",
            "",
            "transformation",
            "not_judged",
            {
                "tranche": "unknown",
                "tranche_basis": None,
                "status": "unknown",
                "location_precision": "none",
            },
            "Ondernemers en eigenaren praten elke maand over lege panden.",
            "Entrepreneurs and owners meet every month about vacant units.",
        ),
    )
    return [
        {
            **default,
            "initiative_id": f"voorbeeld-{slug}",
            "name": name,
            "streets": named.split(),
            "type": kind,
            "profile_fit": None if fit == "not_judged" else fit,
            "description_nl": dutch,
            "description_en": english,
            **more,
        }
        for slug, name, named, kind, fit, more, dutch, english in told
    ]


_ACTORS: tuple[Row, ...] = (
    {
        "actor_id": "voorbeeld-gemeente",
        "name": "Gemeente Voorbeeldstad (verzonnen)",
        "kind": "municipality",
    },
    {
        "actor_id": "voorbeeld-winkeliers",
        "name": "Voorbeeldvereniging Winkeliers",
        "kind": "association",
    },
    {"actor_id": "voorbeeld-school", "name": "Voorbeeldhogeschool", "kind": "education"},
    {
        "actor_id": "voorbeeld-bewoners",
        "name": "Bewoners van de Oosterstraat (verzonnen)",
        "kind": "residents",
    },
    {
        "actor_id": "voorbeeld-buren",
        "name": "Bewoners van het Kerkplein (verzonnen)",
        "kind": "residents",
    },
    {
        "actor_id": "voorbeeld-eigenaren",
        "name": "Eigenaren van panden (verzonnen)",
        "kind": "person_role",
    },
    {"actor_id": "voorbeeld-horeca", "name": "Voorbeeldvereniging Horeca", "kind": "association"},
    {"actor_id": "voorbeeld-theater", "name": "Voorbeeldtheater", "kind": "cultural_institution"},
    {"actor_id": "voorbeeld-timmer", "name": "Voorbeeldtimmerwerk", "kind": "contractor"},
    {
        "actor_id": "voorbeeld-woningen",
        "name": "Voorbeeldwoningstichting",
        "kind": "housing_corporation",
    },
)


def _participations() -> list[Row]:
    told = (
        ("gevelgroen", "bewoners", "initiator", None),
        ("gevelgroen", "gemeente", "funder", "financial_economic"),
        ("gevelgroen", "school", "knowledge_partner", None),
        ("speelplein", "gemeente", "facilitator", "legal_planning"),
        ("speelplein", "winkeliers", "initiator", None),
        ("speelplein", "buren", "user", None),
        ("speelplein", "timmer", "knowledge_partner", None),
        ("bankjesronde", "winkeliers", "initiator", None),
        ("bankjesronde", "gemeente", "facilitator", "organisational"),
        ("bankjesronde", "timmer", "knowledge_partner", None),
        ("oude-letters", "school", "initiator", None),
        ("oude-letters", "eigenaren", "owner", None),
        ("oude-letters", "woningen", "owner", None),
        ("lichtlint", "winkeliers", "initiator", None),
        ("lichtlint", "gemeente", "funder", "financial_economic"),
        ("wisselwinkel", "eigenaren", "owner", None),
        ("wisselwinkel", "school", "initiator", None),
        ("wisselwinkel", "gemeente", "facilitator", "organisational"),
        ("muziekmarkt", "winkeliers", "initiator", None),
        ("muziekmarkt", "horeca", "initiator", None),
        ("muziekmarkt", "theater", "knowledge_partner", None),
        ("ondernemerstafel", "winkeliers", "initiator", None),
        ("ondernemerstafel", "eigenaren", "owner", None),
        ("ondernemerstafel", "gemeente", "facilitator", "communicative"),
    )
    return [
        {
            "initiative_id": f"voorbeeld-{initiative}",
            "actor_id": f"voorbeeld-{actor}",
            "role": role,
            "basis": "published",
            "facilitation": way,
        }
        for initiative, actor, role, way in told
    ]


def _translations() -> list[Row]:
    told = (
        (
            "binnenstad van Voorbeeldstad",
            "inner city of Voorbeeldstad",
            "Innenstadt von Voorbeeldstad",
        ),
        ("gemeente Voorbeeldstad", "municipality of Voorbeeldstad", "Gemeinde Voorbeeldstad"),
        ("inwoners", "residents", "Einwohner"),
        ("Verzonnen cijfer.", "Made-up figure.", "Erfundene Zahl."),
        ("Verzonnen initiatief.", "Made-up initiative.", "Erfundene Initiative."),
        ("november 2024 (verzonnen)", "November 2024 (made up)", "November 2024 (erfunden)"),
        ("panden", "premises", "Ladenlokale"),
        ("Station Voorbeeldstad", "Station Voorbeeldstad", "Bahnhof Voorbeeldstad"),
        (
            _VACANT_DEFINITION,
            "Made up: vacant units the survey saw in the inner city.",
            "Erfunden: leere Ladenlokale, die die Erhebung in der Innenstadt sah.",
        ),
        (
            "Verzonnen: inwoners op 1 januari.",
            "Made up: residents on 1 January.",
            "Erfunden: Einwohner am 1. Januar.",
        ),
        (
            region.PREMISES_DEFINITION,
            "Made up: vacant units divided by all units the survey saw in the inner city.",
            (
                "Erfunden: leere Ladenlokale geteilt durch alle, die die Erhebung in der Innenstadt"
                " sah."
            ),
        ),
        (
            _REGISTER_DEFINITION,
            (
                "Made up: as in a register, premises without user and without consumption, whole"
                " municipality."
            ),
            (
                "Erfunden: wie in einem Register, Lokale ohne Nutzer und ohne Verbrauch, ganze"
                " Gemeinde."
            ),
        ),
        ("Mode", "Fashion", "Mode"),
        ("Levensmiddelen", "Food", "Lebensmittel"),
        ("Huishoudelijk", "Household goods", "Haushaltswaren"),
        ("Wonen", "Furnishing", "Wohnen"),
        ("Vrije tijd", "Leisure", "Freizeit"),
        ("Persoonlijke verzorging", "Personal care", "Körperpflege"),
        ("Horeca", "Hospitality", "Gastronomie"),
        ("Diensten", "Services", "Dienstleistungen"),
    )
    every = [*told, *region.translations(), *flows.translations()]
    return [
        {"text_nl": dutch, "text_en": english, "text_de": german}
        for dutch, english, german in every
    ]
