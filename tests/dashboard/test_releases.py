"""A snapshot that an earlier release published, shown by this one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.analysis.competition import calibration
from tests.dashboard import driving
from tests.dashboard.driving import VIEWS, opened

pytestmark = pytest.mark.slow

RELEASES = sorted((Path(__file__).parents[1] / "data" / "releases").glob("*"))


@pytest.fixture(scope="module", params=RELEASES, ids=lambda path: path.name)
def served(request: pytest.FixtureRequest) -> Iterator[Path]:
    """Its folder, served in this process."""
    fit = calibration.model_of
    with pytest.MonkeyPatch.context() as patch, driving.served(request.param):
        # A view opens on a model of few draws as it does on one of many.
        patch.setattr(calibration, "model_of", lambda facts: fit(facts, draws=40))
        yield request.param


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_opens_on_it(served: Path, view: str):
    assert opened(view, taal="nl").title[0].value
