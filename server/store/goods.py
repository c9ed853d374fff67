"""SKUs, and every label that a scanner can meet."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from server.store.rows import AnyRow
from server.store.schema import labels, skus

_LABELS = select(labels.c.label, labels.c.kind, labels.c.ref, labels.c.uom, labels.c.qty_each)
_DROP_LABEL = delete(labels).where(
    labels.c.label == bindparam("text"), labels.c.kind == bindparam("of"), labels.c.ref == bindparam("name")
)
_CHANGE_LABEL = (
    update(labels)
    .where(labels.c.label == bindparam("text"), labels.c.kind == bindparam("of"), labels.c.ref == bindparam("name"))
    .values(uom=bindparam("holds"), qty_each=bindparam("units"))
)
_SKUS = select(skus).order_by(skus.c.sku)
_CHANGE_SKU = (
    update(skus)
    .where(skus.c.sku == bindparam("of"))
    .values(
        {
            column: bindparam(f"to_{column}")
            for column in ("name", "weight_g", "volume_ml", "tracks", "tracks_expiry", "count_each_up_to", "min_qty")
        }
    )
)


def all_skus(connection: Connection) -> Sequence[AnyRow]:
    """Every SKU's row, by SKU."""
    return connection.execute(_SKUS).all()


def sku_codes(connection: Connection) -> frozenset[str]:
    """Every known SKU."""
    return frozenset(connection.execute(select(skus.c.sku)).scalars())


def add_skus(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Enter SKUs."""
    if rows:
        connection.execute(insert(skus), rows)


def change_skus(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Give known SKUs the columns of these rows."""
    if rows:
        connection.execute(_CHANGE_SKU, [_to(row) for row in rows])


def all_labels(connection: Connection, *kinds: str) -> Sequence[AnyRow]:
    """Every label of these kinds: label, kind, ref, uom, qty_each."""
    return connection.execute(_LABELS.where(labels.c.kind.in_(kinds))).all()


def add_labels(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Enter labels: label, kind, ref, and for packs uom and qty_each."""
    if rows:
        connection.execute(insert(labels), rows)


def change_labels(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Known labels are of another pack: label, kind, ref, uom, qty_each."""
    changed = [
        {"text": r["label"], "of": r["kind"], "name": r["ref"], "holds": r["uom"], "units": r["qty_each"]} for r in rows
    ]
    if changed:
        connection.execute(_CHANGE_LABEL, changed)


def drop_labels(connection: Connection, keys: Sequence[tuple[str, str, str]]) -> None:
    """These labels, each as (label, kind, ref), belong to nothing any more."""
    if keys:
        connection.execute(_DROP_LABEL, [{"text": label, "of": kind, "name": ref} for label, kind, ref in keys])


def _to(row: Mapping[str, object]) -> dict[str, object]:
    return {("of" if column == "sku" else f"to_{column}"): value for column, value in row.items()}
