"""The invitation to complete the list, with the sheet to do it in."""

from dashboard import state
from dashboard.markup import Markup, door, join, node
from dashboard.state import Selection
from dashboard.text import Texts
from data.initiative_sheet import COLUMNS, PERSON_ROLES
from data.initiative_words import CODES

TEMPLATE = "initiatieven-sjabloon.csv"


def invitation(selection: Selection, text: Texts) -> Markup:
    """What a municipality can do, the sheet with what we know filled in, and what is never taken
    in.
    """
    return node(
        "section",
        node("h3", text("invite.title")),
        node("p", text("invite.text")),
        node(
            "p",
            door(
                text("invite.take"), state.address(selection, f"export/{TEMPLATE}"), download=True
            ),
        ),
        node(
            "details",
            node("summary", text("invite.rules")),
            node(
                "ul",
                join(
                    node("li", said)
                    for said in (
                        text("invite.rule_rows"),
                        text(
                            "invite.rule_columns",
                            columns=", ".join(column.name for column in COLUMNS),
                        ),
                        text(
                            "invite.rule_required",
                            columns=", ".join(column.name for column in COLUMNS if column.required),
                        ),
                        text("invite.rule_persons", roles=", ".join(PERSON_ROLES)),
                        text("invite.rule_refused"),
                    )
                ),
                class_="notes",
            ),
            node(
                "ul",
                join(
                    node("li", node("code", column), ": ", ", ".join(words))
                    for column, words in CODES.items()
                ),
                class_="notes small",
            ),
        ),
        class_="detail",
        aria_label=text("invite.title"),
    )
