"""The JavaScript of the map, and the CSS of the map and the page, checked by the programs that
`.oxlintrc.json` and `.oxfmtrc.json` configure.
"""

import re
import subprocess
import sysconfig
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("dashboard/component", "dashboard/maps")
MAP_FILES = sorted(
    path
    for folder in FOLDERS
    for path in (ROOT / folder).iterdir()
    if path.suffix in (".mjs", ".css")
)
FILES = [*MAP_FILES, *sorted((ROOT / "dashboard/static").glob("*.css"))]
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl)a?\(")


def run(program: str, *arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sysconfig.get_path("scripts")) / program), *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def lint(*arguments: str) -> subprocess.CompletedProcess[str]:
    return run("oxlint", "-c", str(ROOT / ".oxlintrc.json"), *arguments)


def test_modules_have_no_fault_the_linter_sees():
    done = lint(*FOLDERS)
    assert done.returncode == 0, done.stdout


def test_linter_sees_names_that_do_not_exist_and_names_without_use(tmp_path):
    module = tmp_path / "module.mjs"
    module.write_text("const unused = 1\nexport const sum = (a) => a + missing\n")
    done = lint(str(module))
    assert done.returncode != 0
    assert "no-undef" in done.stdout and "no-unused-vars" in done.stdout


def test_modules_and_styles_stand_as_the_formatter_sets_them():
    done = run("oxfmt", "--check", *(str(path.relative_to(ROOT)) for path in FILES))
    assert done.returncode == 0, done.stdout + done.stderr


def test_files_fit_on_a_screen_or_two():
    assert {path.name for path in FILES if len(path.read_text("utf-8").splitlines()) > 400} == set()


def test_colours_come_from_the_style_table():
    assert {path.name: COLOUR.findall(path.read_text("utf-8")) for path in MAP_FILES} == {
        path.name: [] for path in MAP_FILES
    }
