"""The modelled flows as an export table: each town, site and branch with its range and basis."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from dashboard.analysis.competition import leakage, outcome, query
from dashboard.analysis.competition.calibration import Model
from dashboard.analysis.competition.leakage import Leakage, Part
from dashboard.analysis.competition.outcome import OTHERS
from dashboard.analysis.competition.query import FlowQuery
from dashboard.analysis.competition.region import Region
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.selection.context import Context
from dashboard.selection.scenario import BRANCHES, Scenario
from dashboard.sentences import citation, competition, competition_notes
from data.export.sheet import Cell, ExportColumn, ExportRow, ExportTable, Kind, SourceNote
from geo import ensemble
from geo.arrays import Floats

# Flows that stay below this share of a town's spending are left out: far below the uncertainty.
SMALLEST = 0.0005
# Shares are rounded to a thousandth of a percentage point.
_DECIMALS = 5
_KEYS: tuple[tuple[str, Kind], ...] = (
    ("origin_id", "text"),
    ("origin", "text"),
    ("municipality", "text"),
    ("residents", "number"),
    ("site_id", "text"),
    ("site", "text"),
    ("branch", "text"),
    ("nature", "text"),
    ("share_low", "share"),
    ("share_high", "share"),
)
_AFTER: tuple[tuple[str, Kind], ...] = (
    ("scenario", "text"),
    ("after_low", "share"),
    ("after_high", "share"),
    ("change_low", "number"),
    ("change_high", "number"),
)
# Where the town spends, in four parts: the same in every row of a town and branch.
_PARTS, _PARTS_AFTER = (
    tuple[tuple[str, Kind], ...](
        (f"{part}{state}_{end}", "share") for part in leakage.PARTS for end in ("low", "high")
    )
    for state in ("", "_after")
)
_DOUBT: tuple[tuple[str, Kind], ...] = (
    ("floor_area", "text"),
    ("calibrated", "text"),
    ("error", "number"),
    ("error_foreseen", "number"),
)


@dataclass(frozen=True, slots=True)
class Flow:
    """The range of one town's share at one site, 0 to 1, before and after, and of the difference.

    `leakage` says where the town spends, in four parts.
    """

    town: int
    site_id: str
    before: tuple[float, float]
    after: tuple[float, float]
    change: tuple[float, float]
    leakage: Leakage


def flows(model: Model, scenario: Scenario, branch: str) -> Iterator[Flow]:
    """Every flow of at least SMALLEST, town by town; all other shops are one site."""
    allocation = outcome.allocate(model, scenario, branch)
    other = np.array([site.other for site in allocation.sites])
    named = [site.site_id for site in allocation.sites if not site.other]

    def merged(share: Floats) -> Floats:
        return np.concatenate(
            [share[:, :, ~other], share[:, :, other].sum(axis=2, keepdims=True)], axis=2
        )[:-1]

    before, after = merged(allocation.before), merged(allocation.after)
    ends = [
        np.stack(ensemble.span(values), axis=-1).round(_DECIMALS)
        for values in (before, after, after - before)
    ]
    leakages = leakage.of_towns(model.region, allocation, range(len(model.region.towns)))
    for town, site in np.argwhere(np.maximum(ends[0], ends[1]).max(axis=2) >= SMALLEST):
        ranges = [(float(low), float(high)) for low, high in (end[town, site] for end in ends)]
        yield Flow(
            int(town), (*named, OTHERS)[site], ranges[0], ranges[1], ranges[2], leakages[town]
        )


def flow_table(context: Context, model: Model | None) -> ExportTable:
    """The flows of every branch group under the selection's scenario.

    It has no rows where nothing may leave or where there is no model.
    """
    facts, text, selection = context.facts, context.text, context.selection
    empty = ExportTable(
        title=f"{text('product.name')}: {text('flow_file.title')}",
        columns=_columns(None if model is None else model.region, False, text),
        rows=(),
        lang=text.lang,
        link=citation.view_link(selection, "concurrentie"),
        name="koopstromen",
        version=facts.version,
    )
    if model is None:
        return replace(empty, notes=(text("competition.needs_tables"),))
    source_ids = competition_notes.source_ids(model.region, facts)
    if any(facts.source(source_id).sharing == "internal" for source_id in source_ids):
        return replace(empty, notes=(text("flow_file.withheld"),))
    inputs = tuple(citation.file_source(source_id, facts, text) for source_id in source_ids)
    flow_query = query.build_query(selection, model.region)
    scenario = flow_query.scenario
    sources = (_model_source(inputs, facts, text),)
    return replace(
        empty,
        columns=_columns(model.region, scenario.changes, text),
        rows=tuple(
            ExportRow(_flow_cells(flow, branch, scenario, model, text), sources)
            for branch in BRANCHES
            for flow in flows(model, scenario, branch)
        ),
        notes=_notes(model, flow_query, facts, text),
        inputs=inputs,
    )


def _notes(model: Model, flow_query: FlowQuery, facts: Facts, text: Texts) -> tuple[str, ...]:
    """What the flows are, what the scenario changes, and what the model rests on."""
    region, scenario = model.region, flow_query.scenario
    new = outcome.new_sites(region, scenario)
    return (
        *((text("example.note"),) if facts.example else ()),
        text("competition.modelled"),
        text("competition.caution_plain", tested=region.survey.sentence("tested", text)),
        competition.leakage_is(region, text),
        competition.error(model, text),
        *((competition.scenario_name(scenario, text),) if scenario.changes else ()),
        *competition.differences(scenario, region, new, text),
        *(
            (text("competition.unknown_sites", names=", ".join(flow_query.unknown)),)
            if flow_query.unknown
            else ()
        ),
        *competition_notes.calibration_notes(model, text),
        *(
            text("flow_file.floor", **floor_area)
            for floor_area in competition_notes.floor_areas(region, facts, text)
        ),
        *competition_notes.assumption_notes(model, facts, text),
    )


def _model_source(inputs: tuple[SourceNote, ...], facts: Facts, text: Texts) -> SourceNote:
    """The model as the source of every row, with the publishers of its inputs."""
    publishers = dict.fromkeys(source.publisher for source in inputs)
    licences = dict.fromkeys(source.licence for source in inputs)
    return SourceNote(
        publisher=text("product.name"),
        title=text("flow_file.rests_on", names="; ".join(publishers)),
        url=None,
        published=None,
        licence="; ".join(licences),
        retrieved=facts.consulted,
    )


def _columns(region: Region | None, changed: bool, text: Texts) -> tuple[ExportColumn, ...]:
    if region is None:
        return tuple(
            ExportColumn(key, text(f"flow_file.{key}"), kind, _definition(key, text))
            for key, kind in (*_KEYS, *_DOUBT)
        )
    keys = (
        *_KEYS,
        *(_AFTER if changed else ()),
        *_PARTS,
        *(_PARTS_AFTER if changed else ()),
        *_DOUBT,
    )
    return tuple(
        ExportColumn(key, _label(key, region, text), kind, _definition(key, text))
        for key, kind in keys
    )


def _part_of(key: str) -> Part | None:
    """The part of a town's spending that a column is about."""
    return next((part for part in leakage.PARTS if key.startswith(f"{part}_")), None)


