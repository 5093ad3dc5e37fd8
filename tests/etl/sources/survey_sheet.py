"""Surveys of shops as a municipality brings them."""

from datetime import date
from pathlib import Path

import pandas as pd

from etl.source import Parsed
from etl.sources import shop_survey
from tests import town
from tests.etl.sources.pieces import TODAY, piece, voorbeeldstad

HEAD = "id;naam;straat;huisnummer;postcode;plaats;branche;groep;wvo;leeg-sinds;x;y\n"


X, Y = int(town.X), int(town.Y)


DATE = "winkels-2024-03-31.csv"


def row(
    number: int,
    *,
    group: str = "Mode & Luxe",
    wvo: str = "120,5",
    since: str = "",
    x: object = X,
    y: object = Y,
    name: str = "Winkel",
) -> str:
    return (
        f"{number};{name};Langestraat;{number};1234 AB;Voorbeeldstad;"
        f"{'Leegstand' if group == 'Leegstand' else 'Kleding'};{group};{wvo};{since};{x};{y}\n"
    )


def parse(
    folder: Path,
    *files: tuple[str, str | bytes],
    place_id: str | None = "voorbeeldstad",
    today: date = TODAY,
) -> Parsed:
    return shop_survey.parse(
        [
            piece(folder, name, content, place_id=place_id, retrieved=today)
            for name, content in files
        ],
        voorbeeldstad(),
    )


def only(parsed: Parsed) -> pd.DataFrame:
    return parsed.frames["premises"]
