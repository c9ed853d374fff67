"""What a house may choose for itself: each rule with its standard value and the values it can have."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import Connection

from server.core.errors import BadInput, NotFound
from server.store import log, rules
from server.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Choice:
    """One rule: its standard value; the words it may be, or (none) a whole number up to `most`; what it is about."""

    standard: str
    about: str
    words: tuple[str, ...] = ()
    most: int = 0


CHOICES: Mapping[str, Choice] = MappingProxyType(
    {
        "zero_check": Choice(
            "empty", "ask whether a shelf is empty when the ledger says that it should be", ("empty", "never")
        ),
        "weight_tolerance_g": Choice("100", "grams that a parcel may be off, its carton included", most=100_000),
        "weight_tolerance_percent": Choice("5", "per cent of its weight that it may be off, if that is more", most=100),
    }
)


def chosen(connection: Connection, name: str) -> str:
    """The value of a rule in this house. Raises NotFound: there is no such rule."""
    return rules.value(connection, name) or _known(name).standard


def choose(tx: Transaction, name: str, value: str) -> None:
    """From now on the rule has this value.

    Raises:
        NotFound: there is no such rule.
        BadInput: it cannot have this value.

    """
    choice = _known(name)
    number = value.isascii() and value.isdigit() and int(value) <= choice.most
    if value not in choice.words and (choice.words or not number):
        wanted = " or ".join(choice.words) or f"a whole number from 0 to {choice.most}"
        raise BadInput("rule_wrong", f"{name} cannot be {value[:64]!r}; use {wanted}")
    rules.put(tx.connection, tx.now, name, value)
    log.record_event(tx.connection, tx.now, "rule", label=name, code=value)


def tolerance_g(connection: Connection, expected_g: int) -> int:
    """Grams that a parcel of this expected weight may be off."""
    percent = int(chosen(connection, "weight_tolerance_percent"))
    return max(int(chosen(connection, "weight_tolerance_g")), round(expected_g * percent / 100))


def _known(name: str) -> Choice:
    if name not in CHOICES:
        raise NotFound("unknown_rule", f"there is no rule {name[:64]!r}; there are {', '.join(CHOICES)}")
    return CHOICES[name]
