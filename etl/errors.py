"""What filling a snapshot can be stopped by, each with the value met, the value expected and the
cure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from etl.problems import Finding


class EtlError(ValueError):
    """Something the ETL foresees and says in one line."""


class UnknownProblemError(EtlError):
    """A problem code or its values that do not fit the catalogue."""


class ContactError(EtlError):
    """A contact or project address that cannot stand in a User-Agent."""


class FoundError(EtlError):
    """A refusal that carries its place in the problem catalogue."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(f"{finding.en} [{finding.code}]")
        self.finding = finding

    def __reduce__(self) -> tuple[type[FoundError], tuple[Finding]]:
        """How it comes home from a worker process."""
        return type(self), (self.finding,)


class FetchError(FoundError):
    """An answer that could not be had."""


class ContentError(FoundError):
    """Content that cannot be read as what it should be."""


class FileError(FoundError):
    """A file or archive that is refused before it is read."""


class RawStoreError(FoundError):
    """The raw store cannot be written or its copy is damaged."""


class DeclarationError(EtlError):
    """A source module whose declaration is missing or not its own."""


class PartsError(FoundError):
    """What was read cannot be kept."""


class RunError(EtlError):
    """A run that cannot begin as it was asked."""


class UseError(RunError):
    """A run asked for with what does not exist."""
