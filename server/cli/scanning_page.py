"""docs/scanning.md as text: the scan cases with their answers, the tables as diagrams, the reply codes."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from server.core.flow import PACK_TABLE, PICK_TABLE, PUT_BACK_TABLE, REPLY_CODES, Jump, Row
from server.core.flow.rows import Table
from server.lab.cases.contract import PASS, WAYS, ways_of

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
- Undo reverses the last step that had an effect, by a step of its own; what was done before that stays.
- Undo of a short brings the line back as it was: its units come out of the ledger's adjustment or quarantine and are
  promised to it again, stops that were added for them elsewhere leave the tour, the order is no longer short of them.
  The count that was asked for is withdrawn, unless others asked for it too or somebody has begun it. When the order was
  cancelled since, the place counted or told another number, or an added stop begun or left to another batch, the
  short stands whole (`nothing_to_undo`). A tote that was told full is its slot's again, unless that has another or the
  tote was emptied. A page does both by itself until the server tells it a new tour; then it asks.
- After a scan that came too late nothing earlier is undone: the undo that follows it means what was refused.
- A short that ends the errand of putting goods back is not undone, nor is a report of a blocked way, which a
  supervisor opens again.
- Labels that nobody knows and that say CLOSE, CONFIRM, CANCEL, UNDO, COMPLETE or LABEL stand for the tap: for a
  card at the bench.
"""
WAYS_HEAD = """
## Four ways

`gangway flow cases` plays every case for real in four ways, and so does every run of the tests
(`tests/test_scan_cases.py`). Two `gangway serve` run for all cases; before each way of each case the database is
brought back to what the case begins with (`server/lab/cases`).

- **live**: a device over a websocket ([protocol](protocol.md)). Each intent is answered before the next is made; every
  answer and the task are as the case says. What others do meanwhile they do over REST, and the device must be told;
- **replayed**: the same, but each intent comes twice, and all of them once more at the end: the stored answers, one
  effect;
- **offline**: the page itself, in Chromium, which has the task before its network is cut. Scans are typed as a scanner
  types them, taps go to its buttons (what no button offers, as a quantity below 0, to the function that every button
  calls). What the page says at once, and where it then stands, is as the case says. Meanwhile the task is pushed anew;
  then the network is back, the queue drains, and the server's answers are as live;
- **two devices**: one person, over websockets, who logs in now on one device, now on the other; a second tab of each
  sends what the first has sent.

Each way must end with the same stock, lines, orders, totes, tasks and parcels as live, and break no invariant
(`server/floor/audit.py`). The table says what the cases demand, and the run demands it. Where the page says at once
something else than the server will, it stands behind the answer, and **offline** says why in a word:

- *asks server*: the page does not answer it by itself (carts, batches, which order a tote opens, what a parcel should
  weigh, an undo of what it has not seen): it says that it is sent, and the server's answer is shown when it comes;
- *label unknown*: no label of its own task; the server names what it is;
- *server knows*: what only the server can: a location that is blocked, a tote that was another's, what others did;
- *ignored*: a scan of nothing, of which no page makes an intent;
- *moves on*: who is done is told the next task at once; no page stands at a task that is over.

A word in all four columns: only the rules are asked (`tests/test_core_flow_cases.py`,
`handheld_ui/tests/rules.test.ts`).

- *lot known*, *untracked*, *label order*, *label known*: no floor comes into this state (a shelf without a known lot,
  other lots of an SKU that is not tracked, the order of two things with one label, a cart's label that is none).
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


def scanning_page(cases: Sequence[Document], keeper: Document) -> str:
    """The whole page. `cases` are the documents of the hand-written vectors, in the order of their files."""
    numbered = [case for document in cases for case in document["cases"] if _is_numbered(case)]
    parts = [HEAD, LABELS, "\n## States\n", _diagram("Picking", PICK_TABLE), _diagram("Packing", PACK_TABLE)]
    parts += [_diagram("Putting back", PUT_BACK_TABLE)]
    parts += [_four_ways([*numbered, *keeper["played"]])]
    parts += [_cases(document["title"], document["cases"]) for document in cases]
    parts += [_keeper(keeper), _cases("The keeper's cases, played", keeper["played"]), _codes()]
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


def _is_numbered(case: Document) -> bool:
    """Whether a case is of the contract, which is played; others are about what came later."""
    return isinstance(case["case"], int) or case["case"] == "undo"


def _four_ways(cases: Sequence[Document]) -> str:
    """What the four columns mean, and how many of the cases are played."""
    ways = [ways_of(case) for case in cases]
    played, alone = sum(way["live"] == PASS for way in ways), sum(way["offline"] == PASS for way in ways)
    return f"{WAYS_HEAD}\nOf {len(cases)} cases {played} are played; in {alone} the page says every answer at once.\n"


def _cases(title: str, cases: Sequence[Document]) -> str:
    """A table of cases; those that are about no number of the contract have columns of their own tests: none here."""
    ways = WAYS if any(map(_is_numbered, cases)) else ()
    rows = []
    for case in cases:
        words = ways_of(case) if _is_numbered(case) else {}
        cells = [str(case["case"]), case["name"], _steps(case), *(words.get(way, "–") for way in ways)]
        rows.append(f"| {' | '.join(cells)} |")
    head = ["#", "case", "scans → answers", *ways]
    return "\n".join([f"\n## {title}\n", f"| {' | '.join(head)} |", "|---" * len(head) + "|", *rows])


def _steps(case: Document) -> str:
    said, expected = [], iter(zip(case["expect"], _at_once(case), strict=True))
    for scan in case["scans"]:
        if not isinstance(scan, str) and "deed" in scan:
            said.append(f"({_deed(scan)})")
        elif not isinstance(scan, str) and "again" in scan:
            said.append(f"(sent again) → {scan.get('code', 'the same answer')}")
        else:
            answer, at_once = next(expected)
            said.append(f"{_scan(scan)} → {_answer(answer)}{at_once}")
    return "<br>".join(said)


def _at_once(case: Document) -> list[str]:
    """What the page says at once, where that is something else."""
    page = case.get("page")
    if not isinstance(page, list):
        return [""] * len(case["expect"])
    said = {None: "", "": " · offline nothing", "p_sent": " · offline sent"}
    return [said.get(code, f" · offline {code}") for code in page]


def _deed(deed: Document) -> str:
    """What others do meanwhile, or the server by itself."""
    told = {
        "reassign": "the task is given to another picker",
        "cancel_order": "the order is cancelled",
        "cancel_task": "the task is taken back",
        "carrier": f"the carrier is {deed.get('state')}",
        "pick": "another device of this person makes the same scans",
        "next_task": "the next task comes",
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
