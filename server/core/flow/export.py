"""The rules as JSON, for the handheld: tables, reply codes, actions, and the application identifiers of GS1.

Short, because every handheld loads it before its first paint:
- a table is state → signal → "next effect code asks also", cut where only defaults follow; the signals that change
  nothing stand together under "", as "signal" where the code has the same name, else "signal=code";
- a code is "tone args… !action";
- identifiers are listed by the pattern of their value, runs of them as "3100-3105".
"""

from collections.abc import Mapping, Sequence
from typing import Any

from server.core.flow.found import ASKED_IN
from server.core.flow.pack_table import PACK_TABLE
from server.core.flow.pick_table import PICK_TABLE
from server.core.flow.put_back_table import PUT_BACK_TABLE
from server.core.flow.replies import ASKED_ACTIONS, PACK_ACTIONS, PICK_ACTIONS, PUT_BACK_ACTIONS, REPLY_CODES, Code
from server.core.flow.rows import Jump, Row, Rows, Table
from server.core.gs1_elements import catalogue
from server.core.terms import Effect

FLOW_VERSION = 3


def flow_document() -> dict[str, Any]:
    """Everything that the twin of the rules reads; the same for the same code, whoever asks."""
    return flow_tables() | {"ais": {pattern: in_runs(ais) for pattern, ais in catalogue().items()}}


def apart(document: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The document in two: what a pick needs at once, and what is fetched with the screen for putting goods back."""
    later = {name: part for name, part in document.items() if name.startswith("putBack")}
    return {name: part for name, part in document.items() if name not in later}, later


def flow_tables() -> dict[str, Any]:
    """The document without the application identifiers, which take a second to gather."""
    return {
        "version": FLOW_VERSION,
        "pick": _table(PICK_TABLE),
        "pack": _table(PACK_TABLE),
        "putBack": _table(PUT_BACK_TABLE),
        "pickCodes": _codes(PICK_TABLE),
        "packCodes": _codes(PACK_TABLE),
        "putBackCodes": _codes(PUT_BACK_TABLE),
        "pickActions": dict(PICK_ACTIONS),
        "packActions": dict(PACK_ACTIONS),
        "putBackActions": dict(PUT_BACK_ACTIONS),
        "askedActions": dict(ASKED_ACTIONS),
        "askedIn": {kind: " ".join(states) for kind, states in ASKED_IN.items()},
    }


def in_runs(ais: Sequence[str]) -> str:
    """Identifiers in ascending order of length and number, runs of consecutive ones as first-last."""
    runs: list[list[str]] = []
    for ai in sorted(ais, key=lambda name: (len(name), name)):
        if runs and len(runs[-1][-1]) == len(ai) and int(runs[-1][-1]) + 1 == int(ai):
            runs[-1].append(ai)
        else:
            runs.append([ai])
    return " ".join(run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def _table(table: Table) -> Mapping[str, Mapping[str, str]]:
    return {state: _rows(rows) for state, rows in table.items()}


def _rows(rows: Rows) -> dict[str, str]:
    idle = {name: row for name, row in sorted(rows.items()) if _is_idle(row)}
    said = " ".join(name if name == row.code else f"{name}={row.code}" for name, row in idle.items())
    return {"": said} | {name: _row(row) for name, row in sorted(rows.items()) if name not in idle}


def _is_idle(row: Row) -> bool:
    return row.next is Jump.STAY and row.effect is Effect.NOTHING and not row.asks


def _row(row: Row) -> str:
    cells = [row.next.value, row.effect.value, row.code, row.asks, row.also.value]
    return " ".join(cells if row.also is not Effect.NOTHING else cells[: 4 if row.asks else 3])


def _codes(table: Table) -> dict[str, str]:
    used = {row.code for rows in table.values() for row in rows.values()}
    return {name: _code(REPLY_CODES[name]) for name in sorted(used)}


def _code(code: Code) -> str:
    return " ".join((code.tone.value, *code.args, *(f"!{action}" for action in [code.action] if action)))
