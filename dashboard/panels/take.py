"""What a visitor takes along: the table and the map of the selection, each at an address of its own."""

from dashboard import state
from dashboard.markup import Markup, door, join, node
from dashboard.state import Selection
from dashboard.text import Texts


_OF_STREETS = ("plaats", "straat", "periode", "taal", "branche", "duur", "nabij", "grens", "maat")


def links(selection: Selection, text: Texts) -> Markup:
    """Links to the table and the map of this selection as files."""
    return node(
        "p",
        node("strong", f"{text('map.take')}: "),
        join(
            door(text(f"map.take_{kind}"), state.address(selection, f"export/kaart.{kind}"), download=True)
            for kind in ("csv", "xlsx", "html")
        ),
        class_="take",
    )


def streets(selection: Selection, text: Texts) -> Markup:
    """Links to the streets and the units of this selection as files."""
    return node(
        "p",
        node("strong", f"{text('map.take')}: "),
        join(
            door(
                text(f"straten.take_{what}_{kind}"),
                state.address(selection, f"export/{name}.{kind}", only=_OF_STREETS),
                download=True,
            )
            for what, name in (("streets", "straten"), ("units", "panden"))
            for kind in ("csv", "xlsx")
        ),
        class_="take",
    )


def figures(selection: Selection, text: Texts) -> Markup:
    """Links to all figures of this selection as files."""
    return node(
        "p",
        node("strong", f"{text('map.take')}: "),
        join(
            door(text(f"figures.take_all_{kind}"), state.address(selection, f"export/observations.{kind}"), download=True)
            for kind in ("csv", "xlsx")
        ),
        class_="take",
    )


def initiatives(selection: Selection, text: Texts) -> Markup:
    """Links to the initiatives of this selection as files."""
    return node(
        "p",
        node("strong", f"{text('map.take')}: "),
        join(
            door(text(f"map.take_{kind}"), state.address(selection, f"export/initiatieven.{kind}"), download=True)
            for kind in ("csv", "xlsx")
        ),
        class_="take",
    )


def flows(selection: Selection, text: Texts) -> Markup:
    """Links to the modelled flows of this selection's scenario as files."""
    return node(
        "p",
        node("strong", f"{text('map.take')}: "),
        join(
            door(
                text(f"flow_file.take_{kind}"),
                state.address(selection, f"export/koopstromen.{kind}", only=("taal", "scenario")),
                download=True,
            )
            for kind in ("csv", "xlsx")
        ),
        class_="take",
    )
