from datetime import date

import pytest

from dashboard.errors import UnknownStyleError
from dashboard.i18n.text import LANGUAGES
from dashboard.maps.wording import wording
from dashboard.style import theme


@pytest.mark.parametrize(
    ("lang", "text"), [("nl", "1.234,5"), ("en", "1,234.5"), ("de", "1.234,5")]
)
def test_numbers_follow_the_language(lang, text):
    assert theme.number(1234.5, lang) == text


def test_whole_numbers_have_no_decimals():
    assert theme.number(13896.0, "nl") == "13.896"


def test_asked_decimals_are_always_written():
    assert theme.number(2, "nl", decimals=2) == "2,00"


def test_a_negative_number_has_a_true_minus():
    assert theme.number(-4.5, "en") == "−4.5"


def test_a_rounded_zero_has_no_sign():
    assert theme.number(-0.01, "nl", decimals=1) == "0,0"


@pytest.mark.parametrize(("lang", "text"), [("nl", "19,3 %"), ("en", "19.3%"), ("de", "19,3 %")])
def test_a_share_is_shown_in_per_cent(lang, text):
    assert theme.share(0.193, lang) == text


def test_a_round_share_has_no_decimals():
    assert theme.share(0.07, "nl") == "7 %"


@pytest.mark.parametrize(
    ("lang", "text"), [("nl", "1 maart 2024"), ("en", "1 March 2024"), ("de", "1. März 2024")]
)
def test_a_day_is_written_out(lang, text):
    assert theme.day(date(2024, 3, 1), lang) == text


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (date(2023, 11, 1), date(2023, 11, 30), "november 2023"),
        (date(2024, 2, 1), date(2024, 2, 29), "februari 2024"),
        (date(2019, 1, 1), date(2019, 12, 31), "2019"),
        (date(2015, 1, 1), date(2023, 12, 31), "2015–2023"),
        (date(2024, 3, 1), date(2024, 3, 1), "1 maart 2024"),
        (date(2019, 9, 1), date(2019, 10, 31), "september 2019 – oktober 2019"),
        (date(2015, 5, 28), date(2015, 6, 9), "28 mei 2015 – 9 juni 2015"),
        (None, None, "ongedateerd"),
    ],
)
def test_a_period_is_as_narrow_as_its_days(start, end, text):
    assert theme.period(start, end, "nl") == text


@pytest.mark.parametrize(
    ("moment", "text"), [(date(2023, 11, 1), "nov 2023"), (date(2024, 3, 1), "mrt 2024")]
)
def test_a_label_has_a_short_month(moment, text):
    assert theme.short_month(moment, "nl") == text


def test_a_class_without_style_is_refused():
    with pytest.raises(UnknownStyleError, match="no style 'other'"):
        theme.style("other")


def _contrast(one: str, other: str) -> float:
    def lightness(colour: str) -> float:
        parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
        red, green, blue = (
            part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((lightness(one), lightness(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("text", [theme.INK, theme.HEADING, theme.LINK, theme.QUIET])
@pytest.mark.parametrize("ground", [theme.PAPER, theme.SIDE, theme.GROUND])
def test_text_is_legible(text, ground):
    assert _contrast(text, ground) >= 4.5


@pytest.mark.parametrize("style", theme.STYLES.values(), ids=theme.STYLES)
def test_every_mark_stands_out_from_the_ground(style):
    assert max(_contrast(style.fill, theme.GROUND), _contrast(style.stroke, theme.GROUND)) >= 3.0


def test_every_initiative_type_has_its_own_shape():
    shapes = [
        theme.STYLES[f"initiative_{kind}"].shape
        for kind in ("physical", "activity", "transformation")
    ]
    assert sorted(shapes) == ["circle", "diamond", "square"]


def test_a_type_keeps_colour_and_shape_when_only_its_town_is_known():
    for kind in ("physical", "activity", "transformation"):
        spot, town = theme.STYLES[f"initiative_{kind}"], theme.STYLES[f"initiative_{kind}_town"]
        assert (town.fill, town.shape, town.town_level) == (spot.fill, spot.shape, True)


def test_no_line_is_wider_than_the_cap():
    assert max(style.width_px for style in theme.STYLES.values()) <= theme.WIDEST_LINE_PX


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_class_has_a_name(lang):
    missing = {style.label_key for style in theme.STYLES.values()} - wording(lang).keys()
    assert missing == set()


def test_every_font_file_named_is_there():
    import re
    from pathlib import Path

    static = Path(theme.__file__).parents[1] / "static"
    named = re.findall(r'url\("(vendor/[^"]+)"\)', (static / "fonts.css").read_text("utf-8"))
    assert len(named) == 2 * len(theme.FONT_WEIGHTS)
    for name in named:
        assert (static / name).is_file(), name


def test_streamlit_is_given_no_font_files():
    assert "theme.fontFaces" not in theme.streamlit_options()


def test_every_class_has_a_letter_of_its_own_on_the_wire():
    from dashboard.maps.packing import LETTER

    assert LETTER.keys() == theme.STYLES.keys()
    assert len(set(LETTER.values())) == len(LETTER)
