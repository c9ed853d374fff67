"""Known file formats: which columns hold which fields, and which rows are passed over."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from server.core.errors import NotFound
from server.core.tabular.rows import Kind

CANCELLATION = "cancellation"
NOT_GOODS = "not_goods"
NOT_POSITIVE = "quantity_not_positive"
ADJUSTMENT = "bad_debt_adjustment"
_GOODS = re.compile(r"\d{5}", re.ASCII)
_CHARGES = frozenset({"23444", "23574"})  # "Next Day Carriage", "PACKING CHARGE": numbered like goods
_NEGATIVE = re.compile(r"-\d+(\.\d+)?|[+]?0+(\.0+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Preset:
    """A known file format.

    `columns` gives field -> column where the two differ; `leave_out` says why a row (by field) is passed over, ""
    when it is not; `mend` sets a row's cells right; `formats` are its time formats beside ISO 8601. With
    `goods_from_orders`, its files list orders and name the SKUs beside them; an order's first line tells its time.
    """

    name: str
    kinds: frozenset[Kind]
    columns: Mapping[str, str]
    leave_out: Callable[[Mapping[str, str]], str]
    mend: Callable[[dict[str, str]], dict[str, str]]
    formats: tuple[str, ...]
    goods_from_orders: bool


def preset_named(name: str) -> Preset:
    """The preset of this name.

    Raises NotFound (`unknown_preset`).
    """
    presets = {"generic": _generic, "online-retail": _online_retail}
    if name not in presets:
        raise NotFound("unknown_preset", f"there is no preset {name!r}; there are {', '.join(presets)}")
    return presets[name]()


def _generic() -> Preset:
    return Preset("generic", frozenset(Kind), {}, _keep, dict, (), goods_from_orders=False)


def _keep(_cells: Mapping[str, str]) -> str:
    return ""


def _online_retail() -> Preset:
    """The columns of the UCI data set "Online Retail" (Source: Chen 2015, DOI 10.24432/C5BW33), one file of orders."""
    columns = {
        "order_ref": "InvoiceNo",
        "sku": "StockCode",
        "name": "Description",
        "qty": "Quantity",
        "ordered_at": "InvoiceDate",
        "customer": "CustomerID",
    }
    return Preset(
        name="online-retail",
        kinds=frozenset({Kind.ORDERS, Kind.SKUS}),
        columns=columns,
        leave_out=_no_order,
        mend=_mend_online_retail,
        formats=("%m/%d/%Y %H:%M",),
        goods_from_orders=True,  # one invoice may run over the minute
    )


def _no_order(cells: Mapping[str, str]) -> str:
    if cells.get("order_ref", "").upper().startswith("C"):
        return CANCELLATION
    if cells.get("order_ref", "").upper().startswith("A"):
        return ADJUSTMENT
    if cells.get("sku") and (not _GOODS.match(cells["sku"]) or cells["sku"] in _CHARGES):
        return NOT_GOODS
    return NOT_POSITIVE if _NEGATIVE.fullmatch(cells.get("qty", "")) else ""


def _mend_online_retail(cells: dict[str, str]) -> dict[str, str]:
    """One article is written 84997b and 84997B; customers were once numbers with a decimal point."""
    return {
        **cells,
        "sku": cells.get("sku", "").upper(),
        "name": " ".join(cells.get("name", "").split()),
        "customer": cells.get("customer", "").removesuffix(".0"),
        "channel": "online-retail",
    }
