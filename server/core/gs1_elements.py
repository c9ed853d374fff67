"""GS1 element strings: the pairs of application identifier and value in a message, a bracketed text or a web link.

biip knows the 541 application identifiers and their formats. Dates are read here, because biip takes the century from
today's date: an expiry is always of 20YY, and day 00 is the last of its month (GS1 Gen. Specs 3.4.7, 7.12).
"""

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from biip import ParseConfig, ParseError
from biip.gs1_application_identifiers import GS1ApplicationIdentifier
from biip.gs1_element_strings import GS1ElementString

Pair = tuple[str, str]

LINK_STARTS = frozenset(("00", "01", "414", "8006"))
DATES = ("11", "12", "13", "15", "16", "17")
_CONFIG = ParseConfig(gs1_element_strings_verify_date=False)
_BRACKETED = re.compile(r"\(([0-9]{2,4})\)")
_PERCENT = re.compile(r"%(?![0-7][0-9A-Fa-f])")
_DIGITS = re.compile(r"[0-9]+")
_ASCII = re.compile(r"[\x1d\x20-\x7e]*")


@dataclass(frozen=True, slots=True)
class Elements:
    """What a set of element strings says. `values` by application identifier, in order of appearance."""

    values: dict[str, str]
    unknown_ais: tuple[str, ...] = ()
    expiry: str = ""
    weight_g: int | None = None


def element_message(text: str) -> Elements | None:
    """The elements of a message as scanned, FNC1 as \\x1d; None when it cannot be right.

    An unknown application identifier costs the text up to the next FNC1, no more. A field of variable length that goes
    on without FNC1 has lost it: what follows may be the next field or not, and no scan may be guessed.
    """
    if not _ASCII.fullmatch(text):
        return None
    pairs: list[Pair] = []
    unknown: list[str] = []
    rest = text
    while rest:
        if rest[0] == "\x1d":
            rest = rest[1:]
            continue
        entry = _identifier(rest)
        if entry is None:
            chunk, _, rest = rest.partition("\x1d")
            unknown.append(chunk[:2])
            continue
        value = _value(rest)
        if value is None:
            return None
        pairs.append((entry.ai, value))
        rest = rest[len(entry.ai) + len(value) :]
        if entry.separator_required and rest and rest[0] != "\x1d":
            return None
    return _elements(pairs, unknown)


def element_pairs(pairs: Iterable[Pair]) -> Elements | None:
    """The elements of pairs that are already apart; None when one of them breaks its format."""
    known: list[Pair] = []
    unknown: list[str] = []
    for ai, value in pairs:
        entry = _identifier(ai)
        if entry is None or entry.ai != ai:
            unknown.append(ai[:2])
        elif not _ASCII.fullmatch(value) or _value(ai + value) != value:
            return None
        else:
            known.append((ai, value))
    return _elements(known, unknown)


def written_out(text: str) -> list[Pair]:
    """The pairs of a text with its identifiers in brackets, as printed under a bar code; [] when it is none."""
    parts = _BRACKETED.split(text)
    return [] if parts[0] else list(zip(parts[1::2], parts[2::2], strict=True))


def link_pairs(text: str) -> list[Pair]:
    """The pairs of a GS1 Digital Link URI; [] when the address is not one.

    A link that is cut off or wrongly escaped comes out as a pair that breaks its format.
    """
    address, _, query = text.partition("#")[0].partition("?")
    path = address.partition("//")[2].split("/")[1:]
    start = next((place for place, part in enumerate(path) if part in LINK_STARTS), None)
    if start is None:
        return []
    parts = path[start:]
    if _PERCENT.search(text) or len(parts) % 2:
        return [("01", "")]
    pairs = list(zip(parts[::2], parts[1::2], strict=True))
    pairs += [(name, value) for name, _, value in (part.partition("=") for part in query.split("&"))]
    return [_decoded(ai, value) for ai, value in pairs if _DIGITS.fullmatch(ai)]


def _decoded(ai: str, value: str) -> Pair:
    plain = unquote(value)
    return ai, plain.zfill(14) if ai == "01" else plain


def _identifier(text: str) -> GS1ApplicationIdentifier | None:
    try:
        return GS1ApplicationIdentifier.extract(text)
    except ParseError:
        return None


def _value(element: str) -> str | None:
    try:
        return GS1ElementString.extract(element, config=_CONFIG).value
    except ParseError:
        return None


def _elements(pairs: Iterable[Pair], unknown: Iterable[str]) -> Elements | None:
    """All pairs together; None when one identifier comes with two values or a date does not exist."""
    values: dict[str, str] = {}
    for ai, value in pairs:
        if values.setdefault(ai, value) != value:
            return None
    dates = {ai: _date(values[ai]) for ai in DATES if ai in values}
    if None in dates.values():
        return None
    expiry = dates.get("17") or dates.get("15") or ""
    return Elements(values, tuple(unknown), expiry, _weight_g(values))


def _date(text: str) -> str | None:
    """YYMMDD as an ISO date; "" for 000000, which labels without a date carry; None for a day that does not exist."""
    if text == "000000":
        return ""
    year, month, day = 2000 + int(text[:2]), int(text[2:4]), int(text[4:])
    if not 1 <= month <= 12:
        return None
    days = calendar.monthrange(year, month)[1]
    return f"{year}-{month:02}-{day or days:02}" if day <= days else None


def _weight_g(values: dict[str, str]) -> int | None:
    """Net weight in whole grams, rounded half up: AI 310n in kilograms, 320n in pounds of 453.59237 g."""
    for ai, value in values.items():
        if ai[:3] == "310":
            return _rounded(int(value) * 1000, 10 ** int(ai[3]))
        if ai[:3] == "320":
            return _rounded(int(value) * 45359237, 10 ** (int(ai[3]) + 5))
    return None


def _rounded(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


def catalogue() -> dict[str, tuple[str, ...]]:
    """Value pattern → the application identifiers that have it: what the handheld reads element strings by."""
    found: dict[str, list[str]] = {}
    open_prefixes = [""]
    for size in range(1, 5):
        longer = [prefix + digit for prefix in open_prefixes for digit in "0123456789"]
        known = {ai: _pattern(ai) for ai in longer} if size > 1 else {}
        for ai, pattern in known.items():
            if pattern is not None:
                found.setdefault(pattern, []).append(ai)
        open_prefixes = [ai for ai in longer if known.get(ai) is None]
    return {pattern: tuple(ais) for pattern, ais in found.items()}


def _pattern(ai: str) -> str | None:
    entry = _identifier(ai)
    return entry.pattern.removeprefix("^" + ai).removesuffix("$") if entry is not None and entry.ai == ai else None
