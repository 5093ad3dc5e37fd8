"""A fault that nobody foresaw: the visitor reads a number, the log has the trace under it."""

import asyncio
import json
import re
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from dashboard.i18n.text import texts
from tests.conftest import serving
from tests.dashboard.deploy import visits

pytestmark = pytest.mark.slow
# The page Bronnen and the status meet it.
BROKEN = """
import sys
from dashboard.panels import source_list
from dashboard.server import status
def meet(*_, **__):
    raise ValueError("secret words")
source_list.supply = status.shown_sources = meet
from tests.dashboard import unprepared
unprepared.start(sys.argv[1:])
"""


def number(said: str) -> str:
    """The number in a sentence that is otherwise word for word ours."""
    before, after = texts("en")("server.error", number="|").split("|")
    (found,) = re.findall(re.escape(before) + r"(\w{4}-\w{4})" + re.escape(after), said)
    return str(found)


async def drawn(address: str) -> str:
    """What a visit to Bronnen is sent, as text."""
    async with visits.visit(address) as opened:
        await opened.run(query="taal=en", page="bronnen")
        return b"".join(opened.heard).decode("utf-8", "replace")


def test_page_and_address_show_the_number_of_the_trace(tmp_path: Path):
    log = tmp_path / "log"
    with serving(
        lambda port: [sys.executable, "-c", BROKEN, "--port", str(port)],
        log,
        env={"STADSHART_TILES": "off", "STADSHART_LOG": "json", "XDG_DATA_HOME": str(tmp_path)},
    ) as site:
        said = asyncio.run(drawn(site.address))
        shown = number(said)
        assert 'role="alert"' in said and "secret" not in said
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{site.address}/api/status?taal=en", timeout=60)
        assert refused.value.code == 500
        answered = number(json.loads(refused.value.read())["detail"])
    start, *events = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert start["level"] == "info" and start["message"].startswith("stadshart: http://")
    assert [event["error"] for event in events] == [shown, answered]
    assert all("ValueError: secret words" in event["trace"] for event in events)
