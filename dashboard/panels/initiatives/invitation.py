"""The invitation to complete the list of initiatives, with the form to fill in."""

from dashboard.i18n.text import Texts
from dashboard.selection import permalink
from dashboard.selection.permalink import Selection
from dashboard.style.html import Markup
from dashboard.style.templates import render
from data.forms.initiatives import COLUMNS, PERSON_ROLES
from data.forms.initiatives_vocabulary import CODES

TEMPLATE = "initiatieven-sjabloon.csv"


def invitation(selection: Selection, text: Texts) -> Markup:
    """What a municipality can do, the form with what is known, and what is never accepted."""
    return render(
        "invitation.invitation",
        sheet=permalink.address(selection, f"export/{TEMPLATE}"),
        columns=", ".join(column.name for column in COLUMNS),
        required=", ".join(column.name for column in COLUMNS if column.required),
        roles=", ".join(PERSON_ROLES),
        codes=[(column, ", ".join(words)) for column, words in CODES.items()],
        text=text,
    )
