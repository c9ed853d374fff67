"""The protocol as real devices speak it, to the production server in a process of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from websocket import WebSocket, WebSocketConnectionClosedException

from server.store.schema import people
from server.store.transaction import Store
from tests.small_floor import OTHER, PICKER, furnish
from tests.web_house import (
    CREW,
    PATIENCE_S,
    Device,
    Served,
    log_in,
    post,
    raw_socket,
    served,
    staff,
    staffed,
)


@pytest.fixture(scope="module")
def floor(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A staffed floor that is served, for all tests here: each takes people of its own from the crew."""
    folder = tmp_path_factory.mktemp("floor")
    with served(staffed(migrated_sqlite, folder), folder) as running:
        yield running


@pytest.fixture(scope="module")
def crew() -> Iterator[int]:
    """The numbers of pickers (P-1), carts (C-1) and devices (hh-1) that no test has used yet."""
    return iter(CREW)


@pytest.fixture
def number(crew: Iterator[int]) -> int:
    """This test's own."""
    return next(crew)


@pytest.fixture
def picker(floor: Served, number: int) -> Iterator[Device]:
    """A picker who has just connected."""
    device = Device(floor.url, f"P-{number}", f"hh-{number}", "pick")
    yield device
    device.close()


def heard_from(line: WebSocket) -> str:
    """The next text frame, "" once the connection has ended."""
    try:
        return str(line.recv())
    except (WebSocketConnectionClosedException, ConnectionError):
        return ""


def test_a_picker_gets_a_snapshot_scans_and_is_answered_after_the_commit(picker: Device, number: int) -> None:
    """The whole path of a scan: the task comes at connect, and its cursor moves in the reply."""
    assert picker.snapshot["person"]["badge"] == f"P-{number}"
    assert picker.snapshot["task"]["state"] == "cart"
    reply = picker.scan(f"C-{number}")
    assert (reply["tone"], reply["task"]["state"]) == ("ok", "waiting")
    after = picker.ask("sync")
    assert after["task"]["cart"] == f"C-{number}"
    assert after["revision"] > picker.snapshot["revision"]


def test_the_same_op_id_is_answered_from_the_store(picker: Device, number: int) -> None:
    """A lost ack makes a device send again; nothing happens twice, and another body is refused."""
    frame = picker.intent(f"C-{number}")
    first, again = picker.send(frame), picker.send(frame)
    assert (first["replay"], again["replay"]) == (False, True)
    assert again == first | {"replay": True}
    assert picker.send(frame | {"label": "C-0"})["code"] == "op_id_reused"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"colour": "red"}, "unknown_field"),
        ({"seq": "1"}, "bad_intent"),
        ({"qty": 10**12}, "bad_intent"),
        ({"act": "fly"}, "bad_intent"),
        ({"label": None}, "bad_intent"),
        ({"device": "another"}, "foreign_device"),
        ({"task": "T999"}, "unknown_task"),
        ({"task": "'; DROP TABLE tasks; --"}, "unknown_task"),
    ],
)
def test_a_wrong_frame_is_answered_with_a_code(
    picker: Device, number: int, change: dict[str, object], code: str
) -> None:
    """Nothing a device sends goes unanswered, and the connection lives on."""
    reply = picker.send(picker.intent(f"C-{number}") | change)
    assert (reply["code"], reply["tone"]) == (code, "bad")
    assert picker.scan(f"C-{number}")["tone"] == "ok"


def test_a_frame_that_is_no_object_is_answered_too(picker: Device) -> None:
    """A list, a number, nothing at all; an event that nobody knows."""
    frames: list[object] = [{}, 7, "scan", None, [1] * 65]
    for frame in frames:
        assert picker.send(frame)["code"] == "bad_intent"
    assert picker.ask("dance")["code"] == "unknown_event"


@pytest.mark.parametrize("label", ["", "x" * 10_000, "\x00\x1b[2J", "<img src=x onerror=alert(1)>", "'; DROP TABLE t"])
def test_a_malformed_label_reaches_the_rules_and_is_refused(picker: Device, label: str) -> None:
    """The wire lets labels through as they are; the reply is the rules' own, and it is recorded."""
    frame = picker.intent(label)
    reply = picker.send(frame)
    assert reply["tone"] in ("bad", "warn", "quiet")
    assert reply["code"] != "bad_intent"
    assert picker.send(frame)["replay"] is True


