"""Rows of an imported table are left out once, by the first rule that they break."""

from __future__ import annotations

import pandas as pd

from etl.parsing.row_filter import Refusal, RowFilter, RowRefusedError, first_reason, tally
from geo.bilingual import Bilingual

ROWS = pd.Index([2, 3, 4])


def mask(*rows: int) -> pd.Series:
    return pd.Series(ROWS.isin(rows), index=ROWS)


def test_a_row_that_is_left_out_breaks_no_other_rule():
    rows = RowFilter(ROWS, "shop_survey")
    rows.drop(mask(2), "dropped-total")
    rows.drop(mask(2, 3), "dropped-no-id")
    assert [(refusal.row, refusal.rule) for refusal in rows.refusals] == [
        (2, "dropped-total"),
        (3, "dropped-no-id"),
    ]
    assert rows.remaining.tolist() == [False, False, True]


def test_a_note_leaves_the_row_in():
    rows = RowFilter(ROWS, "shop_survey")
    rows.note(mask(3), "unread-floor-area")
    assert rows.remaining.all() and tally(rows.refusals) == {"unread-floor-area": 1}


def test_a_series_gives_every_row_a_value_of_its_own():
    rows = RowFilter(ROWS, "shop_survey")
    near = pd.Series(["Dorpsstraat", "Kerkstraat", "Plein"], index=ROWS)
    rows.note(mask(2, 4), "street-differs", street="Markt", near=near)
    assert [refusal.why.en for refusal in rows.refusals] == [
        "names Markt, but lies at Dorpsstraat by its coordinates",
        "names Markt, but lies at Plein by its coordinates",
    ]


def test_a_row_is_left_out_under_the_rule_that_it_raised():
    rows = RowFilter(ROWS, "figures")
    rows.refuse(3, RowRefusedError("dropped-unit", indicator="population", unit="m2", given="ha"))
    assert rows.refusals == [
        Refusal(
            3,
            "dropped-unit",
            Bilingual(
                nl="population wordt geteld in m2, niet in ha",
                en="population is counted in m2, not in ha",
            ),
        )
    ]
    assert rows.remaining.tolist() == [True, False, True]


def test_the_first_reason_is_that_of_the_first_row():
    rows = RowFilter(ROWS, "shop_survey")
    rows.drop(mask(4), "dropped-no-id")
    rows.drop(mask(3), "dropped-total")
    reason = first_reason(rows.refusals)
    assert reason == Bilingual(
        nl="rij 3: dit is een regel met totalen, geen pand", en="row 3: dropped-total"
    )
    assert first_reason(()) is None
