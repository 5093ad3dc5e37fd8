"""What the measuring functions refuse, each with the value met, the value expected and the cure."""


class GeoError(ValueError):
    """A measurement that cannot be made from what was given."""


class WrongCrsError(GeoError):
    """Geometry in another coordinate system than RD (EPSG:28992)."""


class WrongShapeError(GeoError):
    """Arrays or tables whose sizes, columns or options do not fit together."""


class MissingValueError(GeoError):
    """A missing or endless value where a number is needed."""


class NegativeValueError(GeoError):
    """A value below zero, or not above it, where that has no meaning."""


class TooFewUnitsError(GeoError):
    """Fewer units or periods than the method needs to say anything."""


# The design calls it by the short name.
TooFewUnits = TooFewUnitsError


class OutsideBoxError(GeoError):
    """Coordinates that cannot be where they say they are."""
