"""A finished canvas as PNG, SVG or PDF with its alternative text; always the same bytes."""

import base64
import io
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.typing import RcKeyType

from dashboard.press.caption import Story
from dashboard.press.drawing import pdf_tags
from dashboard.press.drawing import png as drawing_png
from dashboard.press.drawing.canvas import Canvas
from dashboard.press.sizes import DrawnFormat
from dashboard.style import theme
from dashboard.style.escape import escape

_STATIC = Path(__file__).parents[2] / "static"
_SETTINGS: dict[RcKeyType, object] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "stadshart",
    "pdf.fonttype": 42,
    "pdf.compression": 6,
    "path.simplify": False,
    # Hinting moves letters to whole pixels: uneven, and wider than measured.
    "text.hinting": "none",
    "text.antialiased": True,
}
LANGUAGES = {"nl": "nl-NL", "en": "en-GB", "de": "de-DE"}


def render(canvas: Canvas, story: Story, form: DrawnFormat, lang: str) -> bytes:
    """The canvas as a file of that form."""
    match form:
        case "png":
            return png(canvas, story, lang)
        case "svg":
            return svg(canvas, story, lang)
        case "pdf":
            return document([canvas], [story.alt], story, lang)


def png(canvas: Canvas, story: Story, lang: str) -> bytes:
    """A PNG of exactly the size's pixels, RGB, with alternative text and source as fields."""
    renderer = FigureCanvasAgg(canvas.figure)
    with matplotlib.rc_context(_SETTINGS):
        renderer.draw()  # type: ignore[no-untyped-call]  # untyped in matplotlib's stubs
    return drawing_png.png(
        np.asarray(
            renderer.buffer_rgba()  # type: ignore[no-untyped-call]  # untyped in matplotlib's stubs
        ),
        _fields(story),
        language=LANGUAGES[lang],
        dpi=canvas.size.dpi,
    )


def _fields(story: Story) -> dict[str, str]:
    fields = {
        "Title": story.headline,
        "Description": story.alt,
        "Source": "; ".join(story.sources),
        "Copyright": story.licence,
        "Author": story.sender or "",
        "URL": story.link or "",
    }
    return {key: words for key, words in fields.items() if words}


def svg(canvas: Canvas, story: Story, lang: str) -> bytes:
    """A drawing whose text stays text, with the page's font inside, title and description."""
    out = io.BytesIO()
    with matplotlib.rc_context(_SETTINGS):
        canvas.figure.savefig(
            out, format="svg", metadata={"Date": None, "Creator": None, "Title": story.headline}
        )
    drawing = out.getvalue().decode("utf-8")
    # Screen readers look for one title and one description, both named by the root.
    drawing = re.sub(r"<title>.*?</title>", "", drawing, count=1, flags=re.DOTALL)
    described = (
        f'<title id="title">{escape(story.headline)}</title>\n<desc'
        f' id="desc">{escape(story.alt)}</desc>\n<style>{_faces()}</style>\n'
    )
    head, opening, rest = re.split(r"(<svg\b[^>]*>)", drawing, maxsplit=1)
    opening = (
        opening[:-1] + f' role="img" aria-labelledby="title desc" xml:lang="{LANGUAGES[lang]}">'
    )
    return f"{head}{opening}\n{described}{rest}".encode()


@cache
def _faces() -> str:
    faces = []
    for weight in theme.FONT_WEIGHTS:
        file = _STATIC / theme.FONT_FOLDER / f"source-sans-3-latin-{weight}-normal.woff2"
        data = base64.b64encode(file.read_bytes()).decode("ascii")
        faces.append(
            f"@font-face{{font-family:'{theme.FONT}';font-weight:{weight};src:url(data:font/woff2;base64,{data})"
            " format('woff2')}"
        )
    return "".join(faces)


def document(
    canvases: Sequence[Canvas], alternatives: Sequence[str], story: Story, lang: str
) -> bytes:
    """A PDF with a page per canvas, each tagged as a figure with its alternative text."""
    # Imported here: it takes 10 MB, and few ask for a PDF.
    from matplotlib.backends.backend_pdf import PdfPages

    out = io.BytesIO()
    metadata = {
        "Title": story.headline,
        "Subject": "; ".join(story.sources),
        "Author": story.sender or "Stadshart Twente",
        "Creator": None,
        "Producer": None,
        "CreationDate": None,
    }
    with matplotlib.rc_context(_SETTINGS), PdfPages(out, metadata=metadata) as pages:
        for canvas in canvases:
            pages.savefig(canvas.figure)
    return pdf_tags.tagged(
        out.getvalue(), lang=LANGUAGES[lang], title=story.headline, alternatives=alternatives
    )
