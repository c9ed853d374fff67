"""Carriers: who they are, and which cartons each takes."""

from server.core.tabular import Imported
from server.floor.carriers import tell_packers
from server.floor.load.changes import Changes
from server.store import carriers
from server.store.transaction import Transaction


def import_carriers(tx: Transaction, imported: Imported) -> Changes:
    """Enter carriers; a known one gets the file's name and cartons, and stays open or down as it is."""
    taken = carriers.taken_cartons(tx.connection)
    known = {row.carrier: (row.name, taken.get(row.carrier, ())) for row in carriers.everyone(tx.connection)}
    wanted = {row.carrier: (row.name, tuple(sorted(row.cartons))) for row in imported.carriers}
    fresh = [carrier for carrier in wanted if carrier not in known]
    changed = [carrier for carrier in wanted if carrier in known and wanted[carrier] != known[carrier]]
    carriers.add(tx.connection, [{"carrier": carrier, "name": wanted[carrier][0]} for carrier in fresh])
    carriers.rename(tx.connection, {carrier: wanted[carrier][0] for carrier in changed})
    for carrier in (*fresh, *changed):
        carriers.put_cartons(tx.connection, carrier, wanted[carrier][1])
    for carrier in changed:
        tell_packers(tx, carrier)
    return Changes(len(fresh), len(changed), len(wanted) - len(fresh) - len(changed))
