"""The words of shop surveys as municipalities and Locatus write them."""

from __future__ import annotations

import re

from etl.headings import Field

FIELDS = (
    Field(
        "unit_id",
        "nummer van het verkooppunt",
        (
            "id",
            "objectid",
            "object_id",
            "verkooppunt_id",
            "vkp_id",
            "vkpid",
            "vpid",
            "pand_id",
            "locatus_id",
            "locatieid",
            "uniek_id",
            "vestigingsnummer",
            "nummer_verkooppunt",
        ),
    ),
    Field(
        "bag_id",
        "nummer van het verblijfsobject in de BAG",
        (
            "bag_id",
            "bagid",
            "bag_vbo_id",
            "vbo_id",
            "vboid",
            "verblijfsobject_id",
            "verblijfsobject",
            "adresseerbaarobject_id",
            "adresseerbaar_object",
        ),
    ),
    Field(
        "name",
        "naam van de winkel (alleen om leegstand te herkennen)",
        (
            "naam",
            "winkelnaam",
            "verkooppunt",
            "formule",
            "formulenaam",
            "handelsnaam",
            "vkp_naam",
            "vkpnaam",
            "verkooppuntnaam",
            "naam_verkooppunt",
            "name",
        ),
    ),
    Field(
        "street", "straat", ("straat", "straatnaam", "street", "openbare_ruimte", "adres_straat")
    ),
    Field(
        "address",
        "straat en huisnummer in één cel",
        (
            "adres",
            "adresregel",
            "vestigingsadres",
            "bezoekadres",
            "volledig_adres",
            "adres_volledig",
            "address",
        ),
    ),
    Field("house_number", "huisnummer", ("huisnummer", "huisnr", "huis_nr", "nr", "hnr", "number")),
    Field("house_letter", "huisletter", ("huisletter", "letter", "hltr")),
    Field(
        "addition",
        "toevoeging",
        (
            "toevoeging",
            "huisnummertoevoeging",
            "huisnr_toev",
            "hsnr_toev",
            "hnr_toev",
            "toev",
            "huistoev",
            "huisnummer_toev",
        ),
    ),
    Field("postcode", "postcode", ("postcode", "pc", "pc6", "postcode6", "zip")),
    Field(
        "town", "plaats", ("plaats", "plaatsnaam", "woonplaats", "woonplaatsnaam", "stad", "kern")
    ),
    Field(
        "branch",
        "branche",
        (
            "branche",
            "branchenaam",
            "branche_omschrijving",
            "hoofdbranche",
            "branche_naam",
            "branch",
        ),
    ),
    Field(
        "group",
        "groep",
        ("groep", "groepnaam", "hoofdgroep", "branchegroep", "groep_naam", "groepsnaam", "group"),
    ),
    Field(
        "floor_area_m2",
        "winkelvloer in m2",
        (
            "wvo",
            "wvo_m2",
            "winkelvloeroppervlak",
            "winkelverkoopvloeroppervlak",
            "vloeroppervlak",
            "oppervlakte",
            "opp",
            "oppervlak",
            "m2",
            "vvo",
        ),
        number=True,
    ),
    Field(
        "ownership",
        "keten of zelfstandig",
        (
            "keten",
            "ketentype",
            "filiaal",
            "filiaalbedrijf",
            "filialisering",
            "formuletype",
            "soort_ondernemer",
            "zelfstandig_of_keten",
        ),
    ),
    Field(
        "status",
        "leeg of in gebruik",
        (
            "status",
            "leegstand",
            "leeg",
            "leegstaand",
            "gebruik",
            "bezetting",
            "in_gebruik",
            "vacant",
        ),
    ),
    Field(
        "vacant_since",
        "leeg sinds",
        (
            "leeg_sinds",
            "leegsinds",
            "leegstand_sinds",
            "leegstaand_sinds",
            "datum_leegstand",
            "leeg_vanaf",
            "leegstand_vanaf",
            "leegstaand_vanaf",
            "leeg_per",
            "datum_leeg",
            "sinds",
            "begin_leegstand",
            "start_leegstand",
            "leegstandsdatum",
        ),
    ),
    Field(
        "duration",
        "hoe lang leeg: aanvang of frictie, langdurig, structureel",
        (
            "soort_leegstand",
            "leegstandsoort",
            "leegstandssoort",
            "type_leegstand",
            "leegstandstype",
            "leegstandsduur",
            "leegstandduur",
            "duur_leegstand",
            "leegstandsklasse",
            "klasse_leegstand",
            "leegstandscategorie",
        ),
    ),
    Field(
        "surveyed",
        "peildatum",
        (
            "peildatum",
            "opnamedatum",
            "datum_opname",
            "bezoekdatum",
            "controledatum",
            "datum",
            "inventarisatiedatum",
            "surveyed",
        ),
    ),
    Field(
        "x",
        "x in RD",
        (
            "x",
            "x_rd",
            "rd_x",
            "rdx",
            "xcoord",
            "x_coord",
            "xcoordinaat",
            "x_coordinaat",
            "coord_x",
            "x_coor",
        ),
        number=True,
        coordinate=True,
    ),
    Field(
        "y",
        "y in RD",
        (
            "y",
            "y_rd",
            "rd_y",
            "rdy",
            "ycoord",
            "y_coord",
            "ycoordinaat",
            "y_coordinaat",
            "coord_y",
            "y_coor",
        ),
        number=True,
        coordinate=True,
    ),
    Field(
        "lon",
        "lengtegraad",
        ("lon", "long", "lng", "longitude", "lengtegraad"),
        number=True,
        coordinate=True,
    ),
    Field("lat", "breedtegraad", ("lat", "latitude", "breedtegraad"), number=True, coordinate=True),
)

