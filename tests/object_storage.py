"""A real S3 server on this machine, with what pyarrow needs to find it."""

from __future__ import annotations

import logging
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from moto.server import ThreadedMotoServer


@dataclass(frozen=True, slots=True)
class ObjectStorage:
    """The server; `address` is a prefix in a bucket that it holds."""

    server: ThreadedMotoServer
    address: str


@contextmanager
def object_storage(bucket: str) -> Iterator[ObjectStorage]:
    """The server, until the block ends, with an empty bucket."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "key-of-a-test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "secret-of-a-test")
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        server.start()
        try:
            host, port = server.get_host_and_port()
            put = urllib.request.Request(f"http://{host}:{port}/{bucket}", method="PUT")
            with urllib.request.urlopen(put, timeout=10):
                pass
            options = f"endpoint_override={host}:{port}&scheme=http&region=us-east-1"
            yield ObjectStorage(server, f"s3://{bucket}/twente?{options}")
        finally:
            server.stop()
