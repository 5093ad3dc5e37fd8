"""The views of the dashboard: one script each in `dashboard/views`, found by folder.

A script declares its place in the menu and its name there as plain values. They are read from its
text: running it would draw the page.
"""

import ast
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from dashboard.errors import ViewError
from dashboard.i18n.text import LANGUAGES, Lang, Texts

FOLDERS = (Path(__file__).parents[1] / "views",)


class View(NamedTuple):
    """The place of a view in the menu, its script, and its name in the menu by language."""

    order: int
    script: Path
    titles: Mapping[Lang, str]


@cache
def by_id() -> Mapping[str, View]:
    """Every view by its address, in the order of the menu; the first opens the dashboard.

    Raises ViewError for a script without `ORDER`, or without a `TITLE` in every language.
    """
    views = sorted(_declared(script) for folder in FOLDERS for script in folder.glob("*.py"))
    return MappingProxyType({view.script.stem: view for view in views})


def opening() -> str:
    """The view that opens the dashboard."""
    return next(iter(by_id()))


def title(view: str, lang: Lang) -> str:
    """The name of a view in the menu."""
    return by_id()[view].titles[lang]


def about(view: str, place: str, text: Texts) -> str | None:
    """What a view holds, in one sentence; None for one that has none yet."""
    key = f"head.about_{view}"
    return text(key, place=place) if key in text.sentences else None


def _declared(script: Path) -> View:
    values = {
        target.id: ast.literal_eval(statement.value)
        for statement in ast.parse(script.read_text("utf-8")).body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name) and target.id in ("ORDER", "TITLE")
    }
    if not isinstance(values.get("ORDER"), int) or set(values.get("TITLE", ())) != set(LANGUAGES):
        raise ViewError(
            f"{script.name}: expected ORDER, a number, and TITLE, with a name in each of"
            f" {', '.join(LANGUAGES)}"
        )
    return View(values["ORDER"], script, values["TITLE"])