WORDS = {
    "vacant": (
        "leeg",
        "leegstand",
        "leegstaand",
        "leeg staand",
        "staat leeg",
        "leeg pand",
        "leegstaand pand",
        "vacant",
        "te huur",
        "te koop",
    ),
    "in_use": (
        "in gebruik",
        "gebruik",
        "bezet",
        "gevuld",
        "actief",
        "open",
        "niet leeg",
        "verhuurd",
        "in use",
        "in_use",
    ),
    "unknown": ("onbekend", "?", "-", "unknown", "n.b.", "nvt", "n.v.t."),
}
"""Words of a status column; `ja` and `nee` are read by what the heading asks.

A word of duration says vacant as well.
"""

# Leisure holds hospitality, culture and games of chance; nothing here tells them apart. Since 2023
# its number is that of hospitality alone: the number by itself says no more than leisure.
GROUPS = {
    "11": ("retail", ("dagelijks", "dagelijkse sector")),
    "22": ("retail", ("mode & luxe", "mode en luxe")),
    "35": ("retail", ("vrije tijd",)),
    "37": ("retail", ("in/om huis", "in en om huis")),
    "38": ("retail", ("detailhandel overig", "detailh overig", "overige detailhandel")),
    "58": ("culture", ("cultuur & ontspanning", "cultuur en ontspanning")),
    "59": ("leisure", ("leisure",)),
    "65": ("services", ("diensten",)),
}
"""Use of the units of a group of Locatus, and its names, by its number."""
USES = {name: use for use, names in GROUPS.values() for name in names} | {"horeca": "hospitality"}

EXAMPLE = {
    "unit_id": "12",
    "street": "Langestraat",
    "house_number": "12",
    "postcode": "7551 AB",
    "town": "Hengelo",
    "branch": "Kleding",
    "group": "Mode & Luxe",
    "floor_area_m2": "120,5",
    "ownership": "zelfstandig",
    "status": "leeg",
    "vacant_since": "2023-05-01",
    "surveyed": "2024-03-31",
    "lon": "6,7935",
    "lat": "52,2661",
}
"""A row as an example, by field."""

