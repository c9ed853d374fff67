"""A running tour that changes: from where the picker is, around what is closed, and only if nothing else changed."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from server.core import route
from server.core.layout import Shape, generate
from server.core.terms import Act
from server.floor import closing, listing, replan, reroute
from server.floor.document import task_document
from server.floor.errand import Errand, Stop
from server.floor.guide import Guide
from server.floor.hall import Hall
from server.floor.planner import Planner
from server.floor.prove import take_proof
from server.floor.rest import proof, rest
from server.floor.tour_left import errands_of
from server.floor.turn import take_rest
from server.store import building, documents, lines, tours
from server.store import schema as s
from server.store.transaction import Store
from tests.small_floor import CUP_CASE, DOCUMENT, EAN, FIRST, OTHER, PICKER, SECOND, THIRD, Hand

HALL = Hall(json.dumps(DOCUMENT))
EDGE = "A01/1|A01/2"  # between the first location and the others


@pytest.fixture
def picker(store: Store) -> Hand:
    """A picker with the cart and the batch."""
    hand = Hand(store)
    hand.begin()
    hand.scan("CART-1")
    return hand


class Here(Planner):
    """Plans where it is asked: no process of its own."""

    def run(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """At once."""
        return work(*args, **kwargs)


def tour(store: Store, batch_id: int = 1) -> list[str]:
    """The locations still to be visited, in walking order."""
    return [row.location_code for row in store.read(lambda c: lines.tour_lines(c, batch_id))]


def shown(store: Store, task: int = 1) -> dict[str, Any]:
    """The task as a device is shown it."""
    found: dict[str, Any] = store.read(lambda connection: task_document(connection, task))
    return found


def errand_of(store: Store, batch_id: int = 1) -> Errand:
    """What is left of a batch."""
    [errand] = store.read(lambda c: errands_of(c, [batch_id]))
    return errand


def solve(store: Store, batch_id: int = 1) -> bool:
    """Re-route a batch as the server does, without a process of its own."""
    errand = errand_of(store, batch_id)
    return store.write(lambda tx: take_rest(tx, errand, rest(HALL, errand, 1.0)))


def close(store: Store, place: str) -> int:
    """Close a place as the supervisor does; the closure's number."""
    shut = HALL.closable(store.read(building.closed_places), place)
    return store.write(lambda tx: closing.close(tx, place, "spill", "", shut))


def test_the_rest_is_walked_from_where_the_picker_is(store: Store, picker: Hand) -> None:
    """Standing at the far end, the way back takes the nearer location first."""
    store.write(lambda tx: lines.reorder(tx.connection, [3, 2, 1], 10))
    picker.version = 0
    assert picker.scan(SECOND, line=3) == "location_ok"
    assert solve(store)
    assert tour(store) == [SECOND, SECOND, FIRST]


def test_a_line_in_hand_stays_first_whatever_is_shorter(store: Store, picker: Hand) -> None:
    """Nobody is sent away from a shelf with a unit in hand."""
    picker.scan(FIRST)
    picker.scan(EAN["PEN"])
    store.write(lambda tx: lines.reorder(tx.connection, [3, 2, 1], 10))
    assert solve(store)
    assert tour(store)[0] == FIRST
    assert picker.scan(EAN["PEN"]) == "item_done"


def test_an_answer_to_a_question_that_has_changed_is_dropped(store: Store, picker: Hand) -> None:
    """The picker went on while the solver thought."""
    errand = errand_of(store)
    picker.scan(FIRST)
    assert store.write(lambda tx: take_rest(tx, errand, rest(HALL, errand, 1.0))) is False


def test_locations_behind_a_closed_aisle_leave_the_tour_and_come_back_when_it_opens(store: Store, picker: Hand) -> None:
    """Nobody is sent to them, and nothing is forgotten."""
    picker.scan(FIRST)
    picker.scan(EAN["PEN"])
    picker.scan(EAN["PEN"])
    number = close(store, EDGE)
    assert solve(store)
    assert [line["state"] for line in shown(store)["lines"]] == ["open", "cut_off", "cut_off"]
    assert picker.scan("TOTE-1") == "put_ok"
    assert shown(store)["state"] == "station"
    store.write(lambda tx: closing.reopen(tx, number, "S-1"))
    assert solve(store)
    assert (shown(store)["state"], tour(store)) == ("location", [SECOND, SECOND])


def test_a_cancelled_order_leaves_the_tour_and_what_is_in_its_tote_is_put_back(store: Store, picker: Hand) -> None:
    """Its reservations are free again; the other order goes on."""
    for label in (FIRST, EAN["PEN"], EAN["PEN"], "TOTE-1"):
        picker.scan(label)
    store.write(lambda tx: replan.cancel_order(tx, "O1", "customer"))
    assert tour(store) == [SECOND]
    back = store.read(lambda c: c.execute(select(s.tasks).where(s.tasks.c.kind == "put_back")).one())
    assert (back.sku, back.qty_each) == ("PEN", 2)
    mug = store.read(lambda c: c.execute(select(s.stock).where(s.stock.c.sku == "MUG")).one())
    assert mug.reserved_each == 0


