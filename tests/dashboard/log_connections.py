"""`stadshart` in a process that logs every host name it looks up and every connection it tries.

Arguments: the file to write to, then those of `stadshart`.
"""

import sys
from pathlib import Path

log = Path(sys.argv[1]).open("a", buffering=1, encoding="utf-8")  # noqa: SIM115 - open to the end
del sys.argv[1]


def log_event(event: str, arguments: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        log.write(f"{event} {arguments[-1] if event == 'socket.connect' else arguments[0]}\n")


sys.addaudithook(log_event)

from dashboard.__main__ import main  # noqa: E402

main(sys.argv[1:])
