"""The pick table: state → signal → next state, effect, reply. Total over each state's vocabulary; held by tests.

Case numbers are those of docs/scanning.md. A row that does not name a next state stays where it is.
"""

from server.core.flow.rows import Jump, Rows, Table, others, row, rows, says, table
from server.core.terms import Effect
from server.core.terms import PickState as S
from server.core.terms import ThingKind as K

_NOISE: Rows = says("empty", "garbage", "read_error", "not_now", "nothing_asked", undo_none="nothing_to_undo")
_KEPT: Rows = says("kept")
_UNKNOWN: Rows = says(unknown="unknown_code")
_UNDO_PUT: Rows = rows(undo_put=row("undone", S.TOTE, Effect.UNDO))
_UNDO_SHORT: Rows = rows(undo_short=row("undone", Jump.BACK, Effect.SHORT))
_FULL_TOTE: Rows = rows(
    says("no_tote_yet"),
    full_tote=row("tote_full_noted", effect=Effect.FULL_TOTE),
    undo_full=row("undone", effect=Effect.UNDO),
)
_WAY_BLOCKED: Rows = rows(way_blocked=row("way_blocked_noted", effect=Effect.BLOCK))
_ZERO: Rows = rows(
    zero_yes=row("zero_confirmed", effect=Effect.EMPTY),
    zero_no=row("count_asked", effect=Effect.COUNT_TASK),
    zero_unclear=row("quantity_text", asks="zero"),
)

_BREAK: Rows = rows(
    pause=row("paused", effect=Effect.PAUSE, asks="pause"),
    resume=row("resumed", effect=Effect.RESUME),
)
_HAND_OVER: Rows = rows(
    says("not_a_badge", "hand_over_self", "person_busy", "person_no_picker"),
    hand_over=row("handed_over", S.DONE, Effect.HAND_OVER),
)

_IDLE: Rows = rows(says("no_put_back"), put_back=row("put_back_given", effect=Effect.PUT_BACK))

_CART: Rows = rows(
    _NOISE,
    _BREAK,
    _IDLE,
    _UNKNOWN,
    others(K.CART),
    says("cart_busy"),
    cart_free=row("cart_taken", S.WAITING, Effect.TAKE_CART),
)

_WAITING: Rows = rows(
    _NOISE,
    _BREAK,
    _IDLE,
    says("cart_again", early="no_batch_yet"),
    undo_cart=row("undone", S.CART, Effect.UNDO),
)

_LOCATION: Rows = rows(
    _NOISE,
    _BREAK,
    _HAND_OVER,
    _KEPT,
    _UNKNOWN,
    others(K.LOCATION),
    _UNDO_PUT,
    _UNDO_SHORT,
    _WAY_BLOCKED,
    _FULL_TOTE,
    _ZERO,
    says("wrong_location", "location_not_allowed", "wrong_digits", "digits_wanted", "location_first"),
    right_location=row("location_ok", S.ITEM, Effect.ARRIVE),
    blocked_location=row("location_blocked", asks="blocked"),
    short_early=row("location_first"),
    short_why=row("reason_wanted"),
    short=row("short_noted", Jump.NEXT_LINE, Effect.SHORT),
)

