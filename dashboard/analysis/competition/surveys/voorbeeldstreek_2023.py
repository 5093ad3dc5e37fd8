"""The made-up survey of the region around Voorbeeldstad; figures of `etl.example.flows`."""

from types import MappingProxyType

from dashboard.analysis.competition.survey import FloorAreas, FlowSurvey

SURVEY = FlowSurvey(
    id="voorbeeldstreek_2023",
    year=2023,
    municipalities=frozenset({f"GM99{number:02d}" for number in range(1, 11)}),
    edge="voorbeeldboulevard",
    home="voorbeeldstad",
    home_code="GM9901",
    first="voorbeeldhaven",
    neighbour_codes=frozenset({"GM9902", "GM9903"}),
    published=MappingProxyType(
        {
            "edge_outside": "voorbeeldboulevard-visitors-from-outside-share-2023",
            "edge_neighbours": "voorbeeldboulevard-visitors-from-neighbours-share-2023",
            "edge_germany": "voorbeeldboulevard-visitors-from-abroad-share-2023",
            "edge_market": "voorbeeldboulevard-region-market-share-2023",
            "home_outside": "voorbeeldstad-gemeente-non-daily-inflow-share-2023",
            "home_germany": "voorbeeldstad-gemeente-non-daily-abroad-inflow-share-2023",
        }
    ),
    checked="voorbeelddal",
    turnover="voorbeelddal-turnover-2023",
    daily_eur=(2_300.0, 2_600.0),
    other_eur=(2_200.0, 3_100.0),
    # The made-up range is no figure of the snapshot.
    per_head=MappingProxyType({}),
    floor_areas=FloorAreas(
        per_head="voorbeeldland-floor-area-per-head-m2-2023",
        country="voorbeeldland-retail-floor-area-m2-2023",
        main_centres="voorbeeldland-main-centres-floor-area-m2-2023",
        concentrations="voorbeeldland-concentrations-floor-area-m2-2023",
    ),
    # The floor area of every inner city is counted.
    bases=MappingProxyType({}),
)
