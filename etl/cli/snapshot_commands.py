"""The commands that look after what is published: check, go back, send to object storage."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from data.errors import FAILURE, SUCCESS, VersionError
from data.snapshot.address import is_address, shown
from etl.cli.command_options import (
    AsJson,
    By,
    Data,
    Lang,
    ReadData,
    Reason,
    data_folder,
    read_folder,
)
from etl.cli.console import Console
from etl.cli.messages import message
from etl.errors import UseError


# Commands import late, so that `--help` need not load pandas.
def verify(data: ReadData = None, as_json: AsJson = False, lang: Lang = None) -> int:
    """Check hashes, contracts and references of what is published."""
    from data.snapshot.publish import verify as find_problems

    folder = read_folder(data)
    problems = find_problems(folder)
    for problem in problems:
        print(problem, file=sys.stderr)
    key = "snapshot.problems" if problems else "snapshot.all-well"
    Console.for_options(lang, as_json).emit(
        message(key, count=len(problems), folder=folder),
        {"folder": str(folder), "problems": list(problems)},
    )
    return FAILURE if problems else SUCCESS


def rollback(
    version: Annotated[
        str | None,
        typer.Argument(help="Version to go back to (default: the one before the current)."),
    ] = None,
    reason: Reason = None,
    by: By = None,
    data: Data = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> int:
    """Go back to an earlier version."""
    from data.snapshot.changelog import ChangelogEntry, append_changes
    from data.snapshot.publish import rollback as go_back

    folder = data_folder(data)
    try:
        current = go_back(folder, version)
    except VersionError as error:
        if version is None:
            raise
        raise UseError(f"VERSION: {error}") from error
    entry = ChangelogEntry(
        time=datetime.now(UTC),
        what="rollback",
        source_id=None,
        place_id=None,
        name=current,
        rows=None,
        reason=reason,
        version=current,
        by=by,
    )
    append_changes(folder, [entry])
    Console.for_options(lang, as_json).emit(
        message("snapshot.current", version=current, folder=folder),
        {"version": current, "folder": str(folder)},
    )
    return SUCCESS


def push(
    address: Annotated[
        str,
        typer.Argument(
            metavar="ADDRESS", help="Where it goes: s3://BUCKET/PREFIX, abfs://, gs:// or file://."
        ),
    ],
    data: Data = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> int:
    """Publish the current version in object storage.

    Internal tables go along: keep the bucket closed.
    """
    from data.snapshot.remote import push as push_version

    if not is_address(address):
        raise UseError(f"ADDRESS: expected one such as s3://bucket/prefix, got {address!r}")
    done = push_version(data_folder(data), address)
    Console.for_options(lang, as_json).emit(
        message(
            "snapshot.pushed",
            version=done.version,
            address=shown(address),
            sent=len(done.sent),
            present=len(done.present),
        ),
        {
            "version": done.version,
            "address": shown(address),
            "sent": list(done.sent),
            "present": list(done.present),
            "removed": list(done.removed),
        },
    )
    return SUCCESS
