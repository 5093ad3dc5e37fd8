"""The curated facts as they lie in the repository: tables of text, places and what is promised of
them.
"""

import csv
import json
from collections.abc import Mapping
from pathlib import Path

import data

ROOM = Path(data.__file__).parent
REFERENCE = ROOM / "reference"
PLACES = ROOM / "places"
PACKAGE = json.loads((REFERENCE / "datapackage.json").read_text(encoding="utf-8"))
RESOURCES = {resource["name"]: resource for resource in PACKAGE["resources"] if "path" in resource}
FIGURES = [
    name
    for name, resource in RESOURCES.items()
    if resource["schema"]["primaryKey"] == ["observation_id"]
]

Row = Mapping[str, str]


def rows(name: str) -> list[Row]:
    """Every row of a table, each cell as text."""
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def figures() -> list[Row]:
    """Every observation of every theme."""
    return [row for name in FIGURES for row in rows(name)]


def figure(observation_id: str) -> Row:
    """The observation with this id."""
    return next(row for row in figures() if row["observation_id"] == observation_id)


def package_faults(description: Path) -> list[tuple[str, str]]:
    """Table and kind of every fault that frictionless finds in a data package."""
    # Imported here: it takes longer than most tests.
    from frictionless import Package

    tasks = Package(str(description)).validate().tasks
    return [(task.name, error.type) for task in tasks for error in task.errors]


def place_features() -> list[dict[str, object]]:
    """Every place, by file name."""
    return [
        json.loads(path.read_text(encoding="utf-8")) for path in sorted(PLACES.glob("*.geojson"))
    ]
