"""The model of the snapshot that ships, calibrated once for all these tests."""

import pytest

from dashboard.competition import calibration, region
from dashboard.facts import Facts
from data import catalogue


@pytest.fixture(scope="session")
def facts() -> Facts:
    return Facts(catalogue.open(catalogue.EMBEDDED))


@pytest.fixture(scope="session")
def model(facts: Facts) -> calibration.Model:
    return calibration.build(region.region(facts), facts)
