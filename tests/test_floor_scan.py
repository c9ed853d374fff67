"""The one door for every intent, from the cart to the parcel: replies, ledger and rows, on both databases."""

import pytest
from sqlalchemy import select

from server.core.terms import Act
from server.store import schema as s
from server.store.transaction import News, Store
from tests.small_floor import CUP_CASE, EAN, FIRST, OTHER, PACKER, PICKER, SECOND, THIRD, Hand, on_hand


def task_state(store: Store, hand: Hand) -> tuple[str, str, int]:
    """(state, location last confirmed, units in hand) of the hand's task."""
    row = store.read(lambda c: c.execute(select(s.tasks).where(s.tasks.c.id == int(hand.task[1:]))).one())
    return row.state, row.at_location, row.in_hand_each


def pick_pens(picker: Hand) -> None:
    """Order O1's two pens into TOTE-1."""
    assert [picker.scan(FIRST), picker.scan(EAN["PEN"]), picker.scan(EAN["PEN"])][-1] == "item_done"
    assert picker.scan("TOTE-1") == "put_ok"


def pick_everything(picker: Hand) -> None:
    """The whole batch, to the station."""
    pick_pens(picker)
    for label in (SECOND, EAN["MUG"], "TOTE-1", CUP_CASE, CUP_CASE, "TOTE-2", "PACK-1"):
        code = picker.scan(label)
    assert code == "batch_done"


def test_a_whole_batch_is_picked_and_its_orders_are_packed_and_shipped(store: Store, picker: Hand) -> None:
    """Every unit ends outside, shipped; nothing is left in a tote or a parcel."""
    pick_everything(picker)
    assert on_hand(store)[("tote:TOTE-2", "CUP")] == 8
    packer = Hand(store, PACKER)
    for tote, labels in (("TOTE-1", ["PEN", "PEN", "MUG"]), ("TOTE-2", ["CUP_CASE", "CUP_CASE"])):
        packer.begin()
        assert packer.scan(tote) == "order_open"
        assert packer.scan("BOX-M") == "carton_ok"
        for label in labels:
            assert packer.scan(CUP_CASE if label == "CUP_CASE" else EAN[label]) in ("packed", "all_packed")
        assert packer.tap(Act.CLOSE) == "shipped"
    left = {account for account, _ in on_hand(store)}
    assert not any(account.startswith(("tote:", "parcel:")) for account in left)
    states = store.read(lambda c: set(c.execute(select(s.orders.c.state)).scalars()))
    assert states == {"shipped"}
    shipped = store.read(lambda c: c.execute(select(s.order_lines.c.shipped_each)).scalars().all())
    assert sorted(shipped) == [1, 2, 8]


def test_the_reply_to_the_put_that_closes_a_line_tells_its_tote_and_count(store: Store, picker: Hand) -> None:
    """A device that only listens must know which tote was bound, even when the line is no longer in work."""
    for label in (FIRST, EAN["PEN"], EAN["PEN"]):
        picker.scan(label)
    reply = picker.send(picker.intent("TOTE-1"))
    assert (reply["about"], reply["task"]["line"]) == (1, 2)
    assert (reply["task"]["picked"], reply["task"]["tote"]) == (2, "TOTE-1")


def test_the_same_op_id_again_gets_the_stored_answer_and_has_no_effect(store: Store, picker: Hand) -> None:
    """Two pulls of the trigger are two units; one intent sent three times is one."""
    picker.scan(FIRST)
    once = picker.intent(EAN["PEN"])
    answers = [picker.send(once) for _ in range(3)]
    assert [answer["replay"] for answer in answers] == [False, True, True]
    assert {answer["code"] for answer in answers} == {"item_ok"}
    assert task_state(store, picker) == ("item", FIRST, 1)


def test_another_body_under_a_known_op_id_is_refused(store: Store, picker: Hand) -> None:
    """An id names one thing that happened, for ever."""
    first = picker.intent(FIRST)
    picker.send(first)
    changed = picker.intent(EAN["PEN"], op_id=first.op_id)
    assert picker.send(changed)["code"] == "op_id_reused"
    assert task_state(store, picker) == ("item", FIRST, 0)


@pytest.mark.parametrize("label", [SECOND, "TOTE-1", EAN["PEN"], "A01", "NO-SUCH", "", "x" * 10_000, "<b>", "a\x00b"])
def test_a_refused_scan_changes_nothing_and_is_recorded(store: Store, picker: Hand, label: str) -> None:
    """Whatever is scanned at the location step, only the location moves the task on."""
    before = task_state(store, picker)
    reply = picker.send(picker.intent(label))
    assert reply["tone"] in ("bad", "warn", "quiet")
    assert task_state(store, picker) == before
    kept = store.read(lambda c: c.execute(select(s.events).order_by(s.events.c.id.desc()).limit(1)).one())
    assert (kept.code, kept.kind, len(kept.label) <= 800) == (reply["code"], "nothing", True)


def test_a_label_glued_to_the_next_is_taken_as_two(store: Store, picker: Hand) -> None:
    """A lost terminator: both parts are known whole (case 34)."""
    assert picker.scan(FIRST + EAN["PEN"]) == "item_ok"
    assert task_state(store, picker) == ("item", FIRST, 1)


def test_another_persons_task_is_refused_and_says_whose_it_is(store: Store, picker: Hand) -> None:
    """A foreign task is not touched."""
    thief = Hand(store, OTHER)
    thief.task = picker.task
    reply = thief.send(thief.intent(FIRST))
    assert (reply["code"], reply["args"]["who"]) == ("foreign_task", f"Name of {PICKER}")
    assert thief.send(thief.intent(FIRST, task="T999"))["code"] == "unknown_task"
    assert thief.send(thief.intent(FIRST, task="'; DROP TABLE tasks"))["code"] == "unknown_task"


