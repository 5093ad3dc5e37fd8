import pytest

from data.forms.personal_data import kinds, names_a_person


@pytest.mark.parametrize(
    "text",
    [
        "Jan Jansen",
        "Anna van der Berg-Smit",
        "J. de Vries",
        "A.B. de Vries",
        "dhr. Jansen",
        "mevrouw Van der Berg",
        "de heer Jansen",
        "Frau Müller",
        "mr. Jansen",
        "Opgezet door Piet Pietersen en buren",
        "Het huis van Piet Pietersen",
        "Bel Jan Jansen",
    ],
)
def test_names_of_persons_are_seen(text):
    assert names_a_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "Concordia",
        "Gemeente Enschede",
        "Ons Huis",
        "Regio Twente / Netwerkstad Twente",
        "Projectgroep Noorderhagen (Wijkraad Binnenstad Enschede)",
        "Bakkerij Jan Jansen",
        "Jan Jansen BV",
        "Willem Wilminkplein",
        "Piet Heinstraat",
        "Anna van Burenplein",
        "voormalig eigenaar",
        "Hart van Enschede, ongedateerd",
        "De kerk van St. Jan",
    ],
)
def test_organisations_streets_and_roles_pass(text):
    assert not names_a_person(text)


@pytest.mark.parametrize(
    "text", ["info@example.org", "wie(at)example.org", "mail: iemand @ example.nl"]
)
def test_mail_addresses_are_seen(text):
    assert "mail" in kinds(text)


@pytest.mark.parametrize(
    "text",
    ["053-1234567", "06 12 34 56 78", "+31 6 12345678", "bel (074) 123 45 67", "0049 5921 123456"],
)
def test_telephone_numbers_are_seen(text):
    assert "phone" in kinds(text)


@pytest.mark.parametrize(
    "text",
    ["28 mei tot 9 juni 2015", "450.000 euro", "2014-2016", "7511 AB", "13.896 m2 van 30.381 m2"],
)
def test_dates_and_amounts_are_no_telephone_numbers(text):
    assert kinds(text) == ()
