"""Slides as a PowerPoint file in our colours; the same slides give the same bytes."""

import datetime as dt
import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from pptx.enum.dml import MSO_THEME_COLOR
from pptx.presentation import Presentation
from pptx.slide import Slide as FileSlide
from pptx.text.text import TextFrame
from pptx.util import Pt

from dashboard.i18n.text import Lang
from dashboard.press import attribution
from dashboard.press.caption import Story
from dashboard.press.drawing.canvas import Canvas, width
from dashboard.press.drawing.files import LANGUAGES, png
from dashboard.press.slides import template
from dashboard.press.slides.template import BODY, PICTURE, SOURCES, STANDFIRST, TITLE, SlideArea
from dashboard.selection.context import Context
from data.export.sheet import one_line, printable

# Sizes in points; the first at which the words fit their area.
_TITLES = (26.0, 24.0, 22.0, 20.0, 18.0, 16.0)
_STANDFIRSTS = (14.0, 13.0, 12.0, 11.0, 10.0)
_SOURCES = (10.0, 9.0, 8.0, 7.0)
_BODIES = (18.0, 16.0, 14.0, 12.0, 11.0, 10.0)
_LEADING = 1.2
# The part of a line that words fill, and room for a wider font where ours is missing.
_ROOM = 0.72
# No address leads to a program or a file.
_WEB = ("http://", "https://")

Words = tuple[str, str | None]
"""A few words, and the address they lead to."""


@dataclass(frozen=True, slots=True)
class Slide:
    """The words of `story` around a drawing as PNG; without one, around `lines` in points."""

    story: Story
    drawing: bytes | None = None
    lines: tuple[Words, ...] = ()
    size: float = _BODIES[0]


def pictured(canvas: Canvas, story: Story, lang: Lang) -> Slide:
    """The slide of a picture that is drawn in the size `ON_SLIDE`."""
    return Slide(story, png(canvas, story, lang))


def pages_of_lines(story: Story, lines: Sequence[Words]) -> list[Slide]:
    """Slides that hold all the lines, each with a title of its own.

    The letters are the largest in which the lines fit one slide, else the smallest.
    """
    pages: list[list[Words]] = []
    size = _fitting_size(lines)
    for line in lines:
        if not pages or _height([*pages[-1], line], size) > BODY.height:
            pages.append([])
        pages[-1].append(line)
    return [
        Slide(
            story
            if len(pages) == 1
            else replace(story, headline=f"{story.headline} ({number}/{len(pages)})"),
            lines=tuple(page),
            size=size,
        )
        for number, page in enumerate(pages, start=1)
    ]


def document(slides: Sequence[Slide], title: str, context: Context) -> bytes:
    """The slides as one file, with title, sender, sources, licences and date of the data."""
    language = LANGUAGES[context.text.lang]
    made = template.blank(language)
    for slide in slides:
        _add(made, slide, context)
    references = [reference for slide in slides for reference in slide.story.references]
    facts, text = context.facts, context.text
    licences = attribution.licences(references, facts, text)
    about, story = made.core_properties, slides[0].story
    about.title = _cut(title)
    about.author = about.last_modified_by = _cut(story.sender or text("product.name"))
    about.subject = _cut("; ".join(attribution.publishers(references, facts, text)))
    about.comments = _cut(
        f"{text('press.licence', licences=licences) if licences else ''} {story.consulted}"
    )
    about.keywords = _cut(
        "; ".join(dict.fromkeys(b for slide in slides for b in slide.story.badges))
    )
    about.language = language
    about.created = about.modified = dt.datetime.combine(facts.consulted, dt.time())
    out = io.BytesIO()
    made.save(out)
    return template.repacked(out.getvalue())


def _add(made: Presentation, slide: Slide, context: Context) -> None:
    """One slide, its parts in the order in which they are read."""
    story, lang = slide.story, context.text.lang
    added = made.slides.add_slide(template.layout(made, with_lines=bool(slide.lines)))
    title = added.shapes.title
    if title is None:
        raise ValueError("the layout has no title, expected one")
    heading = [(story.headline, None)]
    _write(title.text_frame, [heading], _size(story.headline, _TITLES, TITLE, 700), lang)
    if story.standfirst:
        size = _size(story.standfirst, _STANDFIRSTS, STANDFIRST)
        _write(_box(added, STANDFIRST, "Standfirst"), [[(story.standfirst, None)]], size, lang)
    if slide.drawing is not None:
        picture = added.shapes.add_picture(io.BytesIO(slide.drawing), *PICTURE.emu)
        picture.name = one_line(story.headline)[:80]
        # python-pptx has no name for the alternative text.
        picture.element.nvPicPr.cNvPr.set("descr", one_line(story.alt))
    if slide.lines:
        frame = added.placeholders[1].text_frame
        _write(frame, [_linked(*line) for line in slide.lines], slide.size, lang)
    sources = _source_line(story, context)
    plain = "".join(words for words, _ in sources)
    frame = _box(added, SOURCES, "Sources")
    _write(frame, [sources], _size(plain, _SOURCES, SOURCES), lang, strong=len(story.badges))
    _write_notes(added, _notes(story, context), lang)