def test_a_message_over_64_kb_ends_the_connection(floor: Served, number: int) -> None:
    """It is not even collected: a device that sends it is broken."""
    badge, device = f"P-{number}", f"hh-{number}"
    line, welcome = raw_socket(floor.url, log_in(floor.url, badge, device), device, "pick")
    assert welcome.startswith("40")
    line.send('420["scan",{"label":"' + "x" * 70_000 + '"}]')
    while (heard := heard_from(line)) != "":
        assert heard.startswith("42[")
    line.shutdown()  # type: ignore[no-untyped-call]


def test_intents_sent_ahead_are_carried_out_in_their_order(picker: Device, number: int) -> None:
    """A device that comes out of a dead corner sends all it has; the first cart scanned is the cart it gets."""
    replies: list[tuple[int, dict[str, object]]] = []
    for turn in range(200):
        frame = picker.intent(f"C-{number}" if turn == 0 else f"nothing-{turn}")
        picker.socket.emit("scan", frame, callback=lambda reply, at=turn: replies.append((at, reply)))
    picker.scan("nothing-at-all")
    assert [at for at, _ in replies] == list(range(200))
    assert replies[0][1]["tone"] == "ok"
    assert {reply["tone"] for _, reply in replies[1:]} <= {"bad", "warn"}


def test_intents_that_share_a_frame_are_answered_in_its_order_and_each_by_itself(picker: Device, number: int) -> None:
    """A queue comes out of a dead corner in few frames; one that is no intent spoils none of the others."""
    frames = [picker.intent(label) for label in ("nothing", f"C-{number}", "nothing")]
    replies = picker.socket.call("scan", [frames[0], 7, frames[1], frames[2]], timeout=PATIENCE_S)
    assert [reply["op_id"] for reply in replies] == [frames[0]["op_id"], "", frames[1]["op_id"], frames[2]["op_id"]]
    assert [reply["code"] for reply in replies] == ["unknown_code", "bad_intent", "cart_taken", "no_batch_yet"]
    again = picker.socket.call("scan", frames, timeout=PATIENCE_S)
    assert again == [reply | {"replay": True} for reply in replies if reply["op_id"]]
    assert picker.socket.call("scan", [], timeout=PATIENCE_S) == []


def test_the_latest_log_in_takes_over_and_the_older_device_is_told(floor: Served, picker: Device, number: int) -> None:
    """One badge, one device: two hands on one task would each undo the other."""
    new = Device(floor.url, f"P-{number}", "another", "pick")
    assert picker.hear("taken_over")["code"] == "taken_over"
    picker.socket.wait()
    assert not picker.socket.connected
    assert new.scan(f"C-{number}")["tone"] == "ok"
    new.close()


def test_a_token_of_a_device_that_was_taken_over_is_refused_with_a_code(floor: Served, number: int) -> None:
    """A page that reconnects with an old token learns why it may not."""
    old = log_in(floor.url, f"P-{number}", "older")
    log_in(floor.url, f"P-{number}", "newer")
    line, refused = raw_socket(floor.url, old, "older", "pick")
    assert refused.startswith("44")
    assert '"code":"taken_over"' in refused
    line.close()


@pytest.mark.parametrize(("badge", "page"), [("P-60", "pack"), ("P-60", "board"), ("K-1", "pick"), ("S-1", "pick")])
def test_each_role_opens_its_own_pages_alone(floor: Served, badge: str, page: str) -> None:
    """A picker's device must not become a board by changing a word."""
    line, refused = raw_socket(floor.url, log_in(floor.url, badge, "roles-1"), "roles-1", page)
    assert refused.startswith("44")
    assert '"code":"page_not_yours"' in refused
    line.close()


def test_log_out_is_acknowledged_and_closes_the_socket(picker: Device) -> None:
    """The device may go to someone else."""
    assert picker.ask("logout") == {"ok": True}
    assert picker.hear("logged_out")["code"] == "logged_out"
    picker.socket.wait()


