"""Files that appear whole or not at all, also through a kill or a power cut."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

HALF_WRITTEN = ".new-"
"""How the name of a file or folder begins until it is complete; then follows the process id."""


def draft_name() -> str:
    """A name for something half written, never used before; it says which process writes it."""
    return f"{HALF_WRITTEN}{os.getpid()}-{secrets.token_hex(6)}"


def write_atomic(path: Path, content: bytes) -> None:
    """Put `content` in place of what `path` held, in one step; its folder is made where missing.

    The bytes and the name are on the disk afterwards. Raises OSError; no half file stays behind.
    """
    draft = path.with_name(draft_name())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_new(draft, content)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)


def write_new(path: Path, content: bytes) -> None:
    """Write a file that does not exist yet; its bytes are on the disk afterwards."""
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Put the names in `folder` on the disk; Windows has no such call and does so itself."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
