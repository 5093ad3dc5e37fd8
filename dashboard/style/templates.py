"""HTML of the panels: structure from `panels/templates`, sentences from the language files.

A template file holds macros. It writes text through the one escaping function, and addresses
through `within`, `door` or `outward`. A line break in a template writes nothing; a visible space
stands within a line, or as `{{ " " }}` at its end.
"""

import re
from collections.abc import Iterator
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.environment import TemplateModule
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from dashboard.style import html
from dashboard.style.escape import escape
from dashboard.style.html import Markup

_LINE_BREAK = re.compile(r"(^|>)?\s*\n\s*(<|\Z)?")


class _OneLine(Extension):
    """Drop line breaks and indents of templates, also those that `trim_blocks` would keep."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """The tokens of a template, with its lines joined."""
        for token in stream:
            if token.type == "data":
                yield Token(token.lineno, "data", _LINE_BREAK.sub(_joint, token.value))
            else:
                yield token


def _joint(line_break: re.Match[str]) -> str:
    """One space between two attributes of a tag, nothing beside a tag."""
    before, after = line_break.groups()
    return " " if before is None and after is None else f"{before or ''}{after or ''}"


def _written(value: object) -> object:
    """What an expression of a template writes: text escaped, markup unchanged, None as nothing."""
    if value is None:
        return Markup()
    return value if hasattr(value, "__html__") else Markup(escape(str(value)))


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("dashboard", "panels/templates"),
        extensions=[_OneLine],
        autoescape=True,
        finalize=_written,
        undefined=StrictUndefined,
        auto_reload=False,
    )
    # No filter may bypass the one escaping function.
    environment.filters.clear()
    environment.globals.update(door=html.door, outward=html.outward, within=html.within)
    return environment


_ENVIRONMENT = _environment()


@cache
def _module(name: str) -> TemplateModule:
    return _ENVIRONMENT.get_template(f"{name}.html").module


def load() -> None:
    """Compile every template before the first page asks for one."""
    for file in _ENVIRONMENT.list_templates():
        _module(file.removesuffix(".html"))


def render(name: str, /, **values: object) -> Markup:
    """The HTML that the macro `name` ("profile.sides": file and macro) makes of values.

    Raises UndefinedError for a missing value, TypeError for an unknown one.
    """
    file, _, macro = name.partition(".")
    return Markup(getattr(_module(file), macro)(**values))
