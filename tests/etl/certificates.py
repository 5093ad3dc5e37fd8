"""Certificates made on the spot, right and wrong; nothing secret is kept in the repository."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Certificates = Callable[..., tuple[Path, Path]]


def maker(folder: Path) -> Certificates:
    """Makes a self-signed certificate with its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        assert os.environ.get("CI") != "true", "openssl is needed to make certificates"
        pytest.skip("openssl is not installed, so no certificate can be made")

    def make(name: str, *, days: int = 2) -> tuple[Path, Path]:
        stem = f"{name.replace(':', '-')}{days}"
        key, asked, certificate, extension = (
            folder / f"{stem}.{end}" for end in ("key", "csr", "pem", "ext")
        )
        extension.write_text(f"subjectAltName={name}\n")
        new = [
            "req",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-subj",
            "/CN=test",
        ]
        sign: list[str | Path] = [
            "x509",
            "-req",
            "-in",
            asked,
            "-signkey",
            key,
            "-days",
            str(days),
            "-extfile",
            extension,
            "-out",
            certificate,
        ]
        subprocess.run(
            [openssl, *new, "-keyout", key, "-out", asked], check=True, capture_output=True
        )
        subprocess.run([openssl, *sign], check=True, capture_output=True)
        return certificate, key

    return make
