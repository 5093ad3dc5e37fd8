"""HTML and SVG as values: text passes the one escaping function, addresses are checked."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from dashboard.errors import UnsafeAddressError
from dashboard.style.escape import escape

_EMPTY = frozenset(
    ["br", "col", "line", "path", "circle", "rect", "polyline", "polygon", "img", "meta", "link"]
)


class Markup(str):
    """Text that is safe HTML; only `dashboard.style` makes it."""

    __slots__ = ()

    def __html__(self) -> str:
        # Jinja recognises HTML by this method.
        return str(self)

    def _repr_html_(self) -> str:
        # Streamlit recognises HTML by this method, and then looks for no file or indents.
        return str(self)


def node(
    tag: str, *children: str | Markup | None, **attributes: str | float | bool | None
) -> Markup:
    """One element. Plain text is escaped, `Markup` is kept, None is left out.

    Attribute names lose a trailing underscore (`class_`) and turn `_` into `-`. True writes a bare
    attribute, None and False write none.
    """
    written = "".join(
        f" {name.rstrip('_').replace('_', '-')}"
        + ("" if setting is True else f'="{_attribute(setting)}"')
        for name, setting in attributes.items()
        if setting is not None and setting is not False
    )
    if tag in _EMPTY and not children:
        return Markup(f"<{tag}{written}/>")
    inner = "".join(
        child if isinstance(child, Markup) else escape(child)
        for child in children
        if child is not None
    )
    return Markup(f"<{tag}{written}>{inner}</{tag}>")


def join(pieces: Iterable[Markup]) -> Markup:
    """Several pieces in a row."""
    return Markup("".join(pieces))


def door(label: str | Markup, href: str, **attributes: str | float | bool | None) -> Markup:
    """A link within the site, in the same tab."""
    return node("a", label, href=within(href), target="_self", **attributes)


def within(href: str) -> str:
    """The same address. Raises UnsafeAddressError unless it lies within the site."""
    if not href.startswith(("./", "#")):
        raise UnsafeAddressError(f"expected an address within the site (./…), got {href!r}")
    return href


def outward(label: str, url: str | None) -> Markup:
    """A link to a source; an address other than http or https gives plain text."""
    if url is None or urlsplit(url).scheme not in ("http", "https"):
        return node("span", label)
    return node("a", label, href=url, target="_blank", rel="noopener noreferrer")


def _attribute(setting: str | float | bool) -> str:
    if isinstance(setting, float):
        return f"{setting:.2f}".rstrip("0").rstrip(".")
    return escape(str(setting))
