"""SVG drawings on the page, which `st.html` would strip."""

from collections.abc import Sequence

import streamlit as st

from dashboard.style.html import Markup, join, node

# Parsed as a separate document: its content is shown, never run.
_SCRIPT = """
export default ({ data, parentElement }) => {
  const page = new DOMParser().parseFromString(data, "text/html");
  parentElement.querySelector(".d").replaceChildren(...page.body.childNodes);
};
"""
_LAYOUT = """
.d {
  display: grid; gap: .4rem 1.2rem;
  grid-template-columns: repeat(auto-fill, minmax(min(230px, 100%), 1fr));
}
figure { margin: 0; }
figcaption { font-weight: 600; color: #154273; font-size: .98rem; }
svg { width: 100%; height: auto; display: block; }
figure.wide, figure.slim { grid-column: 1 / -1; }
figure.broad { grid-column: 1 / -1; max-width: 62rem; }
figure.slim { display: none; }
@media (max-width: 640px) {
  figure.wide { display: none; }
  figure.slim { display: block; }
  figure.broad text { font-size: 20px; }
}
"""


def drawings(key: str, figures: Sequence[Markup]) -> None:
    """Draw figures side by side, below one another on a phone."""
    mount = st.components.v2.component(
        "stadshart_drawings", html='<div class="d"></div>', css=_LAYOUT, js=_SCRIPT
    )
    mount(key=key, data=str(join(figures)) if figures else str(node("p")))
