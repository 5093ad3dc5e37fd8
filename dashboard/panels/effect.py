"""Effect on the page: why nothing can be said, or both designs with their picture and its table."""

from dashboard import theme, verdicts
from dashboard.evidence import Evidence, Standstill
from dashboard.facts import Facts
from dashboard.markup import Markup, join, node
from dashboard.text import Texts

_WIDTH, _HEIGHT = 620.0, 250.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 14.0, 14.0, 34.0, 30.0
_TREATED, _CONTROL = "#b0186f", "#33475b"


def card(found: Standstill, text: Texts) -> Markup:
    """Why nothing is said about an effect, what both designs answered, and what data would be needed."""
    return node(
        "section",
        node("h3", text("verdict.card_title")),
        node("p", text("verdict.card_intro")),
        node("ul", join(node("li", verdicts.obstacle(one, text)) for one in found.obstacles), class_="notes"),
        None
        if not found.refused
        else join(
            [
                node("p", text("verdict.tried")),
                node("ul", join(node("li", said) for said in verdicts.attempts(found.refused, text)), class_="notes"),
            ]
        ),
        node("h3", text("verdict.needed_title")),
        node("p", verdicts.needed(text)),
        class_="detail",
        aria_label=text("verdict.card_title"),
    )


def analysis(evidence: Evidence, facts: Facts, text: Texts) -> Markup:
    """Both designs in words, and what was compared."""
    names = [facts.streets[key][1] for key in evidence.treated]
    return join(
        [
            node("p", verdicts.compared(evidence, names, text)),
            node("p", text("verdict.outcome"), class_="quiet"),
            node("h3", text("verdict.difference_title")),
            node("p", verdicts.of_difference(evidence.difference, text), class_="verdict"),
            node("h3", text("verdict.synthetic_title")),
            node("p", verdicts.of_synthetic(evidence.synthetic, text), class_="verdict"),
            node("p", verdicts.together(evidence, text), class_="caution"),
        ]
    )


def table(evidence: Evidence, text: Texts) -> Markup:
    """The picture's twin: per survey the mean share in both kinds of streets."""
    head = node("tr", *(node("th", text(f"verdict.{key}"), scope="col") for key in ("surveyed", "treated", "control")))
    rows = [
        node(
            "tr",
            node("th", theme.month(path.surveyed, text.lang), scope="row"),
            node("td", theme.share(path.treated / 100, text.lang, decimals=1)),
            node("td", theme.share(path.control / 100, text.lang, decimals=1)),
        )
        for path in evidence.paths
    ]
    return node(
        "table",
        node("caption", text("verdict.paths")),
        node("thead", head),
        node("tbody", join(rows)),
        class_="narrow",
    )


def paths(evidence: Evidence, text: Texts) -> Markup:
    """The two paths as a drawing: a full line with squares and a dashed one with circles, both named at their end."""
    first, last = evidence.paths[0].surveyed, evidence.paths[-1].surveyed
    top = max(max(path.treated, path.control) for path in evidence.paths) * 1.15 or 1.0
    days = max((last - first).days, 1)

    def x(day_ordinal: int) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * (day_ordinal - first.toordinal()) / days

    def y(value: float) -> float:
        return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * value / top

    begin = x((evidence.before.toordinal() + evidence.start.toordinal()) // 2)
    treated = [(x(path.surveyed.toordinal()), y(path.treated)) for path in evidence.paths]
    control = [(x(path.surveyed.toordinal()), y(path.control)) for path in evidence.paths]
    parts = [
        node("title", text("verdict.paths")),
        node("line", x1=_LEFT, y1=y(0), x2=_WIDTH - _RIGHT, y2=y(0), stroke="#8a8a8a"),
        node("line", x1=begin, y1=_TOP - 8, x2=begin, y2=y(0), stroke="#8a8a8a", stroke_dasharray="2 4"),
        node("text", text("verdict.start_line"), x=begin + 4, y=_TOP, font_size=14.0, fill=theme.QUIET),
        _line(control, _CONTROL, dash="6 4"),
        _line(treated, _TREATED, dash=None),
        *(node("circle", cx=px, cy=py, r=4.0, fill=theme.PAPER, stroke=_CONTROL, stroke_width=1.8) for px, py in control),
        *(node("rect", x=px - 4, y=py - 4, width=8.0, height=8.0, fill=_TREATED) for px, py in treated),
        *(
            node("text", name, x=_WIDTH - _RIGHT, y=height, text_anchor="end", font_size=14.0, font_weight=600.0, fill=ink)
            for (name, height), ink in zip(
                _apart(
                    (text("verdict.treated"), treated[-1][1] - 9.0), (text("verdict.control"), control[-1][1] - 9.0)
                ),
                (_TREATED, _CONTROL),
                strict=True,
            )
        ),
        *(
            node(
                "text",
                str(path.surveyed.year),
                x=x(path.surveyed.toordinal()),
                y=_HEIGHT - 8.0,
                text_anchor="start" if path is evidence.paths[0] else "end" if path is evidence.paths[-1] else "middle",
                font_size=14.0,
                fill=theme.QUIET,
            )
            for path in evidence.paths
        ),
    ]
    return node(
        "figure",
        node("figcaption", text("verdict.paths")),
        node(
            "svg",
            *parts,
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {_WIDTH:.0f} {_HEIGHT:.0f}",
            role="img",
            aria_label=text("verdict.paths"),
            font_family=f"'{theme.FONT}', sans-serif",
        ),
        class_="broad",
    )


def _line(points: list[tuple[float, float]], ink: str, *, dash: str | None) -> Markup:
    return node(
        "polyline",
        points=" ".join(f"{px:.1f},{py:.1f}" for px, py in points),
        fill="none",
        stroke=ink,
        stroke_width=2.0,
        stroke_dasharray=dash,
    )


def _apart(one: tuple[str, float], other: tuple[str, float]) -> tuple[tuple[str, float], tuple[str, float]]:
    """Two labels at least a line apart, the higher one above."""
    gap = 17.0 - abs(one[1] - other[1])
    if gap <= 0:
        return one, other
    up = -gap if one[1] <= other[1] else gap
    return (one[0], one[1] + up), other
