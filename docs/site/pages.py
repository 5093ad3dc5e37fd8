"""Pages of the documentation site that are made from the code, and links that fit the site.

MkDocs calls the functions that begin with `on_`.
"""

from __future__ import annotations

import importlib
import inspect
import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from data.schema.tables import DECLARED

ROOT = Path(__file__).parents[2]
BROUGHT = ("SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md", "etl/problems.md")
"""Pages that lie elsewhere in the repository."""
OFFERED = (
    "data.catalogue",
    "geo.vacancy",
    "geo.footfall",
    "geo.huff",
    "geo.mci",
    "geo.index",
    "geo.effects",
    "geo.centres",
    "geo.actors",
)
"""The modules that others build on."""
_SITE = {path: posixpath.basename(path) for path in BROUGHT} | {"README.md": "index.md"}
_KNOWN = {False: "", True: "may be"}
_PATTERN, _AS_CODE = re.compile(r"like (.*)"), r"like `\1`"
_LINK = re.compile(r"\[([^\]]+)\]\(([^)#:\s]+)(#[^)\s]*)?\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """The pages in `docs`, those brought from elsewhere, and those made from the code."""
    for path in BROUGHT:
        text = (ROOT / path).read_text("utf-8")
        files.append(File.generated(config, posixpath.basename(path), content=text))
    files.append(File.generated(config, "dictionary.md", content=dictionary()))
    files.append(File.generated(config, "api.md", content=reference()))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """The page with its links: to pages of the site where there is one, else the words alone."""
    source = page.file.src_uri
    home = posixpath.dirname(
        next((path for path in BROUGHT if path.endswith(source)), f"docs/{source}")
    )

    def fitted(link: re.Match[str]) -> str:
        words, target, anchor = link[1], link[2], link[3] or ""
        path = posixpath.normpath(posixpath.join(home, target))
        name = _SITE.get(path, path.removeprefix("docs/"))
        if files.get_file_from_path(name) is not None:
            return f"[{words}]({posixpath.relpath(name, posixpath.dirname(source) or '.')}{anchor})"
        return words if (ROOT / path).exists() else link[0]

    return _LINK.sub(fitted, markdown)


def dictionary() -> str:
    """Every table of a snapshot with its columns, from the declarations that check them."""
    parts = [
        "# Every column\n\nThe tables of a snapshot, as `data/schema` declares and checks them.\n"
    ]
    for name, table in sorted(DECLARED.items()):
        rows = "\n".join(
            f"| `{key}` | {column.dtype} | {column.unit or ''} | {_KNOWN[column.nullable]} |"
            f" {column.description} | {_PATTERN.sub(_AS_CODE, column.expected)} |"
            for key, column in table.columns.items()
        )
        keys = ", ".join(f"`{key}`" for key in table.key)
        parts.append(
            f"## {name}\n\nOne row: {table.row}. Key: {keys}.\n\n"
            "| column | type | unit | unknown | means | holds |\n|---|---|---|---|---|---|\n"
            f"{rows}\n"
        )
    return "\n".join(parts)


def reference() -> str:
    """The functions and classes of `OFFERED` with their signatures and docstrings."""
    parts = ["# Functions\n\nArrays and frames in, frames out; geometry is in RD (EPSG:28992).\n"]
    for name in OFFERED:
        module = importlib.import_module(name)
        parts.append(f"## {name}\n\n{_text(module)}\n")
        for key in module.__all__:
            thing = getattr(module, key)
            if inspect.isfunction(thing) or inspect.isclass(thing):
                parts.append(f"### {name}.{key}\n\n{_described(key, thing)}\n")
            if inspect.isclass(thing):
                parts += [
                    f"`{key}.{member}`:\n\n{_described(member, method)}\n"
                    for member, method in vars(thing).items()
                    if inspect.isfunction(method) and not member.startswith("_")
                ]
    return "\n".join(parts)


def _described(name: str, thing: object) -> str:
    """Signature, of a function, and docstring."""
    if not inspect.isfunction(thing):
        return _text(thing)
    signature = str(inspect.signature(thing)).replace("'", "")
    return f"```python\n{name}{signature}\n```\n\n{_text(thing)}"


def _text(thing: object) -> str:
    """Its docstring, examples as code."""
    words, _, example = (inspect.getdoc(thing) or "").partition("\n>>> ")
    words = words.replace("*", r"\*").replace("<", "&lt;")
    return f"{words}\n\n```pycon\n>>> {example}\n```" if example else words
