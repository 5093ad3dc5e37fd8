"""The health of a dashboard, asked without a pause from a process of its own.

    python pulse.py ADDRESS PID...

Prints per answer how long it took, and how long of that the busiest of the processes named, or this
one, waited for a core of the computer; both in seconds. Ends when its input does.
"""

import http.client
import os
import ssl
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

PAUSE_S = 0.05


def waited_s(pid: str) -> float:
    """How long the first thread of a process has waited for a core, as Linux counts it."""
    return int(Path(f"/proc/{pid}/schedstat").read_text("ascii").split()[1]) / 1e9


def beat(address: str, pids: Sequence[str], ended: threading.Event) -> None:
    """Ask until the end; raises AssertionError for an answer other than 200."""
    at = urlsplit(address)
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    kept = http.client.HTTPSConnection(at.hostname or "", at.port, timeout=60, context=trusting)
    while not ended.wait(PAUSE_S):
        before, began = [waited_s(pid) for pid in pids], time.monotonic()
        kept.request("GET", "/_stcore/health")
        answer = kept.getresponse()
        answer.read()
        took = time.monotonic() - began
        after = [waited_s(pid) for pid in pids]
        assert answer.status == 200, answer.status
        waited = sum(late - early for early, late in zip(before, after, strict=True))
        print(f"{took:.4f} {waited:.4f}", flush=True)


def main(address: str, *pids: str) -> None:
    """Ask in a thread, wait here for the end of the input."""
    ended = threading.Event()
    asking = threading.Thread(target=beat, args=(address, (str(os.getpid()), *pids), ended))
    asking.start()
    sys.stdin.read()
    ended.set()
    asking.join()


if __name__ == "__main__":
    main(*sys.argv[1:])
