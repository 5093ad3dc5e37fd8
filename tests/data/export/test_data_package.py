"""What lies beside the files in a zip."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import date

import pytest

from data.export import tables
from data.export.data_package import licence_name
from data.export.sheet import ExportColumn, ExportRow, ExportTable, SourceNote
from data.export.tables import Parcel
from geo.bilingual import Language

PAPER = SourceNote(
    "De Voorbeeldkrant",
    "De Voorbeeldkrant, Leegstand",
    "https://example.org/a",
    None,
    "CC BY 4.0",
    date(2024, 3, 1),
    "Bron: krant",
)


def zipped(*texts: str, lang: Language = "nl", note: str = "Gemodelleerd.") -> dict[str, bytes]:
    columns = (
        ExportColumn("name", "Naam"),
        ExportColumn("rate", "Leegstand", "share", "deel van de panden"),
    )
    sheet = ExportTable(
        "Straten",
        columns,
        tuple(ExportRow((text, 0.25), (PAPER,)) for text in texts),
        lang,
        None,
        (note,),
        "straten",
        "v1",
    )
    (content,) = tables.files(
        Parcel("straten", (sheet,), (sheet,), sender="Gemeente Voorbeeldstad"), "zip"
    ).values()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_zip_holds_every_form_and_what_describes_them():
    assert list(zipped("Markt")) == [
        "README.md",
        "datapackage.json",
        "straten.csv",
        "straten.xlsx",
        "straten.parquet",
    ]


def test_readme_names_files_columns_notes_sources_sender_and_version():
    said = zipped("Markt")["README.md"].decode()
    for words in (
        "Gegevensversie: v1",
        "Afzender: Gemeente Voorbeeldstad",
        "`straten.xlsx`",
        "- Gemodelleerd.",
        "`rate`: Leegstand: deel van de panden",
        (
            "- De Voorbeeldkrant, Leegstand; ongedateerd; geraadpleegd 2024-03-01; CC BY 4.0;"
            " Bron: krant; https://example.org/a"
        ),
    ):
        assert words in said


@pytest.mark.parametrize(
    ("lang", "title"), [("nl", "## Bronnen"), ("en", "## Sources"), ("de", "## Quellen")]
)
def test_readme_speaks_the_language_of_the_reader(lang: Language, title: str):
    assert title in zipped("Markt", lang=lang)["README.md"].decode()


def test_words_of_a_source_never_become_a_heading_of_ours():
    assert "\n# Koop" not in zipped("Markt", note="eerst\n# Koop nu")["README.md"].decode()


def test_description_tells_size_hash_licence_and_where_it_comes_from():
    files = zipped("Markt")
    package = json.loads(files["datapackage.json"])
    assert package["licenses"] == [{"name": "CC-BY-4.0", "title": "CC BY 4.0"}]
    assert (
        package["sources"][0]["path"] == "https://example.org/a"
        and package["sources"][0]["credit"] == "Bron: krant"
    )
    assert (package["name"], package["version"], package["created"]) == (
        "straten",
        "v1",
        "2024-03-01T00:00:00Z",
    )
    for resource in package["resources"]:
        content = files[resource["path"]]
        assert (resource["bytes"], resource["hash"]) == (
            len(content),
            f"sha256:{hashlib.sha256(content).hexdigest()}",
        )


def test_description_names_the_columns_of_the_csv_as_they_stand_there():
    files = zipped("Markt")
    (table,) = [
        found
        for found in json.loads(files["datapackage.json"])["resources"]
        if found["format"] == "csv"
    ]
    header = next(
        csv.reader(
            io.StringIO(files["straten.csv"].decode("utf-8-sig")),
            delimiter=table["dialect"]["delimiter"],
        )
    )
    assert [field["name"] for field in table["schema"]["fields"]] == header
    assert table["schema"]["fields"][1] == {
        "name": "Leegstand (0-1)",
        "type": "number",
        "description": "deel van de panden",
        "decimalChar": ",",
    }


def test_same_rows_are_the_same_zip():
    assert zipped("Markt", "Brink") == zipped("Markt", "Brink")


@pytest.mark.parametrize(
    ("licence", "name"),
    [
        ("CC BY 4.0", "CC-BY-4.0"),
        (
            "niet vermeld; los feit met bronvermelding",
            "other-niet-vermeld-los-feit-met-bronvermelding",
        ),
    ],
)
def test_licence_is_named_as_the_standard_spells_it(licence: str, name: str):
    assert licence_name(licence) == name
