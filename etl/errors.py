"""Errors of the ETL; each message holds the value met, the value expected and the cure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

from etl.problems import Finding, make_finding
from geo.bilingual import Bilingual, Language


class EtlError(ValueError):
    """Base of the errors that a command prints as one line.

    A Bilingual is printed in the language of the command, other text as it is.
    """

    def __init__(self, sentence: str | Bilingual) -> None:
        self.sentence = sentence
        super().__init__(self.text("en"))

    def text(self, language: Language) -> str:
        """The message in `language`, where it has one in that."""
        sentence = self.sentence
        return sentence.text(language) if isinstance(sentence, Bilingual) else sentence


class ContactError(EtlError):
    """A contact or project address that cannot stand in a User-Agent."""


class ProblemError(EtlError):
    """A problem of the catalogue, with its code and values.

    Raises UnknownProblemError when the values are not those of the code.
    """

    def __init__(self, code: str, /, **values: object) -> None:
        self.finding = make_finding(code, **values)
        super().__init__(f"{self.finding.en} [{code}]")

    @classmethod
    def from_finding(cls, finding: Finding) -> Self:
        """The error that holds the code and values of `finding`."""
        return cls(finding.code, **finding.values)

    def __reduce__(self) -> tuple[Callable[[Finding], Self], tuple[Finding]]:
        """Make the error picklable: it crosses process borders."""
        return type(self).from_finding, (self.finding,)


class FetchError(ProblemError):
    """A request without a usable answer."""


class ContentError(ProblemError):
    """Content that cannot be read as what it should be."""


def column_retyped(column: str, got: object, expected: str) -> ContentError:
    """The error for a column, or a value in it, of another type or form than expected."""
    return ContentError("column-retyped", column=column, met=got, expected=expected)


class FileError(ProblemError):
    """A file or archive that is refused before it is read."""


class RawStoreError(ProblemError):
    """The raw store cannot be written or its copy is damaged."""


class DeclarationError(EtlError):
    """A source module without a declaration, or with that of another source."""


class PartsError(ProblemError):
    """Parsed frames that cannot be stored or read back."""


class RunError(EtlError):
    """A run that cannot start with these options."""


class UseError(RunError):
    """An option or argument that names something that does not exist."""
