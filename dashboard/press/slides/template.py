"""A blank 16:9 presentation in our colours and font, and its parts packed without a clock."""

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pptx
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE
from pptx.opc.constants import RELATIONSHIP_TYPE as RELATION
from pptx.opc.oxml import serialize_part_xml
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.oxml.xmlchemy import BaseOxmlElement, OxmlElement
from pptx.presentation import Presentation
from pptx.slide import NotesSlide, SlideLayout
from pptx.text.text import TextFrame
from pptx.util import Pt

from dashboard.i18n.text import Lang
from dashboard.style import theme


@dataclass(frozen=True, slots=True)
class SlideArea:
    """A part of a slide, in points."""

    left: float
    top: float
    width: float
    height: float

    @property
    def emu(self) -> tuple[Pt, Pt, Pt, Pt]:
        """Left, top, width and height in the unit of the file."""
        return Pt(self.left), Pt(self.top), Pt(self.width), Pt(self.height)


_WIDTH, _HEIGHT, _EDGE = 960.0, 540.0, 29.0
_RULE = SlideArea(_EDGE, 18.0, 36.0, 3.0)
TITLE = SlideArea(_EDGE, 26.0, 902.0, 64.0)
STANDFIRST = SlideArea(_EDGE, 92.0, 902.0, 36.0)
# As wide for its height as the size `ON_SLIDE`.
PICTURE = SlideArea(_EDGE, 132.0, 902.0, 338.25)
BODY = SlideArea(_EDGE, 104.0, 902.0, 366.0)
SOURCES = SlideArea(_EDGE, 476.0, 902.0, 52.0)

LANGUAGE_IDS: Mapping[Lang, MSO_LANGUAGE_ID] = MappingProxyType(
    {
        "nl": MSO_LANGUAGE_ID.DUTCH,
        "en": MSO_LANGUAGE_ID.ENGLISH_UK,
        "de": MSO_LANGUAGE_ID.GERMAN,
    }
)
# Of the default template of python-pptx: its layouts, and what says nothing about our slides.
_TITLE_AND_LINES, _TITLE_ONLY = 1, 5
_FOREIGN = {RELATION.THUMBNAIL, RELATION.EXTENDED_PROPERTIES}
_FURNITURE = {
    PP_PLACEHOLDER.HEADER,
    PP_PLACEHOLDER.DATE,
    PP_PLACEHOLDER.FOOTER,
    PP_PLACEHOLDER.SLIDE_NUMBER,
}
_COLOURS = {
    "dk1": theme.INK,
    "lt1": theme.PAPER,
    "dk2": theme.HEADING,
    "lt2": theme.SIDE,
    "accent1": theme.HEADING,
    "accent2": theme.LINK,
    "accent3": theme.SELECTED,
    "accent4": theme.style("vacant").fill,
    "accent5": theme.style("edge_retail").fill,
    "accent6": theme.QUIET,
    "hlink": theme.LINK,
    "folHlink": theme.LINK,
}
_THEME = re.compile(r"ppt/theme/theme\d+\.xml")
# A filled rectangle without its place, after the declarations of its namespaces.
_RULE_PARTS = (
    '><p:nvSpPr><p:cNvPr id="90" name="Rule"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>'
    '<p:spPr><a:xfrm><a:off/><a:ext/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
    '<a:solidFill><a:schemeClr val="tx2"/></a:solidFill></p:spPr></p:sp>'
)
# The first moment that a ZIP file can hold.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def blank(language: str) -> Presentation:
    """A presentation without slides, whose layouts are a title alone and a title with lines."""
    made = pptx.Presentation()
    made.slide_width, made.slide_height = Pt(_WIDTH), Pt(_HEIGHT)
    package = made.part.package
    for relation in list(package.iter_rels()):
        if relation.reltype in _FOREIGN:
            package.drop_rel(relation.rId)
    for key, relation in list(made.part.rels.items()):
        if relation.reltype == RELATION.PRINTER_SETTINGS:
            made.part.rels.pop(key)
    layouts = [made.slide_layouts[at] for at in (_TITLE_AND_LINES, _TITLE_ONLY)]
    for other in list(made.slide_layouts):
        if other not in layouts:
            made.slide_layouts.remove(other)
    for page in (made.slide_master, made.notes_master, *layouts):
        for place in list(page.placeholders):
            if place.placeholder_format.type in _FURNITURE:
                place.element.getparent().remove(place.element)
    _style_master(made)
    for page in (made, made.slide_master, made.notes_master, *layouts):
        _set_language(page.element, language)
    return made


