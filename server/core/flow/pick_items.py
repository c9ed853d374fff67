"""What an item's label, a lot, a serial or a load means for the pick line in work (cases 14–27, 38–58)."""

from server.core.flow.found import Found, question
from server.core.gs1 import fold
from server.core.terms import PickLine, PickTask, Scan, Thing

_REFUSED = frozenset(("one_too_many", "pack_too_big"))
_LOT_QUESTIONS = frozenset(("lot", "other_lot", "strange_lot"))


def item_signal(task: PickTask, line: PickLine, scan: Scan, thing: Thing) -> Found:
    """The signal of an item's label at the shelf or over the tote."""
    if thing.ref != line.sku:
        return Found("listed_item" if thing.state == "listed" else "other_item", ref=thing.ref)
    if thing.qty_each < 1:
        return Found("unknown_pack", ref=thing.ref)
    units = thing.qty_each if scan.count is None else thing.qty_each * scan.count
    if line.tracks == "serial":
        return _serial(task, line, units, scan.serial)
    if scan.lot or line.tracks == "lot":
        return _lot(task, line, units, scan.lot, scan.expiry)
    return _counted(task, line, units, line.lot)


def lot_signal(task: PickTask, line: PickLine, _scan: Scan, thing: Thing) -> Found:
    """A lot's label of its own: it counts only when the item was scanned first, and then as that item's lot (45)."""
    kind, units, _ = question(task)
    if kind in _LOT_QUESTIONS and thing.sku == line.sku:
        return _lot(task, line, units, fold(thing.ref))
    return Found("item_before_lot" if line.tracks == "lot" and thing.sku == line.sku else "is_lot", ref=thing.ref)


def serial_signal(task: PickTask, line: PickLine, _scan: Scan, thing: Thing) -> Found:
    """A serial's label of its own says which item it is on."""
    if line.tracks != "serial" or thing.sku != line.sku:
        return Found("is_serial", ref=thing.ref)
    if thing.state == "order":
        return Found("serial_of_order", ref=thing.ref, serial=thing.ref, note=thing.order_ref)
    if thing.state == "gone":
        return Found("serial_unknown", ref=thing.ref, serial=thing.ref)
    return _serial(task, line, 1, thing.ref)


def load_signal(task: PickTask, line: PickLine, _scan: Scan, thing: Thing) -> Found:
    """A whole load counts when it is exactly what the line still wants (case 54), unless its lot has expired (46)."""
    left = line.qty_each - line.picked_each - task.in_hand_each
    exact = thing.sku == line.sku and 0 < left == thing.qty_each and thing.lot in ("", line.lot)
    if not exact or line.tracks == "serial":
        return Found("load_differs", ref=thing.ref)
    late = _expired(line, line.expiry)
    return Found("lot_expired" if late else "item_done", left, thing.ref, line.lot, note=late)


def asked_serial(task: PickTask, line: PickLine, scan: Scan) -> Found | None:
    """The bare serial that was asked for, on a label that nobody knows; None when none was asked for."""
    if question(task).kind != "serial" or scan.gtin or not scan.keys:
        return None
    return _serial(task, line, 1, scan.serial or scan.keys[0])


def asked_lot(task: PickTask, line: PickLine, scan: Scan) -> Found | None:
    """The bare lot that was asked for; None when the label is not an answer to that.

    It must be one that is in this location, the one that was warned of, or say by GS1 that it is a lot.
    """
    kind, units, asked_ref = question(task)
    if kind not in _LOT_QUESTIONS or scan.gtin or not scan.keys:
        return None
    lot = scan.lot or scan.keys[0]
    if scan.lot or lot == fold(asked_ref) or lot in (fold(line.lot), *(fold(here) for here in line.lots_here)):
        return _lot(task, line, units, lot, scan.expiry)
    return None


def confirmed_lot(task: PickTask, line: PickLine) -> Found:
    """The line is served from the lot that was asked about; a lot not known here is counted besides (cases 40, 42)."""
    kind, units, lot = question(task)
    found = _counted(task, line, units, lot)
    if found.signal in _REFUSED:
        return found
    counted = "_counted" if kind == "strange_lot" else ""
    return found._replace(signal=f"lot_changed{counted}{'_done' if found.signal == 'item_done' else ''}")


def counted_again(task: PickTask, line: PickLine) -> Found:
    """The item that a label which also names the location was meant as (case 13)."""
    return _counted(task, line, question(task).qty_each, line.lot)


def _counted(task: PickTask, line: PickLine, units: int, lot: str, serial: str = "") -> Found:
    left = line.qty_each - line.picked_each - task.in_hand_each
    if units > left:
        signal = "pack_too_big" if left > 0 else "one_too_many"
    elif units == left:
        signal = "item_done"
    else:
        signal = "item_many" if units == 1 and left > line.count_each_up_to and not serial else "item"
    return Found(signal, units, line.sku, lot, serial)


def _serial(task: PickTask, line: PickLine, units: int, serial: str) -> Found:
    found = _counted(task, line, units, line.lot, serial)
    if units > 1:
        return found._replace(signal="serials_by_scanning")
    if serial in line.serials and serial:
        return found._replace(signal="serial_again")
    if found.signal in _REFUSED:
        return found
    if not serial:
        return found._replace(signal="serial_wanted")
    if line.serials_here and serial not in line.serials_here:
        return found._replace(signal="serial_unknown")
    return found


def _lot(task: PickTask, line: PickLine, units: int, lot: str, expiry: str = "") -> Found:
    found = _counted(task, line, units, lot)
    if found.signal in _REFUSED:
        return found
    if not lot:
        return _lot_unsaid(found, line)
    if lot == fold(line.lot) or not line.lot:
        late = _expired(line, expiry or line.expiry)
        return found._replace(signal="lot_expired", note=late) if late else found._replace(lot=line.lot or lot)
    return _lot_other(task, found, line, expiry)


def _lot_unsaid(found: Found, line: PickLine) -> Found:
    """Only the product was read: enough when exactly one lot lies here (cases 38, 44)."""
    if len(line.lots_here) == 1:
        return found._replace(lot=line.lot)
    return found._replace(signal="several_lots" if line.lots_here else "lot_wanted", lot="")


def _lot_other(task: PickTask, found: Found, line: PickLine, expiry: str) -> Found:
    spelled = {fold(lot): lot for lot in line.lots_here}
    date = expiry or dict(zip(spelled, line.lots_here_expiry, strict=False)).get(found.lot, "")
    kind, _, warned = question(task)
    if found.lot in (fold(gone) for gone in line.lots_gone):
        return found._replace(signal="lot_gone")
    if _expired(line, date):
        return found._replace(signal="lot_expired", note=date)
    if task.in_hand_each or line.picked_each:
        return found._replace(signal="lot_begun")
    if kind == "other_lot":
        return confirmed_lot(task, line) if found.lot == fold(warned) else found._replace(signal="lot_differs")
    if found.lot not in spelled:
        return found._replace(signal="strange_lot")
    newer = bool(date and line.expiry and date > line.expiry)
    return found._replace(signal="newer_lot" if newer else "other_lot", lot=spelled[found.lot])


def _expired(line: PickLine, date: str) -> str:
    """The date when it is too early to leave the building, else ""."""
    return date if date and line.min_expiry and date < line.min_expiry else ""
