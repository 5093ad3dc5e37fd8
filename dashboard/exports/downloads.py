"""Downloads by name: what a selection shows, whole tables, and the map as one file.

The picture process makes them.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from dashboard import deployment
from dashboard.analysis import actor_network
from dashboard.exports import file_names, initiative_tables, map_tables, qgis_style, street_tables
from dashboard.exports.file_names import Extension
from dashboard.exports.map_tables import ClassedTable
from dashboard.maps import layers
from dashboard.maps.layers import initiatives, premises, streets
from dashboard.maps.wording import wording
from dashboard.press import caption
from dashboard.press.errors import PressError
from dashboard.press.worker import jobs
from dashboard.press.worker.jobs import Made
from dashboard.selection.context import Context, context_of
from dashboard.selection.permalink import Selection
from data.errors import ExportError
from data.export import ods
from data.export import tables as export_tables
from data.export.sheet import ExportTable
from data.export.tables import FORMATS, Format, Parcel
from data.schema.tables import DECLARED

if TYPE_CHECKING:
    from dashboard.analysis.competition.calibration import Model
    from dashboard.press.studio import Studio

MEDIA: Mapping[str, str] = MappingProxyType(
    {
        "csv": "text/csv; charset=utf-8",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "ods": ods.MEDIA_TYPE,
        "html": "text/html; charset=utf-8",
        "gpkg": "application/geopackage+sqlite3",
        "parquet": "application/vnd.apache.parquet",
        "geojson": "application/geo+json",
        "zip": "application/zip",
    }
)
_EXTENSIONS: Mapping[str, Extension] = {**{form: form for form in FORMATS}, "html": "html"}

Pack = Callable[["Studio", Context], Parcel]
# Sentences before the notes of a file.
Preface = tuple[str, ...]
Make = Callable[["Studio", Context, Preface], bytes]


def _table_packer(name: str) -> Pack:
    """Packs what may leave of a published table; raises WithheldError where nothing may."""

    def pack_table(studio: "Studio", context: Context) -> Parcel:
        facts, text = context.facts, context.text
        notes = (text("example.note"),) if facts.example else ()
        link = deployment.public_url()
        return _pack(
            export_tables.table_sheet(facts.catalogue, name, lang=text.lang, link=link, notes=notes)
        )

    return pack_table


def _pack(sheet: ExportTable) -> Parcel:
    return export_tables.parcel((sheet,), name=sheet.name, sender=deployment.publisher())


def _pack_classed(
    whole: ExportTable, layer_tables: tuple[ClassedTable, ...], labels: Mapping[str, str | None]
) -> Parcel:
    styles = {
        table.sheet.name: qgis_style.write_style(table.classes, label=labels.get(table.sheet.name))
        for table in layer_tables
        if table.classes
    }
    return Parcel(
        whole.name,
        (whole,),
        tuple(table.sheet for table in layer_tables),
        styles,
        deployment.publisher(),
    )


def _pack_map(studio: "Studio", context: Context) -> Parcel:
    whole, layer_tables = map_tables.map_tables(context)
    labels = {layer.id: layer.qgis_label for layer in layers.by_id().values()}
    return _pack_classed(whole, layer_tables, labels)


def _pack_figures(studio: "Studio", context: Context) -> Parcel:
    return _pack(map_tables.figure_table(context))


def _pack_streets(studio: "Studio", context: Context) -> Parcel:
    return _pack_town(street_tables.street_table(context), streets.ID, context)


def _pack_units(studio: "Studio", context: Context) -> Parcel:
    return _pack_town(street_tables.unit_table(context), premises.ID, context)


def _pack_town(sheet: ExportTable, layer: str, context: Context) -> Parcel:
    text = context.text
    styles, legend = street_tables.classes(context, layer)
    table = map_tables.classify(sheet, styles, {**wording(text.lang), **legend}, text)
    return _pack_classed(table.sheet, (table,), {streets.ID: '"street"'})


def _pack_initiatives(studio: "Studio", context: Context) -> Parcel:
    sheet = initiative_tables.initiative_table(context)
    shown = actor_network.fitting(context.facts, context.selection)
    styles = [initiatives.style(row) for row in shown]
    table = map_tables.classify(sheet, styles, wording(context.text.lang), context.text)
    return _pack_classed(table.sheet, (table,), {initiatives.ID: '"name"'})


def _pack_flows(studio: "Studio", context: Context) -> Parcel:
    # Imported here: the model loads heavy libraries.
    from dashboard.exports import flow_tables

    return _pack(flow_tables.flow_table(context, studio.model))


def _make_single_file_map(studio: "Studio", context: Context, preface: Preface) -> bytes:
    # Imported here: only the single-file map needs folium.
    from dashboard.maps.single_file import folium_map

    return folium_map.document(context, preface=preface)


def _make_initiative_form(studio: "Studio", context: Context, preface: Preface) -> bytes:
    return initiative_tables.template(context)


def _in_format(pack: Pack, form: Format) -> Make:
    def make(studio: "Studio", context: Context, preface: Preface) -> bytes:
        parcel = _with_preface(pack(studio, context), preface)
        (content,) = export_tables.files(parcel, form).values()
        return content

    return make


def _with_preface(parcel: Parcel, preface: Preface) -> Parcel:
    tables, layer_tables = (
        tuple(replace(sheet, notes=(*preface, *sheet.notes)) for sheet in sheets)
        for sheets in (parcel.tables, parcel.layers)
    )
    return replace(parcel, tables=tables, layers=layer_tables)


def forms(*, geometric: bool) -> tuple[Format, ...]:
    """The formats of a table; GeoPackage and GeoJSON only where rows have a geometry."""
    return tuple(form for form in FORMATS if geometric or form not in ("gpkg", "geojson"))


SELECTIONS: Mapping[str, tuple[Pack, bool]] = MappingProxyType(
    {
        "kaart": (_pack_map, True),
        "straten": (_pack_streets, True),
        "panden": (_pack_units, True),
        "initiatieven": (_pack_initiatives, True),
        "observations": (_pack_figures, True),
        "koopstromen": (_pack_flows, False),
    }
)
# Whole tables by name; figures go by the selection, which may hold all of them.
TABLES: tuple[str, ...] = tuple(name for name in DECLARED if name not in SELECTIONS)
DOWNLOADS: Mapping[str, Make] = MappingProxyType(
    {
        **{
            f"{name}.{form}": _in_format(_table_packer(name), form)
            for name in TABLES
            for form in forms(geometric=DECLARED[name].geometry is not None)
        },
        **{
            f"{name}.{form}": _in_format(pack, form)
            for name, (pack, geometric) in SELECTIONS.items()
            for form in forms(geometric=geometric)
        },
        "kaart.html": _make_single_file_map,
        "initiatieven-sjabloon.csv": _make_initiative_form,
    }
)


def make_from_studio(
    studio: "Studio", name: str, selection: Selection, unread: tuple[str, ...] = ()
) -> Made:
    """One of DOWNLOADS; its notes name what of its link was `unread`.

    Raises PressError when nothing may leave.
    """
    context = context_of(studio.facts, selection)
    try:
        content = DOWNLOADS[name](studio, context, caption.unread(unread, context.text))
    except ExportError:
        raise PressError(context.text("take.nothing")) from None
    return Made(content, MEDIA[name.rpartition(".")[2]])


def make_file(
    folder: Path,
    version: str,
    name: str,
    selection: Selection,
    unread: tuple[str, ...] = (),
    model: "Model | None" = None,
) -> Made:
    """One of DOWNLOADS without anything internal: a file travels further than the screen."""
    return make_from_studio(jobs.studio(folder, version, model), name, selection, unread)


def is_modelled(name: str) -> bool:
    """Whether the download needs the model."""
    return name.partition(".")[0] == "koopstromen"


def file_name(name: str, selection: Selection) -> str:
    """The name under which a download is saved; that of a selection holds its place."""
    stem, _, form = name.rpartition(".")
    place = [] if stem in TABLES else [selection.place]
    return file_names.file_name(
        "stadshart",
        "cijfers" if stem == "observations" else stem,
        *place,
        extension=_EXTENSIONS[form],
    )
