"""Letting devices in: a code once, a credential for it, and nobody else where that is wanted."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from server.app import create_app
from server.config import Settings
from server.core.errors import Conflict, NotAllowed
from server.floor import enrol
from server.floor.enrol import Invitation
from server.store.transaction import Store
from tests.web_house import Device, caller, in_process, served, staffed

CREDENTIAL = "c" * 48
NOON = "2026-11-23T12:00:00.000Z"


@pytest.fixture
def floor_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """A staffed floor."""
    return staffed(migrated_sqlite, tmp_path)


@pytest.fixture
def store(floor_url: str) -> Iterator[Store]:
    """The store on it, at noon."""
    made = Store(floor_url, clock=lambda: NOON)
    yield made
    made.close()


def invited(store: Store, code: str = "code-of-the-first-device", minutes: int = 60) -> Invitation:
    """A device that may come."""
    return store.write(lambda tx: enrol.invite(tx, "", code, minutes))


@contextmanager
def enrolled_only(url: str, folder: Path) -> Iterator[Flask]:
    """The app where only enrolled devices may log in."""
    app = create_app(Settings(database_url=url, instance=folder, page=folder, devices="enrolled"))
    yield app
    app.extensions["gangway"].close()


def post(app: Flask, path: str, **body: str) -> tuple[int, Any]:
    """A POST without a token: its number, and its code or body."""
    answer = app.test_client().post(path, json=body)
    said = answer.get_json()
    return answer.status_code, said["error"]["code"] if "error" in said else said


def test_a_code_lets_one_device_in_once(floor_url: str, store: Store, tmp_path: Path) -> None:
    """The same device may ask again, since its answer may be lost; another with the same code is refused."""
    invitation = invited(store)
    assert invitation.name == "Device 1"
    with in_process(floor_url, tmp_path) as app:
        for _ in range(2):
            answer = store.write(lambda tx: enrol.enrol(tx, invitation.code, CREDENTIAL))
            assert answer == "Device 1"
        assert post(app, "/api/v1/enrol", code=invitation.code, credential=CREDENTIAL) == (201, {"name": "Device 1"})
        assert post(app, "/api/v1/enrol", code=invitation.code, credential="d" * 48) == (409, "enrol_used")
        assert post(app, "/api/v1/enrol", code="no-such-code", credential=CREDENTIAL) == (403, "enrol_unknown")
        assert post(app, "/api/v1/enrol", code=invitation.code, credential="short") == (422, "bad_field")


def test_neither_code_nor_credential_lies_in_the_database(store: Store, tmp_path: Path) -> None:
    """Whoever reads a backup becomes no device."""
    invitation = invited(store)
    store.write(lambda tx: enrol.enrol(tx, invitation.code, CREDENTIAL))
    store.close()
    files = b"".join(path.read_bytes() for path in tmp_path.glob("floor.db*"))
    assert invitation.code.encode() not in files
    assert CREDENTIAL.encode() not in files


def test_the_time_of_a_code_ends(floor_url: str, store: Store) -> None:
    """Expiry is told by the store's clock, to the minute."""
    invitation = invited(store, minutes=10)
    assert invitation.expires_at == "2026-11-23T12:10:00.000Z"
    for now, works in (("2026-11-23T12:10:00.000Z", False), ("2026-11-23T12:09:59.999Z", True)):
        later = Store(floor_url, clock=lambda now=now: now)  # type: ignore[misc]
        if works:
            assert later.write(lambda tx: enrol.enrol(tx, invitation.code, CREDENTIAL)) == invitation.name
        else:
            with pytest.raises(NotAllowed, match="time of this code is over"):
                later.write(lambda tx: enrol.enrol(tx, invitation.code, CREDENTIAL))
        later.close()


def test_two_devices_have_two_names(store: Store) -> None:
    """A name is free again once its device was removed."""
    first, second = invited(store, "code-one"), invited(store, "code-two")
    assert (first.name, second.name) == ("Device 1", "Device 2")
    with pytest.raises(Conflict, match="Device 2"):
        store.write(lambda tx: enrol.invite(tx, "Device 2", "code-three", 60))
    store.write(lambda tx: enrol.remove(tx, first.id))
    assert invited(store, "code-four").name == "Device 1"
    with pytest.raises(NotAllowed, match="not known"):
        store.write(lambda tx: enrol.enrol(tx, first.code, CREDENTIAL))


