"""The licences of what the program runs on, as each package declares its own.

    python -m tests.repo.dependency_licences > docs/dependencies.md

writes the list again. Without a licence expression a package is read by its classifiers.
"""

from __future__ import annotations

import re
from importlib import metadata

from tests.conftest import ROOT

CLASSIFIED = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF",
}
_SPELLED = {"3-Clause BSD License": "BSD-3-Clause", "Apache License 2.0": "Apache-2.0"}
PERMISSIVE = re.compile(
    r"0BSD|Apache-2\.0|BSD(-[23]-Clause)?|CC0-1\.0|ISC|MIT|MIT-0|MIT-CMU|MPL-2\.0|PSF(-2\.0)?|Zlib"
)
"""MPL-2.0 binds its own files only: those of `certifi`, which stay as they are."""


def locked() -> dict[str, str]:
    """Name and version of every package of a deployment."""
    text = (ROOT / "requirements.lock").read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", text, re.MULTILINE))


def licence(package: str) -> str:
    """The SPDX expression of an installed package, or the name of its family (BSD, PSF).

    Raises ValueError where it declares none that can be read.
    """
    about = metadata.metadata(package)
    if "License-Expression" in about:
        return about["License-Expression"]
    named = {
        CLASSIFIED.get(line.rpartition(" :: ")[2], line)
        for line in about.get_all("Classifier") or ()
        if line.startswith("License :: ") and line != "License :: OSI Approved"
    }
    if not named and "License" in about and "\n" not in about["License"]:
        named = {_SPELLED.get(about["License"], about["License"])}
    if not named:
        raise ValueError(f"{package}: expected a licence in its metadata, got none")
    return " AND ".join(sorted(named))


def is_permissive(expression: str) -> bool:
    """Whether every licence in the expression, or of a choice one, lets anyone use the package."""
    return all(
        any(PERMISSIVE.fullmatch(name.strip("() ")) for name in part.split(" OR "))
        for part in expression.split(" AND ")
    )


def listing() -> str:
    """The list as Markdown."""
    rows = "".join(f"| {package} | {licence(package)} |\n" for package in locked())
    return _TEXT.format(rows=rows)


_TEXT = """# What it runs on

Every package of a deployment (`requirements.lock`) with the licence it declares itself; a test
holds that the list is whole and that none is GPL or AGPL. Written by
`python -m tests.repo.dependency_licences`.

| package | licence |
|---|---|
{rows}
`certifi` (MPL-2.0) is used unchanged. Fonts and scripts that ship lie in `dashboard/static/vendor`
with their licences. What only tests need stands in `pyproject.toml` under `test`.
"""


if __name__ == "__main__":
    print(listing(), end="")
