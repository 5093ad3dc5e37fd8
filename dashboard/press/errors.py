"""The errors of the press room."""

from dashboard.errors import DashboardError


class PressError(DashboardError, ValueError):
    """The base of the errors of the press room."""


class UnknownSizeError(PressError):
    """A size or format that is not on the closed list."""


class UnknownSubjectError(PressError):
    """A picture was asked of a place or snapshot that has none."""


class QueueFullError(PressError):
    """The queue of pictures is full: come back in a moment."""


class RoomError(PressError):
    """Words that do not fit their frame at the smallest readable size."""


class DocumentError(PressError):
    """A PDF that is not built the way its tags need."""


class FramePolicyError(PressError):
    """The list of sites that may frame the map is not valid in a browser."""


class LostError(PressError):
    """The process that draws ended or failed while it worked."""


class FailedJobError(PressError):
    """The process that draws met a fault; its text is the number of the trace in the log."""


class SnapshotError(PressError):
    """The snapshot that a picture is drawn from cannot be read."""
