"""What filling a snapshot can be stopped by, each with the value met, the value expected and the
cure.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

from etl.problems import Finding, found


class EtlError(ValueError):
    """Something the ETL foresees and says in one line."""


class ContactError(EtlError):
    """A contact or project address that cannot stand in a User-Agent."""


class FoundError(EtlError):
    """A refusal with its code and values, as the problem catalogue words it.

    Raises UnknownProblemError when the values are not those of the code.
    """

    def __init__(self, code: str, /, **values: object) -> None:
        self.finding = found(code, **values)
        super().__init__(f"{self.finding.en} [{code}]")

    @classmethod
    def from_finding(cls, finding: Finding) -> Self:
        """The refusal that `finding` is a reason for."""
        return cls(finding.code, **finding.values)

    def __reduce__(self) -> tuple[Callable[[Finding], Self], tuple[Finding]]:
        """Make the error picklable: it crosses process borders."""
        return type(self).from_finding, (self.finding,)


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
