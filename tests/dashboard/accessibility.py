"""Barriers for people with a disability that a machine can find on a page, and the statement of
accessibility that follows from them.

    python -m tests.dashboard.accessibility > docs/toegankelijkheid.md

opens every view in every language, on a desktop and on a phone.
"""

from __future__ import annotations

import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.i18n.text import LANGUAGES
from tests.conftest import CHROMIUM, ROOT, serving
from tests.dashboard.pages import DESKTOP, PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Page

# What Streamlit's own page is measured on is Streamlit's to mend; these lie in its frame, not in
# ours.
NOT_OURS = (".stAppHeader", "[data-testid=stHeader]")
CRITERIA = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
_EXAMINE = """async ([exclude, values]) => {
  const found = await axe.run(
    { exclude: exclude.map((selector) => [selector]) },
    { runOnly: { type: 'tag', values }, resultTypes: ['violations'] },
  )
  const failed = found.violations.map(({ id, nodes }) =>
    [id, nodes.map(({ html }) => html.slice(0, 160))])
  return [Object.fromEntries(failed), found.passes.map(({ id }) => id), found.testEngine.version]
}"""
# The opening view has no name in the address.
VIEWS = tuple(
    sorted(
        {path.stem for path in (ROOT / "dashboard" / "views").glob("*.py")} - {"overzicht"} | {""}
    )
)


@dataclass(frozen=True, slots=True)
class Report:
    """Of one page: the elements that fail by rule, and the rules that all its elements meet."""

    failed: dict[str, list[str]]
    met: frozenset[str]
    axe_version: str


def examine(page: Page) -> Report:
    """The page as axe judges it, by levels A and AA of WCAG 2.2."""
    from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]

    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    failed, met, version = page.evaluate(_EXAMINE, [NOT_OURS, CRITERIA])
    return Report(failed, frozenset(met), version)


def examine_every_view(page: Page, site: str) -> Iterator[tuple[str, Report]]:
    """The path of each view and its report, in every language and on both screens."""
    for view in VIEWS:
        for lang in LANGUAGES:
            for size in (DESKTOP, PHONE):
                page.set_viewport_size(size)
                page.goto(f"{site}/{view}?taal={lang}")
                page.get_by_role("heading", level=1).wait_for()
                page.wait_for_load_state("networkidle")
                yield f"/{view}", examine(page)


def statement(reports: list[tuple[str, Report]], browser: str) -> str:
    """The statement in Dutch, after the model of the Dutch government, as Markdown."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    (axe,) = {report.axe_version for _, report in reports}
    rows = []
    for view in dict.fromkeys(name for name, _ in reports):
        own = [report for name, report in reports if name == view]
        failed = sorted({rule for report in own for rule in report.failed})
        met = frozenset[str]().union(*(report.met for report in own)).difference(failed)
        rows.append(f"| `{view}` | {len(own)} | {len(met)} | {', '.join(failed) or 'geen'} |")
    return (
        Path(__file__)
        .with_suffix(".md")
        .read_text("utf-8")
        .format(
            version=version,
            day=f"{datetime.now(UTC):%Y-%m-%d}",
            axe=axe,
            browser=browser,
            excluded=", ".join(f"`{selector}`" for selector in NOT_OURS),
            rows="\n".join(rows),
        )
    )


def main() -> None:
    """Print the statement; exit code 1 where a barrier is found."""
    from playwright.sync_api import sync_playwright

    with (
        tempfile.TemporaryDirectory() as folder,
        serving(
            lambda port: [sys.executable, "-m", "dashboard", "--port", str(port)],
            Path(folder) / "log",
            env={"STADSHART_TILES": "off", "XDG_DATA_HOME": folder},
        ) as site,
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(reduced_motion="reduce")
        reports = list(examine_every_view(page, site.address))
        print(statement(reports, browser.version), end="")
        browser.close()
    sys.exit(any(report.failed for _, report in reports))


if __name__ == "__main__":
    main()
