"""Reading one JSON object field by field: every fault is noted with its place, and reading goes on to the next."""

import math
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

Anything = TypeVar("Anything")
Choice = TypeVar("Choice", bound=StrEnum)
FARTHEST_M = 10_000.0
LONGEST_TEXT = 128


@dataclass(frozen=True, slots=True)
class Fields:
    """A JSON object at `place` in the file, and the one list in which all faults of the file are gathered.

    The getters return a harmless value for a faulty field, so that one reading finds every fault.
    """

    given: Mapping[str, object]
    place: str
    problems: list[tuple[str, str]]
    asked: set[str] = field(default_factory=set)

    def wrong(self, name: str, what: str) -> None:
        """Note that field `name` is wrong."""
        self.problems.append((self.at(name), what))

    def at(self, name: str) -> str:
        """The place of a field: `aisles[3].bays`."""
        return f"{self.place}.{name}" if self.place and name else self.place or name

    def has(self, name: str) -> bool:
        """Whether the field is given; asking counts as knowing it."""
        self.asked.add(name)
        return name in self.given

    def text(self, name: str, default: str | None = None, longest: int = LONGEST_TEXT) -> str:
        """A printable text of 1 to `longest` characters."""
        if not self.has(name):
            return self._absent(name, "text", default, "")
        value = self.given[name]
        fault = text_fault(value, longest)
        if fault or not isinstance(value, str):
            self.wrong(name, fault)
            return default or ""
        return value

    def number(self, name: str, low: float, high: float, default: float | None = None) -> float:
        """A finite number from `low` to `high`."""
        if not self.has(name):
            return self._absent(name, "a number", default, low)
        value = self.given[name]
        fault = number_fault(value, low, high)
        if fault or not isinstance(value, int | float):
            self.wrong(name, fault)
            return low if default is None else default
        return float(value)

    def length(self, name: str, default: float | None = None, longest: float = FARTHEST_M) -> float:
        """A length in metres, at least a centimetre."""
        return self.number(name, 0.01, longest, default)

    def whole(self, name: str, low: int, high: int, default: int | None = None) -> int:
        """A whole number from `low` to `high`."""
        value = float(self.number(name, low, high, default))
        if not value.is_integer():
            self.wrong(name, f"{value:g} is not a whole number")
            return low
        return int(value)

    def choice(self, name: str, choices: type[Choice], default: Choice | None = None) -> Choice:
        """One of the words of `choices`."""
        first = next(iter(choices))
        known = ", ".join(choices)
        if not self.has(name):
            return self._absent(name, f"one of {known}", default, first)
        value = self.given[name]
        if isinstance(value, str) and value in list(choices):
            return choices(value)
        self.wrong(name, f"{shown(value)} is none of {known}")
        return default or first

    def flag(self, name: str) -> bool:
        """True or false; false when not given."""
        value = self.given[name] if self.has(name) else False
        if not isinstance(value, bool):
            self.wrong(name, f"{shown(value)} is neither true nor false")
            return False
        return value

    def point(self, name: str) -> tuple[float, float]:
        """A place as [x, y] in metres."""
        if not self.has(name):
            return self._absent(name, "a place [x, y] in metres", None, (0.0, 0.0))
        value = self.given[name]
        if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != 2:
            self.wrong(name, f"{shown(value)} is not a place [x, y] in metres")
            return 0.0, 0.0
        faults = [fault for part in value if (fault := number_fault(part, -FARTHEST_M, FARTHEST_M))]
        if faults:
            self.wrong(name, "; ".join(faults))
            return 0.0, 0.0
        return float(value[0]), float(value[1])

    def objects(self, name: str) -> Iterator["Fields"]:
        """The objects of a list field, each with its own place; entries that are none are noted and passed over."""
        value = self.given[name] if self.has(name) else []
        if not isinstance(value, Sequence) or isinstance(value, str):
            self.wrong(name, f"{shown(value)} is not a list")
            return
        for index, entry in enumerate(value):
            if isinstance(entry, Mapping):
                yield Fields(entry, self.at(f"{name}[{index}]"), self.problems)
            else:
                self.wrong(f"{name}[{index}]", f"{shown(entry)} is not an object")

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts of a list field; nothing when the field is not given."""
        value = self.given[name] if self.has(name) else []
        if not isinstance(value, Sequence) or isinstance(value, str):
            self.wrong(name, f"{shown(value)} is not a list")
            return ()
        for index, entry in enumerate(value):
            if fault := text_fault(entry, longest=600):
                self.wrong(f"{name}[{index}]", fault)
        return tuple(str(entry) for entry in value)

    def named(self, name: str) -> Iterator[tuple[str, "Fields"]]:
        """The objects of a field that maps names to objects."""
        for key, entry in self.child(name).given.items():
            yield str(key), self._child(f"{name}[{key!r}]", entry)

    def child(self, name: str) -> "Fields":
        """The object in a field; an empty one when not given."""
        return self._child(name, self.given[name] if self.has(name) else {})

    def close(self) -> None:
        """Note every given field that nobody asked for: a misspelt field must not be overlooked."""
        for name in self.given:
            if name not in self.asked:
                known = ", ".join(sorted(self.asked))
                self.wrong(str(name), f"unknown field; known here are {known}")

    def _child(self, name: str, value: object) -> "Fields":
        if isinstance(value, Mapping):
            return Fields(value, self.at(name), self.problems)
        self.wrong(name, f"{shown(value)} is not an object")
        return Fields({}, self.at(name), [])  # its missing fields would only repeat the fault

    def _absent(self, name: str, wanted: str, default: Anything | None, harmless: Anything) -> Anything:
        if default is None:
            self.wrong(name, f"is missing; give {wanted}")
            return harmless
        return default


def text_fault(value: object, longest: int = LONGEST_TEXT) -> str:
    """What is wrong with a text or code, "" when nothing is."""
    if not isinstance(value, str):
        return f"{shown(value)} is not text"
    if not value or value != value.strip():
        return "is empty or has spaces around it"
    if len(value) > longest:
        return f"has {len(value)} characters, at most {longest} are allowed"
    if any(unicodedata.category(mark) in {"Cc", "Cs", "Zl", "Zp"} for mark in value):
        return f"{shown(value)} holds control characters"
    return ""


def number_fault(value: object, low: float, high: float) -> str:
    """What is wrong with a number, "" when nothing is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"{shown(value)} is not a number"
    if isinstance(value, float) and not math.isfinite(value):
        return f"{value} is not a finite number"
    if not low <= value <= high:
        return f"{shown(value)} is not between {low:g} and {high:g}"
    return ""


def shown(value: object) -> str:
    """A value as an error message shows it: short and without control characters."""
    text = ascii(value) if not isinstance(value, str) or not value.isprintable() else repr(value)
    return text if len(text) <= 40 else f"{text[:37]}…"
