"""What of a text points at a person: a name, a mail address, a telephone number."""

from __future__ import annotations

import re
from typing import Literal

Personal = Literal["mail", "phone", "name"]


def kinds(text: str) -> tuple[Personal, ...]:
    """What of a person the text seems to hold."""
    result: list[Personal] = []
    if _MAIL.search(text):
        result.append("mail")
    if any(len(re.sub(r"\D", "", match)) >= _FEWEST_DIGITS for match in _PHONE.findall(text)):
        result.append("phone")
    if names_a_person(text):
        result.append("name")
    return tuple(result)


def names_a_person(text: str) -> bool:
    """Whether the text holds what looks like a person's name.

    That is a title or initials before a capital, or a usual first name before one. A name passes
    where its kind or legal form stands right beside it ("bakkerij Jan Jansen", "Jan Jansen BV",
    "Anna van Burenplein").
    """
    return any(not _belongs_to_something(text, match) for match in _TITLED.finditer(text)) or any(
        match["first"].casefold() in _FIRST_NAMES
        and not match["last"].casefold().endswith(_STREET_ENDS)
        and not _belongs_to_something(text, match)
        for match in _FULL_NAME.finditer(text)
    )


def _belongs_to_something(text: str, match: re.Match[str]) -> bool:
    end = match.end("last") if match.re is _FULL_NAME else match.end()
    return bool(_KIND_BEFORE.search(text[: match.start()]) or _FORM_AFTER.match(text[end:]))


_MAIL = re.compile(r"[^\s@]+\s?(?:@|\(at\)|\[at\])\s?[^\s@]+\.[a-z]{2,}", re.IGNORECASE)
# Dutch and German numbers: behind a 0 or a +, with the usual marks between.
_FEWEST_DIGITS = 9
_PHONE = re.compile(r"(?<![\w.,])(?:\+|00|0)[\d\s()/.-]{8,18}\d(?!\w)")
_CAPITALS = "A-ZÀ-ÖØ-ÞŠŽĆČ"
_LETTERS = "a-zà-öø-ÿšžćčA-ZÀ-ÖØ-ÞŠŽĆČ'’-"
_BETWEEN = (
    r"(?:(?:[Vv]an|[Dd]e|[Dd]er|[Dd]en|[Tt]en|[Tt]er|te|het|in|'t"
    r"|[Vv]on|zu|vom|zum|[Ee]l|al|bin|la|le|du)\s+){0,3}"
)
_TITLED = re.compile(
    rf"\b(?:dhr|mevr|mw|drs|ir|ing|mr|dr|prof|hr|fr)\.\s*(?:[{_CAPITALS}]\.\s*)*{_BETWEEN}[{_CAPITALS}][{_LETTERS}]+"
    r"|\b(?:[Dd]e"
    rf" heer|[Mm]evrouw|[Mm]eneer|[Hh]err|[Ff]rau|[Mm]rs?|[Mm]s)\.?\s+(?:[{_CAPITALS}]\.\s*)*"
    rf"{_BETWEEN}[{_CAPITALS}][{_LETTERS}]+"
    rf"|(?<![\w.])(?:[{_CAPITALS}]\.\s?){{1,4}}{_BETWEEN}[{_CAPITALS}][{_LETTERS}]{{2,}}"
)
# Looking ahead, so that a capital at the start of a sentence ("Bel Jan Jansen") does not swallow
# the first name.
_FULL_NAME = re.compile(
    rf"\b(?=(?P<first>[{_CAPITALS}][{_LETTERS}]+)\s+{_BETWEEN}(?P<last>[{_CAPITALS}][{_LETTERS}]+))"
)
_KIND_BEFORE = re.compile(
    r"\b(?:stichting|vereniging|bakkerij|slagerij|boekhandel|modehuis|supermarkt|winkel|café|restaurant|hotel|kerk|"
    r"school|museum|theater|aannemer|makelaardij|architecten|bureau|fonds|huis)\s+$",
    re.IGNORECASE,
)
_FORM_AFTER = re.compile(
    r"\s+(?:b\.?v\b|n\.?v\b|v\.?o\.?f\b|gmbh\b|e\.v\.|stichting\b|school\b|museum\b)", re.IGNORECASE
)
_STREET_ENDS = (
    "straat",
    "plein",
    "weg",
    "laan",
    "kade",
    "markt",
    "park",
    "hof",
    "dijk",
    "singel",
    "steeg",
    "pad",
    "brug",
    "straße",
)
_FIRST_NAMES = frozenset(
    """
    aad abdel achmed adriaan ahmed albert alex ali alice amber andre andré andrea angela anita
    anja anke ann anna anne annelies annemarie anouk anton arend arie arjan arjen arnold astrid
    bart bas bea ben bernard bert betty bianca bob boris bram brigitte carla carlo carolien
    caroline cees charlotte chris christa christiaan christine claudia cor corrie daan daniel
    daniël danny david debby dennis derk diana dick dirk dorien eddy edwin eef elisabeth ella
    ellen els elsa emiel emma erik eric erna ernst erwin esther eva evelien evert fatima femke
    ferdinand fleur floor frank frans fred frederik freek frits gea geert gerard gerben gerda
    gerrit gert gijs guido hans harm harrie harry hassan heidi hein helen helena hendrik henk
    henny herman hilde hugo huub ibrahim ilse inge ingrid irene iris ivo jaap jack jacob
    jacqueline jan janneke jannie jantine jasper jeanette jelle jennifer jeroen jessica joanne
    job joep johan johannes john jolanda jonas joop joost jorien joris josé judith julia jurgen
    karel karen karin katja kees kevin kim klaas klaus koen laura lars lars leen lena leo leon
    lex lia lieke lies linda lisa loes lotte louis lucas luuk maaike maarten manon marc marcel
    margriet maria marian marianne marieke marije marijke marina mario marion mark marleen
    marloes martijn martin martine maud maurice mehmet menno merel michael michel michiel mieke
    mike milan mirjam mohamed mohammed monique mustafa nadia naomi natasja nicole niek niels
    nina noor olaf oscar otto pascal patricia patrick paul paula peter petra philip piet pieter
    pim rachel ralf ramon raymond regina remco rené renate rené riet rianne richard rick rik
    rita rob robbert robert robin roel roelof ron ronald roos roy rudolf ruben ruud saskia
    sander sandra sara sebastiaan silvia simon simone sjaak sjoerd sofie sonja stefan stephan
    steven susan suzanne sven sylvia tamara tanja teun theo thijs thomas tim tineke tom tonny
    toon trudy ursula vera veronique victor vincent wendy werner wilco wilma willem wim wolfgang
    wouter yasmin yvonne youssef
    """.split()  # noqa: SIM905 (a list literal takes 320 lines)
)
