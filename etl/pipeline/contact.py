"""Whom services can write to: given once, and remembered in the data folder."""

from __future__ import annotations

from pathlib import Path

from etl.fetch.messages import user_agent
from etl.fetch.raw_store import replace_file

FILE = "contact.txt"


def saved_contact(data: Path) -> str | None:
    """The contact of a data folder: empty when somebody chose none, None when nobody was asked."""
    path = data / FILE
    return path.read_text(encoding="utf-8").strip() if path.is_file() else None


def save_contact(data: Path, contact: str) -> None:
    """Remember a contact, or with an empty one that none is wanted.

    Raises ContactError for one that a request cannot name.
    """
    user_agent(project_url=None, contact=contact or None)
    data.mkdir(parents=True, exist_ok=True)
    replace_file(data / FILE, f"{contact}\n".encode())
