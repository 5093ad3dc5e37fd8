"""Contacts from the environment, as security.txt takes them."""

import pytest

from dashboard import deployment
from dashboard.errors import SecurityContactError


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STADSHART_SECURITY", "STADSHART_PUBLISHER"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("setting", "contact"),
    [
        ("meld@voorbeeld.example", "mailto:meld@voorbeeld.example"),
        ("mailto:meld@voorbeeld.example", "mailto:meld@voorbeeld.example"),
        ("https://voorbeeld.example/melden", "https://voorbeeld.example/melden"),
        ("tel:+31-74-1234567", "tel:+31-74-1234567"),
    ],
)
def test_a_contact_is_an_address(monkeypatch, setting, contact):
    monkeypatch.setenv("STADSHART_SECURITY", setting)
    assert deployment.security_contact() == contact


def test_without_one_the_mail_address_of_the_publisher_is_it(monkeypatch):
    assert deployment.security_contact() is None
    monkeypatch.setenv("STADSHART_PUBLISHER", "Gemeente Voorbeeld")
    assert deployment.security_contact() is None
    monkeypatch.setenv("STADSHART_PUBLISHER", "Gemeente Voorbeeld, info@voorbeeld.example")
    assert deployment.security_contact() == "mailto:info@voorbeeld.example"


@pytest.mark.parametrize(
    "setting", ["meld", "http://a.example", "https://a.example\nExpires: x", "javascript:x"]
)
def test_what_security_txt_cannot_hold_is_refused(monkeypatch, setting):
    monkeypatch.setenv("STADSHART_SECURITY", setting)
    with pytest.raises(SecurityContactError, match="STADSHART_SECURITY: expected a mail address"):
        deployment.security_contact()
