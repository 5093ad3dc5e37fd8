import pytest

from geo.names import search_key, street_of


@pytest.mark.parametrize(
    ("address", "street"),
    [
        ("Oude Markt 12-14, Enschede", "Oude Markt"),
        ("Langestraat 1", "Langestraat"),
        ("Langestraat 1a", "Langestraat"),
        ("Langestraat 1 a", "Langestraat"),
        ("Marktplein", "Marktplein"),
        ("1e Dwarsstraat 4", "1e Dwarsstraat"),
        ("Plein 1944 3", "Plein 1944"),
    ],
)
def test_the_street_of_an_address_stands_before_its_last_number(address, street):
    assert street_of(address) == street


@pytest.mark.parametrize(
    ("one", "other"), [("'t Zeggelt", "t zeggelt"), ("Van Loenshof", "v. Loenshof"), ("Café-plein", "cafe plein")]
)
def test_writings_of_one_name_agree(one, other):
    assert search_key(one) == search_key(other)
