"""The table of putting goods back: state → signal → next state, effect, reply. Total over each state; held by tests."""

from server.core.flow.rows import Jump, Rows, Table, others, row, rows, says, table
from server.core.terms import Effect
from server.core.terms import PutBackState as S
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
_LEAVE: Rows = rows(leave=row("put_back_left", S.DONE, Effect.LEAVE))
_UNDO_COUNT: Rows = rows(undo_count=row("undone", Jump.BACK, Effect.COUNT))
_SHORT: Rows = rows(
    short_why=row("reason_wanted"),
    short=row("put_back_gone", S.DONE, Effect.SHORT),
    short_kept=row("short_kept", S.LOCATION, Effect.SHORT),
)

_TOTE: Rows = rows(
    _NOISE,
    _LEAVE,
    others(K.TOTE),
    says("not_that_tote"),
    short_why=row("reason_wanted"),
    short=row("put_back_gone", S.DONE, Effect.SHORT),
    tote=row("tote_open", S.ITEM, Effect.OPEN_TOTE),
)

_ITEM: Rows = rows(
    _NOISE,
    _LEAVE,
    _SHORT,
    _UNDO_COUNT,
    others(K.ITEM),
    says("pack_too_big", "unknown_pack", "empty_hand_first", other_item="wrong_item", other_lot="lot_not_this"),
    says("quantity_zero", "quantity_negative", "quantity_text", "quantity_over", "count_by_scanning", "item_first"),
    item=row("item_ok", effect=Effect.COUNT),
    item_many=row("how_many", S.QUANTITY, Effect.COUNT),
    item_done=row("item_done", S.LOCATION, Effect.COUNT),
    quantity=row("quantity_ok", S.QUANTITY, Effect.COUNT),
    quantity_done=row("quantity_ok", S.LOCATION, Effect.COUNT),
)

_LOCATION: Rows = rows(
    _NOISE,
    _UNDO_COUNT,
    others(K.LOCATION, K.ITEM),
    says("kept", "one_too_many", "empty_hand_first", "location_not_allowed", "wrong_digits", "digits_wanted"),
    says(other_item="wrong_item", blocked_location="location_not_allowed"),
    place=row("put_back_done", S.DONE, Effect.STOW),
    undo_short=row("undone", Jump.BACK, Effect.SHORT),
    other_place=row("not_its_place", asks="place"),
)

PUT_BACK_TABLE: Table = table(
    tote=_TOTE,
    item=rows(_ITEM, undo_tote=row("undone", S.TOTE, Effect.UNDO)),
    quantity=_ITEM,
    location=_LOCATION,
    done=rows(says("empty", finished="task_done")),
)
