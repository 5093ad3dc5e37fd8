"""A run at fixed times: units for systemd, or a line for cron."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from data.errors import PARTIAL
from etl.errors import UseError

UNIT = "stadshart-etl"
"""The name of both units."""
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
# Per rhythm the days as systemd and as cron write them.
RHYTHMS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"day": ("*-*-*", "* * *"), "week": ("Mon *-*-*", "* * 1"), "month": ("*-*-01", "1 * *")}
)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The texts of `stadshart-etl.service` and `.timer`, and the line of a crontab."""

    service: str
    timer: str
    cron: str

    def write(self, folder: Path) -> None:
        """Write both units into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{UNIT}.service").write_text(self.service, encoding="utf-8")
        (folder / f"{UNIT}.timer").write_text(self.timer, encoding="utf-8")


_SERVICE = """[Unit]
Description=Stadshart Twente: fetch the sources and publish a snapshot
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
User={user}
ExecStart={command}
# Published, although a source failed.
SuccessExitStatus={partial}
Nice=10
TimeoutStartSec=6h
UMask=0027
NoNewPrivileges=yes
CapabilityBoundingSet=
PrivateTmp=yes
PrivateDevices=yes
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths={data}
ProtectProc=invisible
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
"""
_TIMER = """[Unit]
Description=Run {unit} every {every}

[Timer]
OnCalendar={days} {at}:00
RandomizedDelaySec=30min
Persistent=yes

[Install]
WantedBy=timers.target
"""


def schedule(data: Path, *, every: str, at: str, user: str) -> Schedule:
    """A run into the folder `data`, by `user`, every day, week (Monday) or month at `HH:MM`.

    Raises UseError for another rhythm or time.
    """
    if every not in RHYTHMS:
        raise UseError(f"--every: expected one of {', '.join(RHYTHMS)}, got {every!r}")
    match = _TIME.fullmatch(at)
    if match is None:
        raise UseError(f"--at: expected a time as 04:30, got {at!r}")
    systemd_days, cron_days = RHYTHMS[every]
    command = [sys.executable, "-m", "etl", "run", "--data", str(data)]
    words = shlex.join(command).replace("%", r"\%")
    return Schedule(
        service=_SERVICE.format(
            user=user,
            command=" ".join(_quoted(word) for word in command),
            partial=PARTIAL,
            data=_quoted(str(data)),
        ),
        timer=_TIMER.format(unit=UNIT, every=every, days=systemd_days, at=at),
        cron=f"{match[2]} {match[1]} {cron_days} {words}",
    )


def _quoted(word: str) -> str:
    """A word of a unit: in quotes, without specifiers and variables."""
    plain = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{plain}"'