def layout(made: Presentation, *, with_lines: bool) -> SlideLayout:
    """The layout of a title with lines of text, or of a title alone."""
    return made.slide_layouts[0 if with_lines else 1]


def without_margins(frame: TextFrame) -> None:
    """Let the text of a frame begin at its edge, break between words and keep its size."""
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = Pt(0)
    frame.word_wrap = True
    frame.auto_size = MSO_AUTO_SIZE.NONE


def remove_empty(page: NotesSlide) -> None:
    """Remove the places for text that hold none."""
    for place in list(page.placeholders):
        if place.has_text_frame and not place.text_frame.text:
            place.element.getparent().remove(place.element)


def repacked(content: bytes) -> bytes:
    """The file in our colours and font, each part without a time of day."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as parts, zipfile.ZipFile(out, "w") as packed:
        for name in parts.namelist():
            part = parts.read(name)
            if _THEME.fullmatch(name):
                part = _in_our_style(part)
            # A picture is compressed already.
            method = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            packed.writestr(zipfile.ZipInfo(name, _NO_TIME), part, compress_type=method)
    return out.getvalue()


def _in_our_style(part: bytes) -> bytes:
    """A theme with our colours and font."""
    root = parse_xml(part)
    root.set("name", theme.FONT)
    scheme = root.find(f".//{qn('a:clrScheme')}")
    for name, colour in _COLOURS.items():
        (old,) = scheme.find(qn(f"a:{name}"))
        new = OxmlElement("a:srgbClr")
        new.set("val", colour.removeprefix("#").upper())
        old.getparent().replace(old, new)
    for face in root.iterfind(f".//{qn('a:fontScheme')}/*/{qn('a:latin')}"):
        face.set("typeface", theme.FONT)
    return serialize_part_xml(root)


def _style_master(made: Presentation) -> None:
    """Place and size title and lines, and draw the rule above the title."""
    master = made.slide_master
    for place, area in zip(master.placeholders, (TITLE, BODY), strict=True):
        place.left, place.top, place.width, place.height = area.emu
        without_margins(place.text_frame)
    master.placeholders[0].text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    title = master.element.find(f".//{qn('p:titleStyle')}/{qn('a:lvl1pPr')}")
    title.set("algn", "l")
    letters = title.find(qn("a:defRPr"))
    letters.set("sz", "2600")
    letters.set("b", "1")
    letters.find(f".//{qn('a:schemeClr')}").set("val", "tx2")
    for letters in master.element.iterfind(f".//{qn('p:bodyStyle')}/*/{qn('a:defRPr')}"):
        letters.set("sz", "1600")
    left, top, width, height = _RULE.emu
    rule = parse_xml("<p:sp " + nsdecls("p", "a") + _RULE_PARTS)
    frame = rule.find(f".//{qn('a:xfrm')}")
    for part, ends in (("a:off", {"x": left, "y": top}), ("a:ext", {"cx": width, "cy": height})):
        for name, end in ends.items():
            frame.find(qn(part)).set(name, str(end))
    master.shapes.element.append(rule)


def _set_language(root: BaseOxmlElement, language: str) -> None:
    for letters in root.iter():
        if "lang" in letters.attrib:
            letters.set("lang", language)
