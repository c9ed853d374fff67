"""What every table is made of: one MetaData, the names of constraints, and the columns and CHECKs that recur."""

from sqlalchemy import CheckConstraint, Column, Integer, MetaData, Text
from sqlalchemy.schema import SchemaItem

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def words(name: str, *, default: str | None = "") -> Column[str]:
    """A text that is never NULL; `default=None` means that every row must say it."""
    return Column(name, Text, nullable=False, server_default=default)


def count(name: str, default: int = 0) -> Column[int]:
    """A whole number that is never NULL."""
    return Column(name, Integer, nullable=False, server_default=str(default))


def within(column: str, *values: str) -> SchemaItem:
    """A CHECK that the column holds one of these words."""
    allowed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({allowed})", name=f"{column}_known")


def positive(column: str) -> SchemaItem:
    """A CHECK that the column is 1 or more."""
    return CheckConstraint(f"{column} > 0", name=f"{column}_positive")


def not_negative(column: str) -> SchemaItem:
    """A CHECK that the column is 0 or more."""
    return CheckConstraint(f"{column} >= 0", name=f"{column}_not_negative")
