"""Several visitors who move a filter at the same moment, over real websockets."""

import asyncio
import random
import sys
import time
from pathlib import Path

import pytest
from streamlit import config

from dashboard.server import serve
from tests.bench import crowd, server
from tests.conftest import serving

VISITORS = 8


@pytest.mark.slow
def test_every_visitor_gets_the_answer_to_each_change(tmp_path: Path):
    async def move(address: str) -> list[crowd.Visitor]:
        present = [await crowd.visit(address, page, query) for _ in range(VISITORS)]
        until = time.perf_counter() + 2
        await asyncio.gather(*(visitor.wander(0.2, until, random.Random(3)) for visitor in present))
        for visitor in present:
            await visitor.socket.close()
        return present

    page, _, query = server.MAP.strip("/").partition("?")
    log = tmp_path / "log"
    with serving(
        lambda port: [sys.executable, "-m", "dashboard", "--port", str(port)],
        log,
        env={"STADSHART_TILES": "off"},
    ) as site:
        present = asyncio.run(move(site.address))
    assert len({visitor.slider for visitor in present}) == 1
    for visitor in present:
        # What opened the page, then at least one change.
        assert len(visitor.received) >= 2 and max(visitor.received[1:]) < 15_360
        assert "periode=200" in visitor.query
    assert len(log.read_text("utf-8").splitlines()) == 1


def test_no_run_ends_with_a_full_collection():
    option = "runner.postScriptGC"
    assert config.get_option(option) is True
    assert serve.options("127.0.0.1", 8501)[option] is False
