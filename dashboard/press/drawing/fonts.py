"""The page's font for matplotlib: WOFF files unpacked once, a family name per subset."""

import logging
import os
import tempfile
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

import platformdirs
from matplotlib import font_manager

from dashboard.style import theme

_STATIC = Path(__file__).parents[2] / "static"
# Matplotlib takes a letter from the first family that has it: the second subset holds letters of
# the rest of Europe, the third comes with matplotlib and has Greek and Cyrillic.
_OURS = (theme.FONT, f"{theme.FONT} Ext")
FAMILIES = (*_OURS, "DejaVu Sans")
_SUBSETS = dict(zip(("latin", "latin-ext"), _OURS, strict=True))
# Letters written from right to left, or shaped by their neighbours, need more than a font.
_SHAPED = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI"})
_BOX = "\u25a1"
_JOINED = frozenset({"Mn", "Mc", "Me"})
_TYPOGRAPHIC = (16, 17, 21, 22)


@cache
def register() -> tuple[str, ...]:
    """Make the font known to this process; the families to ask for, in order."""
    # The third family lacks weight 600 and 700 serves instead: silence the warning.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    folder = _folder()
    for weight in theme.FONT_WEIGHTS:
        for subset, family in _SUBSETS.items():
            source = _STATIC / theme.FONT_FOLDER / f"source-sans-3-{subset}-{weight}-normal.woff"
            target = folder / f"{source.stem}.ttf"
            if not target.is_file():
                _unpack(source, target, family)
            font_manager.fontManager.addfont(target)
    return FAMILIES


def settable(words: str) -> str:
    """The words with an empty box for each character that a picture cannot set."""
    return "".join(
        sign if _settable(sign) else _BOX for sign in unicodedata.normalize("NFC", words)
    )


def unset(words: str) -> str:
    """The characters of the words that a picture cannot set, each once, in their order."""
    return "".join(dict.fromkeys(sign for sign in words if not _settable(sign)))


@lru_cache(maxsize=4_096)
def _settable(sign: str) -> bool:
    if unicodedata.bidirectional(sign) in _SHAPED or unicodedata.category(sign) in _JOINED:
        return False
    return ord(sign) in _drawable_characters()


@cache
def _drawable_characters() -> frozenset[int]:
    """Every character that one of the fonts holds."""
    characters: set[int] = set()
    for family in register():
        file = font_manager.findfont(
            font_manager.FontProperties(family=[family], weight=700), fallback_to_default=False
        )
        characters.update(font_manager.get_font(file).get_charmap())
    return frozenset(characters)


def _folder() -> Path:
    """The folder of the unpacked files: the user's cache, or a temporary folder instead."""
    version = theme.FONT_FOLDER.rsplit("/", 1)[-1]
    wanted = Path(platformdirs.user_cache_dir("stadshart-twente")) / "fonts" / version
    try:
        wanted.mkdir(parents=True, exist_ok=True)
        if os.access(wanted, os.W_OK):
            return wanted
    except OSError:
        pass
    return Path(tempfile.mkdtemp(prefix="stadshart-fonts-"))


def _unpack(source: Path, target: Path, family: str) -> None:
    """Write the font as TrueType; the vendored file stays as it is."""
    # Imported here: needed once per computer.
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # no stubs exist

    font = TTFont(source, recalcTimestamp=False)
    font.flavor = None
    names = font["name"]
    for record in _TYPOGRAPHIC:
        names.removeNames(nameID=record)
    weight = font["OS/2"].usWeightClass
    postscript = f"{family.replace(' ', '')}-{weight}"
    for record, text in ((1, family), (2, "Regular"), (4, f"{family} {weight}"), (6, postscript)):
        names.setName(text, record, 3, 1, 0x409)
    # Write beside it, then rename: a half-written font would never be replaced.
    descriptor, scratch = tempfile.mkstemp(dir=target.parent, suffix=".part")
    with os.fdopen(descriptor, "wb") as out:
        font.save(out)
    os.replace(scratch, target)
