"""The pack table: state → signal → next state, effect, reply. Total over each state's vocabulary; held by tests.

Case numbers are those of docs/scanning.md. A row that does not name a next state stays where it is.
"""

from server.core.flow.rows import Jump, Rows, Table, others, row, rows, says, table
from server.core.terms import Effect
from server.core.terms import PackState as S
from server.core.terms import ThingKind as K

_NOISE: Rows = says(
    "empty",
    "garbage",
    "read_error",
    "not_now",
    "nothing_asked",
    undo_none="nothing_to_undo",
    unknown="unknown_code",
)
_OTHERS: Rows = others(K.TOTE, K.CARTON, K.ITEM)
_KEPT: Rows = says("kept")
_TOTES: Rows = says("tote_again", "other_tote")
_UNVERIFIED: Rows = says("label_before_verified")
_UNDO_PACK: Rows = rows(undo_pack=row("undone", Jump.BACK, Effect.PACK))
_CARTONS: Rows = rows(
    says("carton_again", "carton_refused"),
    other_carton=row("other_carton", asks="carton"),
    next_carton=row("carton_ok", effect=Effect.TAKE_CARTON),
)

_TOTE: Rows = rows(
    _NOISE,
    others(K.TOTE),
    says("tote_unfinished", "tote_empty", "tote_not_here"),
    tote_ready=row("order_open", S.CARTON, Effect.OPEN_ORDER),
    print=row("label_printed", effect=Effect.PRINT),
)

_CARTON: Rows = rows(
    _NOISE,
    _OTHERS,
    _TOTES,
    _UNVERIFIED,
    says("carton_first", "carton_refused", "not_in_order"),
    carton=row("carton_ok", S.ITEM, Effect.TAKE_CARTON),
    undo_open=row("undone", S.TOTE, Effect.UNDO),
)

_ITEM: Rows = rows(
    _NOISE,
    _KEPT,
    _OTHERS,
    _TOTES,
    _CARTONS,
    _UNVERIFIED,
    _UNDO_PACK,
    says("not_in_order", "unknown_pack", "one_too_many", "pack_too_big", "nothing_packed"),
    says("quantity_zero", "quantity_negative", "quantity_text", "quantity_over", "count_by_scanning", "item_first"),
    item=row("packed", S.ITEM, Effect.PACK),
    item_many=row("pack_how_many", S.QUANTITY, Effect.PACK),
    item_last=row("all_packed", S.CLOSE, Effect.PACK),
    quantity=row("packed", S.ITEM, Effect.PACK),
    quantity_part=row("pack_how_many", S.QUANTITY, Effect.PACK),
    quantity_last=row("all_packed", S.CLOSE, Effect.PACK),
    close_missing=row("close_with_missing", asks="partial"),
    partial_why=row("reason_wanted", asks="partial"),
    partial=row("shipped_partial", S.DONE, Effect.SHIP_PARTIAL),
    carrier_down=row("carrier_down", asks="partial"),
)

_CLOSE: Rows = rows(
    _NOISE,
    _KEPT,
    _OTHERS,
    _TOTES,
    _CARTONS,
    _UNDO_PACK,
    says("not_in_order", "unknown_pack", "one_too_many", "quantity_text", "quantity_zero", "quantity_negative"),
    says("carrier_down"),
    close=row("shipped", S.DONE, Effect.SHIP),
    print=row("label_printed", effect=Effect.PRINT),
    weighed=row("weighed", effect=Effect.WEIGH),
    weight_off=row("weight_off", asks="weight"),
    weight_held=row("weight_off", asks="weight"),
)

_DONE: Rows = rows(
    says("empty", finished="order_closed"),
    print=row("label_printed", effect=Effect.PRINT),
)

PACK_TABLE: Table = table(
    tote=_TOTE,
    carton=_CARTON,
    item=rows(_ITEM, undo_carton=row("undone", S.CARTON, Effect.UNDO)),
    quantity=_ITEM,
    close=_CLOSE,
    done=_DONE,
)
