"""`stadshart`: serve the dashboard."""

import argparse
import sys
from pathlib import Path
from typing import NoReturn

DESCRIPTION = "Serve Stadshart Twente: five inner cities in Twente and the retail at their edge."


class OneLineParser(argparse.ArgumentParser):
    """A parser whose complaint is one line: what, where, what to do."""

    def error(self, message: str) -> NoReturn:
        """End with exit code 2 and one line on stderr."""
        self.exit(2, f"{self.prog}: {message}; see `{self.prog} --help`\n")


def _port(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"expected a port from 1 to 65535, got {text!r}")
    return number


def parser() -> OneLineParser:
    """The command line of `stadshart`."""
    command = OneLineParser(prog="stadshart", description=DESCRIPTION)
    command.add_argument(
        "--data", type=Path, metavar="DIR", help="snapshot folder; default: your own, else the one that ships"
    )
    command.add_argument("--host", default="127.0.0.1", metavar="H", help="address to listen on (default: this computer)")
    command.add_argument("--port", type=_port, default=8501, metavar="N", help="port to listen on (default: 8501)")
    return command


def main(arguments: list[str] | None = None) -> None:
    """Serve until stopped; exit code 2 on wrong use, 1 when the snapshot cannot be read."""
    command = parser()
    options = command.parse_args(arguments)
    if options.data is not None and not (options.data / "current").is_file():
        command.error(f"no snapshot in {options.data}: expected a file `current` there; fill it with stadshart-etl")
    # Late: a wrong option should answer at once, without loading the libraries.
    from dashboard import server
    from data.errors import DataError

    try:
        server.serve(options.data, host=options.host, port=options.port)
    except DataError as fault:
        command.exit(1, f"stadshart: {fault}\n")
    except OSError as fault:
        command.exit(1, f"stadshart: cannot listen on {options.host}:{options.port}: {fault.strerror}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
