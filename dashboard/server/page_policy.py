"""What a page may load, run and be framed by: its Content-Security-Policy."""

import hashlib
import os
import re
from base64 import b64encode

from dashboard.maps import tiles
from dashboard.panels import page_frame

# Of the scripts in an HTML text only those without an address stand in it.
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def policy(shell: str) -> str:
    """The policy of a page whose first HTML holds the scripts of `shell`.

    Only this server is asked, except for map tiles; of scripts in the page only our own run.
    """
    scripts = [*_INLINE.findall(shell), page_frame.script()]
    hashes = " ".join(f"'sha256-{_hash(script)}'" for script in scripts)
    background = tiles.parse(os.environ.get("STADSHART_TILES"))
    return "; ".join(
        (
            "default-src 'self'",
            # Streamlit starts a component from a blob.
            f"script-src 'self' blob: {hashes}",
            # Styles stand in the markup of Streamlit and of drawings.
            "style-src 'self' 'unsafe-inline'",
            f"img-src 'self' data: blob:{f' {background.origin}' if background else ''}",
            "font-src 'self' data:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            # A foreign page around ours could lead a click to one of its buttons.
            "frame-ancestors 'self'",
        )
    )


def _hash(script: str) -> str:
    return b64encode(hashlib.sha256(script.encode()).digest()).decode()