_LOTS: Rows = rows(
    says("lot_differs", "lot_gone", "lot_begun", "lot_expired", "item_before_lot"),
    lot_wanted=row("lot_wanted", asks="lot"),
    several_lots=row("several_lots", asks="lot"),
    other_lot=row("other_lot", asks="other_lot"),
    newer_lot=row("newer_lot", asks="other_lot"),
    strange_lot=row("lot_not_known_here", asks="strange_lot"),
    lot_changed=row("lot_changed", effect=Effect.CHANGE_LOT),
    lot_changed_done=row("lot_changed", S.TOTE, Effect.CHANGE_LOT),
    lot_changed_counted=row("lot_changed", effect=Effect.CHANGE_LOT, also=Effect.COUNT_TASK),
    lot_changed_counted_done=row("lot_changed", S.TOTE, Effect.CHANGE_LOT, also=Effect.COUNT_TASK),
)
_SERIALS: Rows = rows(
    says("serial_again", "serial_unknown", "serial_of_order", "serials_by_scanning"),
    serial_wanted=row("serial_wanted", asks="serial"),
)
_QUANTITIES: Rows = rows(
    says("quantity_zero", "quantity_negative", "quantity_text", "quantity_over", "count_by_scanning", "item_first"),
    quantity=row("quantity_ok", S.QUANTITY, Effect.COUNT),
    quantity_done=row("quantity_ok", S.TOTE, Effect.COUNT),
)
_ITEMS: Rows = rows(
    says(
        "one_too_many",
        "pack_too_big",
        "unknown_pack",
        "load_differs",
        listed_item="later_item",
        other_item="wrong_item",
    ),
    item=row("item_ok", effect=Effect.COUNT),
    item_many=row("how_many", S.QUANTITY, Effect.COUNT),
    item_done=row("item_done", S.TOTE, Effect.COUNT),
    both=row("ambiguous_label", asks="both"),
)
_TOTES: Rows = rows(
    says("wrong_tote", "tote_busy", "tote_full", "tote_staged"),
    put=row("put_ok", Jump.NEXT_LINE, Effect.PUT),
    put_zero=row("put_zero", Jump.NEXT_LINE, Effect.PUT, asks="zero"),
    put_part=row("put_part", S.ITEM, Effect.PUT),
)
_SHORTS: Rows = rows(
    says("nothing_missing", short_why="reason_wanted"),
    short=row("short_noted", Jump.NEXT_LINE, Effect.SHORT),
    short_kept=row("short_kept", S.TOTE, Effect.SHORT),
)
_UNDO_COUNT: Rows = rows(
    undo_count=row("undone", Jump.BACK, Effect.COUNT),
    undo_lot=row("undone", Jump.BACK, Effect.CHANGE_LOT),
)
_AT_SHELF: Rows = rows(
    _NOISE,
    _BREAK,
    _HAND_OVER,
    says("empty_hand_first"),
    _KEPT,
    others(K.LOCATION, K.ITEM, K.LOAD),
    _LOTS,
    _SERIALS,
    _QUANTITIES,
    _ITEMS,
    _TOTES,
    _SHORTS,
    _UNDO_COUNT,
    _WAY_BLOCKED,
    _FULL_TOTE,
)

_ITEM: Rows = rows(
    _AT_SHELF,
    _UNKNOWN,
    _UNDO_SHORT,
    _ZERO,
    says("location_again", "wrong_location"),
    undo_put=row("undone", Jump.BACK, Effect.UNDO),
    undo_arrive=row("undone", S.LOCATION, Effect.UNDO),
)

# A typed quantity that is not all of it, and units scanned one by one, go on asking for the quantity.
_QUANTITY: Rows = rows(_AT_SHELF, _UNKNOWN, says("location_again", "wrong_location"))

_TOTE: Rows = rows(
    _AT_SHELF,
    _UNDO_SHORT,
    says(unknown="unknown_tote", is_location="this_is_location"),
    item_many=row("item_ok", effect=Effect.COUNT),
)

_STATION: Rows = rows(
    _NOISE,
    _BREAK,
    _HAND_OVER,
    _KEPT,
    _UNKNOWN,
    others(K.STATION),
    _UNDO_PUT,
    _UNDO_SHORT,
    _WAY_BLOCKED,
    _ZERO,
    says("station_forbidden"),
    station_open=row("batch_done", S.DONE, Effect.FINISH),
    station_other=row("other_station", asks="station"),
)

_DONE: Rows = rows(says("empty", finished="task_done"))

PICK_TABLE: Table = table(
    cart=_CART,
    waiting=_WAITING,
    location=_LOCATION,
    item=_ITEM,
    quantity=_QUANTITY,
    tote=_TOTE,
    station=_STATION,
    done=_DONE,
)
