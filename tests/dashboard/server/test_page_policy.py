"""What a page may load and run."""

import hashlib
from base64 import b64encode

import pytest

from dashboard.panels import page_frame
from dashboard.server.page_policy import policy


def rules(shell: str = "") -> dict[str, list[str]]:
    """What the policy allows, by directive."""
    words = [rule.split() for rule in policy(shell).split("; ")]
    return {name: sources for name, *sources in words}


def digest(script: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def test_of_scripts_in_a_page_only_those_known_run():
    allowed = rules('<script>a = 1</script><script type="module" src="./b.js"></script>')
    own = digest(page_frame.script())
    assert allowed["script-src"] == ["'self'", "blob:", digest("a = 1"), own]


@pytest.mark.parametrize(
    ("setting", "hosts"),
    [("off", []), ("https://tiles.example/{z}/{x}/{y}.png Us", ["https://tiles.example"])],
)
def test_only_the_host_of_the_tiles_is_asked_beside_this_server(monkeypatch, setting, hosts):
    monkeypatch.setenv("STADSHART_TILES", setting)
    asked = [source for sources in rules().values() for source in sources if "://" in source]
    assert asked == hosts
