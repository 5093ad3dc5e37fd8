"""The language files say the same things, with the same gaps, and nothing is left over."""

import re
import string
import tomllib
from pathlib import Path

import pytest

from dashboard.text import LANGUAGES, texts

ROOT = Path(__file__).parents[2]
FOLDERS = ("panels", "views", "maps", "component")


def gaps(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("lang", [lang for lang in LANGUAGES if lang != "nl"])
def test_every_language_has_the_same_keys_and_gaps(lang):
    dutch, other = texts("nl").sentences, texts(lang).sentences
    assert other.keys() == dutch.keys()
    assert {key: gaps(sentence) for key, sentence in other.items()} == {
        key: gaps(sentence) for key, sentence in dutch.items()
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_is_empty(lang):
    assert all(sentence.strip() for sentence in texts(lang).sentences.values())


def test_the_map_has_the_same_words_in_every_language():
    words = tomllib.loads((ROOT / "dashboard" / "component" / "wording.toml").read_text("utf-8"))
    assert set(words) == set(LANGUAGES)
    assert words["nl"].keys() == words["en"].keys() == words["de"].keys()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_legend_and_table_call_a_kind_of_initiative_the_same(lang):
    words = tomllib.loads((ROOT / "dashboard" / "component" / "wording.toml").read_text("utf-8"))[
        lang
    ]
    for kind in ("physical", "activity", "transformation"):
        assert words[f"style.initiative_{kind}"] == texts(lang)(f"kind.{kind}")


def test_every_sentence_is_used():
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "dashboard").rglob("*.py"))
    patterns = {
        re.sub(r"\{[^}]*\}", "*", key)
        for key in re.findall(r"[\"']([\w]+(?:\.[\w{}.\[\]\"' ]+)+)[\"']", code)
    }
    patterns |= {f"{key}_one" for key in re.findall(r"\.counted\(\s*[\"']([\w.]+)[\"']", code)}
    used = [re.compile(re.escape(pattern).replace(r"\*", r"\w+")) for pattern in patterns]
    unused = [
        key for key in texts("nl").sentences if not any(pattern.fullmatch(key) for pattern in used)
    ]
    assert unused == []


def test_every_asked_sentence_exists():
    known = texts("nl").sentences
    asked = set()
    for path in (ROOT / "dashboard").rglob("*.py"):
        asked |= set(re.findall(r"\.counted\(\s*[\"']([\w.]+)[\"']", path.read_text("utf-8")))
        asked |= set(
            re.findall(r"\b(?:text|words)\(\s*[\"']([\w.]+)[\"']", path.read_text("utf-8"))
        )
    assert asked <= known.keys(), asked - known.keys()
