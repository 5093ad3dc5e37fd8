"""Which words of a canvas are cut off or share ink."""

from dashboard.press.drawing.canvas import Canvas


def outside(canvas: Canvas) -> list[str]:
    return [
        one.text
        for one in canvas.text_boxes
        if one.box.left < 0
        or one.box.top < 0
        or one.box.right > canvas.width
        or one.box.bottom > canvas.height
    ]


def overlapping(canvas: Canvas) -> list[tuple[str, str]]:
    """Pairs of lines that share ink; a hair less than their boxes, since lines stand closer than
    ascent and descent.
    """
    boxes = [(one.text, one.box.grown(-0.12 * one.size)) for one in canvas.text_boxes]
    return [
        (name, other)
        for index, (name, box) in enumerate(boxes)
        for other, second in boxes[index + 1 :]
        if box.overlaps(second)
    ]
