import pytest

from dashboard.errors import TilesError
from dashboard.maps import tiles


@pytest.mark.parametrize("setting", [None, "", "  "])
def test_unset_means_the_grey_base_map(setting):
    assert tiles.parse(setting) is tiles.BRT_GREY


@pytest.mark.parametrize("setting", ["off", "OFF", " off "])
def test_off_is_off(setting):
    assert tiles.parse(setting) is None


def test_the_credit_follows_the_address():
    parsed = tiles.parse("https://tiles.example/{z}/{x}/{y}.png © Gemeente Voorbeeld")
    assert (parsed.template, parsed.credit) == (
        "https://tiles.example/{z}/{x}/{y}.png",
        "© Gemeente Voorbeeld",
    )


def test_without_a_credit_the_host_is_named():
    assert tiles.parse("http://tiles.example:8080/{z}/{y}/{x}").credit == "© tiles.example"


@pytest.mark.parametrize(
    "setting",
    [
        "of",
        "javascript:alert(1)//{z}{x}{y}",
        "https://tiles.example/{z}/{x}.png",
        "https://tiles.example/{z}/{x}/{y}/{s}.png",
        "https://name:word@tiles.example/{z}/{x}/{y}.png",
        "https:///{z}/{x}/{y}",
        'https://tiles.example/{z}/{x}/{y}"onload="alert(1)',
    ],
)
def test_a_typing_error_is_met_at_start(setting):
    with pytest.raises(TilesError, match="expected off or an address"):
        tiles.parse(setting)


def test_the_host_is_known_for_the_content_policy():
    assert tiles.BRT_GREY.origin == "https://service.pdok.nl"
