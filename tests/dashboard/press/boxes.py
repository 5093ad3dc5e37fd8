"""Which words of a sheet are cut off or share ink."""

from dashboard.press.drawing.canvas import Sheet


def outside(sheet: Sheet) -> list[str]:
    return [
        one.text
        for one in sheet.written
        if one.box.left < 0
        or one.box.top < 0
        or one.box.right > sheet.width
        or one.box.bottom > sheet.height
    ]


def overlapping(sheet: Sheet) -> list[tuple[str, str]]:
    """Pairs of lines that share ink; a hair less than their boxes, since lines stand closer than
    ascent and descent.
    """
    boxes = [(one.text, one.box.grown(-0.12 * one.size)) for one in sheet.written]
    return [
        (name, other)
        for index, (name, box) in enumerate(boxes)
        for other, second in boxes[index + 1 :]
        if box.overlaps(second)
    ]
