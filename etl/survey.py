"""The words of shop surveys as municipalities and Locatus write them: headings, statuses, groups."""

from __future__ import annotations

from etl.headings import Field

FIELDS = (
    Field("unit_id", "nummer van het verkooppunt", ("id", "objectid", "object_id", "verkooppunt_id", "vkp_id", "vkpid", "vpid", "pand_id", "locatus_id", "locatieid", "uniek_id", "vestigingsnummer", "nummer_verkooppunt")),
    Field("bag_id", "nummer van het verblijfsobject in de BAG", ("bag_id", "bagid", "bag_vbo_id", "vbo_id", "vboid", "verblijfsobject_id", "verblijfsobject", "adresseerbaarobject_id", "adresseerbaar_object")),
    Field("name", "naam van de winkel (alleen om leegstand te herkennen)", ("naam", "winkelnaam", "verkooppunt", "formule", "formulenaam", "handelsnaam", "verkooppuntnaam", "naam_verkooppunt", "name")),
    Field("street", "straat", ("straat", "straatnaam", "street", "openbare_ruimte", "adres_straat")),
    Field("address", "straat en huisnummer in één cel", ("adres", "adresregel", "vestigingsadres", "bezoekadres", "volledig_adres", "adres_volledig", "address")),
    Field("house_number", "huisnummer", ("huisnummer", "huisnr", "huis_nr", "nr", "hnr", "number")),
    Field("house_letter", "huisletter", ("huisletter", "letter", "hltr")),
    Field("addition", "toevoeging", ("toevoeging", "huisnummertoevoeging", "huisnr_toev", "hsnr_toev", "hnr_toev", "toev", "huistoev", "huisnummer_toev")),
    Field("postcode", "postcode", ("postcode", "pc", "pc6", "postcode6", "zip")),
    Field("town", "plaats", ("plaats", "plaatsnaam", "woonplaats", "woonplaatsnaam", "stad", "kern")),
    Field("branch", "branche", ("branche", "branchenaam", "branche_omschrijving", "hoofdbranche", "branche_naam", "branch")),
    Field("group", "groep", ("groep", "groepnaam", "hoofdgroep", "branchegroep", "groep_naam", "groepsnaam", "group")),
    Field("floor_area_m2", "winkelvloer in m2", ("wvo", "wvo_m2", "winkelvloeroppervlak", "winkelverkoopvloeroppervlak", "vloeroppervlak", "oppervlakte", "opp", "oppervlak", "m2", "vvo"), number=True),
    Field("ownership", "keten of zelfstandig", ("keten", "ketentype", "filiaal", "filiaalbedrijf", "filialisering", "formuletype", "soort_ondernemer", "zelfstandig_of_keten")),
    Field("status", "leeg of in gebruik", ("status", "leegstand", "leeg", "leegstaand", "gebruik", "bezetting", "in_gebruik", "vacant")),
    Field("vacant_since", "leeg sinds", ("leeg_sinds", "leegsinds", "leegstand_sinds", "leegstaand_sinds", "datum_leegstand", "leeg_vanaf", "leegstand_vanaf", "leegstaand_vanaf", "leeg_per", "datum_leeg", "sinds", "begin_leegstand", "start_leegstand", "leegstandsdatum")),
    Field("surveyed", "peildatum", ("peildatum", "opnamedatum", "datum_opname", "bezoekdatum", "controledatum", "datum", "inventarisatiedatum", "surveyed")),
    Field("x", "x in RD", ("x", "x_rd", "rd_x", "rdx", "xcoord", "x_coord", "xcoordinaat", "x_coordinaat", "coord_x", "x_coor"), number=True, coordinate=True),
    Field("y", "y in RD", ("y", "y_rd", "rd_y", "rdy", "ycoord", "y_coord", "ycoordinaat", "y_coordinaat", "coord_y", "y_coor"), number=True, coordinate=True),
    Field("lon", "lengtegraad", ("lon", "long", "lng", "longitude", "lengtegraad"), number=True, coordinate=True),
    Field("lat", "breedtegraad", ("lat", "latitude", "breedtegraad"), number=True, coordinate=True),
)

WORDS = {
    "vacant": ("leeg", "leegstand", "leegstaand", "leeg pand", "leegstaand pand", "vacant", "aanvangsleegstand", "frictieleegstand", "langdurige leegstand", "structurele leegstand", "aanvang", "frictie", "langdurig", "structureel", "te huur", "te koop"),
    "in_use": ("in gebruik", "gebruik", "bezet", "gevuld", "actief", "open", "niet leeg", "verhuurd", "in use", "in_use"),
    "unknown": ("onbekend", "?", "unknown", "n.b.", "nvt"),
}
"""Words of a status column; `ja` and `nee` are read by what the heading asks."""

# Leisure holds hospitality, culture and games of chance; nothing here tells them apart.
USES = {
    "dagelijks": "retail",
    "mode & luxe": "retail",
    "vrije tijd": "retail",
    "in/om huis": "retail",
    "detailhandel overig": "retail",
    "leisure": "leisure",
    "diensten": "services",
}
"""What the unit is used for, by group of Locatus."""

OWNERS = {
    **dict.fromkeys(("keten", "filiaal", "filiaalbedrijf", "landelijke keten", "grootwinkelbedrijf", "franchise", "chain"), "chain"),
    **dict.fromkeys(("zelfstandig", "zelfstandige", "zelfstandig ondernemer", "mkb", "independent"), "independent"),
}
"""Whether a shop belongs to a chain; other words leave it unknown."""

YES, NO = ("ja", "j", "yes", "y", "1", "true", "waar", "x"), ("nee", "n", "no", "0", "false", "onwaar")
ASKS_USE = ("ingebruik", "gebruik", "bezetting")
"""Headings whose "ja" means in use."""

AREAS_BY = frozenset({"winkelgebi", "winkelgebied", "winkelgebiedid", "winkelge1"})
"""Headings of lists of whole shopping areas, cut to ten characters or not: they count units and name none."""
