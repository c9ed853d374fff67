"""Core statements compiled once and run on the driver's own cursor: for the path that every scan takes.

SQLAlchemy's execute does more for a statement than SQLite does: of a scan's time in the store, 85 % was spent around
the driver and 15 % in it. A `Prepared` is written as a Core statement like any other, is compiled on first use for the
dialect at hand, and raises SQLAlchemy's exceptions; it leaves out result and bind processors, so it is for columns of
text and numbers.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import Select
from sqlalchemy.sql.compiler import SQLCompiler

Parameters = Sequence[Any] | Mapping[str, Any]


class Ready(NamedTuple):
    """A statement as the driver takes it: the text, and how its parameters are laid out."""

    text: str
    lay_out: Callable[[Mapping[str, Any]], Parameters]


class Prepared:
    """One statement; call it with its parameters by name."""

    def __init__(self, statement: Executable) -> None:
        """Keep a Core `statement`; nothing is compiled before it is first used."""
        self._statement = statement
        self._row: Any = _row_of(statement) if isinstance(statement, Select) else None

    def all(self, connection: Connection, **parameters: Any) -> list[Any]:
        """Every row, with the selected columns as attributes."""
        return list(map(self._row._make, self._run(connection, parameters).fetchall()))

    def first(self, connection: Connection, **parameters: Any) -> Any:
        """The first row with the selected columns as attributes, or None."""
        found = self._run(connection, parameters).fetchone()
        return None if found is None else self._row._make(found)

    def run(self, connection: Connection, **parameters: Any) -> int:
        """Change rows; returns how many."""
        return int(self._run(connection, parameters).rowcount)

    def run_each(self, connection: Connection, several: Iterable[Mapping[str, Any]]) -> None:
        """Change rows once for each set of parameters, all of them in one call to the driver."""
        ready = _ready(self._statement, connection.dialect)
        driver: Any = connection.connection.dbapi_connection
        try:
            driver.cursor().executemany(ready.text, [ready.lay_out(parameters) for parameters in several])
        except connection.dialect.loaded_dbapi.Error as error:
            raise _translated(connection, ready.text, error) from error

    def value(self, connection: Connection, **parameters: Any) -> Any:
        """The first column of the first row (RETURNING included), or None."""
        found = self._run(connection, parameters).fetchone()
        return None if found is None else found[0]

    def _run(self, connection: Connection, parameters: Mapping[str, Any]) -> Any:
        ready = _ready(self._statement, connection.dialect)
        laid_out = ready.lay_out(parameters)
        driver: Any = connection.connection.dbapi_connection
        try:
            return driver.execute(ready.text, laid_out)
        except connection.dialect.loaded_dbapi.Error as error:
            raise _translated(connection, ready.text, error) from error


def _translated(connection: Connection, text: str, error: Exception) -> BaseException:
    """A driver's error as SQLAlchemy's."""
    kind = connection.dialect.loaded_dbapi.Error
    return DBAPIError.instance(text, None, error, kind, dialect=connection.dialect)


def _row_of(statement: "Select[*tuple[Any, ...]]") -> Any:
    return namedtuple("Found", [column.key or "" for column in statement.selected_columns], rename=True)


@lru_cache(maxsize=512)
def _ready(statement: Executable, dialect: Dialect) -> Ready:
    """The statement's text for one dialect; `dialect` belongs to an engine, of which a process has a handful."""
    compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})  # type: ignore[attr-defined]
    assert isinstance(compiled, SQLCompiler)
    constant = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
    if compiled.positiontup is None:
        return Ready(str(compiled), lambda given: {**constant, **given})
    in_turn = _in_turn(compiled.positiontup)
    return Ready(str(compiled), (lambda given: in_turn({**constant, **given})) if constant else in_turn)


def _in_turn(names: Sequence[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """Lays out parameters by place."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda given: tuple(given[name] for name in names)