def _label(key: str, region: Region, text: Texts) -> str:
    part = _part_of(key)
    if part is None:
        return text(f"flow_file.{key}")
    return text(
        f"flow_file.part_{key.removeprefix(f'{part}_')}",
        part=competition.part_name(part, region, text),
    )


def _definition(key: str, text: Texts) -> str:
    """What a column of shares or errors means; empty for the other columns."""
    if _part_of(key) is not None:
        return text("flow_file.explain_part")
    stem = key.removesuffix("_low").removesuffix("_high")
    return (
        text(f"flow_file.explain_{stem}")
        if stem in ("share", "after", "change", "error", "error_foreseen")
        else ""
    )


def _flow_cells(
    flow: Flow, branch: str, scenario: Scenario, model: Model, text: Texts
) -> tuple[Cell, ...]:
    region = model.region
    sites = (*region.sites, *outcome.new_sites(region, scenario))
    after: tuple[Cell, ...] = ()
    if scenario.changes:
        points = (round(100 * end, _DECIMALS - 2) for end in flow.change)
        after = (competition.scenario_name(scenario, text), *flow.after, *points)
    return (
        region.towns[flow.town],
        region.town_names[flow.town],
        region.codes[flow.town],
        float(region.population[flow.town]),
        flow.site_id,
        competition.site_name(flow.site_id, sites, text),
        text(f"branch.{branch}"),
        text("flow_file.modelled"),
        *flow.before,
        *after,
        *_part_cells(flow.leakage, "before"),
        *(_part_cells(flow.leakage, "after") if scenario.changes else ()),
        _floor_area(flow.site_id, region, text),
        _calibrated(flow, branch, region, text),
        round(100 * model.rmse, 2),
        round(100 * model.skill.loo_rmse, 2),
    )


def _part_cells(town_leakage: Leakage, state: Literal["before", "after"]) -> tuple[Cell, ...]:
    """Low and high of the four parts; empty for a part that the model has no shops for."""
    spans = [
        None if part not in town_leakage.parts else getattr(town_leakage.parts[part], state)
        for part in leakage.PARTS
    ]
    ends = [
        (None, None) if span is None else (round(span.low, _DECIMALS), round(span.high, _DECIMALS))
        for span in spans
    ]
    return tuple(end for pair in ends for end in pair)


def _floor_area(site_id: str, region: Region, text: Texts) -> str:
    named = any(site.site_id == site_id for site in region.named)
    if site_id in region.assumed or not named:
        return text("competition.assumed")
    return text("flow_file.sourced")


def _calibrated(flow: Flow, branch: str, region: Region, text: Texts) -> str:
    free = branch == "dagelijks" or flow.site_id in region.free
    return (
        text("competition.not_calibrated")
        if free
        else text("flow_file.compared", tested=region.survey.sentence("tested", text))
    )
