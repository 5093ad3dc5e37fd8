"""The language files say the same things, with the same gaps, and nothing is left over."""

import re
import string
import tomllib
from pathlib import Path

import pytest

from dashboard.i18n.text import LANGUAGES, texts

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "dashboard" / "panels" / "templates"


def gaps(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_every_language_has_the_same_keys_and_gaps():
    dutch, *others = (
        {key: gaps(sentence) for key, sentence in texts(lang).sentences.items()}
        for lang in LANGUAGES
    )
    assert others == [dutch] * (len(LANGUAGES) - 1)


def test_no_sentence_is_empty():
    assert [
        (lang, key)
        for lang in LANGUAGES
        for key, sentence in texts(lang).sentences.items()
        if not sentence.strip()
    ] == []


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


def sources() -> list[str]:
    """The code and the templates that may ask for a sentence."""
    paths = [*(ROOT / "dashboard").rglob("*.py"), *TEMPLATES.glob("*.html")]
    return [path.read_text("utf-8") for path in paths]


def counted(source: str) -> list[str]:
    return re.findall(r"\.counted\(\s*[\"']([\w.]+)[\"']", source)


def test_every_sentence_is_used():
    code = "\n".join(sources())
    # A gap in a key: `{name}` in code, `%s` in a template.
    patterns = {
        re.sub(r"\{[^}]*\}|%s", "*", key)
        for key in re.findall(r"[\"']([\w]+(?:\.[\w{}.\[\]\"'% ]+)+)[\"']", code)
    }
    patterns |= {f"{key}_one" for key in counted(code)}
    used = [re.compile(re.escape(pattern).replace(r"\*", r"\w+")) for pattern in patterns]
    unused = [
        key for key in texts("nl").sentences if not any(pattern.fullmatch(key) for pattern in used)
    ]
    assert unused == []


def test_every_asked_sentence_exists():
    known = texts("nl").sentences
    asked = set()
    for source in sources():
        asked |= {f"{key}_one" for key in counted(source)} | {*counted(source)}
        asked |= set(re.findall(r"\b(?:text|words)\(\s*[\"']([\w.]+)[\"']", source))
    assert asked <= known.keys(), asked - known.keys()


def test_the_templates_are_among_the_sources_of_sentences():
    assert any('{{ text("head.noscript") }}' in source for source in sources())