OWNERS = {
    **dict.fromkeys(
        (
            "keten",
            "filiaal",
            "filiaalbedrijf",
            "landelijke keten",
            "grootwinkelbedrijf",
            "franchise",
            "chain",
        ),
        "chain",
    ),
    **dict.fromkeys(
        ("zelfstandig", "zelfstandige", "zelfstandig ondernemer", "mkb", "independent"),
        "independent",
    ),
}
"""Whether a shop belongs to a chain; other words leave it unknown."""

ALLOWED = {
    "status": tuple(word for status in ("vacant", "in_use", "unknown") for word in WORDS[status]),
    "group": (*USES, "leegstand"),
    "ownership": tuple(OWNERS),
    "duration": (
        "aanvang",
        "frictie",
        "langdurig",
        "structureel",
        "< 1 jaar",
        "1-3 jaar",
        "> 3 jaar",
    ),
}
"""Words that are known, by field."""

YES, NO = (
    ("ja", "j", "yes", "y", "1", "true", "waar", "x"),
    ("nee", "n", "no", "0", "false", "onwaar"),
)
_ASK_VACANT = re.compile("leeg|vacan")
_ASK_USE = re.compile("gebruik|bezet|verhuurd|bewoond")
_DENIES = re.compile("niet|geen")

AREAS_BY = frozenset({"winkelgebi", "winkelgebied", "winkelgebiedid", "winkelge1"})
"""Headings of lists of whole shopping areas, cut to ten characters or not: they count units and
name none.
"""

_CODED = re.compile(r"(?P<code>\d{1,2}(?:[. ]?\d{3}){0,2})(?:\s*[-–—:.]\s*|\s+|$)(?P<words>.*)")
_CLASS = r"(?:leegstand|leeg)?[ :(]*(?:{})[- ]*(?:leegstand|leegstaand|leeg)?\)?"
_DURATIONS = {
    "frictional": re.compile(
        _CLASS.format(r"(?:aanvangs?|fricties?)(?:[-/ ]*(?:en|of)?[-/ ]*(?:aanvangs?|fricties?))?")
        + r"|(?:<|korter dan|minder dan|tot|0 ?[-–]|0 tot) ?(?:1|een) jaar"
        + r"|(?:<|0 ?[-–]) ?12 maanden"
    ),
    "long": re.compile(
        _CLASS.format("langdurige?")
        + r"|1 ?(?:jaar)? ?(?:[-–]|tot|t/m) ?3 jaar|12 ?[-–] ?36 maanden"
    ),
    "structural": re.compile(
        _CLASS.format("structureel|structurele")
        + r"|(?:>|≥|langer dan|meer dan) ?(?:3|drie) jaar"
        + r"|(?:3|drie) jaar (?:en|of) (?:langer|meer)|> ?36 maanden"
    ),
}


def asks(heading: str) -> str | None:
    """The status of "ja" under a plain heading; None if that asks neither, both or the contrary."""
    vacant, in_use = _ASK_VACANT.search(heading), _ASK_USE.search(heading)
    if _DENIES.search(heading) or bool(vacant) == bool(in_use):
        return None
    return "vacant" if vacant else "in_use"


def coded(text: str) -> tuple[str, str]:
    """The number of a group or branch and its words: `00-Leegstand` is `00`, `Leegstand`."""
    match = _CODED.fullmatch(text)
    return (match["code"], match["words"].strip()) if match else ("", text)


def duration(text: str) -> str | None:
    """The class of duration in the words of Locatus or in years; None for anything else."""
    plain = " ".join(text.lower().split()).rstrip(".")
    return next((name for name, words in _DURATIONS.items() if words.fullmatch(plain)), None)


def says_vacant(text: str) -> bool:
    """Whether a group, branch or name says vacant, with or without a number in front."""
    words = coded(text)[1].lower().strip(" .!*()-")
    return words in WORDS["vacant"] or duration(words) is not None


def use(group: str) -> str | None:
    """What units of a group are used for, by its words or else its number; None if unknown."""
    code, words = coded(group)
    if words:
        return USES.get(" ".join(words.lower().split()))
    return GROUPS[code][0] if code in GROUPS else None
