"""The REST API as a supervisor and an integrator use it, from an empty installation to an order that is cancelled."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from server.core.layout import Shape, generate, read_layout
from server.web.http.table import ROUTES
from tests.web_house import Caller, caller, in_process, staffed

LAYOUT = generate("rest", Shape(blocks=2, aisles=2, bays=4, levels=1, stations=1))
ROOT = Path(__file__).resolve().parent.parent
Answer = tuple[int, Any]


@pytest.fixture(scope="module")
def app(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One app for all tests here, since its planning process takes a moment to start."""
    folder = tmp_path_factory.mktemp("rest")
    with in_process(staffed(migrated_sqlite, folder), folder) as made:
        admin = caller(made, "A-1", "terminal-0")
        assert put_layout(admin, LAYOUT)[0] == 200
        assert csv(admin, "skus", "sku,name\nPEN,Pen\nCUP,Cup\n")[0] == 200
        yield made


@pytest.fixture
def admin(app: Flask) -> Caller:
    """An admin at a terminal."""
    return caller(app, "A-1", "terminal-1")


@pytest.fixture
def lead(app: Flask) -> Caller:
    """A supervisor at a desk."""
    return caller(app, "S-1", "desk-1")


def put_layout(who: Caller, document: object, query: str = "") -> Answer:
    """Send a layout."""
    return who.call("PUT", "/api/v1/layout" + query, data=json.dumps(document))


def csv(who: Caller, kind: str, text: str, query: str = "") -> Answer:
    """Send a CSV file."""
    return who.call("POST", f"/api/v1/import/{kind}{query}", data=text.encode())


def code(answer: Answer) -> tuple[int, str]:
    """The number and code of an error."""
    return answer[0], answer[1]["error"]["code"]


def test_the_layout_comes_back_as_it_was_given(admin: Caller, lead: Caller) -> None:
    """And given again, it changes nothing."""
    assert lead.call("GET", "/api/v1/layout") == (200, LAYOUT)
    again = put_layout(admin, LAYOUT)[1]
    assert (again["added"], again["changed"], again["same"]) == (0, 0, again["locations"])


def test_a_layout_can_be_checked_without_taking_it(admin: Caller, lead: Caller) -> None:
    """What would be in force says so; what is in force stays."""
    other = generate("other", Shape(blocks=1, aisles=3, bays=4, levels=1, stations=1))
    number, said = put_layout(admin, other, "?check=1")
    assert (number, said["checked"], said["aisles"]) == (200, True, 3)
    assert lead.call("GET", "/api/v1/layout")[1]["name"] == "rest"


@pytest.mark.parametrize("broken", [{}, {"name": "x"}, [], 7, {**LAYOUT, "surprise": 1}])
def test_a_broken_layout_is_refused_with_every_fault(admin: Caller, broken: object) -> None:
    """The one in force stays in force."""
    number, answer = put_layout(admin, broken)
    assert number == 422
    assert answer["error"]["details"]
    assert admin.call("GET", "/api/v1/layout")[1]["name"] == "rest"


def test_the_layout_is_given_out_as_plan_graph_and_picture(app: Flask, lead: Caller) -> None:
    """Made once, then sent from a file that browsers need not fetch twice."""
    plan = lead.call("GET", "/api/v1/layout/plan")[1]
    graph = lead.call("GET", "/api/v1/layout/graph")[1]
    assert plan["name"] == graph["name"] == "rest"
    assert {"nodes", "edges", "access"} <= graph.keys()
    headers = {"Authorization": f"Bearer {lead.token}"}
    with app.test_client().get("/api/v1/layout/svg", headers=headers) as picture:
        assert picture.mimetype == "image/svg+xml"
        assert picture.get_data().startswith(b"<svg")
        tag = picture.headers["ETag"]
    with app.test_client().get("/api/v1/layout/svg", headers={**headers, "If-None-Match": tag}) as same:
        assert (same.status_code, same.get_data()) == (304, b"")
    assert code(lead.call("GET", "/api/v1/layout/nothing")) == (404, "not_found")


