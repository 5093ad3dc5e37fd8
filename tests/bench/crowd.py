"""What a filter change costs under a crowd: visitors who move the period of the map at once.

    python -m tests.bench.crowd [--visitors 50] [--pause 2.5] [--seconds 60] [--data DIR]

Each visitor is a websocket that speaks Streamlit's own messages, so that no browser's work is
measured. Prints for one visitor and for the crowd the time from a change to the end of its run, the
processor time of the server per change, and memory per visitor; first of the dashboard, then of an
app with folium (`folium_app.py`; needs streamlit-folium).
"""

import argparse
import asyncio
import importlib.util
import random
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

from tests.bench import server as bench

FOLIUM = [sys.executable, "-m", "streamlit", "run", str(Path(__file__).with_name("folium_app.py"))]
PERIODS = ((2001, 2026), (2002, 2026), (2003, 2026), (2004, 2026))


@dataclass(slots=True)
class Visitor:
    """A visit over one websocket: what it has of the page, and what its changes took."""

    socket: ClientConnection
    page: str
    query: str
    slider: str = ""
    fragment: str = ""
    """The part of the page with the slider; when it moves a browser asks for that part alone."""
    hashes: list[str] = field(default_factory=list)
    spent_ms: list[float] = field(default_factory=list)
    received: list[int] = field(default_factory=list)

    async def run(self, period: tuple[int, int] | None = None) -> None:
        """One run of the page, with the period moved or as it opens; ends when the server has
        said that the run is over.
        """
        asked = BackMsg()
        asked.rerun_script.query_string = self.query
        asked.rerun_script.page_name = self.page
        asked.rerun_script.cached_message_hashes.extend(self.hashes)
        if period is not None:
            asked.rerun_script.fragment_id = self.fragment
            state = WidgetState(id=self.slider)
            state.double_array_value.data.extend(period)
            asked.rerun_script.widget_states.widgets.append(state)
        start, size = time.perf_counter(), 0
        await self.socket.send(asked.SerializeToString())
        while True:
            sent = await self.socket.recv(decode=False)
            size += len(sent)
            answer = ForwardMsg()
            answer.ParseFromString(sent)
            self._read(answer)
            if answer.WhichOneof("type") == "script_finished":
                break
        self.spent_ms.append((time.perf_counter() - start) * 1000)
        self.received.append(size)

    def _read(self, answer: ForwardMsg) -> None:
        if answer.metadata.cacheable and answer.hash not in self.hashes:
            self.hashes.append(answer.hash)
        if answer.WhichOneof("type") == "page_info_changed":
            self.query = answer.page_info_changed.query_string
        element = answer.delta.new_element
        if element.WhichOneof("type") == "slider":
            self.slider, self.fragment = element.slider.id, answer.delta.fragment_id

    async def wander(self, pause_s: float, until: float, chance: random.Random) -> None:
        """Moves the period again and again, with pauses between."""
        step = chance.randrange(len(PERIODS))
        await asyncio.sleep(chance.random() * pause_s)
        while time.perf_counter() < until:
            step += 1
            await self.run(PERIODS[step % len(PERIODS)])
            await asyncio.sleep(chance.expovariate(1 / pause_s))


async def visit(address: str, page: str, query: str) -> Visitor:
    """A visitor for whom the page has been drawn."""
    socket = await connect(
        f"{address.replace('http', 'ws', 1)}/_stcore/stream",
        subprotocols=["streamlit"],  # type: ignore[list-item]  # a NewType of str
        max_size=None,
    )
    visitor = Visitor(socket, page, query)
    await visitor.run()
    if not visitor.slider:
        raise LookupError(f"{address}/{page} has no slider")
    return visitor


async def crowd(
    address: str, pid: int, page: str, query: str, *, visitors: int, pause_s: float, seconds: float
) -> float:
    """CPU seconds per change for that many visitors; prints what is measured."""
    chance = random.Random(2026)
    first = [await visit(address, page, query) for _ in range(3)]
    for period in (*PERIODS, *PERIODS):
        for visitor in first:
            await visitor.run(period)
    bench.settle(pid)
    before = bench.resident_mb(pid)
    present = [await visit(address, page, query) for _ in range(visitors)]
    grown_mb = bench.resident_mb(pid) - before
    for visitor in present:
        visitor.spent_ms.clear()
        visitor.received.clear()
    bench.settle(pid)
    spent, until = bench.cpu_s(pid), time.perf_counter() + seconds
    await asyncio.gather(*(visitor.wander(pause_s, until, chance) for visitor in present))
    spent = bench.cpu_s(pid) - spent
    took = sorted(ms for visitor in present for ms in visitor.spent_ms)
    after_mb = bench.resident_mb(pid) - before
    for visitor in (*first, *present):
        await visitor.socket.close()
    print(
        f"  {visitors:3d} visitors: {len(took)} changes,"
        f" median {statistics.median(took):.1f} ms, p95 {took[int(0.95 * len(took))]:.1f} ms,"
        f" {1000 * spent / len(took):.1f} ms CPU,"
        f" {statistics.median(size for v in present for size in v.received) / 1000:.1f} kB,"
        f" memory per visitor {grown_mb / visitors:.2f} MB when opened,"
        f" {after_mb / visitors:.2f} MB after"
    )
    return spent / len(took)


def main() -> None:
    """Measure the dashboard, then the usual app."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--visitors", type=int, default=50)
    options.add_argument("--pause", type=float, default=2.5, help="seconds between two changes")
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--data", type=Path)
    asked = options.parse_args()
    data = ["--data", str(asked.data)] if asked.data else []
    page, _, query = bench.MAP.strip("/").partition("?")
    cases: list[tuple[str, Sequence[str], str, str]] = [
        ("the map with five layers", [*bench.OURS, *data], page, query)
    ]
    if importlib.util.find_spec("streamlit_folium"):
        cases.append(("the same figures with folium", [*FOLIUM, *bench.BARE[5:]], "", ""))
    for name, command, page, query in cases:
        print(name)
        with bench.served(bench.Case(name, command, f"/{page}")) as (address, pid):
            bench.wait_until_up(address)
            for visitors in (1, asked.visitors):
                asyncio.run(
                    crowd(
                        address,
                        pid,
                        page,
                        query,
                        visitors=visitors,
                        pause_s=asked.pause,
                        seconds=asked.seconds,
                    )
                )


if __name__ == "__main__":
    main()
