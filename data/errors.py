"""Errors of reading, publishing and exporting snapshots."""

from __future__ import annotations

from collections.abc import Sequence


class DataError(ValueError):
    """Base of every error that `data` raises on purpose."""


class ManifestError(DataError):
    """A manifest that cannot be read as one."""


class NoSnapshotError(DataError):
    """A folder that holds no published version."""


class VersionError(DataError):
    """A version name that does not exist or cannot be used."""


class MissingTableError(DataError):
    """A table the opened version does not hold."""


class DamagedFileError(DataError):
    """A file that differs from what its manifest promises."""


class UnknownSourceError(DataError):
    """A source the opened version does not know."""


class StoreError(DataError):
    """A snapshot folder that cannot be written."""


class BusyError(DataError):
    """A snapshot folder that another process is writing."""


class ClockError(DataError):
    """A clock that is behind the last published version."""


class BreachError(DataError):
    """Tables that break what they declare; `breaches` lists every breach."""

    def __init__(self, subject: str, breaches: Sequence[str]) -> None:
        self.subject = subject
        self.breaches = tuple(breaches)
        count = f"{len(breaches)} breach{'es' if len(breaches) != 1 else ''}"
        super().__init__(f"{subject}: {count} of the contract: {'; '.join(breaches)}")

    def __reduce__(self) -> tuple[type[BreachError], tuple[str, tuple[str, ...]]]:
        """Make the exception picklable."""
        return type(self), (self.subject, self.breaches)


class ContractError(BreachError):
    """A table that breaks its contract."""


class DanglingError(BreachError):
    """Tables of one snapshot with references to missing rows."""


class ExportError(DataError):
    """A table that the requested format cannot hold."""


class WithheldError(ExportError):
    """A table that is missing, or of which nothing may leave."""


class UnusableTableError(DataError, ValueError):
    """A table that cannot be written as given."""