def test_a_closed_aisle_is_on_the_plan_until_it_is_opened(lead: Caller) -> None:
    """Closing twice, or what does not exist, is refused."""
    aisle = next(way["code"] for way in lead.call("GET", "/api/v1/layout/plan")[1]["ways"] if not way["cross"])
    number, made = lead.call("POST", "/api/v1/closures", json={"place": aisle, "reason": "spill"})
    assert number == 201
    assert code(lead.call("POST", "/api/v1/closures", json={"place": aisle})) == (409, "already_closed")
    closed = lead.call("GET", "/api/v1/closures")[1]["closures"]
    assert [(one["id"], one["place"], one["reason"]) for one in closed] == [(made["id"], aisle, "spill")]
    ways = lead.call("GET", "/api/v1/layout/plan")[1]["ways"]
    assert [way["code"] for way in ways if way["closed"]] == [aisle]
    assert lead.call("DELETE", f"/api/v1/closures/{made['id']}") == (200, {"ok": True})
    assert code(lead.call("DELETE", f"/api/v1/closures/{made['id']}")) == (404, "unknown_closure")
    assert not any(way["closed"] for way in lead.call("GET", "/api/v1/layout/plan")[1]["ways"])
    assert code(lead.call("POST", "/api/v1/closures", json={"place": "NO-SUCH"})) == (422, "unknown_place")
    assert code(lead.call("POST", "/api/v1/closures", json={"place": 7})) == (422, "bad_field")
    assert code(lead.call("POST", "/api/v1/closures", json={"plaec": "A"})) == (422, "unknown_field")


def test_a_file_with_bad_rows_imports_nothing_and_names_each(admin: Caller) -> None:
    """By row, with what is wrong."""
    number, answer = csv(admin, "orders", "order_ref,sku,qty\nBAD-1,PEN,1\nBAD-1,NONE,1\nBAD-2,PEN,0\nBAD-2,PEN,1e9\n")
    assert number == 422
    assert len({fault["row"] for fault in answer["error"]["details"]}) == 3
    assert code(admin.call("GET", "/api/v1/orders/BAD-1")) == (404, "unknown_order")


def test_a_file_of_loads_names_what_lies_there(admin: Caller) -> None:
    """And is refused, with its rows, where it does not."""
    place = read_layout(LAYOUT).locations[0].location_code
    csv(admin, "skus", "sku,name\nLAMP,Lamp\n")
    loads = f"sscc,location_code,sku,qty\n106141412345678908,{place},LAMP,2\n"
    number, answer = csv(admin, "handling-units", loads)
    assert (number, answer["error"]["code"], answer["error"]["details"][0]["row"]) == (422, "load_not_whole", 2)
    assert csv(admin, "stock", f"location_code,sku,qty\n{place},LAMP,2\n")[0] == 200
    assert csv(admin, "handling-units", loads)[1]["added"] == 1
    assert csv(admin, "handling-units", loads)[1]["same"] == 1


def test_a_file_may_name_its_columns_otherwise(admin: Caller) -> None:
    """As on the command line: map and preset."""
    text = "Ref;Artikel;Menge\nMAP-1;PEN;3\n"
    number, said = csv(admin, "orders", text, "?map=order_ref=Ref,sku=Artikel,qty=Menge")
    assert (number, said["added"], said["delimiter"]) == (200, 1, ";")
    assert csv(admin, "orders", text, "?map=order_ref=Ref,sku=Artikel,qty=Menge")[1]["same"] == 1
    assert code(csv(admin, "orders", text, "?map=order_ref")) == (422, "bad_field")
    assert code(csv(admin, "orders", text, "?preset=nobody")) == (404, "unknown_preset")
    assert code(csv(admin, "parrots", text)) == (422, "unknown_kind")


def order(ref: str, sku: str = "PEN", qty: object = 2) -> dict[str, Any]:
    """An order of one line."""
    return {"order_ref": ref, "lines": [{"sku": sku, "qty": qty}]}


def test_orders_are_entered_one_or_many_and_come_back(lead: Caller) -> None:
    """The same order again changes nothing; another content is refused."""
    number, said = lead.call("POST", "/api/v1/orders", json=order("R-1"))
    assert (number, said["added"]) == (201, 1)
    two = [order("R-2") | {"priority": 5, "customer": "Zoë"}, {"order_ref": "R-3", "lines": [*order("")["lines"]] * 2}]
    assert lead.call("POST", "/api/v1/orders", json=two)[1]["added"] == 2
    found = lead.call("GET", "/api/v1/orders/R-2")[1]
    assert (found["priority"], found["customer"], found["state"]) == (5, "Zoë", "waiting")
    assert len(lead.call("GET", "/api/v1/orders/R-3")[1]["lines"]) == 2
    assert lead.call("POST", "/api/v1/orders", json=order("R-1"))[1]["same"] == 1
    assert code(lead.call("POST", "/api/v1/orders", json=order("R-1", qty=3))) == (422, "order_changed")


