"""The invitation to complete the list, with the sheet to do it in."""

from dashboard import state
from dashboard.markup import Markup
from dashboard.state import Selection
from dashboard.templates import render
from dashboard.text import Texts
from data.initiative_sheet import COLUMNS, PERSON_ROLES
from data.initiative_words import CODES

TEMPLATE = "initiatieven-sjabloon.csv"


def invitation(selection: Selection, text: Texts) -> Markup:
    """What a municipality can do, the sheet with what we know filled in, and what is never taken
    in.
    """
    return render(
        "invitation.invitation",
        sheet=state.address(selection, f"export/{TEMPLATE}"),
        columns=", ".join(column.name for column in COLUMNS),
        required=", ".join(column.name for column in COLUMNS if column.required),
        roles=", ".join(PERSON_ROLES),
        codes=[(column, ", ".join(words)) for column, words in CODES.items()],
        text=text,
    )
