"""Files of the view Initiatieven: the export table, and the form to complete it in."""

from dashboard.analysis import actor_network
from dashboard.facts.records import Initiative, Participation
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.maps.layers import initiatives
from dashboard.selection import views
from dashboard.selection.context import Context
from dashboard.sentences import citation
from data.export.sheet import ExportColumn, ExportRow, ExportTable, Kind
from data.forms import initiatives as forms_initiatives

_COLUMNS: tuple[tuple[str, Kind], ...] = (
    ("id", "text"),
    ("place", "text"),
    ("name", "text"),
    ("kind", "text"),
    ("kind_basis", "text"),
    ("tranche", "text"),
    ("tranche_basis", "text"),
    ("status", "text"),
    ("period_start", "date"),
    ("period_end", "date"),
    ("streets", "text"),
    ("precision", "text"),
    ("fit", "text"),
    ("actors", "text"),
    ("description", "text"),
    ("note", "text"),
)
# Columns whose meaning differs from that of the same key in other tables.
_MEANING = {
    "name": "initiative",
    "status": "progress",
    "period_start": "begun",
    "period_end": "ended",
}


def initiative_table(context: Context) -> ExportTable:
    """The filtered initiatives with actors and source; the notes say what their number means."""
    facts, text, selection = context.facts, context.text, context.selection
    return ExportTable(
        title=f"{text('product.name')}: {views.title('initiatieven', text.lang)}",
        columns=tuple(
            ExportColumn(
                key, text(f"initiative_file.{key}"), kind, text(f"meaning.{_MEANING.get(key, key)}")
            )
            for key, kind in _COLUMNS
        ),
        rows=tuple(
            _initiative_row(row, facts, text) for row in actor_network.fitting(facts, selection)
        ),
        lang=text.lang,
        link=citation.view_link(selection, "initiatieven"),
        notes=(initiatives.count_note(facts, text),),
        name="initiatieven",
        version=facts.version,
        geometric=True,
    )


def _initiative_row(row: Initiative, facts: Facts, text: Texts) -> ExportRow:
    fitting = actor_network.fit(row, facts)
    cells = (
        row.initiative_id,
        facts.places[row.place_id].names[text.lang],
        row.name,
        text(f"kind.{row.kind}"),
        text(f"basis.{row.kind_basis}"),
        text(f"tranche.{row.tranche}"),
        text("unknown.cell") if row.tranche == "unknown" else text(f"basis.{row.tranche_basis}"),
        text(f"status.{row.status}"),
        row.start,
        row.end,
        ", ".join(row.streets) or text("unknown.street"),
        text(f"precision.{row.location_precision}"),
        text(f"fit.{fitting}"),
        initiatives.actors(row, facts, text),
        initiatives.written_description(row, text),
        facts.translate(row.note, text.lang) if row.note else None,
    )
    return ExportRow(cells, (citation.file_source(row.source_id, facts, text, row=row),), row.point)


def template(context: Context) -> bytes:
    """The CSV form of the selected place (without one of all places), known values filled in."""
    rows: list[dict[str, str]] = []
    for row in context.facts.initiatives:
        if context.selection.whole_region or row.place_id == context.selection.place:
            known_cells = _known_cells(row, context.facts)
            participations = context.facts.participations.get(row.initiative_id, ())
            rows += [
                known_cells | _participation_cells(participation)
                for participation in participations
            ] or [known_cells]
    return forms_initiatives.template(rows)


def _known_cells(row: Initiative, facts: Facts) -> dict[str, str]:
    known = {
        "initiatief": row.name,
        "plaats": row.place_id,
        "straten": "; ".join(row.streets),
        "soort": row.kind,
        "tranche": row.tranche,
        "stand": row.status,
        "begin": "" if row.start is None else row.start.isoformat(),
        "einde": "" if row.end is None else row.end.isoformat(),
        "omschrijving": row.descriptions["nl"] or "",
        "past_bij_profiel": row.profile_fit or "",
        "bron": facts.source(row.source_id).publisher,
        "bron_url": row.source_url or "",
        "bron_datum": row.source_date or "",
    }
    # From 1 January to 31 December: the source names years only.
    if (
        row.start
        and row.end
        and (row.start.month, row.start.day, row.end.month, row.end.day) == (1, 1, 12, 31)
    ):
        known |= {"begin": str(row.start.year), "einde": str(row.end.year)}
    return {name: value for name, value in known.items() if value}


def _participation_cells(participation: Participation) -> dict[str, str]:
    actor = participation.actor
    if participation.actor_kind == forms_initiatives.PERSON:
        # Of a person only a role that the form knows is written, never a name.
        roles = [role for role in forms_initiatives.PERSON_ROLES if role in actor.casefold()]
        if not roles:
            return {}
        actor = max(roles, key=len)
    cells = {
        "actor": actor,
        "soort_actor": participation.actor_kind,
        "rol": participation.role,
        "manier_van_ondersteunen": participation.facilitation or "",
    }
    return {name: value for name, value in cells.items() if value}