def test_a_packer_starts_at_a_tote(floor: Served) -> None:
    """The other page of the floor, on the same wire."""
    packer = Device(floor.url, "K-1", "bench-1", "pack")
    assert (packer.snapshot["task"]["kind"], packer.snapshot["task"]["state"]) == ("pack", "tote")
    assert packer.scan("no-such-tote")["tone"] in ("bad", "warn")
    packer.close()


def test_a_board_sees_who_is_there_and_what_was_refused(floor: Served, picker: Device, number: int) -> None:
    """Snapshot, then deltas that join on: each names the revision it starts from."""
    board = Device(floor.url, "S-1", "desk-1", "board")
    shown = board.snapshot
    assert {"S-1", f"P-{number}"} <= {person["badge"] for person in shown["board"]["people"]}
    picker.scan("nonsense")
    revision: int = shown["revision"]
    refused: list[dict[str, object]] = []
    while not any(refusal["label"] == "nonsense" for refusal in refused):
        change = board.hear("delta")
        assert change["since"] == revision
        revision, refused = change["revision"], change["refusals"]
    assert board.ask("sync")["board"]["refusals"][0] == refused[0]
    picker.ask("logout")
    gone: list[dict[str, object]] = []
    while {"badge": f"P-{number}", "gone": True} not in gone:
        gone = board.hear("delta")["people"]
    board.close()


def test_a_batch_is_pushed_to_whoever_waits_and_follows_the_task_to_another_hand(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    """Taking a cart brings the tour; handing the task over brings it to the other device, and the first a new task."""
    store = Store(staffed(migrated_sqlite, tmp_path, furnish))
    store.write(lambda tx: tx.connection.execute(people.insert().values(badge="S-1", name="Sue", role="supervisor")))
    store.close()
    with served(f"sqlite:///{tmp_path}/floor.db", tmp_path) as floor:
        first = Device(floor.url, PICKER, "hh-1", "pick")
        assert first.scan("CART-1")["task"]["state"] == "waiting"
        tour = first.hear("task")
        assert (tour["state"], tour["batch"], len(tour["lines"])) == ("location", "B1", 3)
        second = Device(floor.url, OTHER, "hh-2", "pick")
        token = log_in(floor.url, "S-1", "desk-1")
        path = f"/api/v1/tasks/{tour['id'][1:]}/reassign"
        assert post(floor.url, path, {"badge": OTHER}, token)["version"] == tour["version"] + 1
        moved, fresh = second.hear("task"), first.hear("task")
        assert (moved["id"], moved["batch"], fresh["state"]) == (tour["id"], "B1", "cart")
        assert fresh["id"] != tour["id"]
        first.close()
        second.close()


def test_a_floor_is_served_from_either_database(migrated_database_url: str, tmp_path: Path) -> None:
    """The same scan, the same answer, the same replay; and each label that the other could not store."""
    store = Store(migrated_database_url)
    store.write(staff)
    store.close()
    with served(migrated_database_url, tmp_path, "--instance", str(tmp_path)) as floor:
        picker = Device(floor.url, "P-1", "hh-1", "pick")
        for label in ("\x00", "\x1d\x1e", "\U0001f4e6", "ﬀ"):
            frame = picker.intent(label)
            first = picker.send(frame)
            assert first["tone"] in ("bad", "warn", "quiet")
            assert picker.send(frame) == first | {"replay": True}
        assert picker.scan("C-1")["task"]["state"] == "waiting"
        board = Device(floor.url, "S-1", "desk-1", "board")
        assert {person["badge"] for person in board.snapshot["board"]["people"]} == {"P-1", "S-1"}
        picker.close()
        board.close()


def test_a_stopped_server_closes_its_sockets_and_loses_nothing_it_acked(migrated_sqlite: Path, tmp_path: Path) -> None:
    """SIGTERM ends it with 0, at once; what it said yes to is there when it comes back."""
    url = staffed(migrated_sqlite, tmp_path)
    with served(url, tmp_path) as floor:
        picker = Device(floor.url, "P-1", "hh-1", "pick")
        frame = picker.intent("C-1")
        first = picker.send(frame)
        assert floor.stop() == 0
        picker.socket.wait()
    with served(url, tmp_path) as again:
        back = Device(again.url, "P-1", "hh-1", "pick")
        assert back.send(frame) == first | {"replay": True}
        back.close()
