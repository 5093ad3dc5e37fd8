"""The picture process and its messages: pickles with their length in front, over pipes.

Both ends are this program on this computer; content of a request is never unpickled.
"""

import copyreg
import ctypes
import gc
import io
import logging
import os
import pickle
import struct
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import IO

from dashboard.press.errors import FailedJobError, PressError, SnapshotError
from dashboard.press.worker.jobs import Made
from dashboard.style import logs
from data.errors import DataError

# Named explicitly: run as a process, this module is called `__main__`.
_LOG = logging.getLogger("dashboard.press.worker.process")
_LENGTH = struct.Struct("!Q")
# Drawing yields to the web server.
_NICENESS = 5


def _read_only(items: Mapping[object, object]) -> "MappingProxyType[object, object]":
    return MappingProxyType(dict(items))


class _Packer(pickle.Pickler):
    """A pickler that takes read-only mappings, which the standard library leaves out."""

    dispatch_table = copyreg.dispatch_table | {
        MappingProxyType: lambda view: (_read_only, (dict(view),))
    }


def send(pipe: IO[bytes], content: object) -> None:
    """Write one message."""
    packed = io.BytesIO()
    _Packer(packed, protocol=pickle.HIGHEST_PROTOCOL).dump(content)
    pipe.write(_LENGTH.pack(packed.tell()))
    pipe.write(packed.getbuffer())
    pipe.flush()


def receive(pipe: IO[bytes]) -> Made | PressError:
    """The next message of the picture process. Raises EOFError when it ended."""
    answer: Made | PressError = pickle.loads(_read(pipe))  # noqa: S301  # both ends are this program
    return answer


def _read(pipe: IO[bytes]) -> bytes:
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError("the other end is closed")
    (length,) = _LENGTH.unpack(head)
    packed = pipe.read(length)
    if len(packed) < length:
        raise EOFError("the other end closed in the middle of a message")
    return packed


def serve() -> None:
    """Run tasks until the interface closes the pipe, at a lower priority than the interface."""
    os.nice(_NICENESS)
    logs.set_up()
    wire = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Output printed by a library must not come between two messages.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    while True:
        try:
            task, arguments = pickle.loads(_read(sys.stdin.buffer))  # noqa: S301  # as above
        except EOFError:
            return
        try:
            answer: Made | PressError = task(*arguments)
        except PressError as fault:
            answer = fault
        except DataError as fault:
            _LOG.error("%s", fault)
            answer = SnapshotError("the snapshot cannot be read")
        except (
            ArithmeticError,
            AttributeError,
            LookupError,
            MemoryError,
            OSError,
            RuntimeError,
            TypeError,
            ValueError,
        ) as fault:
            # The operator reads the cause in the log, under the number that the visitor reads.
            _LOG.exception("a file could not be made")
            answer = FailedJobError(logs.error_number(fault))
        try:
            send(wire, answer)
        except BrokenPipeError:
            # The interface has ended: discard the rest of the output.
            os.dup2(os.open(os.devnull, os.O_WRONLY), wire.fileno())
            return
        del answer
        _release()


def _release() -> None:
    """Return the memory of the last drawing to the system before the next one."""
    # A drawing holds reference cycles.
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # not every C library has it
        if trim is not None:
            trim(0)


if __name__ == "__main__":
    serve()
