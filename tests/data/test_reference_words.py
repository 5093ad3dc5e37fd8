"""Every Dutch text of the curated facts has its translations, and they say the same."""

import re

from tests.data.curated import FIGURES, place_features, rows


def shown_texts() -> set[str]:
    """Every Dutch text of the facts that the screen may show, names of sources included."""
    columns = {
        "unit",
        "definition",
        "note",
        "area_name",
        "value_text",
        "source_date",
        "licence",
        "publisher",
        "read_via",
        "credit",
        "description_nl",
    }
    # The list of municipalities serves a command; no snapshot names its source.
    unpublished = {row["source_id"] for row in rows("municipalities")}
    texts = {
        row[column]
        for name in (*FIGURES, "sources", "stops", "initiatives", "participations", "indicators")
        for row in rows(name)
        if not (name == "sources" and row["source_id"] in unpublished)
        for column in columns & set(row)
    }
    texts |= {row["name"] for name in ("initiatives", "actors", "stops") for row in rows(name)}
    texts |= {feature["properties"]["profile"] or "" for feature in place_features()}
    # A share is shown as a percentage.
    return texts - {"", "share"}


def test_every_text_is_translated():
    known = {row["text_nl"] for row in rows("translations")}
    assert sorted(shown_texts() - known) == []


def test_no_translation_is_left_over():
    assert {row["text_nl"] for row in rows("translations")} <= shown_texts()


def test_sentences_are_translated_not_copied():
    copied = [
        row["text_nl"]
        for row in rows("translations")
        if row["text_nl"].endswith(".")
        and " " in row["text_nl"]
        and row["text_nl"] in (row["text_en"], row["text_de"])
    ]
    assert copied == []


def digits(text: str) -> list[str]:
    return sorted(re.findall(r"\d+", re.sub(r"(?<=\d)[.,](?=\d)", "", text)))


def test_translations_keep_every_number():
    changed = [
        (row["text_nl"], row[column])
        for row in rows("translations")
        for column in ("text_en", "text_de")
        if digits(row["text_nl"]) != digits(row[column])
    ]
    assert changed == []
