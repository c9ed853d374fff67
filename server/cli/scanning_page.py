"""docs/scanning.md as text: the scan cases with their answers, the tables as diagrams, the reply codes."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from server.core.flow import PACK_TABLE, PICK_TABLE, PUT_BACK_TABLE, REPLY_CODES, Jump, Row
from server.core.flow.rows import Table
from server.lab.cases.table import Result
from server.lab.cases.ways import WAYS

Document = Mapping[str, Any]

HEAD = """# Scanning

Written by `gangway flow docs` from tests/vectors and the tables of server/core/flow; change it there.

Every scan has one right answer, the same in the handheld and in the server. A label is read
(`server/core/gs1.py`), looked up, given a meaning for the task as it stands (a *signal*), and answered by a
table: signal → next state, effect, reply. A reply has a code with one tone, what was scanned, what is wanted,
and the one next action. **A refused scan changes nothing.**

- A unit counts when it is scanned. Where a line wants more than the SKU's `count_each_up_to`, the first scan
  counts one and asks for the quantity, which is absolute: what is in hand, all told.
- A pack counts its units, and only when all of them are wanted. A load, named by its SSCC, counts when it stands
  whole where the line is picked and is exactly what the line still wants.
- A question (another lot, another station, a blocked location) waits for a tap or for the same label again; any
  other readable scan is taken for what it is and the question is gone. Noise leaves it waiting.
- A tote scanned before everything is in hand takes what there is; the line stays open. When a tote is full,
  what fits is put first, then the full tote is reported, then the rest goes into the next free one.
- A short is reported at the location (or for reason `blocked` before it): what is in hand still goes into its
  tote.
- Undo reverses the last step that had an effect, by a step of its own.
- Labels that nobody knows and that say CLOSE, CONFIRM, CANCEL, UNDO, COMPLETE or LABEL stand for the tap: for a
  card at the bench.
"""
WAYS_HEAD = """
## Four ways

Every case is played on a real floor (SQLite, `server/lab/cases`) in four ways; `gangway flow cases` does it again:

- **live**: each intent is answered before the next is made, and every answer and the task are as the case says;
- **replayed**: each intent comes twice, and all of them once more at the end: the stored answers, one effect;
- **offline**: made on the screens that the device foresaw, of the version it had when it went offline, and sent
  when the task has been pushed anew;
- **two devices**: two devices of one person take turns, and a second tab of each sends what the first has sent.

Each way must end with the same stock, lines, orders, totes, tasks and parcels as live, and break no invariant
(`server/floor/audit.py`). These run in Python, through the door that every intent goes through (`floor/scan`). The
page's part runs in vitest: it is told each case's task as the server tells it (`tests/vectors/heard.json`), makes the
same scans without a network, and must foresee each of the server's answers and where the task then stands;
`handheld_ui/tests/heard.test.ts` names the few cases in which only the server can know better. A word instead of
*pass*:

- *asks server*: the page does not answer it by itself (carts, batches, which order a tote opens): it queues it, and
  the server's answer is as live;
- *lot known*, *untracked*, *label order*: no floor comes into this state (a shelf without a known lot, other lots of
  an SKU that is not tracked, the order of two things with one label);
- *by hand*: this vector changes the task between two scans.
"""
LABELS = """
## How a label is read

| label | is |
|---|---|
| 8, 12, 13 or 14 digits | a GTIN when the check digit is right; else the site's own number, or a read error |
| 8 digits that begin with 0 or 1 | a UPC-E, when it is no EAN-8 |
| 18 digits | an SSCC |
| behind `]C1`, `]e0`, `]d2`, `]Q3`, `]J1`, or with FNC1 (`\\x1d`, `^]`) | element strings |
| 01, 02 or 00 with a right check digit, and more behind it | element strings without their sign |
| behind `]E0`, `]E3`, `]E4` | a GTIN, and a read error if it is none |
| `(01)…(10)…` | element strings written out |
| `https://…/01/…` | a GS1 Digital Link |
| empty, or only white space | ignored |
| over 128 characters, control or invisible characters, HTML, SQL | refused |
| anything else | a label of the site's own: stripped, a–z in upper case |

