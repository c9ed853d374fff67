"""How the house is run, where people may choose: one value for each rule."""

from sqlalchemy import Connection, bindparam, insert, select, update

from server.store.prepared import Prepared
from server.store.schema import house_rules

_VALUE = Prepared(select(house_rules.c.value).where(house_rules.c.rule == bindparam("of")))
_CHANGE = update(house_rules).where(house_rules.c.rule == bindparam("of"))


def value(connection: Connection, rule: str) -> str:
    """What was chosen for this rule; "" when nobody has chosen."""
    return _VALUE.value(connection, of=rule) or ""


def put(connection: Connection, now: str, rule: str, chosen: str) -> None:
    """This is the rule from now on."""
    if connection.execute(_CHANGE, {"of": rule, "value": chosen, "set_at": now}).rowcount == 0:
        connection.execute(insert(house_rules), {"rule": rule, "value": chosen, "set_at": now})
