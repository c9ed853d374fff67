"""What a supervisor looks at: the board, the counts, what was refused."""

from server.floor import board
from server.store.transaction import utc_now
from server.web.http.desk import LEADS, Answer, Asked, Method, Route


def get_board(asked: Asked) -> Answer:
    """The board as it stands now, for those who do not listen on a socket."""
    return asked.desk.store.read(lambda connection: board.look(connection, utc_now()[:10]).document())


def get_state(asked: Asked) -> Answer:
    """Counts of orders, lines and units."""
    return asked.desk.store.read(lambda connection: board.counts(connection, utc_now()[:10]))


def get_refusals(asked: Asked) -> Answer:
    """The last refusals before `before` (an id; default: the newest), newest first."""
    before = asked.query_number("before", 10**10, 0, 10**10)
    most = asked.query_number("limit", 50, 1, 500)
    return {"refusals": asked.desk.store.read(lambda connection: board.refusals(connection, before, most))}


def get_set_aside(asked: Asked) -> Answer:
    """Intents that the server failed on and that nobody has seen to, oldest first, each whole."""
    return {"set_aside": asked.desk.store.read(board.set_aside)}


def settle_set_aside(asked: Asked) -> Answer:
    """Somebody has seen to one of them: what it was about is done, or is not to be done."""
    asked.desk.store.write(lambda tx: board.settle_set_aside(tx, asked.path["op_id"], asked.badge))
    return {"ok": True}


ROUTES = (
    Route(Method.GET, "/api/v1/board", get_board, LEADS),
    Route(Method.GET, "/api/v1/state", get_state, LEADS),
    Route(Method.GET, "/api/v1/refusals", get_refusals, LEADS),
    Route(Method.GET, "/api/v1/set-aside", get_set_aside, LEADS),
    Route(Method.POST, "/api/v1/set-aside/<path:op_id>/settle", settle_set_aside, LEADS),
)
