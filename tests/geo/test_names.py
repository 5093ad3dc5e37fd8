import pandas as pd
import pytest

from geo.names import holds_words, search_key, street_of, streets_of

ADDRESSES = pytest.mark.parametrize(
    ("address", "street"),
    [
        ("Oude Markt 12-14, Enschede", "Oude Markt"),
        ("Langestraat 1", "Langestraat"),
        ("Langestraat 1a", "Langestraat"),
        ("Langestraat 1 a", "Langestraat"),
        ("Marktplein", "Marktplein"),
        ("1e Dwarsstraat 4", "1e Dwarsstraat"),
        ("Plein 1944 3", "Plein 1944"),
        ("Dorpsstraat 5 7a", "Dorpsstraat 5"),
        ("Dorpsstraat 5  bis, 7, Almelo", "Dorpsstraat"),
        ("  Markt  7 ", "Markt"),
        ("12", "12"),
        ("Calle Álvarez 3 hs", "Calle Álvarez"),
        ("Langestraat\u00a012", "Langestraat"),
        ("Langestraat 12\nEnschede", "Langestraat 12\nEnschede"),
    ],
)


@ADDRESSES
def test_the_street_of_an_address_stands_before_its_last_number(address, street):
    assert street_of(address) == street


@ADDRESSES
def test_many_addresses_are_read_as_one(address, street):
    found = streets_of(pd.Series([address, None, address], index=[5, 7, 9]))
    assert found[5] == found[9] == street and pd.isna(found[7])


@pytest.mark.parametrize(
    ("one", "other"),
    [("'t Zeggelt", "t zeggelt"), ("Van Loenshof", "v. Loenshof"), ("Café-plein", "cafe plein")],
)
def test_writings_of_one_name_agree(one, other):
    assert search_key(one) == search_key(other)


def test_a_text_holds_the_typed_words_in_any_order_and_however_they_are_written():
    assert holds_words("Leegstand, Binnenstad Hengelo, 2023", "hengelo LEEG")
    assert holds_words("Café De Ruimte", "cafe")
    assert holds_words("Hengelo", " ")
    assert not holds_words("Leegstand, Binnenstad Hengelo, 2023", "hengelo 2024")