@pytest.mark.parametrize(
    "body",
    [
        [],
        7,
        [7],
        {},
        {"order_ref": "Q-1", "lines": []},
        order("Q-1", sku="NONE"),
        order("Q-1", qty=0),
        order("Q-1", qty=10**9),
        order("Q-1", qty=-1),
        order("Q-1", qty="2"),
        order("Q-1", qty=True),
        order("Q-1") | {"colour": "red"},
        order("Q-1") | {"due_at": "tomorrow"},
        [order("Q-1"), order("Q-2", sku="NONE")],
        order("Q-1,PEN,1\r\nQ-9"),
    ],
)
def test_a_wrong_order_is_refused_whole(lead: Caller, body: object) -> None:
    """Nothing of it is stored, nor of those beside it."""
    number, answer = lead.call("POST", "/api/v1/orders", json=body)
    assert number == 422, answer
    assert answer["error"]["code"] in {"bad_order", "unknown_field", "bad_rows"}
    for ref in ("Q-1", "Q-9"):
        assert lead.call("GET", f"/api/v1/orders/{ref}")[0] == 404


def test_orders_are_listed_a_page_at_a_time(lead: Caller) -> None:
    """`next` leads through all of them, each once."""
    lead.call("POST", "/api/v1/orders", json=[order(f"L-{number:02}") for number in range(12)])
    seen: list[str] = []
    after = "L-"
    while after:
        page = lead.call("GET", f"/api/v1/orders?state=waiting&limit=5&after={after}")[1]
        seen += [row["order_ref"] for row in page["orders"]]
        after = page["next"]
    assert [ref for ref in seen if ref.startswith("L-")] == [f"L-{number:02}" for number in range(12)]
    assert code(lead.call("GET", "/api/v1/orders?limit=0")) == (422, "bad_field")
    assert code(lead.call("GET", "/api/v1/orders?state=lost")) == (422, "bad_field")


def test_an_order_that_waits_can_be_cancelled_once(lead: Caller) -> None:
    """Afterwards it is closed."""
    lead.call("POST", "/api/v1/orders", json=order("X-1"))
    assert lead.call("POST", "/api/v1/orders/X-1/cancel", json={"why": "customer"}) == (200, {"ok": True})
    assert lead.call("GET", "/api/v1/orders/X-1")[1]["state"] == "cancelled"
    assert code(lead.call("POST", "/api/v1/orders/X-1/cancel", json={})) == (409, "order_closed")
    assert code(lead.call("POST", "/api/v1/orders/NONE/cancel", json={})) == (404, "unknown_order")


def test_a_wave_is_released_from_what_waits_and_its_batches_are_listed(admin: Caller, lead: Caller) -> None:
    """What is short is known before anyone walks."""
    place = next(iter(lead.call("GET", "/api/v1/layout/graph")[1]["access"]))
    assert csv(admin, "stock", f"location_code,sku,qty\n{place},CUP,5\n")[0] == 200
    lead.call("POST", "/api/v1/orders", json=[order("W-1", "CUP", 4), order("W-2", "CUP", 3)])
    soon = [order(f"W-{n}", "CUP", 1) | {"due_at": "2020-01-01T00:00:00Z"} for n in (3, 4)]
    lead.call("POST", "/api/v1/orders", json=soon)
    number, first = lead.call("POST", "/api/v1/waves", json={"cutoff": "2020-06-01T00:00:00Z", "max_orders": 1})
    assert (number, first["orders"], first["units"], first["units_short"]) == (201, 1, 1, 0)
    rest = lead.call("POST", "/api/v1/waves", json={})[1]
    assert lead.call("POST", "/api/v1/waves", json={})[1]["wave_id"] is None
    assert rest["units_short"] > 0
    listed = lead.call("GET", "/api/v1/batches?state=ready")[1]["batches"]
    assert [batch["id"] for batch in listed] == first["batch_ids"] + rest["batch_ids"]
    assert all(batch["length_m"] >= batch["lower_bound_m"] for batch in listed)
    assert all(batch["length_m"] <= batch["first_location_m"] + 1e-3 for batch in listed)
    for wrong in ({"cutoff": "soon"}, {"max_orders": 0}, {"max_orders": "all"}, {"cutof": ""}, {"join": 1}):
        assert lead.call("POST", "/api/v1/waves", json=wrong)[0] == 422


