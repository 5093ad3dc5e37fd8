"""The bar at the top of a view: its link, a picture and the data of what it shows, and a door to
what compares it.
"""

from collections.abc import Sequence

from streamlit.delta_generator import DeltaGenerator

from dashboard.panels import downloads, page_frame, picture_dialog
from dashboard.panels.comparison import choice
from dashboard.press.request import Subject
from dashboard.selection.context import Context
from dashboard.style.html import door


def fill(
    bar: DeltaGenerator,
    view: str,
    context: Context,
    *,
    picture: tuple[Context, Sequence[Subject]],
    data: tuple[Context, Sequence[str]] | None,
) -> None:
    """Draw the buttons in a `page_frame.tools` that stands above what they are about.

    `picture` holds the subjects of pictures and what they are of, `data` the same for
    `exports.SELECTIONS`; None where the view has no data of its own.
    """
    with bar:
        if view != choice.VIEW:
            way = choice.address(context, view)
            page_frame.show(door(context.text("comparison.door"), way, class_="compare"))
        page_frame.share(context, view)
        picture_dialog.button(*picture)
        if data is not None:
            about, stems = data
            downloads.button(about, *stems)
