"""Whatever is scanned, by whoever, in whatever order: no invariant of the floor is ever broken."""

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import insert, select

from server.core.errors import FloorError
from server.core.terms import Act, Intent
from server.floor import audit, document, replan, supervise
from server.store import schema as s
from server.store.transaction import Store
from tests.small_floor import CUP_CASE, EAN, FIRST, OTHER, PACKER, PICKER, SECOND, THIRD, Hand, furnish, on_hand, stands

TOTES = [f"TOTE-{n}" for n in range(1, 6)]
LABELS = [FIRST, SECOND, THIRD, *EAN.values(), CUP_CASE, *TOTES, "CART-1", "CART-2", "PACK-1", "BOX-M", "A01"]
LABELS += ["NO-SUCH", "", "UNDO", "CLOSE", FIRST + EAN["PEN"], EAN["PEN"] + "TOTE-1", EAN["CUP"] + EAN["CUP"]]
LOADS = [
    {"sscc": "106141412345678908", "sku": "CUP", "lot": "L1", "qty_each": 8, "account": f"location:{SECOND}"},
    {"sscc": "106141412345678915", "sku": "CUP", "lot": "", "qty_each": 4, "account": f"location:{SECOND}"},
]
LABELS += [str(load["sscc"]) for load in LOADS]
TAPS = [Act.QUANTITY, Act.COMPLETE, Act.SHORT, Act.FULL_TOTE, Act.CONFIRM, Act.CLOSE, Act.WEIGH, Act.ZERO, Act.LABEL]
hands = st.sampled_from([PICKER, OTHER, PACKER])


def right_pick(held: dict[str, Any], free: list[str]) -> tuple[str, Act]:
    """What a picker who makes no mistake does next."""
    line = next((line for line in held["lines"] if line["id"] == held["line"]), None)
    if line is None:
        return ("PACK-1" if held["state"] == "station" else "CART-1"), Act.SCAN
    left = line["qty"] - line["picked"] - held["in_hand"]
    load = next((one["sscc"] for one in line.get("loads_here", []) if one["qty"] == left), None)
    labels = {"location": line["location"], "item": load or EAN[line["sku"]], "tote": line["tote"] or free[0]}
    return (labels[held["state"]], Act.SCAN) if held["state"] in labels else ("", Act.COMPLETE)


def right_pack(held: dict[str, Any], staged: list[str]) -> tuple[str, Act]:
    """What a packer who makes no mistake does next."""
    if held["state"] in ("quantity", "close"):
        return "", Act.COMPLETE if held["state"] == "quantity" else Act.CLOSE
    sku = next((line["sku"] for line in held["lines"] if line["packed"] < line["qty"]), "CUP")
    return {"tote": staged[0], "carton": "BOX-M", "item": EAN[sku]}[held["state"]], Act.SCAN