def test_the_last_line_cancelled_sends_the_picker_to_the_station(store: Store, picker: Hand) -> None:
    """A batch with nothing left to pick is over, even with a unit of it in hand."""
    picker.scan(FIRST)
    picker.scan(EAN["PEN"])
    store.write(lambda tx: replan.cancel_order(tx, "O1", "customer"))
    store.write(lambda tx: replan.cancel_order(tx, "O2", "customer"))
    assert picker.scan("PACK-1") == "batch_done"


def test_a_damaged_unit_is_quarantined_and_the_missing_one_is_had_elsewhere(store: Store, picker: Hand) -> None:
    """Damage leaves goods behind; they are in the house, and not for sale."""
    picker.scan(FIRST)
    assert picker.tap(Act.SHORT, reason="damaged") == "short_noted"
    held = store.read(lambda c: c.execute(select(s.stock).where(s.stock.c.account.like("quarantine:%"))).one())
    assert (held.account, held.on_hand_each) == (f"quarantine:{FIRST}", 2)
    assert sorted(tour(store)) == sorted([SECOND, SECOND, THIRD])


def test_a_second_short_in_one_place_asks_for_one_count(store: Store, picker: Hand) -> None:
    """One person counts once."""
    store.write(lambda tx: replan.ask_count(tx, FIRST, "PEN"))
    picker.scan(FIRST)
    picker.tap(Act.SHORT, reason="not_there")
    counts = store.read(lambda c: c.execute(select(s.tasks.c.id).where(s.tasks.c.kind == "count")).all())
    assert len(counts) == 1


def test_nothing_is_promised_from_a_place_whose_count_is_awaited(store: Store, picker: Hand) -> None:
    """The third location had pens, but somebody doubts it: the line is short."""
    store.write(lambda tx: replan.ask_count(tx, THIRD, "PEN"))
    picker.scan(FIRST)
    picker.tap(Act.SHORT, reason="not_there")
    pens = store.read(lambda c: c.execute(select(s.order_lines).where(s.order_lines.c.sku == "PEN")).one())
    assert pens.short_each == 2


def test_what_nobody_can_reach_waits_as_a_batch_of_its_own(store: Store, picker: Hand) -> None:
    """The cart goes to the station with what it has; the rest is given out first when the way is open again."""
    for label in (FIRST, EAN["PEN"], EAN["PEN"], "TOTE-1"):
        picker.scan(label)
    number = close(store, EDGE)
    assert solve(store)
    assert (shown(store)["state"], tour(store)) == ("station", [])
    assert picker.scan("PACK-1") == "batch_done"
    assert shown(store, 2)["batch"] == ""
    assert [line.state for line in store.read(lambda c: documents.lines(c, 2))] == ["open", "open"]
    store.write(lambda tx: closing.reopen(tx, number, "S-1"))
    assert solve(store, 2)
    assert (shown(store, 2)["batch"], tour(store, 2)) == ("B2", [SECOND, SECOND])
    picker.task, picker.version = "T2", shown(store, 2)["version"]
    for label in (SECOND, EAN["MUG"], "TOTE-3", CUP_CASE, CUP_CASE, "TOTE-2"):
        code = picker.scan(label)
    assert (code, picker.scan("PACK-1")) == ("put_ok", "batch_done")
    assert store.read(lambda c: c.execute(select(s.orders.c.state)).scalars().all()) == ["picked", "picked"]


def test_a_batch_of_which_nothing_can_be_reached_is_handed_back_untouched(store: Store, picker: Hand) -> None:
    """The picker waits for another one; this one comes back when a way leads to it."""
    number = close(store, "A01")
    assert solve(store)
    assert (shown(store)["state"], shown(store)["batch"]) == ("waiting", "")
    other = Hand(store, OTHER)
    other.begin()
    assert other.scan("CART-2") == "cart_taken"
    assert shown(store, int(other.task[1:]))["batch"] == ""
    store.write(lambda tx: closing.reopen(tx, number, "S-1"))
    assert solve(store)
    assert shown(store)["batch"] == "B1"


