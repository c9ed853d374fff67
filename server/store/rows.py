"""What every room of the store says about rows."""

from typing import Any

from sqlalchemy import CursorResult, Row

AnyRow = Row[*tuple[Any, ...]]


def new_id(result: CursorResult[*tuple[Any, ...]]) -> int:
    """The id that the database gave to the row just inserted."""
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])
