"""Reading the cells of one row: every fault is noted, and reading goes on to the next cell."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from server.core.gs1 import SSCC_LENGTH, check_digit, check_digit_fits, key, parse
from server.core.tabular.rows import Barcode, Uom

MOST_EACH = 100_000
LONGEST_CODE = 128
LONGEST_NAME = 200
GTIN_LENGTHS = frozenset({8, 12, 13, 14})
YES = frozenset({"yes", "y", "true", "1", "x"})
NO = frozenset({"no", "n", "false", "0", ""})
_NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Cells:
    """One row's cells by field, and the list of what is wrong with them. `zone` is where times without one are from.

    The getters return a harmless value for a faulty cell, so that one reading finds every fault of the row.
    """

    given: Mapping[str, str]
    zone: tzinfo = UTC
    formats: tuple[str, ...] = ()  # further time formats, as for strptime
    faults: list[str] = field(default_factory=list)
    number: int = 0  # the row's, in its file

    def wrong(self, name: str, what: str) -> None:
        """Note that a field is wrong."""
        self.faults.append(f"{name}: {what}")

    def code(self, name: str, default: str | None = None) -> str:
        """A code of 1 to 128 characters."""
        return self._text(name, default, LONGEST_CODE)

    def words(self, name: str, default: str | None = "") -> str:
        """Free text of at most 200 characters."""
        return self._text(name, default, LONGEST_NAME)

    def whole(self, name: str, low: int, high: int, default: int | None = None) -> int:
        """A whole number from `low` to `high`; 12.0 is 12."""
        text = self.given.get(name, "")
        if not text and default is not None:
            return default
        if not text:
            self.wrong(name, "is missing")
            return low
        if not _NUMBER.fullmatch(text):
            self.wrong(name, f"{shown(text)} is not a number; write digits only")
            return low
        value = Decimal(text)
        if value > high:
            self.wrong(name, f"{text} is more than {high:,}, the most that one row may hold")
        elif value < low:
            self.wrong(name, f"{text} is less than {low}")
        elif value != value.to_integral_value():
            self.wrong(name, f"{text} is not a whole number")
        else:
            return int(value)
        return low

    def flag(self, name: str) -> bool:
        """Yes or no; an empty cell is no."""
        text = self.given.get(name, "").casefold()
        if text not in YES | NO:
            self.wrong(name, f"{shown(text)} is neither yes nor no")
        return text in YES

    def choice(self, name: str, choices: type[Choice]) -> Choice:
        """One of the words of `choices`, in upper or lower case."""
        text = self.given.get(name, "").casefold()
        if text in list(choices):
            return choices(text)
        known = ", ".join(choices)
        self.wrong(name, f"{shown(text)} is none of {known}" if text else f"is missing; give one of {known}")
        return next(iter(choices))

    def day(self, name: str) -> str:
        """A date as ISO 8601 text, "" when not given."""
        text = self.given.get(name, "")
        if not text:
            return ""
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            self.wrong(name, f"{shown(text)} is not a date; write it as 2027-03-31")
            return ""

    def moment(self, name: str) -> str:
        """A time as ISO 8601 text in UTC with milliseconds, "" when not given; a date alone is its midnight."""
        text = self.given.get(name, "")
        if not text:
            return ""
        found = self._time(text)
        if found is None:
            self.wrong(name, f"{shown(text)} is not a time; write it as 2026-11-23T17:00 or 2026-11-23")
            return ""
        return utc_text(found if found.tzinfo else found.replace(tzinfo=self.zone))

    def barcodes(self, name: str) -> tuple[Barcode, ...]:
        """Barcodes as `code:uom:qty;code:uom:qty`; a code alone is the each's."""
        found = [self._barcode(name, part.strip()) for part in self.given.get(name, "").split(";") if part.strip()]
        if len({key(barcode.text) for barcode in found}) < len(found):
            self.wrong(name, "one barcode stands twice")
        return tuple(found)

    def sscc(self, name: str) -> str:
        """An SSCC's 18 digits, however its label may be written."""
        text = self.code(name)
        found = parse(text).sscc
        if text and not found:
            digits = text if len(text) == SSCC_LENGTH and text.isascii() and text.isdigit() else ""
            ending = f"has the wrong check digit; it should end in {check_digit(digits[:-1])}" if digits else ""
            self.wrong(name, f"{shown(text)} {ending or 'is no SSCC; write its 18 digits, as text'}")
        return found

    def codes(self, name: str) -> tuple[str, ...]:
        """Codes as `code;code`, each once."""
        found = [part.strip() for part in self.given.get(name, "").split(";") if part.strip()]
        for part in found:
            if len(part) > LONGEST_CODE or any(unicodedata.category(mark) in {"Cc", "Cs", "Zl", "Zp"} for mark in part):
                self.wrong(name, f"{shown(part)} is no code of at most {LONGEST_CODE} characters")
        if len({key(part) for part in found}) < len(found):
            self.wrong(name, "one code stands twice")
        return tuple(found)

    def _text(self, name: str, default: str | None, longest: int) -> str:
        text = self.given.get(name, "")
        if not text:
            if default is None:
                self.wrong(name, "is missing")
            return default or ""
        if len(text) > longest:
            self.wrong(name, f"has {len(text)} characters, at most {longest} are allowed")
        if any(unicodedata.category(mark) in {"Cc", "Cs", "Zl", "Zp"} for mark in text):
            self.wrong(name, f"{shown(text)} holds control characters")
        return text

    def _time(self, text: str) -> datetime | None:
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
        for form in self.formats:
            try:
                return datetime.strptime(text, form).replace(tzinfo=self.zone)
            except ValueError:
                continue
        return None

    def _barcode(self, name: str, part: str) -> Barcode:
        text, _, rest = part.partition(":")
        uom, _, qty = rest.partition(":")
        cells = Cells({name: text, "uom": uom or Uom.EACH, "qty": qty or "1"}, faults=self.faults)
        barcode = Barcode(cells.code(name), cells.choice("uom", Uom), cells.whole("qty", 1, MOST_EACH))
        if len(text) in GTIN_LENGTHS and text.isascii() and text.isdigit() and not check_digit_fits(text):
            self.wrong(name, f"{text} has the wrong check digit; it should end in {check_digit(text[:-1])}")
        if (barcode.uom is Uom.EACH) != (barcode.qty_each == 1):
            self.wrong(name, f"{shown(part)}: an each holds 1, any other unit at least 2")
        return barcode


def utc_text(moment: datetime) -> str:
    """A time with a zone as ISO 8601 text in UTC with milliseconds: 2026-11-23T17:00:00.000Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def shown(text: str) -> str:
    """A cell as an error message shows it: short and without control characters."""
    safe = repr(text) if text.isprintable() else ascii(text)
    return safe if len(safe) <= 40 else f"{safe[:37]}…"
