"""Answers of StatLine, and what is read of them."""

import json
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd

from etl.sources import cbs_statline as statline
from tests.etl.sources.source_runs import (
    area,
    write_piece,
)

BASE = urlsplit(statline.BASE).path


TODAY = date(2026, 11, 24)


def context(table: str, entity: str) -> dict[str, str]:
    return {"@odata.context": f"https://datasets.cbs.nl/odata/v1/CBS/{table}/$metadata#{entity}"}


def observed(table: str, *rows: dict[str, object], **more: object) -> dict[str, object]:
    return {**context(table, "Observations"), "value": list(rows), **more}


def shops(
    period: str = "2026JJ00",
    value: float | None = 640,
    *,
    branch: str = "371600",
    region: str = "GM0164",
    told: str = "None",
    number: int = 1,
):
    return {
        "Id": number,
        "Measure": "M000200",
        "ValueAttribute": told,
        "Value": value,
        "StringValue": None,
        "BedrijfstakkenBranchesSBI2008": branch,
        "RegioS": region,
        "Perioden": period,
    }


def periods(table: str, **status: str) -> dict[str, object]:
    rows = [{"Identifier": name, "Title": name, "Status": told} for name, told in status.items()]
    return {**context(table, "PeriodenCodes"), "value": rows}


def read(tmp_path: Path, *answers: dict[str, object], asked=None):
    pieces = [
        write_piece(tmp_path, f"{number}.json", json.dumps(answer))
        for number, answer in enumerate(answers)
    ]
    return statline.parse(pieces, asked or area())


def figures(parsed, indicator: str) -> pd.DataFrame:
    rows = parsed.frames["observations"]
    return rows[rows["indicator"] == indicator].set_index("observation_id")
