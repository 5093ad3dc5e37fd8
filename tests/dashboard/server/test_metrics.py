"""Figures of the server: what they say, and who may read them."""

import asyncio
import datetime as dt
import re

import pytest

from dashboard.errors import MetricsSettingError
from dashboard.facts.snapshot import Facts
from dashboard.server import metrics
from dashboard.session import export_jobs
from data import catalogue
from tests.dashboard import internal_town

# A sample of the text format: name, labels, number.
SAMPLE = re.compile(r'[a-z_]+(\{[a-z]+="[^"\\\n]*"\})? -?\d+(\.\d+)?(e[+-]\d+)?')


def passes(client: str, path: str = "/metrics", **headers: str) -> bool:
    """Whether a request of `client` for a path is passed on."""
    told = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "path": path, "headers": told, "client": (client, 5000)}
    passed, sent = [], []

    async def app(scope, receive, send):
        passed.append(scope["path"])

    async def send(message):
        sent.append(message)

    asyncio.run(metrics.MetricsGuard(app)(scope, None, send))
    assert passed or sent[0]["status"] == 404
    return bool(passed)


@pytest.fixture(autouse=True)
def no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STADSHART_METRICS", raising=False)


@pytest.mark.parametrize("path", ["/metrics", "/_stcore/metrics"])
def test_this_computer_reads_them_and_no_other(path):
    assert passes("127.0.0.1", path) and passes("::1", path)
    assert not passes("192.168.1.5", path) and not passes("", path)


def test_others_stay_others_behind_a_proxy_on_this_computer():
    assert not passes("127.0.0.1", x_forwarded_for="203.0.113.9")
    assert not passes("127.0.0.1", x_forwarded_for="127.0.0.1, 203.0.113.9")
    assert not passes("127.0.0.1", forwarded="for=127.0.0.1")
    assert passes("127.0.0.1", x_forwarded_for="127.0.0.1")


def test_a_network_may_be_let_in(monkeypatch):
    monkeypatch.setenv("STADSHART_METRICS", "10.1.0.0/16 2001:db8::7")
    assert passes("10.1.2.3") and passes("2001:db8::7") and not passes("10.2.0.1")
    # Who says that somebody else asks is no more welcome than both.
    assert not passes("203.0.113.9", x_forwarded_for="10.1.2.3")


def test_what_is_no_network_is_refused(monkeypatch):
    monkeypatch.setenv("STADSHART_METRICS", "10.1.2.3/8")
    with pytest.raises(MetricsSettingError, match="STADSHART_METRICS: expected networks"):
        metrics.networks()


def test_other_addresses_pass():
    assert passes("203.0.113.9", "/kaart")


@pytest.mark.slow
def test_they_say_how_old_each_source_is_and_name_no_internal_one(tmp_path, monkeypatch):
    monkeypatch.setattr(export_jobs, "load", lambda: (3, None))
    facts = Facts(catalogue.open(internal_town.snapshot(tmp_path)), beyond=True)
    day = dt.datetime(2024, 3, 4, 12, tzinfo=dt.UTC)
    lines = metrics.text(facts, day).splitlines()
    samples = [line for line in lines if not line.startswith("# ")]
    assert all(SAMPLE.fullmatch(line) for line in samples)
    # Read on 1 March: three days and a half.
    assert 'stadshart_source_age_seconds{source="voorbeeldkrant"} 302400' in samples
    assert 'stadshart_source_current{source="voorbeeldkrant"} 1' in samples
    assert "stadshart_picture_queue_length 3" in samples
    assert "stadshart_published_timestamp_seconds 1709467200" in samples
    assert internal_town.betrays("\n".join(lines).casefold()) == []
    (held,) = (line for line in samples if line.startswith("stadshart_resident"))
    assert 'process="server"' in held and float(held.split()[1]) > 1e7
    for line in samples:
        name = re.match(r"\w+", line)[0]
        assert f"# TYPE {name} gauge" in lines
