"""The rules as JSON, for the handheld: tables, reply codes, actions, and the application identifiers of GS1.

Rows are lists that end where only defaults follow: [next, effect, code, asks, also].
"""

from collections.abc import Mapping
from typing import Any

from server.core.flow.found import ASKED_IN
from server.core.flow.pack_table import PACK_TABLE
from server.core.flow.pick_table import PICK_TABLE
from server.core.flow.replies import ASKED_ACTIONS, PACK_ACTIONS, PICK_ACTIONS, REPLY_CODES
from server.core.flow.rows import Row, Table
from server.core.gs1_elements import catalogue
from server.core.terms import Effect

FLOW_VERSION = 1


def flow_document() -> dict[str, Any]:
    """Everything that the twin of the rules reads; the same for the same code, whoever asks."""
    return flow_tables() | {"ais": {pattern: " ".join(ais) for pattern, ais in catalogue().items()}}


def flow_tables() -> dict[str, Any]:
    """The document without the application identifiers, which take a second to gather."""
    return {
        "version": FLOW_VERSION,
        "pick": table_document(PICK_TABLE),
        "pack": table_document(PACK_TABLE),
        "codes": {name: [code.tone.value, list(code.args), code.action] for name, code in sorted(REPLY_CODES.items())},
        "actions": {"pick": dict(PICK_ACTIONS), "pack": dict(PACK_ACTIONS), "asked": dict(ASKED_ACTIONS)},
        "asked_in": {kind: list(states) for kind, states in ASKED_IN.items()},
    }


def table_document(table: Table) -> Mapping[str, Mapping[str, list[str]]]:
    """A table: state → signal → row, in alphabetical order of the signals."""
    return {state: {signal: _row(rows[signal]) for signal in sorted(rows)} for state, rows in table.items()}


def _row(row: Row) -> list[str]:
    cells = [row.next.value, row.effect.value, row.code, row.asks, "" if row.also is Effect.NOTHING else row.also.value]
    while not cells[-1]:
        cells.pop()
    return cells
