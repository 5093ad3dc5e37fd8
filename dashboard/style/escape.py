"""The only door for text into HTML or script."""

import html

# Besides HTML's own five: the back-quote, the dollar and the backslash, because folium writes text
# into
# JavaScript template strings, and the braces, because branca renders what it rendered a second time
# as a
# Jinja template, where `{{ 7 * 7 }}` in a shop's name would be worked out on the server.
_BEYOND_HTML = str.maketrans(
    {"`": "&#96;", "\\": "&#92;", "$": "&#36;", "{": "&#123;", "}": "&#125;"}
)


def escape(text: str) -> str:
    """Text that is safe as HTML, as a quoted attribute, inside a JavaScript string and through a
    Jinja template.

    A browser that reads it as HTML shows the text that came in, and so does `html.unescape`.
    """
    return html.escape(text, quote=True).translate(_BEYOND_HTML)
