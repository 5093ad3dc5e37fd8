"""What to do about a figure that is missing: who has it, what to send, and to whom."""

from dashboard import deployment
from dashboard.panels.page_frame import copy_button
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.sentences import region_names
from dashboard.style.html import Markup
from dashboard.style.templates import render

_FIELDS = ("value", "unit", "period", "area", "definition", "source")


def card(context: Context, *, opened: bool) -> Markup | None:
    """A form to copy for the subject and place of the selection; None unless both are chosen."""
    text, selection = context.text, context.selection
    if selection.whole_region or selection.theme == permalink.ALL:
        return None
    place, subject = region_names.selected(context), text(f"theme.{selection.theme}")
    owner = f"supply.who_{selection.theme}"
    if owner not in text.sentences:
        owner = "supply.who"
    asked = [f"{text('column.place')}: {place}", f"{text('figures.theme')}: {subject}"]
    asked += [f"{text(f'supply.{field}')}: " for field in _FIELDS]
    return render(
        "supply.card",
        title=text("supply.title", subject=subject, place=place),
        owner=text(owner),
        fields=[text(f"supply.{field}") for field in _FIELDS],
        contact=deployment.publisher() or text("supply.contact_none"),
        copy=copy_button(text("supply.copy"), "\n".join(asked), text),
        opened=opened,
        text=text,
    )
