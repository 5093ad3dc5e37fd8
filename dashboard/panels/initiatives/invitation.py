"""The invitation to complete the list of initiatives, with the form to fill in."""

from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.style.html import Markup
from dashboard.style.templates import render
from data.forms.initiatives import COLUMNS, PERSON_ROLES
from data.forms.initiatives_vocabulary import CODES

TEMPLATE = "initiatieven-sjabloon.csv"


def invitation(context: Context) -> Markup:
    """What a municipality can do, the form with what is known, and what is never accepted."""
    return render(
        "invitation.invitation",
        sheet=permalink.address(context.selection, f"export/{TEMPLATE}"),
        columns=", ".join(column.name for column in COLUMNS),
        required=", ".join(column.name for column in COLUMNS if column.required),
        roles=", ".join(PERSON_ROLES),
        codes=[(column, ", ".join(words)) for column, words in CODES.items()],
        text=context.text,
    )
