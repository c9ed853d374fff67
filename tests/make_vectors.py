"""Write the generated vectors: `python -m tests.make_vectors` from the checkout's root.

They pin what the rules answer today, state by state and signal by signal, and how labels are read: the twin must give
the same answers, and a change of an answer shows in the diff. What is right is said by the hand-written cases.
"""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, fields
from itertools import product
from typing import Any

from server.core import gs1
from server.core.flow import split_glued
from server.core.terms import Scan
from tests.flow_vectors import VECTORS, Task, World, flat, plain, read, step

KEPT_OF_A_KIND = 2

_PICK_LINES: Sequence[Any] = (
    "lamp",
    {"like": "lamp", "tote": "TOTE-1", "zero_check": True},
    {"like": "mug", "picked_each": 1},
    "cup",
    {"like": "cup", "qty_each": 13},
    "milk",
    {"like": "milk", "lots_here": []},
    {"like": "milk", "lots_here": ["L2"], "lots_here_expiry": ["2026-12-31"]},
    {"like": "milk", "lots_here": ["L2", "L7", "l8"], "lots_here_expiry": ["2026-12-31", "2027-01-31"], "qty_each": 1},
    {"like": "drill", "serials": ["SN1"], "qty_each": 3},
    {"like": "lamp", "location_code": "22465"},
)
_PICK_ASKED = (
    "",
    "lot:1:MILK",
    "other_lot:1:L7",
    "strange_lot:1:L9",
    "serial:1:DRILL",
    "both:1:22465",
    "blocked:2:A-05-1",
    "zero:3:A-05-1",
    "station:0:PACK-2",
    "pause:0:other_lot:1:L7",
)
_PICK_LAST: Sequence[Any] = (
    None,
    {"effect": "count", "qty_each": 1, "ref": "22465", "state": "item"},
    {"effect": "count", "qty_each": 1, "ref": "DRILL", "serial": "SN1", "state": "item"},
    {"effect": "put", "qty_each": 2, "ref": "TOTE-1", "state": "tote", "line": "lamp"},
    {"effect": "put", "qty_each": 2, "ref": "TOTE-1", "state": "quantity", "line": "lamp"},
    {"effect": "arrive", "ref": "A-05-1", "state": "location"},
    {"effect": "change_lot", "qty_each": 1, "ref": "MILK", "lot": "L2", "state": "item"},
    {"effect": "take_cart", "ref": "C-04", "state": "cart"},
    {"effect": "pack", "qty_each": 1, "ref": "22465", "state": "item"},
    {"effect": "short", "qty_each": 1, "ref": "A-05-1", "state": "item", "line": "lamp"},
    {"effect": "short", "qty_each": 2, "ref": "A-05-1", "state": "location", "line": "lamp"},
    {"effect": "full_tote", "ref": "TOTE-1", "state": "tote", "line": {"like": "lamp", "tote": "TOTE-1"}},
    {"effect": "full_tote", "ref": "TOTE-2", "state": "item", "line": "mug"},
)
_PACK_LINES: Sequence[Any] = (
    None,
    "lamp",
    {"like": "lamp", "packed_each": 1},
    {"like": "lamp", "packed_each": 2},
    "cup",
    {"like": "cup", "packed_each": 20},
)
_PACK_LAST: Sequence[Any] = (
    None,
    {"effect": "pack", "qty_each": 1, "ref": "22465", "state": "item"},
    {"effect": "open_order", "ref": "576080", "state": "tote"},
    {"effect": "take_carton", "ref": "BOX-M", "state": "carton"},
)
_NO_CARRIER = {"carrier": "DHL", "carrier_down": True}
_EXTRA_LABELS = (
    "",
    "ZZZ-99",
    "TOTE-99",
    "L2",
    "l7",
    "L9",
    "SN1",
    "SN2",
    "NEW-1",
    "4006381333932",
    "A\x07",
    "34006381333932",
    "(01)09506000134352(10)L2",
    "(01)09506000134352(10)L7",
    "(01)09506000134352(10)L8",
    "(01)09506000134352(10)L9",
    "(01)09506000134352(10)L1",
    "(01)09506000134352(17)261130(10)L2",
    "(10)L7",
    "(01)04006381333931(30)2",
    "(01)04006381333931(3103)000750",
    "CLOSE",
    "confirm",
    "CANCEL",
    "UNDO",
    "COMPLETE",
    "LABEL",
)
_BADGES = ("P-101-7K2", "P-102-3M8", "P-103-9T4", "K-201-5R1", "TOTE-1", "NOBODY", "", "4006381333932", "A\x07")
_TAPS: Sequence[Mapping[str, Any]] = (
    *({"act": "quantity", "qty": qty} for qty in (None, -1, 0, 1, 2, 3, 20, 24, 25)),
    *({"act": act} for act in ("complete", "full_tote", "way_blocked", "confirm", "cancel")),
    *({"act": act} for act in ("undo", "close", "label", "short")),
    {"act": "short", "reason": "damaged"},
    {"act": "short", "reason": "blocked"},
    {"act": "confirm", "reason": "lost"},
    {"act": "zero", "qty": 1},
    {"act": "zero", "qty": 0},
    {"act": "zero", "qty": 2},
    {"act": "zero"},
    *({"act": "weigh", "qty": qty} for qty in (None, -1, 0, 949, 950, 1050, 1051)),
    {"act": "pause"},
    {"act": "resume"},
    {"act": "put_back"},
    *({"act": "hand_over", "label": badge} for badge in _BADGES),
    {"act": "typed", "label": "47"},
    {"act": "typed", "label": "46"},
    {"act": "typed", "label": "A-05-1"},
)