def test_a_blocked_aisle_is_reported_from_where_the_picker_stands(store: Store, picker: Hand) -> None:
    """Before the aisle it is the aisle; in it, the edge in front of them. A second report adds nothing."""
    guide = Guide(store, Here())
    assert picker.tap(Act.WAY_BLOCKED) == "way_blocked_noted"
    [number] = store.read(building.unplaced_reports)
    assert store.read(building.closed_places) == ()
    reroute.place_report(store, guide, number)
    assert store.read(building.closed_places) == ("A01",)
    store.write(lambda tx: closing.reopen(tx, number, "S-1"))
    for label in (FIRST, EAN["PEN"], EAN["PEN"], "TOTE-1"):
        picker.scan(label)
    for _ in range(2):
        picker.tap(Act.WAY_BLOCKED)
    for report in store.read(building.unplaced_reports):
        reroute.place_report(store, guide, report)
    assert store.read(building.closed_places) == (EDGE,)
    [told] = store.read(listing.closures)["closures"]
    assert (told["name"], told["reason"], len(told["segments"])) == (f"Name of {PICKER}", "blocked", 1)


def test_a_tour_that_a_closing_does_not_cut_is_left_alone(store: Store, picker: Hand) -> None:
    """Found by the walk as it is drawn; without a drawn closing every tour is looked at."""
    assert solve(store)
    beyond, through = close(store, "A01/3|A01+X2"), close(store, EDGE)
    unknown = store.write(lambda tx: closing.close(tx, "X2", "", ""))
    found = [
        store.read(partial(reroute.cut_by, number=number, state="picking")) for number in (beyond, through, unknown)
    ]
    assert found == [(), (1,), (1,)]


def test_length_and_bound_stay_those_of_the_walk_as_it_is_drawn(store: Store, picker: Hand) -> None:
    """What was walked before a re-route still counts, and what is left of the tour keeps its proof."""
    assert solve(store)
    whole = store.read(lambda c: documents.batch(c, 1))
    for label in (FIRST, EAN["PEN"], EAN["PEN"], "TOTE-1"):
        picker.scan(label)
    assert solve(store)
    again = store.read(lambda c: documents.batch(c, 1))
    assert (again.length_m, again.path, again.optimal) == (pytest.approx(whole.length_m), whole.path, 1)
    assert again.lower_bound_m == pytest.approx(whole.length_m)
    assert "reroute" not in store.read(lambda c: c.execute(select(s.events.c.kind)).scalars().all())[-1:]


def test_a_proof_that_follows_is_taken_though_the_picker_has_walked_on(store: Store, picker: Hand) -> None:
    """Only its bound: the tour is the one they walk."""
    assert solve(store)
    store.write(lambda tx: lines.walk(tx.connection, 1, lower_bound_m=0.0, optimal=0))
    assert [row.id for row in store.read(tours.unproven)] == [1]
    errand = errand_of(store)
    rest_proven = proof(HALL, errand, 1.0)
    picker.scan(FIRST)
    assert store.write(lambda tx: take_proof(tx, errand, rest_proven))
    assert store.read(tours.unproven) == []


def test_a_paused_picker_stays_paused_under_a_new_tour(store: Store, picker: Hand) -> None:
    """A route does not end a break."""
    picker.scan(FIRST)
    picker.tap(Act.PAUSE)
    store.write(lambda tx: lines.reorder(tx.connection, [3, 2, 1], 10))
    assert solve(store)
    assert shown(store)["asked"].startswith("pause")


DETOURS = Hall(json.dumps(generate("detours", Shape(blocks=2, aisles=5, bays=6, levels=1, stations=1))))
NODES = sorted(node for node in DETOURS.spots if "/" in node)


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_the_new_rest_is_never_longer_than_the_old_order_walked_round_what_is_closed(data: st.DataObject) -> None:
    """Whatever is closed and however little time there is; nobody goes back for what was on the way."""
    picked = data.draw(st.lists(st.sampled_from(NODES), min_size=1, max_size=12, unique=True))
    here, closed = data.draw(st.sampled_from(NODES)), data.draw(st.sampled_from(["A01", "A02", "A03", "A04", "A05"]))
    budget_s = data.draw(st.sampled_from([0.0, 0.01, 1.0]))
    stops = tuple(Stop(n, node, f"L{n % 3}", cut_off=False) for n, node in enumerate(picked))
    errand = Errand(1, 1, "", (closed,), here, "", "L1", (), stops, ())
    found = rest(DETOURS, errand, budget_s)
    network, node_of = DETOURS.floor((closed,)).network, dict(enumerate(picked))
    start = here if not here.startswith(closed) else DETOURS.start
    kept = [node for line, node in node_of.items() if line not in found.cut_off]
    assert found.length_m <= route.walk(network, kept, start, DETOURS.station).length_m + 1e-6
    assert {node_of[line] for line in found.cut_off} == {node for node in picked if node.startswith(closed)}
    ahead = [node_of[line] for line in found.line_ids]
    at_once = [node for node in ahead if node == start]
    assert ahead[: len(at_once)] == at_once
