"""One figure of several places as dots on a line, with the lowest and the highest by name."""

from collections.abc import Sequence

from dashboard.press.drawing.canvas import Canvas, width
from dashboard.press.drawing.label_placement import PageBox
from dashboard.sentences.centre import PeerValue
from dashboard.style import theme

HEIGHT = 19.0
_OWN, _OTHER = 6.0, 4.2
_GAP = 12.0


def draw(canvas: Canvas, peers: Sequence[PeerValue], box: PageBox, size: float = 12.0) -> None:
    """Draw the peers from the lowest to the highest; the place itself is the filled dot.

    `size` is that of the words at both ends.
    """
    ranked = sorted(peers, key=lambda peer: (peer.value, peer.name))
    lowest, highest = ranked[0], ranked[-1]
    middle = box.top + HEIGHT / 2
    left = box.left + _write(canvas, lowest, box.left, middle, size) + _GAP
    words, weight = _ends(highest)
    right = box.right - width(words, size, weight) - _GAP
    _write(canvas, highest, right + _GAP, middle, size)
    canvas.line([(left, middle), (right, middle)], theme.PALE, 1.2)
    span = highest.value - lowest.value
    # The own dot lies on top.
    for peer in sorted(ranked, key=lambda peer: peer.own):
        part = 0.5 if span == 0 else (peer.value - lowest.value) / span
        x = left + part * (right - left)
        radius = _OWN if peer.own else _OTHER
        canvas.rect(
            PageBox(x - radius, middle - radius, x + radius, middle + radius),
            fill=theme.HEADING if peer.own else theme.PAPER,
            stroke=theme.HEADING if peer.own else theme.QUIET,
            width=1.4,
            radius=radius,
        )


def written(peers: Sequence[PeerValue]) -> str:
    """Every peer with its figure, the highest first."""
    ranked = sorted(peers, key=lambda peer: (-peer.value, peer.name))
    # A name stays with its figure at the end of a line.
    return " · ".join(f"{peer.name}\u00a0{peer.written}" for peer in ranked)


def _write(canvas: Canvas, peer: PeerValue, x: float, middle: float, size: float) -> float:
    words, weight = _ends(peer)
    return canvas.text(x, middle + 0.35 * size, words, size, weight=weight)


def _ends(peer: PeerValue) -> tuple[str, int]:
    """The words at one end of the line, and their weight."""
    return f"{peer.name} {peer.written}", 600 if peer.own else 400
