"""The building, the files that fill it, and what is closed in it."""

from flask import Response

from server.core.errors import BadInput, BadLayout
from server.core.layout import read_layout
from server.floor import closing, drawing, intake, listing, load
from server.floor.drawing import Form
from server.store import building
from server.web.http.desk import ADMINS, KB, LEADS, MB, Answer, Asked, Method, Route
from server.web.http.files import send

TYPES = {Form.PLAN: "application/json", Form.GRAPH: "application/json", Form.SVG: "image/svg+xml"}
SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def get_layout(asked: Asked) -> Answer:
    """The layout file in force."""
    return Response(asked.desk.store.read(drawing.document), mimetype="application/json")


def put_layout(asked: Asked) -> Answer:
    """Check a layout file and take it; with ?check=1 only check it."""
    desk = asked.desk
    document = asked.json()
    if not isinstance(document, dict):
        raise BadLayout("bad_layout", "a layout file is a JSON object", [("", "not an object")])
    size = desk.planner.run(drawing.check, asked.request.get_data(as_text=True))
    if asked.query("check") == "1":
        return {"checked": True, **size}
    layout = desk.planner.run(read_layout, document)  # takes seconds on a large one: not in the writer
    changes = desk.store.write(lambda tx: load.load_layout(tx, document, layout))
    return {"added": changes.added, "changed": changes.changed, "same": changes.same, **size}


def get_drawing(asked: Asked) -> Answer:
    """The layout in force as a plan, a graph or a picture, what is closed included."""
    desk = asked.desk
    form = Form(asked.path["form"])
    file = drawing.drawn(desk.store, desk.planner, desk.instance / "drawn", form)
    answer = send(file.parent, file.name, TYPES[form], "no-cache")  # asked for anew, sent only when it changed
    if form is Form.SVG:
        answer.headers["Content-Security-Policy"] = SVG_POLICY
    return answer


def post_import(asked: Asked) -> Answer:
    """Import a CSV file, all of it or nothing."""
    desk, content = asked.desk, asked.request.get_data()
    return intake.take_file(
        desk.store, desk.planner, content, asked.path["kind"], _mapping(asked), asked.query("preset", "generic")
    )


def get_closures(asked: Asked) -> Answer:
    """What is closed now."""
    return asked.desk.store.read(listing.closures)


def post_closure(asked: Asked) -> Answer:
    """Close an aisle or an edge."""
    desk, body = asked.desk, asked.fields("place", "reason")
    place, reason = asked.text(body, "place"), asked.text(body, "reason", default="")
    revision, closed = desk.store.read(lambda c: (building.active_revision(c), building.closed_places(c)))
    segments = desk.guide.closable(revision, closed, place)
    return {"id": desk.store.write(lambda tx: closing.close(tx, place, reason, asked.badge, segments))}, 201


def delete_closure(asked: Asked) -> Answer:
    """Open again what a closure closed."""
    number = asked.path["number"]
    asked.desk.store.write(lambda tx: closing.reopen(tx, int(number), asked.badge))
    return {"ok": True}


def _mapping(asked: Asked) -> dict[str, str]:
    """`?map=order_ref=InvoiceNo,sku=StockCode` as field -> column."""
    given = [part for part in asked.query("map").split(",") if part]
    pairs = [part.partition("=") for part in given]
    for part, (field, mark, column) in zip(given, pairs, strict=True):
        if not (field and mark and column):
            raise BadInput("bad_field", f"map: {part[:64]!r} is not field=column")
    return {field.strip(): column.strip() for field, _, column in pairs}


FORMS = ",".join(Form)
ROUTES = (
    Route(Method.GET, "/api/v1/layout", get_layout, LEADS),
    Route(Method.PUT, "/api/v1/layout", put_layout, ADMINS, most_bytes=64 * MB),
    Route(Method.GET, f"/api/v1/layout/<any({FORMS}):form>", get_drawing),
    Route(Method.POST, "/api/v1/import/<kind>", post_import, ADMINS, most_bytes=64 * MB),
    Route(Method.GET, "/api/v1/closures", get_closures, LEADS),
    Route(Method.POST, "/api/v1/closures", post_closure, LEADS, most_bytes=4 * KB),
    Route(Method.DELETE, "/api/v1/closures/<int(max=2147483647):number>", delete_closure, LEADS),
)