def pick_tasks() -> Iterator[dict[str, Any]]:
    """Pick tasks in every state, with lines, questions and last steps of every kind."""
    following = (None, "cup", {"like": "mug", "slot": 1})
    yield {"state": "cart", "put_backs": 2}
    yield {"state": "waiting", "cart": "C-04", "put_backs": 1}
    for state in ("cart", "waiting", "done"):
        for last, asked in product(_PICK_LAST, ("", "pause:0:")):
            yield {"state": state, "cart": "" if state == "cart" else "C-04", "last": last, "asked": asked}
    for asked, last, station in product(
        ("", "station:0:PACK-2", "zero:3:A-05-1", "pause:0:zero:3:A-05-1"), _PICK_LAST, ("", "PACK-1")
    ):
        yield {"state": "station", "asked": asked, "last": last, "station": station}
    for number, (state, line, asked, hand) in enumerate(
        product(("location", "item", "quantity", "tote"), _PICK_LINES, _PICK_ASKED, (0, 1, 2))
    ):
        at = "" if state == "location" else "22465" if line == _PICK_LINES[-1] else "A-05-1"
        yield {
            "state": state,
            "line": line,
            "asked": asked,
            "in_hand_each": 0 if state == "location" else hand,
            "at_location": at,
            "following": following[number % 3],
            "last": _PICK_LAST[number % len(_PICK_LAST)],
        }


def pack_tasks() -> Iterator[dict[str, Any]]:
    """Packing tasks in every state, likewise."""
    for last in _PACK_LAST:
        yield {"state": "tote", "last": last}
        yield {"state": "done", "order_ref": "576080", "last": last}
    yield {"state": "tote", "shipped_ref": "576081"}
    asked = ("", "partial:2:576080", "carton:0:BOX-L", "weight:1051:576080")
    for number, (state, line, asks, missing) in enumerate(
        product(("carton", "item", "quantity", "close"), _PACK_LINES, asked, (1, 4, 40))
    ):
        yield {
            "state": state,
            "order_ref": "576080",
            "totes": ["TOTE-23"],
            "carton": "" if state == "carton" else "BOX-M",
            "line": line,
            "asked": asks,
            "missing_each": 0 if state == "close" else missing,
            "packed_each": (None, 0, 7)[number % 3],
            "expected_g": (None, 1000)[number % 2],
            "tolerance_g": 50,
            "last": _PACK_LAST[number % len(_PACK_LAST)],
        }
    boxed = {"order_ref": "576080", "totes": ["TOTE-23"], "carton": "BOX-M", "packed_each": 7}
    for state, missing, asks in product(("item", "quantity", "close"), (0, 4), asked):
        if (missing == 0) == (state == "close"):
            yield {"state": state, **boxed, "missing_each": missing, "asked": asks} | _NO_CARRIER


def put_back_tasks() -> Iterator[dict[str, Any]]:
    """Goods to put back in every state, likewise."""
    goods: Sequence[Mapping[str, Any]] = (
        {"sku": "22465", "qty_each": 2, "location_code": "A-05-1", "check_digits": "47", "locations": ["A-05-1"]},
        {"sku": "22465", "qty_each": 13, "locations": ["A-03-2"]},
        {"sku": "MILK", "qty_each": 1, "lot": "L2", "location_code": "B-01-2", "locations": []},
    )
    last: Sequence[Any] = (
        None,
        {"effect": "count", "qty_each": 1, "ref": "22465", "state": "item"},
        {"effect": "open_tote", "ref": "TOTE-2", "state": "tote"},
        {"effect": "short", "qty_each": 2, "ref": "22465", "state": "item"},
    )
    for good, was in product(goods, last):
        yield {"state": "tote", "tote": "TOTE-2", **good, "last": was}
        yield {"state": "done", **good, "last": was}
        for state, in_hand in product(("item", "quantity"), (0, 1, 2)):
            if in_hand < good["qty_each"]:
                yield {"state": state, **good, "in_hand_each": in_hand, "last": was}
        for asked in ("", "place:1:A-03-2"):
            yield {"state": "location", **good, "in_hand_each": good["qty_each"], "asked": asked, "last": was}


