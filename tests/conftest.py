"""A served page for the tests that need one, and what all tests have in common."""

import atexit
import gc
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]
# The shell draws the same pages without a browser around them: a fifth less work.
_BROWSERS = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))
CHROMIUM = next((path for path in _BROWSERS if path.exists()), _BROWSERS[0])
_START_S = 180.0
_QUICK = "not slow and not browser"
_MAIN = sys.modules["__main__"]
_ALL_LEFT_OUT = re.compile(r"^pytestmark = .*\bpytest\.mark\.(slow|browser)\b", re.MULTILINE)

# Commands answer in English, whatever the locale of this computer.
os.environ.pop("LC_ALL", None)
os.environ["LC_MESSAGES"] = "en_GB.UTF-8"

# Commands under test keep their compiled modules: compiling all anew takes each half a second.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Tests share the cores already; threads for matrices of a few dozen rows wait for each other.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

# A shell lets what it runs in the background ignore Ctrl-C, and so would the commands under test.
signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes says how busy the computer is.
settings.register_profile("stadshart", deadline=None)
settings.load_profile("stadshart")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Share the tests among workers, unless the command names files or a number of workers."""
    named = config.args_source is pytest.Config.ArgsSource.ARGS
    if config.option.numprocesses is None and not named and not hasattr(config, "workerinput"):
        config.option.numprocesses = "logical"


def pytest_configure(config: pytest.Config) -> None:
    """Let each worker read the files from another one on: what one has compiled the others find. At
    its end it leaves at once, since freeing all that it keeps takes seconds.
    """
    given = getattr(config, "workerinput", None)
    if given is None:
        return
    # What is registered after this runs before it.
    atexit.register(os._exit, 0)
    if config.args != ["tests"]:
        return
    files = sorted(map(str, (ROOT / "tests").rglob("test_*.py")))
    first = int(given["workerid"][2:]) * len(files) // given["workercount"]
    config.args = files[first:] + files[:first]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave a file unread whose tests are all slow or all need a browser, where the command leaves
    both out: importing it only takes time.
    """
    if config.option.markexpr != _QUICK or collection_path.suffix != ".py":
        return None
    return _ALL_LEFT_OUT.search(collection_path.read_text("utf-8")) is not None or None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the long forms, unless the command asks for them or names a test.

    What looks at the whole repository comes first: the type checker works for a minute in one
    process, at the end alone.
    """
    items.sort(key=lambda item: (item.path.parent != ROOT / "tests" / "repo", item.path))
    if "long" in config.option.markexpr or any("::" in argument for argument in config.args):
        return
    long = [item for item in items if item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep all that is imported and collected out of the garbage collector's sight, which looks for
    the rest more seldom.

    It lives as long as the process, and walking it costs a tenth of the time. Loggers that hand
    nothing on, as those of Streamlit, would each be listened to anew, three times per test.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        for name in list(logging.root.manager.loggerDict):
            logging.getLogger(name).propagate = True
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)
        gc.enable()


@pytest.fixture(autouse=True)
def own_main() -> Iterator[None]:
    """The main module as it was: a page that Streamlit runs takes its place, and a child process
    would start that page.

    Pages are opened by fixtures of whole modules as well, which are made before this one.
    """
    sys.modules["__main__"] = _MAIN
    yield
    sys.modules["__main__"] = _MAIN


@dataclass(frozen=True, slots=True)
class Site:
    """A served page on this machine."""

    address: str
    process: subprocess.Popen[bytes]


def free_port() -> int:
    """A port of this machine on which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(
    command: Callable[[int], Sequence[str]],
    log: Path,
    *,
    health: str = "/_stcore/health",
    env: dict[str, str] | None = None,
) -> Iterator[Site]:
    """A server started on a free loopback port, ready to answer, and stopped by its own process id.

    `command` gives the arguments for a port. Fails with the server's own words when it does not
    start.
    """
    port = free_port()
    with log.open("wb") as out:
        process = subprocess.Popen(
            command(port),
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=os.environ | (env or {}),
        )
        try:
            _wait(f"http://127.0.0.1:{port}{health}", process, log)
            yield Site(f"http://127.0.0.1:{port}", process)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(
        f"the server did not answer at {address}:\n{log.read_text(errors='replace')[-3000:]}"
    )


def require_chromium() -> None:
    """Skips the test where there is no browser, and fails it where CI=true."""
    if not CHROMIUM.exists():
        reason = f"no browser at {CHROMIUM}: apt-get install chromium-headless-shell"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
