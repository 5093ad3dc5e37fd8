"""Parcels over a pipe come out as they went in, or not at all."""

import io
import subprocess
import sys
from types import MappingProxyType

import pytest

from dashboard.press.errors import QueueFullError
from dashboard.press.worker import process
from dashboard.press.worker.jobs import Made
from tests.conftest import ROOT


def test_parcels_come_out_in_order_as_they_went_in():
    pipe = io.BytesIO()
    sent = [Made(b"\x00" * 70_000, "image/png", "Kop", "Inleiding", "Ë"), Made(b"", "text/plain")]
    for one in sent:
        process.send(pipe, one)
    pipe.seek(0)
    assert [process.receive(pipe), process.receive(pipe)] == sent


def test_read_only_mapping_arrives_as_one():
    pipe = io.BytesIO()
    process.send(pipe, MappingProxyType({"a": 1}))
    pipe.seek(0)
    found = process.receive(pipe)
    assert isinstance(found, MappingProxyType) and found == {"a": 1}


def test_refusal_travels_with_its_words():
    pipe = io.BytesIO()
    process.send(pipe, QueueFullError("vol"))
    pipe.seek(0)
    assert isinstance(found := process.receive(pipe), QueueFullError) and str(found) == "vol"


@pytest.mark.parametrize("kept", [0, 5, 8, 20])
def test_pipe_that_ends_early_is_an_end(kept: int):
    pipe = io.BytesIO()
    process.send(pipe, Made(b"picture", "image/png"))
    with pytest.raises(EOFError):
        process.receive(io.BytesIO(pipe.getvalue()[:kept]))


@pytest.mark.slow
def test_the_process_ends_in_silence_when_nobody_waits_for_what_it_made():
    work = subprocess.Popen(
        [sys.executable, "-m", "dashboard.press.worker.process"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    work.stdout.close()
    process.send(work.stdin, (Made, (b"picture" * 100_000, "image/png")))
    work.stdin.close()
    assert (work.wait(60), work.stderr.read()) == (0, b"")
    work.stderr.close()