def _source_line(story: Story, context: Context) -> list[Words]:
    """Badges, then publishers with their addresses, the day of consulting, sender and link."""
    facts, text = context.facts, context.text
    words: list[Words] = [(f"{badge}. ", None) for badge in story.badges]
    cited = attribution.publishers(story.references, facts, text)
    if cited:
        before, after = text("press.sources", sources="\n").split("\n")
        words.append((before, None))
        for index, publisher in enumerate(cited.items()):
            words += [("; ", None)] if index else []
            words.append(publisher)
        words.append((f"{after} ", None))
    words.append((story.consulted, None))
    if story.sender:
        words.append((f" {text('press.sender', sender=story.sender)}", None))
    if story.link:
        words += [(" ", None), (story.link, story.link)]
    return words


def _notes(story: Story, context: Context) -> Iterable[Sequence[Words]]:
    """Caveats, what is counted, the sources with their addresses, and the licences."""
    facts, text = context.facts, context.text
    yield from ([(words, None)] for words in (*story.badges, *story.notes, story.verdict) if words)
    if counted := attribution.definitions(story.references, facts, text):
        yield [(text("slides.counted"), None)]
        yield from ([(definition, None)] for definition in counted)
    if cited := attribution.bibliography(story.references, facts, text):
        yield [(text("press.citation"), None)]
        yield from (_linked(*line) for line in cited.items())
    yield [(story.licence, None)]


def _write_notes(added: FileSlide, notes: Iterable[Sequence[Words]], lang: Lang) -> None:
    page = added.notes_slide
    if page.notes_text_frame is None:
        raise ValueError("the page of notes has no place for text, expected one")
    _write(page.notes_text_frame, list(notes), None, lang)
    template.remove_empty(page)


def _box(added: FileSlide, area: SlideArea, name: str) -> TextFrame:
    box = added.shapes.add_textbox(*area.emu)
    box.name = name
    frame: TextFrame = box.text_frame
    template.without_margins(frame)
    return frame


def _write(
    frame: TextFrame,
    paragraphs: Sequence[Sequence[Words]],
    size: float | None,
    lang: Lang,
    *,
    strong: int = 0,
) -> None:
    """Fill a frame; the first `strong` words of each paragraph are bold."""
    for index, parts in enumerate(paragraphs):
        if index:
            frame.add_paragraph()  # type: ignore[no-untyped-call]  # untyped there
        for at, (words, address) in enumerate(parts):
            run = frame.paragraphs[-1].add_run()
            run.text = printable(words)
            run.font.language_id = template.LANGUAGE_IDS[lang]
            if size is not None:
                run.font.size = Pt(size)
            if at < strong:
                run.font.bold = True
            if address is not None and address.startswith(_WEB):
                run.font.color.theme_color = MSO_THEME_COLOR.HYPERLINK
                run.hyperlink.address = quote(one_line(address), safe=":/?#@!$&'()*+,;=%~")


def _size(words: str, sizes: Sequence[float], area: SlideArea, weight: int = 400) -> float:
    """The largest size at which the words fit their area, else the smallest."""
    fitting = (
        size for size in sizes if _rows(words, size, area, weight) * _LEADING * size <= area.height
    )
    return next(fitting, sizes[-1])


def _rows(words: str, size: float, area: SlideArea, weight: int = 400) -> int:
    """How many lines the words take; breaking them into lines would measure every word."""
    return math.ceil(width(words, size, weight) / (_ROOM * area.width))


def _linked(line: str, address: str | None) -> list[Words]:
    """A line of which its address alone is a link."""
    if address is None or address not in line:
        return [(line, None)]
    before, _, after = line.partition(address)
    parts = (before, None), (address, address), (after, None)
    return [words for words in parts if words[0]]


def _fitting_size(lines: Sequence[Words]) -> float:
    """The largest size at which the lines fit one slide, else the smallest."""
    fitting = (size for size in _BODIES if _height(lines, size) <= BODY.height)
    return next(fitting, _BODIES[-1])


def _height(lines: Sequence[Words], size: float) -> float:
    """How high lines with half a line between them are on a slide, in points."""
    return sum(_rows(words, size, BODY) + 0.5 for words, _ in lines) * _LEADING * size


def _cut(words: str) -> str:
    """Words as a property of the file, which holds 255 characters."""
    plain = one_line(words)
    return plain if len(plain) <= 255 else f"{plain[:254]}…"
