"""Answers of StatLine, and what is read from them."""

import json
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd

from etl.area import Area
from etl.source import Parsed
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
    attribute: str = "None",
    number: int = 1,
) -> dict[str, object]:
    return {
        "Id": number,
        "Measure": "M000200",
        "ValueAttribute": attribute,
        "Value": value,
        "StringValue": None,
        "BedrijfstakkenBranchesSBI2008": branch,
        "RegioS": region,
        "Perioden": period,
    }


def periods(table: str, **status: str) -> dict[str, object]:
    rows = [{"Identifier": name, "Title": name, "Status": state} for name, state in status.items()]
    return {**context(table, "PeriodenCodes"), "value": rows}


def read(tmp_path: Path, *answers: dict[str, object], asked: Area | None = None) -> Parsed:
    pieces = [
        write_piece(tmp_path, f"{number}.json", json.dumps(answer))
        for number, answer in enumerate(answers)
    ]
    return statline.parse(pieces, asked or area())


def figures(parsed: Parsed, indicator: str) -> pd.DataFrame:
    rows = parsed.frames["observations"]
    matches: pd.DataFrame = rows[rows["indicator"] == indicator]
    return matches.set_index("observation_id")