def test_a_scan_made_before_the_device_was_told_of_its_task_is_for_the_standing_one(store: Store, picker: Hand) -> None:
    """Log in, and pull the trigger at once."""
    assert picker.scan(FIRST, task="", version=0) == "location_ok"
    stranger = Hand(store, OTHER)
    assert stranger.scan(FIRST, task="", version=0) == "unknown_task"


def test_a_short_line_is_had_elsewhere_and_the_tour_changes_at_once(store: Store, picker: Hand) -> None:
    """One pen is missing: it is re-allocated to the third location, a count is asked for, the line stays open."""
    told: list[News] = []
    store.listen(told.extend)
    picker.scan(FIRST)
    picker.scan(EAN["PEN"])
    assert picker.tap(Act.SHORT, reason="not_there") == "short_kept"
    assert picker.scan("TOTE-1") == "put_ok"
    lines = store.read(
        lambda c: c.execute(
            select(s.pick_lines.c.location_code, s.pick_lines.c.qty_each, s.pick_lines.c.state).where(
                s.pick_lines.c.sku == "PEN"
            )
        ).all()
    )
    assert sorted(map(tuple, lines)) == [(FIRST, 1, "done"), (THIRD, 1, "open")]
    assert News("task", int(picker.task[1:]), PICKER) in told
    counts = store.read(lambda c: c.execute(select(s.tasks).where(s.tasks.c.kind == "count")).all())
    assert [(count.location_code, count.sku) for count in counts] == [(FIRST, "PEN")]


def test_a_short_line_that_is_nowhere_else_is_short_and_hangs_nowhere(store: Store, picker: Hand) -> None:
    """The mug is not there and there is no other: its order ships without it."""
    pick_pens(picker)
    picker.scan(SECOND)
    assert picker.tap(Act.SHORT, reason="not_there") == "short_noted"
    mug = store.read(lambda c: c.execute(select(s.order_lines).where(s.order_lines.c.sku == "MUG")).one())
    assert (mug.picked_each, mug.short_each) == (0, 1)
    assert picker.scan(CUP_CASE) == "item_ok"


def test_a_tap_made_for_another_line_than_the_one_in_work_is_refused(store: Store, picker: Hand) -> None:
    """After a re-route the screen may show a line that is not the next any more: its short must not hit another."""
    picker.scan(FIRST)
    reply = picker.send(picker.intent("", act=Act.SHORT, reason="not_there", line=3, version=99))
    assert reply["code"] == "stale_task"


def test_scans_for_a_line_of_an_older_version_are_answered_for_that_line(store: Store, picker: Hand) -> None:
    """A device in a dead corner walked the tour it had: what it picked counts, in its order."""
    stale = {"line": 3, "version": 0}
    assert picker.scan(SECOND, **stale) == "location_ok"
    assert picker.scan(CUP_CASE, **stale) == "item_ok"
    assert picker.scan(CUP_CASE, **stale) == "item_done"
    assert picker.scan("TOTE-2", **stale) == "put_ok"
    pick_pens(picker)
    assert on_hand(store)[("tote:TOTE-2", "CUP")] == 8


def test_a_tote_whose_order_is_still_being_picked_is_refused_with_what_is_missing(store: Store, picker: Hand) -> None:
    """The packer waits for the mug (case 76)."""
    pick_pens(picker)
    packer = Hand(store, PACKER)
    packer.begin()
    reply = packer.send(packer.intent("TOTE-1"))
    assert (reply["code"], reply["args"]["n"]) == ("tote_unfinished", 3)


def test_a_unit_too_many_at_the_bench_is_refused_and_never_unpacks(store: Store, picker: Hand) -> None:
    """A double scan in the box (cases 78, 82)."""
    pick_everything(picker)
    packer = Hand(store, PACKER)
    packer.begin()
    for label in ("TOTE-1", "BOX-M", EAN["MUG"]):
        packer.scan(label)
    assert packer.scan(EAN["MUG"]) == "one_too_many"
    assert packer.scan(EAN["CUP"]) == "not_in_order"
    assert on_hand(store)[("parcel:1", "MUG")] == 1


def test_a_wrong_item_while_a_number_is_asked_leaves_the_question_open(store: Store, picker: Hand) -> None:
    """The page keeps its number pad, and the number counts for the item that was asked about (case 77)."""
    pick_everything(picker)
    packer = Hand(store, PACKER)
    packer.begin()
    for label in ("TOTE-2", "BOX-M", EAN["CUP"]):
        packer.scan(label)
    refused = packer.send(packer.intent(EAN["PEN"]))
    assert (refused["code"], refused["wanted"], refused["task"]["line"]) == ("not_in_order", "CUP", refused["about"])
    assert packer.tap(Act.QUANTITY, 8) == "all_packed"


def test_closing_with_units_missing_asks_and_then_ships_the_rest(store: Store, picker: Hand) -> None:
    """What did not turn up at the bench is short; the order still leaves (case 79)."""
    pick_everything(picker)
    packer = Hand(store, PACKER)
    packer.begin()
    for label in ("TOTE-1", "BOX-M", EAN["PEN"], EAN["PEN"]):
        packer.scan(label)
    assert packer.tap(Act.CLOSE) == "close_with_missing"
    assert packer.tap(Act.CONFIRM, reason="broken") == "shipped_partial"
    mug = store.read(lambda c: c.execute(select(s.order_lines).where(s.order_lines.c.sku == "MUG")).one())
    assert (mug.picked_each, mug.short_each, mug.shipped_each) == (0, 1, 0)