def test_where_only_enrolled_devices_may_log_in_others_are_told_what_to_do(
    floor_url: str, store: Store, tmp_path: Path
) -> None:
    """A stranger who is logged in already is logged out at the start."""
    with in_process(floor_url, tmp_path) as app:
        stranger = caller(app, "P-2", "hh-2")
    invitation = invited(store)
    store.write(lambda tx: enrol.enrol(tx, invitation.code, CREDENTIAL))
    with enrolled_only(floor_url, tmp_path) as app:
        refused = app.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {stranger.token}"})
        assert (refused.status_code, refused.get_json()["error"]["code"]) == (401, "logged_out")
        for wrong in ({}, {"credential": "x" * 48}, {"credential": ""}):
            number, code = post(app, "/api/v1/login", badge="P-1", device="hh-1", **wrong)
            assert (number, code) == (403, "device_not_enrolled")
        number, said = post(app, "/api/v1/login", badge="P-1", device="hh-1", credential=CREDENTIAL)
        assert (number, said["person"]["name"]) == (200, "Ann")
        assert app.test_client().get("/api/v1/enrol").get_json()["enrolled_only"] is True


def test_a_lead_sees_every_device_and_an_admin_removes_one(floor_url: str, store: Store, tmp_path: Path) -> None:
    """Its token is refused from then on, its credential too, and the reason is said."""
    invitation = invited(store)
    store.write(lambda tx: enrol.enrol(tx, invitation.code, CREDENTIAL))
    with in_process(floor_url, tmp_path) as app:
        _, said = post(app, "/api/v1/login", badge="P-1", device="hh-1", credential=CREDENTIAL)
        lead, admin = caller(app, "S-1", "desk-1"), caller(app, "A-1", "desk-2")
        _, found = lead.call("GET", "/api/v1/devices")
        [device] = found["devices"]
        assert (device["name"], device["state"], device["person"]) == ("Device 1", "enrolled", "Ann")
        assert device["seen_at"] > "2026"
        assert [(row["device"], row["person"]) for row in found["strangers"]] == [("desk-1", "Sue"), ("desk-2", "Ada")]
        people = lead.call("GET", "/api/v1/board")[1]["board"]["people"]
        assert {row["name"]: row["device_name"] for row in people} == {"Ada": "", "Ann": "Device 1", "Sue": ""}
        assert lead.call("DELETE", "/api/v1/devices/1")[0] == 403
        assert admin.call("DELETE", "/api/v1/devices/1") == (200, {"ok": True})
        assert admin.call("DELETE", "/api/v1/devices/1")[1]["error"]["code"] == "device_unknown"
        me = app.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {said['token']}"})
        assert me.get_json()["error"]["code"] == "device_removed"
        assert post(app, "/api/v1/login", badge="P-1", device="hh-1", credential=CREDENTIAL) == (403, "device_removed")
        assert lead.call("GET", "/api/v1/devices")[1]["devices"] == []


def test_a_credential_of_another_database_counts_as_none_where_any_device_may_log_in(
    floor_url: str, tmp_path: Path
) -> None:
    """A demo that was made anew must not lock out the browser that saw the last one."""
    with in_process(floor_url, tmp_path) as app:
        assert post(app, "/api/v1/login", badge="P-1", device="hh-1", credential="z" * 48)[0] == 200


def test_the_socket_of_a_removed_device_is_closed_by_a_command_beside_the_server(
    floor_url: str, store: Store, tmp_path: Path
) -> None:
    """The server is not asked: it looks."""
    invitation = invited(store)
    store.write(lambda tx: enrol.enrol(tx, invitation.code, CREDENTIAL))
    with served(floor_url, tmp_path) as server:
        picker, other = Device(server.url, "P-1", "hh-1", "pick", CREDENTIAL), Device(server.url, "P-2", "hh-2", "pick")
        store.write(lambda tx: enrol.remove(tx, invitation.id))
        assert "removed" in picker.hear("device_removed")["message"]
        picker.socket.wait()
        assert other.ask("sync")["person"]["name"] == "Bob"
        other.close()


def test_the_code_is_drawn_for_the_camera_of_another_device(floor_url: str, tmp_path: Path) -> None:
    """Only a code goes into the picture, and it leads to this server."""
    with in_process(floor_url, tmp_path) as app:
        drawn = app.test_client().post("/api/v1/enrol/picture", json={"code": "abc"}, base_url="http://10.0.0.5:8081")
        assert (drawn.mimetype, drawn.data[:5]) == ("image/svg+xml", b"<?xml")
        assert post(app, "/api/v1/enrol/picture", code="<svg>") == (422, "bad_field")
        assert app.test_client().get("/gangway-ca.crt").get_json()["error"]["code"] == "no_authority"