def step_vectors() -> list[dict[str, Any]]:
    """At most two vectors of each kind of answer: state, signal, next state, question."""
    world = World()
    labels = [{"label": label} for label in (*world.things, *_EXTRA_LABELS)]
    kept: dict[tuple[object, ...], int] = {}
    vectors = []
    for kind, tasks in (("pick", pick_tasks()), ("pack", pack_tasks()), ("put_back", put_back_tasks())):
        for said in tasks:
            task: Task = world.task(kind, said)
            for scan in (*labels, *_TAPS):
                outcome = step(world, kind, task, scan)
                answer = (kind, task.state, outcome.signal, outcome.task.state, outcome.effect, outcome.task.asked[:3])
                if kept.get(answer, 0) < KEPT_OF_A_KIND:
                    kept[answer] = kept.get(answer, 0) + 1
                    vectors.append(
                        {"kind": kind, "task": _told(said), "scan": scan, "expect": _expected(task, flat(outcome))}
                    )
    return vectors


def _told(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value not in (None, "")}


def _expected(task: Any, said: dict[str, Any]) -> dict[str, Any]:
    """What was answered; of the task only what changed, of the rest only what is not empty."""
    before, after = plain(task), said.pop("task")
    changed = {name: value for name, value in after.items() if before[name] != value}
    short = {name: value for name, value in said.items() if value not in (None, "", 0, {})}
    return short | {"task": changed}


def parse_vectors() -> list[dict[str, Any]]:
    """Labels of every sort, by hand (labels.json) and by seeded chance, and how they are read."""
    return [_read(label) for label in (*read("labels.json"), *_random_messages())]


def _read(label: str | None) -> dict[str, Any]:
    scan = plain(gs1.parse(label))
    empty = {field.name: None if field.default is MISSING else plain(field.default) for field in fields(Scan)}
    said = {name: value for name, value in scan.items() if value != empty[name]}
    return {"label": label, "key": gs1.key(label or ""), "scan": said}


def _random_messages() -> Iterator[str]:
    chance = random.Random(7)
    gtins = ("09506000134352", "04006381333931", "14006381333938", "09506000134353")
    ais = (
        "01",
        "02",
        "00",
        "10",
        "11",
        "15",
        "17",
        "21",
        "30",
        "37",
        "3102",
        "3203",
        "414",
        "04",
        "91",
        "240",
        "8008",
        "",
    )
    for _ in range(150):
        parts = []
        for ai in chance.choices(ais, k=chance.randint(1, 4)):
            value = "".join(chance.choices("0123456789", k=chance.choice((2, 6, 6, 8, 12))))
            if ai in ("01", "02"):
                value = chance.choice(gtins)
            parts.append(ai + value + chance.choice(("", "\x1d", "^]")))
        yield chance.choice(("]C1", "]d2", "", "\x1d")) + "".join(parts)


def glued_vectors() -> list[dict[str, Any]]:
    """Texts with the labels that are known, and the two labels in them if there are two."""
    said: Sequence[tuple[str, Sequence[str]]] = (
        ("A-05-1TOTE-12", ["A-05-1", "TOTE-12"]),
        ("A-05-1TOTE-12", ["A-05-1", "TOTE-1"]),
        ("A-05-1TOTE-12", ["A-05-1"]),
        ("ABAB", ["A", "BAB", "AB"]),
        ("ABC", ["A", "BC"]),
        ("40063813339315060123456783", ["4006381333931", "5060123456783"]),
        ("A", ["A"]),
        ("", ["A"]),
        ("AA", ["A"]),
    )
    return [
        {"text": text, "known": known, "parts": plain(split_glued(text, frozenset(known).__contains__))}
        for text, known in said
    ]


def documents() -> dict[str, str]:
    """File name → its text."""
    made = {"steps.json": step_vectors(), "parse.json": parse_vectors(), "glued.json": glued_vectors()}
    return {name: "[\n" + ",\n".join(map(_line, vectors)) + "\n]\n" for name, vectors in made.items()}


def _line(vector: Mapping[str, Any]) -> str:
    return json.dumps(vector, separators=(",", ":"))


if __name__ == "__main__":
    for file_name, text in documents().items():
        (VECTORS / file_name).write_text(text, encoding="utf-8")
