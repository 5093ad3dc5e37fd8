"""Details of the chosen mark: figure or initiative with source, date and the line to quote."""

from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.maps import layers
from dashboard.maps.description import Description, Provenance
from dashboard.panels.page_frame import cite_tag, copy_button, sources_address
from dashboard.panels.streets import street
from dashboard.sentences import citation
from dashboard.style import theme
from dashboard.style.html import Markup, door, join, node, outward


def chosen(key: str, facts: Facts, text: Texts) -> Markup | None:
    """The details of `layer:id`, or None when the snapshot does not have it."""
    layer_id, _, item = key.partition(":")
    layer = layers.by_id().get(layer_id)
    description = None if layer is None else layer.description(item, facts, text)
    # Streets and units have a series of surveys instead of a description.
    return street.mark(key, facts, text) if description is None else card(description, facts, text)


def card(description: Description, facts: Facts, text: Texts) -> Markup:
    """A description with its sources, its verdict and the line to copy."""
    rows = [
        *description.facts,
        *(row for source in description.provenance for row in _provenance(source, facts, text)),
    ]
    quote = description.quote
    return node(
        "section",
        node("h3", description.title),
        _verdict(description, text),
        node(
            "dl",
            join(
                join([node("dt", text(f"details.{key}")), node("dd", value)])
                for key, value in rows
                if value is not None
            ),
        ),
        # Without a source it is unknown.
        None
        if description.provenance
        else node("p", door(text("unknown.door"), sources_address(facts, text))),
        *(
            ()
            if quote is None
            else (
                node(
                    "p",
                    node("span", f"{text('cite.line')}: ", class_="quiet"),
                    quote,
                    class_="quote",
                ),
                copy_button(text("cite.copy"), quote, text),
            )
        ),
        class_="detail",
        data_chosen=True,
        aria_label=description.title,
    )


def _provenance(
    provenance: Provenance, facts: Facts, text: Texts
) -> tuple[tuple[str, str | Markup], ...]:
    record = facts.source(provenance.source_id)
    via = citation.read_via(record, facts, text)
    name = outward(citation.source_name(record, facts, text), provenance.url)
    return (
        ("source", join([name, node("span", f" ({via})" if via else "")])),
        ("source_date", citation.published(provenance.source_date, facts, text)),
        ("retrieved", theme.day(provenance.retrieved, text.lang)),
        ("licence", facts.translate(provenance.licence, text.lang)),
    )


def _verdict(description: Description, text: Texts) -> Markup | None:
    """Whether the figure may be quoted, and why."""
    quotable = description.quotable
    if quotable is None:
        return None
    why = node("span", citation.why(quotable, text, nature=description.nature), class_="quiet")
    return node("p", join([cite_tag(quotable.verdict, text), Markup(" "), why]))
