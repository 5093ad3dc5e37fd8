"""One writer at a time in a snapshot folder."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from data.errors import BusyError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK = ".lock"
POLL_S = 0.05


@contextmanager
def held(folder: Path, *, wait_s: float) -> Iterator[None]:
    """The folder for this process alone, within the block.

    The lock is the operating system's, on an open file: it ends with the process that holds it,
    also by a kill or a power cut, so a file left behind locks nobody out. Raises BusyError, naming
    the holder, when another process still holds it after `wait_s` seconds.
    """
    path = folder / LOCK
    handle = take(folder, wait_s=wait_s)
    try:
        os.ftruncate(handle, 0)
        os.write(handle, f"process {os.getpid()} on {socket.gethostname()}".encode())
        yield
    finally:
        if sys.platform != "win32":
            # Removed while held: a process that waits on it sees that it is no longer the lock.
            path.unlink(missing_ok=True)
        os.close(handle)


def take(folder: Path, *, wait_s: float) -> int:
    """The descriptor of the folder's lock, once no other process holds it.

    The lock lasts until the descriptor is closed, in this process and (except on Windows) in each
    that inherits it. Raises BusyError as `held` does.
    """
    path, deadline = folder / LOCK, time.monotonic() + wait_s
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        if _locks(handle) and _is_still(path, handle):
            return handle
        os.close(handle)
        if time.monotonic() >= deadline:
            raise BusyError(
                f"{folder}: expected to be the only writer, but {_holder(path)} is writing: "
                "try again when it is done"
            )
        time.sleep(POLL_S)


def is_held(folder: Path) -> bool:
    """Whether a process holds the folder."""
    try:
        handle = os.open(folder / LOCK, os.O_RDONLY)
    except (FileNotFoundError, NotADirectoryError):
        return False
    try:
        return not _locks(handle, shared=True)
    finally:
        os.close(handle)


def _locks(handle: int, *, shared: bool = False) -> bool:
    """Whether the file is locked now; `shared` locks do not exclude each other."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _is_still(path: Path, handle: int) -> bool:
    """Whether the locked file is still the one at its path."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(handle))
    except FileNotFoundError:
        return False


def _holder(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8") or "another process"
    except (FileNotFoundError, PermissionError):
        return "another process"
