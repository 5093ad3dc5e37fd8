"""Errors of the measuring functions; messages state the value, the expected value and the cure."""


class GeoError(ValueError):
    """A measurement that is impossible with the given data."""


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


class NoAttractionError(GeoError):
    """Sites that all have zero attraction, so that spending has nowhere to go."""


class NotIdentifiedError(GeoError):
    """A parameter about which the data say nothing."""


# The short name of the contract.
TooFewUnits = TooFewUnitsError


class OutsideBoxError(GeoError):
    """Coordinates outside the extent they should lie in."""


class RefusedError(GeoError):
    """An analysis that the data cannot support: `lacking` is `actual`, below or above `needed`."""

    def __init__(self, message: str, lacking: str, needed: float, actual: float) -> None:
        super().__init__(message, lacking, needed, actual)
        self.lacking, self.needed, self.actual = lacking, needed, actual

    def __str__(self) -> str:
        return str(self.args[0])


class TooFewToCompareError(RefusedError, TooFewUnitsError):
    """Too few units or periods to tell an effect from chance."""


class PoorFitError(RefusedError):
    """A stand-in that does not follow the real series before the start."""


class MixedSurveysError(GeoError):
    """Numerator and denominator that do not come from one survey."""


class NotASurveyError(GeoError):
    """Statuses that do not come from a survey of units."""
