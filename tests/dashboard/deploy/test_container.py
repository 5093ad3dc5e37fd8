"""The shipped Containerfile, read and its last step run: no builder of containers is needed."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.conftest import ROOT, serving
from tests.dashboard import internal_town
from tests.dashboard.deploy.proxies import ask

pytestmark = pytest.mark.slow
FILE = (ROOT / "deploy" / "Containerfile").read_text("utf-8")
STEPS = [
    (step.partition(" ")[0], step.partition(" ")[2].strip())
    for step in re.sub(r"\\\n\s*", " ", FILE).splitlines()
    if step and not step.startswith("#")
]
LAST = STEPS[[name for name, _ in STEPS].index("FROM", 1) :]
# Inside, the root is read-only, /tmp is empty, and /mnt is what /data is in a container.
INSIDE = """
set -e
mount --bind "$1" /mnt
mount -o remount,bind,ro /
mount -t tmpfs none /tmp
shift
exec "$@"
"""


def of(name: str) -> list[str]:
    """The arguments of an instruction of the image that runs."""
    return [arguments for step, arguments in LAST if step == name]


def test_it_is_built_from_one_named_base_that_fits_the_lock():
    bases = {arguments.split()[0] for name, arguments in STEPS if name == "FROM"}
    lock = re.search(r"CPython (3\.\d+)", (ROOT / "requirements.lock").read_text("utf-8"))
    assert lock is not None and bases == {f"docker.io/library/python:{lock[1]}-slim-bookworm"}
    assert any("--require-hashes -r requirements.lock" in step for _, step in STEPS)
    assert not {"ADD", "MAINTAINER"} & {name for name, _ in STEPS}
    # What comes from outside and what compiles stays in the other image.
    assert not any("pip" in step for step in of("RUN"))


def test_it_runs_as_nobody_in_particular_and_says_what_it_needs():
    assert of("USER") == ["10001"] and of("VOLUME") == ["/data"] and of("EXPOSE") == ["8501"]
    assert of("HEALTHCHECK") and of("STOPSIGNAL") == ["SIGTERM"]
    names = [name for name, _ in LAST]
    assert names.index("RUN") < names.index("USER") < names.index("ENTRYPOINT")


def may_make_namespaces() -> bool:
    """Whether this user may mount in a namespace of its own: not even root may everywhere."""
    if os.geteuid() != 0 or not (shutil.which("unshare") and shutil.which("setpriv")):
        return False
    trial = ["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"]
    return subprocess.run(trial, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not may_make_namespaces(), reason="no namespace can be made here")
@pytest.mark.skipif(
    any(path.is_relative_to("/tmp") for path in (ROOT, Path(sys.executable))),
    reason="the program lies in /tmp, which is empty inside",
)
def test_its_command_serves_and_draws_on_a_read_only_root_without_rights(tmp_path: Path):
    settings = dict(pair.split("=", 1) for pair in of("ENV")[0].split())
    assert settings.pop("PATH").startswith("/opt/stadshart/bin:")
    assert json.loads(of("ENTRYPOINT")[0]) == ["stadshart"]
    options = [word.replace("0.0.0.0", "127.0.0.1") for word in json.loads(of("CMD")[0])]
    data = tmp_path / "data"
    internal_town.snapshot(data / "stadshart-twente")
    for path in (data, *data.rglob("*")):
        os.chown(path, 10001, 10001)
    # Reading is allowed everywhere: the interpreter of the tests may stand in a closed home.
    reading = ["--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search"]
    user = ["setpriv", "--reuid=10001", "--regid=10001", "--clear-groups", "--no-new-privs"]
    namespace = ["unshare", "--mount", "sh", "-c", INSIDE, "sh", str(data)]
    with serving(
        lambda port: [
            *namespace,
            *(*user, *reading, sys.executable, "-m", "dashboard"),
            *(*options, "--port", str(port)),
        ],
        tmp_path / "log",
        env={**settings, "XDG_DATA_HOME": "/mnt", "STADSHART_TILES": "off"},
    ) as site:
        status = Path(f"/proc/{site.process.pid}/status").read_text("ascii")
        assert "Uid:\t10001\t10001\t10001\t10001" in status
        written = subprocess.run(
            ["nsenter", "-m", f"-t{site.process.pid}", "touch", "/etc/x", str(ROOT / "x")],
            capture_output=True,
            check=False,
        )
        assert written.stderr.count(b"Read-only file system") == 2
        # What lies in the volume is served.
        assert b"voorbeeldkrant" in ask(f"{site.address}/api/status").body
        assert ask(f"{site.address}/export/kaart.png").body.startswith(b"\x89PNG")
        (health,) = of("HEALTHCHECK")
        probe = json.loads(health.partition("CMD ")[2])
        command = probe[2].replace(":8501", f":{urlsplit(site.address).port}")
        assert probe[:2] == ["python", "-c"] and ":8501" in probe[2]
        subprocess.run([sys.executable, "-c", command], check=True)
    assert "Error" not in (tmp_path / "log").read_text("utf-8")