def test_how_orders_are_released_can_be_asked_and_changed(lead: Caller) -> None:
    """In waves until somebody says otherwise; what is not said stays, what is wrong is refused and changes nothing."""
    assert lead.call("GET", "/api/v1/release") == (200, {"mode": "waves", "hold_s": 120.0, "overtaken_s": 7200.0})
    said = {"mode": "continuous", "hold_s": 5.0, "overtaken_s": 600.0}
    assert lead.call("PUT", "/api/v1/release", json=said) == (200, said)
    bad = [("hold_s", -1), ("hold_s", "long"), ("overtaken_s", -1), ("overtaken_s", True), ("overtaken_s", 604801)]
    for wrong in ({"mode": "never"}, {}, *({"mode": "waves", name: value} for name, value in bad)):
        assert lead.call("PUT", "/api/v1/release", json=wrong)[0] == 422
    assert lead.call("PUT", "/api/v1/release", json={"mode": "continuous"}) == (200, said)
    lead.call("PUT", "/api/v1/release", json={"mode": "waves"})


def test_a_carrier_is_entered_named_by_an_order_and_set_down_and_open(admin: Caller, lead: Caller) -> None:
    """Who may and what it can be is said; the board has it at once."""
    assert csv(admin, "carriers", "carrier,name\nDHL,DHL Parcel\n")[1]["added"] == 1
    assert lead.call("POST", "/api/v1/orders", json=order("C-1") | {"carrier": "DHL"})[0] == 201
    assert lead.call("GET", "/api/v1/orders/C-1")[1]["carrier"] == "DHL"
    assert code(lead.call("POST", "/api/v1/orders", json=order("C-2") | {"carrier": "UPS"})) == (422, "bad_rows")
    assert lead.call("PUT", "/api/v1/carriers/DHL", json={"state": "down"}) == (200, {"ok": True})
    row = {"carrier": "DHL", "name": "DHL Parcel", "state": "down"}
    assert lead.call("GET", "/api/v1/carriers") == (200, {"carriers": [row | {"cartons": []}]})
    assert lead.call("GET", "/api/v1/board")[1]["board"]["carriers"] == [row]
    assert code(lead.call("PUT", "/api/v1/carriers/DHL", json={"state": "gone"})) == (422, "bad_state")
    assert code(lead.call("PUT", "/api/v1/carriers/UPS", json={"state": "down"})) == (404, "unknown_carrier")
    assert code(lead.call("PUT", "/api/v1/carriers/DHL", json={})) == (422, "bad_field")


def test_counts_and_board_agree(lead: Caller) -> None:
    """Two ways to the same numbers."""
    counts = lead.call("GET", "/api/v1/state")[1]["counts"]
    assert counts == lead.call("GET", "/api/v1/board")[1]["board"]["counts"]
    lead.call("POST", "/api/v1/orders", json=order("COUNTED"))
    assert lead.call("GET", "/api/v1/state")[1]["counts"]["waiting"] == counts["waiting"] + 1


@pytest.mark.parametrize("path", ["batches?state=lost", "tasks?kind=lost", "batches?after=x", "refusals?limit=9999"])
def test_a_wrong_question_is_answered_with_what_may_be_asked(lead: Caller, path: str) -> None:
    """A typing mistake is not an empty list."""
    assert code(lead.call("GET", f"/api/v1/{path}")) == (422, "bad_field")


def test_what_is_no_picture_is_refused(lead: Caller) -> None:
    """Before any decoder sees it."""
    assert lead.call("POST", "/api/v1/decode", data=b"")[1]["error"]["code"] == "camera.no_picture"
    assert lead.call("POST", "/api/v1/decode", data=b"GIF89a")[0] == 422


def test_only_an_admin_changes_the_building(lead: Caller) -> None:
    """A supervisor runs the floor; what the floor is, is another's."""
    assert code(put_layout(lead, LAYOUT)) == (403, "role_not_enough")
    assert code(csv(lead, "people", "badge,name,role\nX,X,admin\n")) == (403, "role_not_enough")


def test_every_route_is_documented(app: Flask) -> None:
    """docs/rest.md lists each with an example, and nothing that is not there."""
    text = (ROOT / "docs" / "rest.md").read_text(encoding="utf-8")
    served = {f"{route.method.value} {readable(route.path)}" for route in ROUTES}
    listed = {line.removeprefix("### ").strip() for line in text.splitlines() if line.startswith("### ")}
    assert listed == served
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    assert {route.path for route in ROUTES} <= rules
    others = rules - {route.path for route in ROUTES}
    assert others == {"/", "/pack", "/board", "/enrol", "/assets/<path:file>", "/<file>"}


def readable(path: str) -> str:
    """A route's path as docs write it: <int(max=9):number> is NUMBER."""
    parts = [part.split(":")[-1].rstrip(">").upper() if "<" in part else part for part in path.split("/")]
    return "/".join(part.removeprefix("<") for part in parts)
