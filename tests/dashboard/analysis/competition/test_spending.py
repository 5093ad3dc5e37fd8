"""What a fit is fed: the flows of the problem, how they move, and that it ends where an exhaustive
search does.
"""

import numpy as np
import pytest
from scipy.optimize import least_squares

from dashboard.analysis.competition import bootstrap, calibration, survey_targets
from dashboard.analysis.competition.flow_problem import (
    FORMS,
    HIGH,
    LOW,
    START,
    USED,
    FlowProblem,
    ModelForm,
    Unknowns,
)
from dashboard.analysis.competition.region import LARGE_SCALE
from dashboard.analysis.competition.spending import Spending
from geo.ensemble import evenly
from geo.targets import calibrate_each

pytestmark = pytest.mark.slow

FORM = pytest.mark.parametrize("form", FORMS, ids=[form.name for form in FORMS])


@pytest.fixture(scope="module")
def problem(model, facts) -> FlowProblem:
    return FlowProblem(model.region, survey_targets.survey_targets(model.region, facts))


def drawn(problem: FlowProblem, how_many: int) -> tuple[Unknowns, ...]:
    rng = np.random.default_rng(11)
    return tuple(
        Unknowns(rng.random(len(problem.region.named)), float(rng.uniform(0.2, 0.6)), 2.0)
        for _ in range(how_many)
    )


def places(form: ModelForm, how_many: int) -> np.ndarray:
    return np.array(form.low) + evenly(how_many, len(form.low), seed=3) * (
        np.array(form.high) - form.low
    )


@FORM
def test_rows_and_columns_add_up_the_flows_of_towns_and_sites(problem, form):
    unknowns, parameters, cases = drawn(problem, 3), places(form, 20), np.arange(20) % 3
    found, _ = Spending(problem, unknowns, form)(parameters, cases)
    for table, one, case in zip(found, parameters, cases, strict=True):
        flows, added = problem.flows(unknowns[case], one, form), np.zeros(table.shape)
        np.add.at(added, (problem.row[:, None], problem.column), flows)
        assert table == pytest.approx(added, rel=1e-9, abs=1e-9 * flows.sum())


@FORM
def test_slopes_are_how_the_flows_move(problem, form):
    spent, parameters = Spending(problem, drawn(problem, 3), form), places(form, 20)
    cases = np.arange(20) % 3
    _, slopes = spent(parameters, cases)
    for at in range(parameters.shape[1]):
        step = np.zeros(parameters.shape)
        step[:, at] = 1e-5 * (np.abs(parameters[:, at]) + 0.01)
        felt = (spent(parameters + step, cases)[0] - spent(parameters - step, cases)[0]) / (
            2.0 * step[:, at, None, None]
        )
        assert slopes[:, at] == pytest.approx(felt, abs=1e-5 * np.abs(felt).max())


@FORM
def test_the_only_site_of_a_group_has_all_its_spending(
    problem, form, monkeypatch: pytest.MonkeyPatch
):
    at, whole = problem.region.place_of("hengelo"), problem.floor

    def alone(unknowns: Unknowns, weight: float) -> np.ndarray:
        area = whole(unknowns, weight)
        area[LARGE_SCALE] = np.where(np.arange(area.shape[1]) == at, 1_000.0, 0.0)
        return area

    monkeypatch.setattr(problem, "floor", alone)
    unknowns, parameters = drawn(problem, 1), places(form, 5)
    found, slopes = Spending(problem, unknowns, form)(parameters, np.zeros(5, dtype=int))
    part = unknowns[0].large_part * problem.region.population.sum()
    assert (found[:, :, problem.column[at]].sum(axis=1) >= part).all() and np.isfinite(slopes).all()
    assert found.sum(axis=(1, 2)) == pytest.approx(problem.region.population.sum())
    # The rate of a group with one site moves nothing.
    assert np.abs(slopes[:, 1]).max() <= 1e-6 * part


@pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.long)])
def test_left_out_shares_are_fitted_as_by_an_exhaustive_search(problem, model, every: int):
    """From 16 places each, scipy finds nothing lower."""
    spent, targets = Spending(problem, [model.middle.unknowns]), problem.targets
    low, high, only = np.array(LOW), np.array(HIGH), np.array([0])
    parts, wholes = (
        np.array([np.outer(*pair) for pair in pairs])
        for pairs in zip(*((t.part, t.whole) for t in targets), strict=True)
    )
    values, rank = (
        np.array([target.value for target in targets]),
        np.array([target.at_least for target in targets]),
    )

    def sums(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return (parts * table).sum(axis=(1, 2)), (wholes * table).sum(axis=(1, 2))

    def missed(parameters: np.ndarray) -> np.ndarray:
        part, whole = sums(spent(parameters[None], only)[0][0])
        return np.where(rank, np.minimum(part / whole - values, 0.0), part / whole - values)

    def moved(parameters: np.ndarray) -> np.ndarray:
        flows, slopes = (found[0] for found in spent(parameters[None], only))
        part, whole = sums(flows)
        by_parameter = np.array(
            [(one - other * part / whole) / whole for one, other in map(sums, slopes)]
        ).T
        return np.where((rank & (part / whole >= values))[:, None], 0.0, by_parameter)

    for place in range(0, len(targets), every):
        others = np.arange(len(targets)) != place
        best = min(
            (
                least_squares(
                    lambda at, others=others: missed(at)[others],
                    start,
                    jac=lambda at, others=others: moved(at)[others],
                    bounds=(low, high),
                    x_scale=[0.2, 0.08, 8.0, 0.3],
                    ftol=1e-7,
                )
                for start in places(USED, 16)
            ),
            key=lambda tried: tried.cost,
        )
        (found,) = calibrate_each(
            spent,
            targets,
            [values],
            start=START,
            low=LOW,
            high=HIGH,
            weights=others,
            tries=calibration.TRIES,
        )
        cost = (missed(found.parameters)[others] ** 2).sum() / 2.0
        assert cost <= best.cost + 1e-8, targets[place].name


def test_no_draw_is_left_out_that_could_be_met_from_elsewhere(problem, model):
    unknowns, values = bootstrap.draw_unknowns(problem, bootstrap.N_BOOTSTRAP, bootstrap.SEED)
    some = slice(None, None, 5)
    spent = Spending(problem, unknowns[some])
    wide = calibrate_each(
        spent,
        problem.targets,
        values[some],
        start=START,
        low=LOW,
        high=HIGH,
        precision=1e-4,
        tries=24,
    )
    kept = {
        member.unknowns for member in bootstrap.fit_members(problem, unknowns[some], values[some])
    }
    met = [found.rmse <= bootstrap.WORST_MEAN_ERROR for found in wide]
    assert [one in kept for one in unknowns[some]] == met
    assert 3 < sum(met) < len(met)
