"""Two dashboards on one snapshot: one falls, a version is published, no page mixes versions."""

import asyncio
import re
import sys
import time
import urllib.request
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.conftest import Site, serving
from tests.dashboard import revised_towns
from tests.dashboard.deploy import proxies
from tests.dashboard.deploy.proxies import Proxy, untrusting

pytestmark = pytest.mark.slow
VISITORS = 2
MOST_S = 60.0
# So often a visitor sees the new version before he leaves.
OFTEN = 4
# A page twice within the second in which a version is looked for.
PAUSE_S = 0.25
# Every figure of a version, as the page writes it.
FIGURES = (1111.0, 2222.0)
WORDS = (b"1.111", b"2.222")


def publish(folder: Path, at: datetime, value: float) -> None:
    rows = ({}, revised_towns.GONE, revised_towns.NEW)
    revised_towns.publish_version(folder, at, *({**row, "value": value} for row in rows))


async def enter(proxy: Proxy) -> ClientConnection:
    """A visit; tried again for as long as a browser would."""
    deadline = time.monotonic() + 10
    while True:
        try:
            return await connect(
                f"wss://{urlsplit(proxy.address).netloc}/_stcore/stream",
                subprotocols=["streamlit"],
                ssl=untrusting(),
                max_size=None,
            )
        except (OSError, InvalidHandshake, ConnectionClosed):
            assert time.monotonic() < deadline, "no dashboard took over"
            await asyncio.sleep(0.2)


async def page(opened: ClientConnection) -> set[bytes]:
    """The versions that one drawing of the page Cijfers shows."""
    asked = BackMsg()
    asked.rerun_script.query_string = "plaats=voorbeeldstad&taal=nl"
    asked.rerun_script.page_name = "cijfers"
    await opened.send(asked.SerializeToString())
    shown: set[bytes] = set()
    while True:
        sent = await opened.recv(decode=False)
        shown |= {word for word in WORDS if word in sent}
        answer = ForwardMsg()
        answer.ParseFromString(sent)
        if answer.WhichOneof("type") == "script_finished":
            return shown


async def stay(proxy: Proxy, shown: list[set[bytes]]) -> None:
    """Add to `shown` what every drawing of the page shows to one visitor, who comes back when cut
    off.
    """
    opened = await enter(proxy)
    while shown.count({WORDS[1]}) < OFTEN:
        try:
            shown.append(await page(opened))
        except ConnectionClosed:
            opened = await enter(proxy)
        await asyncio.sleep(PAUSE_S)
    await opened.close()


async def drawn(everything: list[list[set[bytes]]], times: int) -> None:
    """Wait until every visitor has seen so many more drawings of the page."""
    awaited = [len(shown) + times for shown in everything]
    while any(len(shown) < least for shown, least in zip(everything, awaited, strict=True)):
        await asyncio.sleep(PAUSE_S / 5)


def sessions(site: Site) -> int:
    with urllib.request.urlopen(f"{site.address}/metrics", timeout=30) as answer:
        found = re.search(r"^stadshart_sessions (\d+)$", answer.read().decode(), re.MULTILINE)
    assert found is not None
    return int(found[1])


def test_a_fallen_dashboard_and_a_new_version_leave_no_page_mixed(tmp_path: Path):
    data = tmp_path / "data"
    publish(data, revised_towns.MARCH, FIGURES[0])
    (tmp_path / "nginx").mkdir()
    with ExitStack() as both:
        sites = [
            both.enter_context(
                serving(
                    lambda port: [
                        *(sys.executable, "-m", "tests.dashboard.unprepared"),
                        *("--data", str(data), "--port", str(port)),
                    ],
                    tmp_path / f"log{number}",
                    env={"STADSHART_PUBLIC_URL": "https://127.0.0.1", "STADSHART_TILES": "off"},
                )
            )
            for number in range(2)
        ]
        ports = [int(site.address.rpartition(":")[2]) for site in sites]
        proxy = both.enter_context(proxies.nginx(tmp_path / "nginx", ports))

        everything: list[list[set[bytes]]] = [[] for _ in range(VISITORS)]

        async def live() -> None:
            async with asyncio.timeout(MOST_S), asyncio.TaskGroup() as present:
                for shown in everything:
                    present.create_task(stay(proxy, shown))
                await drawn(everything, 2)
                # A visitor stays with one of the two.
                served = [await asyncio.to_thread(sessions, site) for site in sites]
                assert sorted(served) == [0, VISITORS]
                sites[served.index(VISITORS)].process.kill()
                await drawn(everything, 2)
                await asyncio.to_thread(publish, data, revised_towns.APRIL, FIGURES[1])

        asyncio.run(live())
    for shown in everything:
        # First all of the one, then all of the other, and never both or none.
        assert {len(words) for words in shown} == {1}
        order = [WORDS.index(*words) for words in shown]
        assert order == sorted(order) and {0, 1} == set(order)
