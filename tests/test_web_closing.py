"""A place is closed by REST while a picker walks: the handheld is told what it cannot reach, and when it can again."""

import json
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from sqlalchemy import insert

from server.store.schema import people
from server.store.transaction import Store
from tests.small_floor import FIRST, PICKER, furnish
from tests.web_house import Device, log_in, served, staffed


def furnish_with_supervisor(store: Store) -> None:
    """The small floor, and someone who closes aisles."""
    furnish(store)
    store.write(lambda tx: tx.connection.execute(insert(people), {"badge": "S-1", "name": "Sue", "role": "supervisor"}))


def ask(method: str, url: str, token: str, body: object = None) -> Any:
    """One request of the supervisor; the first makes a process read the layout, which a busy machine is slow with."""
    sent = None if body is None else json.dumps(body).encode()
    request = Request(url, data=sent, headers={"Authorization": f"Bearer {token}"}, method=method)
    with urlopen(request, timeout=60) as answer:
        return json.load(answer)


def test_a_walking_picker_gets_a_new_tour_when_a_place_is_closed_and_when_it_opens(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    """Of three lines two lie behind the closed edge; a closing elsewhere tells the picker nothing."""
    with served(staffed(migrated_sqlite, tmp_path, furnish_with_supervisor), tmp_path) as floor:
        device = Device(floor.url, PICKER, "hh-1", "pick")
        token = log_in(floor.url, "S-1", "desk-1")
        device.scan("CART-1")
        begun = device.hear("task")
        device.snapshot = {"task": begun}
        assert device.scan(FIRST)["code"] == "location_ok"
        edge = {"place": "A01/1|A01/2", "reason": "spill"}
        made = ask("POST", f"{floor.url}/api/v1/closures", token, edge)
        told = device.hear("task")
        assert told["version"] > begun["version"]
        assert sorted(line["state"] for line in told["lines"]) == ["cut_off", "cut_off", "open"]
        assert ask("DELETE", f"{floor.url}/api/v1/closures/{made['id']}", token) == {"ok": True}
        again = device.hear("task")
        assert {line["state"] for line in again["lines"]} == {"open"}
        device.close()
