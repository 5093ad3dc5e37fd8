"""Sheets of single figures as a municipality brings them."""

HEAD = (
    "indicator;waarde;eenheid;peildatum;definitie;bron;gebied;delen;gebiedsnaam;opmerking;bron_url;"
    "reeks\n"
)
GOOD = {
    "indicator": "vacant_premises",
    "waarde": "12",
    "eenheid": "panden",
    "peildatum": "2024-03",
    "definitie": "leeg op de peildatum",
    "bron": "Gemeente Voorbeeldstad, telling 2024",
    "gebied": "binnenstad",
}


def sheet(*rows: dict[str, str]) -> str:
    """A row per figure; what a row leaves out is that of a good figure."""
    names = HEAD.strip().split(";")
    return HEAD + "".join(
        ";".join({**GOOD, **row}.get(name, "") for name in names) + "\n" for row in rows
    )
