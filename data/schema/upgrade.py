"""A table that an earlier version of the program wrote, as this version declares it."""

from __future__ import annotations

import pandas as pd

from data.errors import OutdatedError
from data.schema.table import Table


def add_missing_columns(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with every declared column; one that it lacks and may be unknown is unknown.

    Columns that are no longer declared are left out. Raises OutdatedError naming the columns that
    it lacks and that must be known.
    """
    if list(frame.columns) == list(table.columns):
        return frame
    absent = [name for name in table.columns if name not in frame.columns]
    required = [name for name in absent if not table.columns[name].nullable]
    if required:
        raise OutdatedError(
            f"table {table.name!r}: expected the columns {', '.join(required)}, got none: an"
            " earlier version of Stadshart Twente wrote it; fill it again with 'stadshart-etl run'"
        )
    unknown = table.empty().reindex(frame.index)
    return frame.assign(**{name: unknown[name] for name in absent})[list(table.columns)]
