"""What the dashboard refuses."""


class DashboardError(Exception):
    """The base of what the dashboard refuses."""


class UnknownStyleError(DashboardError, KeyError):
    """A class without a style was to be drawn."""


class MapError(DashboardError, ValueError):
    """A map was described in a way that cannot be drawn."""


class ViewError(DashboardError, ValueError):
    """The script of a view does not declare where it stands in the menu."""


class TilesError(DashboardError, ValueError):
    """The tile address is not one the map can use."""


class UnsafeAddressError(DashboardError, ValueError):
    """An address that is neither http(s) nor within the site."""


class PublicUrlError(DashboardError, ValueError):
    """The public address is not one readers can reach."""


class CompetitionError(DashboardError, ValueError):
    """The snapshot does not hold what the competition model is fed."""


class ScenarioError(DashboardError, ValueError):
    """A scenario that is not of the grammar a link may hold."""


class PageShellError(DashboardError, ValueError):
    """The page that starts Streamlit's scripts is not built as expected."""


class LoginError(DashboardError, ValueError):
    """The settings of the login do not fit together."""


class AccessError(DashboardError, PermissionError):
    """Somebody without the role for it was to change data."""


class SecurityContactError(DashboardError, ValueError):
    """The contact for security reports is not one that security.txt may hold."""


class LogSettingError(DashboardError, ValueError):
    """A format or level of the log that does not exist."""


class MetricsSettingError(DashboardError, ValueError):
    """A network that may read the figures of the server is no network."""