An expiry (17, else 15) is of 20YY, its day 00 the last of the month; 000000 is none. Two values of one
identifier, a wrong check digit, a day that does not exist, a count of 0 or a field that lost its FNC1 make a
read error. An unknown identifier costs the text up to the next FNC1.
"""


def scanning_page(cases: Sequence[Document], keeper: Document, results: Sequence[Result]) -> str:
    """The whole page. `cases` are the documents of the hand-written vectors, in the order of their files; `results`
    say how those that can be played on a floor went."""
    played = {(result.number, result.name): result.ways for result in results}
    parts = [HEAD, LABELS, "\n## States\n", _diagram("Picking", PICK_TABLE), _diagram("Packing", PACK_TABLE)]
    parts += [_diagram("Putting back", PUT_BACK_TABLE)]
    parts += [_four_ways(results)]
    parts += [_cases(document["title"], document["cases"], played) for document in cases]
    parts += [_keeper(keeper), _cases("The keeper's cases, played", keeper["played"], played), _codes()]
    return "\n".join(parts)


def _diagram(title: str, table: Table) -> str:
    lines = [f"### {title}\n", "```mermaid", "stateDiagram-v2", f"    [*] --> {next(iter(table))}"]
    for state, rows in table.items():
        ways: dict[str, list[str]] = {}
        for signal, row in sorted(rows.items()):
            for place in _places(row, state):
                ways.setdefault(place, []).append(signal)
        lines += [f"    {state} --> {place}: {_joined(signals)}" for place, signals in ways.items()]
    if "waiting" in table:
        lines.append("    waiting --> location: (a batch is pushed)")
    return "\n".join([*lines, "    done --> [*]", "```\n"])


def _places(row: Row, state: str) -> tuple[str, ...]:
    """Where a row leads, but for staying."""
    if row.next is Jump.NEXT_LINE:
        return tuple(place for place in ("item", "location", "station") if place != state)
    return () if isinstance(row.next, Jump) or row.next == state else (str(row.next),)


def _joined(signals: Sequence[str], most: int = 4) -> str:
    return ", ".join(signals[:most]) + (", …" if len(signals) > most else "")


def _four_ways(results: Sequence[Result]) -> str:
    """What the four columns mean, and how many of the cases were played in each way."""
    counts = [sum(result.ways[way] == "pass" for result in results) for way in WAYS]
    said = ", ".join(f"{count} {way}" for count, way in zip(counts, WAYS, strict=True))
    return f"{WAYS_HEAD}\nOf {len(results)} cases passed: {said}.\n"


def _cases(title: str, cases: Sequence[Document], played: Mapping[tuple[Any, str], Mapping[str, str]]) -> str:
    """A table of cases; those that are about no number of the contract have columns of their own tests: none here."""
    ways = WAYS if any((case["case"], case["name"]) in played for case in cases) else ()
    rows = []
    for case in cases:
        passed = played.get((case["case"], case["name"]), {})
        cells = [str(case["case"]), case["name"], _steps(case), *(passed.get(way, "–") for way in ways)]
        rows.append(f"| {' | '.join(cells)} |")
    head = ["#", "case", "scans → answers", *ways]
    return "\n".join([f"\n## {title}\n", f"| {' | '.join(head)} |", "|---" * len(head) + "|", *rows])


def _steps(case: Document) -> str:
    said, expected = [], iter(case["expect"])
    for scan in case["scans"]:
        if not isinstance(scan, str) and "deed" in scan:
            said.append(f"({_deed(scan)})")
        elif not isinstance(scan, str) and "again" in scan:
            said.append(f"(sent again) → {scan.get('code', 'the same answer')}")
        else:
            said.append(f"{_scan(scan)} → {_answer(next(expected))}")
    return "<br>".join(said)


def _deed(deed: Document) -> str:
    """What others do meanwhile."""
    told = {
        "reassign": "the task is given to another picker",
        "cancel_order": "the order is cancelled",
        "cancel_task": "the task is taken back",
        "carrier": f"the carrier is {deed.get('state')}",
        "pick": "another device of this person makes the same scans",
    }
    return told[deed["deed"]]


def _scan(scan: Any) -> str:
    said = {"label": scan} if isinstance(scan, str) else scan
    act = said.get("act", "scan")
    number = "" if said.get("qty") is None else f" {said['qty']}"
    reason = f" ({said['reason'].strip()})" if said.get("reason", "").strip() else ""
    label = f" {_code(said['label'])}" if "label" in said else ""
    return label.strip() if act == "scan" else f"*{act}*{number}{label}{reason}"


def _code(label: str) -> str:
    """A label as code in a table cell, whatever is in it."""
    text = json.dumps(label, ensure_ascii=True)[1:-1].replace("|", "\\|")
    shown = text if len(text) <= 44 else f"{text[:40]}…"
    return f"`{shown}`" if shown else "(nothing)"


def _answer(expected: Document) -> str:
    code = expected.get("code")
    said = [f"{code} ({REPLY_CODES[code].tone})"] if code else []
    if expected.get("effect", "nothing") != "nothing":
        count = f" {expected['qty_each']}" if expected.get("qty_each") else ""
        said.append(f"{expected['effect']}{count}")
    if "task.in_hand_each" in expected:
        said.append(f"{expected['task.in_hand_each']} in hand")
    if "task.state" in expected:
        said.append(f"now {expected['task.state']}")
    return ", ".join(said) or "as before"


def _keeper(document: Document) -> str:
    rows = [
        f"| {case['case']} | {case['name']} | {case['answer']} | {', '.join(case['codes'])} |"
        for case in document["cases"]
    ]
    return "\n".join([f"\n## {document['title']}\n", "| # | case | answer | codes |", "|---|---|---|---|", *rows])


def _codes() -> str:
    rows = [
        f"| {name} | {code.tone} | {_listed(code.args)} | {code.action or 'as the state asks'} |"
        for name, code in sorted(REPLY_CODES.items())
    ]
    return "\n".join(
        ["\n## Reply codes\n", "| code | tone | arguments | next action |", "|---|---|---|---|", *rows, ""]
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "–"
