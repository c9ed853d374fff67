"""Whole scripts of picking and packing run four ways: live, replayed, made offline and sent later, by two devices.

The scripts are cases of docs/scanning.md that fit the small floor. Whatever the way, stock, lines and audit end equal.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from server.core.terms import Act, Intent
from server.floor import audit, replan
from server.store import schema as s
from server.store.transaction import Store
from tests.small_floor import CUP_CASE, EAN, FIRST, PACKER, SECOND, Hand, furnish, on_hand

Scan = str | tuple[Act, int | None, str]
Script = list[Scan]

UNDO, COMPLETE, FULL = (Act.UNDO, None, ""), (Act.COMPLETE, None, ""), (Act.FULL_TOTE, None, "")
SHORT: Scan = (Act.SHORT, None, "damaged")
PENS: Script = [FIRST, EAN["PEN"], EAN["PEN"], "TOTE-1"]
MUG: Script = [SECOND, EAN["MUG"], "TOTE-1"]
CUPS: Script = [CUP_CASE, CUP_CASE, "TOTE-2"]

# Case numbers of docs/scanning.md → how the batch is picked.
PICKED: dict[str, Script] = {
    "as planned": [*PENS, *MUG, *CUPS],
    "2, 5, 6, 16: wrong place, wrong thing": [SECOND, "TOTE-1", "ZZZ", FIRST, EAN["CUP"], *PENS[1:], *MUG, *CUPS],
    "12, 17: the location again": [FIRST, FIRST, EAN["PEN"], FIRST, EAN["PEN"], "TOTE-1", *MUG, *CUPS],
    "14, 29, 30: quantities": [*PENS, *MUG, EAN["CUP"], (Act.QUANTITY, 5, ""), COMPLETE, "TOTE-2"],
    "20, 27: too many": [*PENS[:3], EAN["PEN"], "TOTE-1", *MUG, CUP_CASE, CUP_CASE, CUP_CASE, "TOTE-2"],
    "25, 36, 37: noise": ["", "4006381333932", *PENS, "a\x07b", *MUG, "<b>", *CUPS],
    "34: two labels in one": [FIRST + EAN["PEN"], EAN["PEN"] + "TOTE-1", *MUG, CUP_CASE + CUP_CASE, "TOTE-2"],
    "60, 62, 64: the wrong tote": [
        *PENS,
        SECOND,
        EAN["MUG"],
        SECOND,
        "TOTE-99",
        "TOTE-1",
        *CUPS[:2],
        "TOTE-1",
        "TOTE-2",
    ],
    "66: a full tote": [*PENS, *MUG, CUP_CASE, "TOTE-2", FULL, CUP_CASE, "TOTE-3"],
    "66: no full tote after all": [*PENS, *MUG, CUP_CASE, "TOTE-2", FULL, UNDO, CUP_CASE, FULL, UNDO, "TOTE-2"],
    "69, 70: not short after all": [
        *PENS,
        *MUG[:1],
        SHORT,
        UNDO,
        *MUG[1:],
        SHORT,
        UNDO,
        CUP_CASE,
        SHORT,
        UNDO,
        *CUPS[1:],
    ],
    "undo at every step": [FIRST, UNDO, *PENS[:2], UNDO, *PENS[1:], UNDO, "TOTE-1", *MUG, UNDO, "TOTE-1", *CUPS],
}
BENCH: dict[str, Script] = {
    "TOTE-1": ["BOX-M", EAN["MUG"], EAN["MUG"], EAN["PEN"], UNDO, EAN["PEN"], EAN["PEN"], "CLOSE"],
    "TOTE-2": ["BOX-M", CUP_CASE, EAN["CUP"], COMPLETE, "CLOSE"],
}


def made(hand: Hand, script: Script) -> list[Intent]:
    """The intents of a script, made one after the other on this device."""
    taps = [step if isinstance(step, tuple) else (Act.SCAN, None, "") for step in script]
    labels = [step if isinstance(step, str) else "" for step in script]
    return [
        hand.intent(label, act=act, qty=qty, reason=why) for label, (act, qty, why) in zip(labels, taps, strict=True)
    ]


def live(hand: Hand, script: Script) -> list[str]:
    """Each intent answered before the next is made."""
    return [str(hand.send(intent)["code"]) for step in script for intent in made(hand, [step])]


def twice(hand: Hand, script: Script) -> list[str]:
    """Each is sent twice at once, and all of them again at the end."""
    sent = made(hand, script)
    pairs = [(hand.send(intent), hand.send(intent)) for intent in sent]
    codes = [str(first["code"]) for first, _ in pairs]
    again = [hand.send(intent) for intent in sent]
    assert all(answer["replay"] for answer in again)
    assert [answer["code"] for answer in again] == codes
    return codes


def later(hand: Hand, script: Script) -> list[str]:
    """All are made offline; meanwhile the tour is re-routed; then they are sent in one go, of a version long gone."""
    sent = made(hand, script)
    number = int(hand.task[1:])
    query = select(s.tasks.c.batch_id).where(s.tasks.c.id == number)
    batch = hand.store.read(lambda c: c.execute(query).scalar())
    if batch is not None:
        hand.store.write(lambda tx: replan.changed(tx, batch))
    return [str(hand.send(intent)["code"]) for intent in sent]


def by_two(hand: Hand, script: Script) -> list[str]:
    """Two devices of one badge take turns, and each sends also what the other has sent already (one op_id)."""
    other = Hand(hand.store, hand.badge)
    other.task = hand.task
    codes = []
    for place, intent in enumerate(made(hand, script)):
        first, second = (hand, other) if place % 2 else (other, hand)
        codes.append(str(first.send(intent)["code"]))
        assert second.send(intent)["replay"]
    return codes


WAYS: dict[str, Callable[[Hand, Script], list[str]]] = {
    "live": live,
    "replayed twice": twice,
    "made offline, sent later": later,
    "by two devices": by_two,
}


def outcome(store: Store) -> dict[str, Any]:
    """What must not depend on the way: what lies where, order lines, pick lines, parcels."""
    order_lines = select(s.order_lines.c.sku, s.order_lines.c.picked_each, s.order_lines.c.shipped_each)
    pick_lines = select(s.pick_lines.c.sku, s.pick_lines.c.picked_each, s.pick_lines.c.state)
    rows = store.read(lambda c: [sorted(map(tuple, c.execute(query).all())) for query in (order_lines, pick_lines)])
    shelves = {place: qty for place, qty in on_hand(store).items() if place[0].startswith("location:")}
    elsewhere = {place: qty for place, qty in on_hand(store).items() if place not in shelves}
    return {"shelves": shelves, "elsewhere": elsewhere, "order_lines": rows[0], "pick_lines": rows[1]}


@pytest.fixture
def on_sqlite(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Store]:
    """The small floor in SQLite alone, for what the databases cannot differ in; checked like the other."""
    shutil.copyfile(migrated_sqlite, tmp_path / "floor.db")
    opened = Store(f"sqlite:///{tmp_path}/floor.db")
    furnish(opened)
    yield opened
    assert opened.read(audit.violations) == []
    opened.close()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("script", PICKED)
def test_a_script_ends_the_same_whichever_way_it_is_run(on_sqlite: Store, script: str, way: str) -> None:
    """Every unit is picked, packed and shipped once: 2 pens, 1 mug, 8 cups."""
    store = on_sqlite
    run = WAYS[way]
    picker = Hand(store)
    picker.begin()
    assert picker.scan("CART-1") == "cart_taken"
    assert run(picker, [*PICKED[script], "PACK-1"])[-1] == "batch_done"
    packer = Hand(store, PACKER)
    for tote, labels in BENCH.items():
        packer.begin()
        assert run(packer, [tote, *labels])[-1] == "shipped"
    assert outcome(store) == {
        "shelves": {
            ("location:A01-01-1", "PEN"): 8,
            ("location:A01-03-1", "CUP"): 12,
            ("location:A01-03-1", "MUG"): 4,
            ("location:A01-05-1", "PEN"): 3,
        },
        "elsewhere": {},
        "order_lines": [("CUP", 8, 8), ("MUG", 1, 1), ("PEN", 2, 2)],
        "pick_lines": [("CUP", 8, "done"), ("MUG", 1, "done"), ("PEN", 2, "done")],
    }


def test_what_was_picked_in_a_dead_corner_counts_although_the_tour_was_turned_round(store: Store) -> None:
    """The device walked pens, mug, cups; by the time it sends, the server's tour begins with the cups."""
    picker = Hand(store)
    picker.begin()
    picker.scan("CART-1")
    steps = [(label, 1) for label in PENS] + [(label, 2) for label in MUG] + [(label, 3) for label in CUPS]
    sent = [picker.intent(str(label), line=line) for label, line in steps]

    def turn_round(c: Any) -> None:
        for line, seq in ((1, 3), (2, 2), (3, 1)):
            c.execute(update(s.pick_lines).where(s.pick_lines.c.id == line).values(seq=seq))

    store.write(lambda tx: turn_round(tx.connection))
    store.write(lambda tx: replan.changed(tx, 1))
    codes = [picker.send(intent)["code"] for intent in sent]
    assert [code for code in codes if code.startswith("put")] == ["put_ok"] * 3
    assert on_hand(store)[("tote:TOTE-2", "CUP")] == 8
    assert picker.scan("PACK-1") == "batch_done"


def test_two_devices_that_each_scan_the_whole_batch_pick_it_once(store: Store) -> None:
    """One badge, two devices, every scan made on both: what comes second is late, and nothing is doubled (case 73)."""
    picker = Hand(store)
    picker.begin()
    picker.scan("CART-1")
    steps = [(label, 1) for label in PENS] + [(label, 2) for label in MUG] + [(label, 3) for label in CUPS]
    first = [picker.intent(str(label), line=line) for label, line in steps]
    second = [picker.intent(str(label), line=line, device="dev-2") for label, line in steps]
    for intent in [*first[:5], *second, *first[5:]]:
        picker.send(intent)
    assert outcome(store)["order_lines"] == [("CUP", 8, 0), ("MUG", 1, 0), ("PEN", 2, 0)]
    assert picker.scan("PACK-1") == "batch_done"
