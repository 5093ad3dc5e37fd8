"""Downloads of what a view shows, in the usual formats, each at its own address."""

from types import MappingProxyType

import streamlit as st

from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.panels.page_frame import show
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.style import theme
from dashboard.style.html import Markup, door
from dashboard.style.templates import render
from data.schema.tables import DECLARED

_TABLE, _MAP, _ALL = ("csv", "xlsx", "ods"), ("gpkg", "geojson", "parquet"), ("zip",)
_MAPS = ("kaart", "initiatieven", "straten", "panden", "observations")
_OF_MAP = (
    "plaats",
    "straat",
    "type",
    "tranche",
    "rol",
    "actor",
    "profiel",
    "periode",
    "laag",
    "uitsnede",
    "taal",
)
_OF_STREETS = ("plaats", "straat", "periode", "taal", "branche", "duur", "nabij", "grens", "maat")


def button(context: Context, *stems: str) -> None:
    """Draw the button with links to files behind it; `stems` are names of `exports.SELECTIONS`."""
    # Each link holds the selection: they are sent only while they are visible.
    behind = st.popover(
        context.text("take.title"), icon=":material/download:", key="take", on_change="rerun"
    )
    if behind.open:
        with behind:
            show(offers(context, *stems))


def offers(context: Context, *stems: str) -> Markup:
    """Links to what a view shows as files, and what each contains."""
    text = context.text
    files = [
        (text(f"take.of_{stem}") if len(stems) > 1 else None, _offer(context, stem))
        for stem in stems
    ]
    help_ = _with_internal(text("take.help"), context.facts, text)
    return render("downloads.offers", files=files, help=help_, text=text)


_ONLY = MappingProxyType(
    {
        "kaart": _OF_MAP,
        "initiatieven": _OF_MAP,
        "straten": _OF_STREETS,
        "panden": _OF_STREETS,
        "observations": ("plaats", "thema", "taal"),
        "koopstromen": ("taal", "scenario"),
    }
)


def _offer(context: Context, stem: str) -> list[tuple[str, list[Markup]]]:
    """The groups of formats by name, with a link to each format."""
    forms_of_map = (*_MAP, "html") if stem == "kaart" else _MAP
    groups = (
        [("table", _TABLE), ("map", forms_of_map), ("all", _ALL)]
        if stem in _MAPS
        else [("table", (*_TABLE, "plain")), ("all", _ALL)]
    )
    return [
        (context.text(f"take.{group}"), [_link(context, stem, form) for form in forms])
        for group, forms in groups
    ]


def _link(context: Context, stem: str, form: str) -> Markup:
    selection = context.selection
    address = permalink.address(selection, f"export/{stem}.{_extension(form)}", only=_ONLY[stem])
    return door(context.text(f"take.form_{form}"), address, download=True)


def _extension(form: str) -> str:
    """Without geometry the Parquet form has another label, but the same extension."""
    return "parquet" if form == "plain" else form


def tables(facts: Facts, text: Texts) -> Markup:
    """Every published table that is not internal as a whole, with links to its files."""
    rows = [
        (
            text(f"take.of_{record.name}"),
            theme.number(record.rows, text.lang),
            [_whole(record.name, form, facts, text) for form in _forms(record.name)],
        )
        for record in facts.manifest.tables
        if record.rows
        and (
            not record.sources
            or any(facts.source(source_id).sharing != "internal" for source_id in record.sources)
        )
    ]
    help_ = _with_internal(text("take.whole_text"), facts, text)
    return render("downloads.tables", rows=rows, help=help_, text=text)


def _forms(name: str) -> tuple[str, ...]:
    return (*_TABLE, *(_MAP if DECLARED[name].geometry is not None else ("plain",)), *_ALL)


def _whole(name: str, form: str, facts: Facts, text: Texts) -> Markup:
    label = text(f"take.short_{form}") if form in ("zip", "gpkg") else text(f"take.form_{form}")
    file = f"export/{name}.{_extension(form)}"
    address = permalink.example(file, text.lang) if facts.example else f"./{file}?taal={text.lang}"
    return door(label, address, download=True)


def status_line(text: Texts) -> Markup:
    """Where the page's script says that a file is being made, or that it cannot be."""
    return render("downloads.status_line", text=text)


def _with_internal(help_: str, facts: Facts, text: Texts) -> str:
    """The help text, with a sentence about internal data where there is any."""
    closed = any(record.sharing != "open" for record in facts.manifest.sources)
    return f"{help_} {text('take.internal')}" if closed else help_
