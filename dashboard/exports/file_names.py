"""Names of downloaded files."""

import re
import unicodedata
from typing import Literal

from data.export.tables import Format

Extension = Format | Literal["html", "png", "svg", "pdf", "pptx"]


def file_name(*words: str, extension: Extension) -> str:
    """A file name of `a-z0-9-` and the extension, at most 80 characters before it; never empty."""
    plain = unicodedata.normalize("NFKD", "-".join(words)).encode("ascii", "ignore").decode("ascii")
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower())[:80].strip("-")
    return f"{slug or 'stadshart'}.{extension}"
