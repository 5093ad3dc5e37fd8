"""Surveys whose words say which units are vacant, and what is read from them."""

from collections.abc import Sequence
from pathlib import Path

from etl.parsing import column_map_file, dropped_rows, survey_vocabulary
from etl.parsing.preview import Preview
from etl.source import Parsed
from etl.sources import shop_survey
from tests import town
from tests.etl.sources.pieces import piece, voorbeeldstad

X, Y = int(town.X), int(town.Y)


LOCATUS = (
    "VKP_ID",
    "VKP_Naam",
    "GROEP",
    "HOOFDBRANCHE",
    "BRANCHE",
    "WVO",
    "XCOORD",
    "YCOORD",
    "PEILDATUM",
)


MAP = '[columns]\nunit_id = "id"\nstatus = "{}"\nx = "x"\ny = "y"\n'


def locatus(*groups: str, names: Sequence[str] = (), branches: Sequence[str] = ()) -> str:
    """A delivery with one unit per group; names and branches are those of shops unless given."""
    lines = [";".join(LOCATUS)]
    for number, group in enumerate(groups):
        name = names[number] if names else "Jan Jansen Mode"
        branch = branches[number] if branches else "22.010.519"
        lines.append(
            f"{number};{name};{group};22-Mode & Luxe;{branch};120;{X + number};{Y};31-3-2024"
        )
    return "\n".join(lines) + "\n"


def listed(*words: str, heading: str = "status", more: str = "") -> str:
    """Units with a word each under one heading."""
    lines = [
        f"id;{heading};x;y{more}",
        *(f"{number};{word};{X};{Y}" for number, word in enumerate(words)),
    ]
    return "\n".join(lines) + "\n"


def parse(
    folder: Path, content: str | bytes, stated: str | None = None, *, name: str = "w-2024-03-31.csv"
) -> Parsed:
    pieces = [piece(folder, name, content)]
    if stated is not None:
        pieces.append(piece(folder, name + column_map_file.ENDING, stated))
    return shop_survey.parse(pieces, voorbeeldstad())


def statuses(parsed: Parsed) -> list[str]:
    return parsed.frames["premises"]["status"].tolist()


def asked(parsed: Parsed) -> list[str]:
    return [finding.code for finding in dropped_rows.refused_files(parsed.files)]


def seen(folder: Path, content: str, stated: str | None = None) -> Preview:
    read = stated and column_map_file.from_toml(
        stated.encode(), "m", source_id="shop_survey", fields=survey_vocabulary.FIELDS
    )
    return shop_survey.preview(
        piece(folder, "w-2024-03-31.csv", content), read or None, voorbeeldstad()
    )
