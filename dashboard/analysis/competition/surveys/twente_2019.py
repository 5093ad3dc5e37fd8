"""Shopping-flow survey of 2019 (Koopstromenonderzoek Oost-Nederland), as published on Twente."""

from types import MappingProxyType

from dashboard.analysis.competition.survey import FloorAreas, FlowSurvey

SURVEY = FlowSurvey(
    id="twente_2019",
    year=2019,
    # The 14 municipalities of the region, as of 2019.
    municipalities=frozenset(
        {
            "GM0141",
            "GM0147",
            "GM0153",
            "GM0158",
            "GM0163",
            "GM0164",
            "GM0168",
            "GM0173",
            "GM0183",
            "GM0189",
            "GM1700",
            "GM1735",
            "GM1742",
            "GM1774",
        }
    ),
    edge="plein-westermaat",
    home="hengelo",
    home_code="GM0164",
    first="enschede",
    neighbour_codes=frozenset({"GM0153", "GM0141"}),
    published=MappingProxyType(
        {
            "edge_outside": "plein-westermaat-visitors-from-outside-share-2019",
            "edge_neighbours": "plein-westermaat-visitors-from-enschede-and-almelo-share-2019",
            "edge_germany": "plein-westermaat-visitors-from-germany-share-2019",
            "edge_market": "plein-westermaat-twente-market-share-2019",
            "home_outside": "hengelo-gemeente-non-daily-inflow-share-2019",
            "home_germany": "hengelo-gemeente-non-daily-germany-inflow-share-2019",
        }
    ),
    checked="oldenzaal",
    turnover="oldenzaal-binnenstad-turnover-2019",
    # The lowest and highest cited, none of them of Twente.
    daily_eur=(2_245.0, 2_595.0),
    other_eur=(2_168.0, 3_198.0),
    per_head=MappingProxyType(
        {
            "daily": (
                "eijsden-spending-per-head-daily-2013",
                "winschoten-spending-per-head-daily-2017",
            ),
            "other": (
                "winschoten-spending-per-head-non-daily-2017",
                "nederland-turnover-per-head-non-food-2017",
            ),
        }
    ),
    floor_areas=FloorAreas(
        per_head="nederland-floor-area-per-head-m2-2018",
        country="nederland-retail-floor-area-m2-2016",
        main_centres="nederland-hoofdwinkelcentra-retail-floor-area-m2-2016",
        concentrations="nederland-grootschalig-retail-floor-area-m2-2016",
    ),
    bases=MappingProxyType(
        {
            "establishments": "{place}-gemeente-establishments-trade-hospitality-2020",
            "restaurants": "{place}-gemeente-restaurants-within-1km-2020",
            "centre_residents": "{place}-binnenstad-centre-residents-2025-07-01",
            "cafes": "{place}-gemeente-cafes-within-1km-2020",
        }
    ),
)
