"""The one function that escapes text for HTML and scripts."""

import html

# Besides the five of HTML: back-quote, dollar and backslash, because folium writes text into
# JavaScript template strings; braces, because branca renders its output again as a Jinja template,
# which would evaluate `{{ 7 * 7 }}` in the name of a shop on the server.
_BEYOND_HTML = str.maketrans(
    {"`": "&#96;", "\\": "&#92;", "$": "&#36;", "{": "&#123;", "}": "&#125;"}
)


def escape(text: str) -> str:
    """Text that is safe in HTML, a quoted attribute, a JavaScript string and a Jinja template.

    A browser shows the original text; `html.unescape` returns it.
    """
    return html.escape(text, quote=True).translate(_BEYOND_HTML)