class Floor(RuleBasedStateMachine):
    """Two pickers and a packer on the small floor, who do right things and wrong ones."""

    def __init__(self, furnished: Path) -> None:
        """Open a house on a copy of a furnished SQLite file. Everyone is logged in; the first picker has the batch."""
        super().__init__()
        self.file = furnished.with_name(f"{uuid4()}.db")
        shutil.copyfile(furnished, self.file)
        self.store = Store(f"sqlite:///{self.file}")
        self.hands = {badge: Hand(self.store, badge) for badge in (PICKER, OTHER, PACKER)}
        for hand in self.hands.values():
            hand.begin()
        self.sent: list[tuple[str, Intent, dict[str, Any]]] = []
        self.do(PICKER, "CART-1")

    def do(self, badge: str, label: str, **changes: Any) -> None:
        """Send an intent and keep it, to be sent again."""
        hand = self.hands[badge]
        intent = hand.intent(label, **changes)
        self.sent.append((badge, intent, hand.send(intent)))

    @rule(times=st.integers(1, 9))
    def pick_on(self, times: int) -> None:
        """Whoever has the batch does the right thing, a few times; nobody has it once it is at the station."""
        for _ in range(times):
            badge = self.walker()
            if badge is not None:
                self.go_on(badge, right_pick, "free")

    def walker(self) -> str | None:
        """Whose batch it is."""
        query = select(s.tasks.c.badge).where(s.tasks.c.batch_id == 1, s.tasks.c.ended_at == "")
        return self.store.read(lambda c: c.execute(query).scalar())

    @rule(times=st.integers(1, 9))
    def pack_on(self, times: int) -> None:
        """The packer does the right thing, a few times."""
        for _ in range(times):
            self.go_on(PACKER, right_pack, "staged")

    @rule()
    def pick_to_the_end(self) -> None:
        """All that is left of the tour, so that the bench has work."""
        self.pick_on(20)

    def go_on(self, badge: str, right: Callable[[dict[str, Any], list[str]], tuple[str, Act]], totes: str) -> None:
        """Do what `right` says of the task as its device would have it, with the totes in that state."""
        hand = self.hands[badge]
        hand.begin()
        held = self.store.read(lambda c: document.task_document(c, int(hand.task[1:])))
        label, act = right(held, self.totes(totes))
        self.do(badge, label, act=act, line=held["line"] or 0, version=held["version"])

    def totes(self, state: str) -> list[str]:
        """The labels of totes in this state; any, when there is none."""
        query = select(s.totes.c.tote).where(s.totes.c.state == state).order_by(s.totes.c.tote)
        return list(self.store.read(lambda c: c.execute(query).scalars().all())) or TOTES

    @rule(badge=hands, label=st.sampled_from(LABELS), line=st.integers(0, 5), version=st.integers(0, 3))
    def scan_anything(self, badge: str, label: str, line: int, version: int) -> None:
        """A label that may be wrong, for a line that may be over, from a tour that may be old."""
        self.do(badge, label, line=line, version=version)

    @rule(badge=hands, act=st.sampled_from(TAPS), qty=st.one_of(st.none(), st.integers(-1, 9)), reason=st.booleans())
    def tap_anything(self, badge: str, act: Act, qty: int | None, reason: bool) -> None:
        """Any tap, with any number."""
        self.do(badge, "", act=act, qty=qty, reason="damaged" if reason else "")

    @rule(badge=hands)
    def undo(self, badge: str) -> None:
        """The last step is taken back."""
        self.do(badge, "", act=Act.UNDO)

    @rule(act=st.sampled_from([Act.SHORT, Act.FULL_TOTE]), reason=st.sampled_from(["not_found", "damaged", "blocked"]))
    def take_back_at_once(self, act: Act, reason: str) -> None:
        """A short or a full tote that was a mistake, wherever the picker stands: undone, it has left nothing behind."""
        badge = self.walker()
        if badge is None:
            return
        self.hands[badge].begin()
        before = stands(self.store)
        self.do(badge, "", act=act, reason=reason)
        if self.sent[-1][2]["tone"] == "ok":
            self.do(badge, "", act=Act.UNDO)
            assert self.sent[-1][2]["code"] == "undone"
            after = stands(self.store)
            assert [row[::2] for row in after.pop("task")] == [row[::2] for row in before.pop("task")]
            assert after == before

    @rule(badge=st.sampled_from([PICKER, OTHER]), task=st.sampled_from([PICKER, OTHER]), label=st.sampled_from(LABELS))
    def scan_for_anothers_task(self, badge: str, task: str, label: str) -> None:
        """Too late, or never theirs."""
        self.do(badge, label, task=self.hands[task].task)

    @precondition(lambda self: self.sent)
    @rule(place=st.integers(0, 400))
    def send_again(self, place: int) -> None:
        """The stored answer, and no effect."""
        badge, intent, reply = self.sent[place % len(self.sent)]
        before = on_hand(self.store)
        assert self.hands[badge].send(intent) == reply | {"replay": True}
        assert on_hand(self.store) == before

    @rule(order_ref=st.sampled_from(["O1", "O2"]), really=st.integers(0, 5))
    def cancel_an_order(self, order_ref: str, really: int) -> None:
        """Now and then, a customer does not want it any more."""
        if really == 0:
            self.as_supervisor(lambda tx: replan.cancel_order(tx, order_ref, "customer"))

    @rule(badge=st.sampled_from([PICKER, OTHER]), really=st.integers(0, 2))
    def reassign_the_batch(self, badge: str, really: int) -> None:
        """Somebody else goes on with the tour."""
        query = select(s.tasks.c.id).where(s.tasks.c.batch_id == 1, s.tasks.c.ended_at == "")
        task = self.store.read(lambda c: c.execute(query).scalar())
        if really == 0 and task is not None:
            self.as_supervisor(lambda tx: supervise.reassign(tx, task, badge, "S-1"))

    def as_supervisor(self, job: Callable[[Any], Any]) -> None:
        """Do what a supervisor may; what is not possible now is refused with a reason and changes nothing."""
        with suppress(FloorError):
            self.store.write(job)

    @invariant()
    def nothing_is_broken(self) -> None:
        """Every rule of the audit holds."""
        assert self.store.read(audit.violations) == []

    def teardown(self) -> None:
        """The house is closed."""
        self.store.close()
        self.file.unlink()


def test_no_order_of_scans_breaks_an_invariant(migrated_sqlite: Path, tmp_path: Path) -> None:
    """Right scans, wrong ones, taps, undo, shorts, replays, cancelled orders: the audit finds nothing after any."""
    furnished = tmp_path / "furnished.db"
    shutil.copyfile(migrated_sqlite, furnished)
    store = Store(f"sqlite:///{furnished}")
    furnish(store)
    store.write(lambda tx: tx.connection.execute(insert(s.handling_units), LOADS))
    store.close()
    bounds = settings(max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(lambda: Floor(furnished), settings=bounds)  # type: ignore[arg-type]
