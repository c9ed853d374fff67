"""A label's text read: normalised, its check digits proved, and what GS1 says in it taken out.

The handheld has the same rules in handheld_ui/src/rules/gs1.ts; tests/vectors/parse*.json hold the two together.
Unicode is where two languages part: only ASCII digits are digits, only A–Z is folded to upper case, and the white
space that is stripped is listed here, because str.strip() and String.trim() strip different characters.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from server.core.gs1_elements import Elements, element_message, element_pairs, link_pairs, written_out
from server.core.terms import Scan

LONGEST = 128
ODD_SPACE = (
    " \t\n\r\x0b\x0c\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
)
GTIN_LENGTHS = frozenset((8, 12, 13, 14))
SSCC_LENGTH = 18

_PLAIN = re.compile(r"[A-Za-z0-9._/ +-]+")
_DIGITS = re.compile(r"[0-9]+")
_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_UNSEEN = re.compile(
    "[\x00-\x1c\x1e\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ufffe\uffff\ud800-\udfff]"
)
_HTML = re.compile(r"<[A-Za-z/!?]|javascript:", re.IGNORECASE | re.ASCII)
_SQL = re.compile(
    r"['\";][ \t]*(?:or|and|union|select|insert|update|delete|drop|alter|exec)\b|['\";][ \t]*--|/\*"
    r"|\bunion[ \t]+select\b|\bdrop[ \t]+table\b|\binsert[ \t]+into\b|\bdelete[ \t]+from\b|\bselect[ \t].*[ \t]from\b",
    re.IGNORECASE | re.ASCII,
)
_FOLD: Mapping[int, int] = MappingProxyType({code: code - 32 for code in range(ord("a"), ord("z") + 1)})
_RETAIL = frozenset(("]E0", "]E3", "]E4"))  # EAN-13, UPC-A, UPC-E; with add-on; EAN-8
_MESSAGES = frozenset(("]C1", "]e0", "]d2", "]Q3", "]J1"))  # GS1-128, DataBar, GS1 DataMatrix, GS1 QR, GS1 DotCode
_SHOWN_OF_GARBAGE = 40
_SHORTEST_MESSAGE = 16  # 01 and a GTIN


def parse(label: str | None) -> Scan:
    """Read one label as a scanner, a camera or a person gave it.

    AIM identifiers (]C1, ]d2, ]E0, …) and FNC1 (\\x1d, or ^] as some wedges type it) are understood and taken off.
    `keys` are what to look up, most telling first; a `read_error` with keys is a number whose check digit is wrong: it
    stands unless one of the keys is known, because a site's own numbers carry no check digit. Never raises.
    """
    text = (label or "").strip(ODD_SPACE)
    if _PLAIN.fullmatch(text) and len(text) <= LONGEST and (text[0] != "0" or len(text) < _SHORTEST_MESSAGE):
        if text.isdigit():
            return _number(text)
        upper = text.upper()
        return Scan(upper, (upper,))
    if not text:
        return Scan("", fault="empty")
    return _unusual(text)


def key(text: str) -> str:
    """The one form under which a label is stored and looked up: a GTIN's 14 digits, else stripped and upper case."""
    bare = text.strip(ODD_SPACE)
    return gtin_14(bare) or fold(bare)


def fold(text: str) -> str:
    """A–Z for a–z and nothing else: full case folding differs between Unicode versions, and so between machines."""
    return text.upper() if text.isascii() else text.translate(_FOLD)


def gtin_14(text: str) -> str:
    """A GTIN-8, -12, -13 or -14 with a right check digit as 14 digits; "" for anything else."""
    if len(text) in GTIN_LENGTHS and _DIGITS.fullmatch(text) and check_digit_fits(text):
        return text.zfill(14)
    return ""


def check_digit_fits(digits: str) -> bool:
    """Whether the last digit is the GS1 check digit of the others (weights 3, 1 from the right; GS1 Gen. Specs 7.9)."""
    codes = digits.encode("ascii")
    weighed = 3 * sum(codes[-2::-2]) + sum(codes[::-2])
    return (weighed - 48 * (len(codes) + 2 * (len(codes) // 2))) % 10 == 0


def check_digit(payload: str) -> str:
    """The GS1 check digit that belongs behind these digits."""
    return next(digit for digit in "0123456789" if check_digit_fits(payload + digit))


def _number(digits: str) -> Scan:
    """Bare digits: a GTIN, an SSCC or a number of the site's own."""
    if len(digits) in GTIN_LENGTHS:
        return _gtin(digits)
    if len(digits) != SSCC_LENGTH:
        return Scan(digits, (digits,))
    return Scan(digits, (digits,), sscc=digits) if check_digit_fits(digits) else _misread(digits, digits)


def _gtin(digits: str) -> Scan:
    if check_digit_fits(digits):
        gtin = digits.zfill(14)
        return Scan(digits, (gtin,), gtin=gtin, base_gtin=_base(gtin))
    expanded = _upc_e(digits)
    return Scan(digits, (expanded,), gtin=expanded) if expanded else _misread(digits, digits)


def _base(gtin: str) -> str:
    """Of a pack (indicator 1–8) the GTIN of what is in it, after GS1's convention of keeping the middle 12 digits."""
    if gtin[0] in "09":
        return ""
    payload = "0" + gtin[1:13]
    return payload + check_digit(payload)


def _upc_e(digits: str) -> str:
    """The GTIN of a UPC-E's 8 digits, "" when they are none (zero suppression: GS1 Gen. Specs 5.2.2.4)."""
    if len(digits) != 8 or digits[0] not in "01":
        return ""
    system, a, rule, last = digits[0], digits[1:7], digits[6], digits[7]
    if rule in "012":
        body = a[:2] + rule + "0000" + a[2:5]
    elif rule == "3":
        body = a[:3] + "00000" + a[3:5]
    elif rule == "4":
        body = a[:4] + "00000" + a[4]
    else:
        body = a[:5] + "0000" + rule
    return gtin_14(system + body + last)


def _misread(text: str, lookup: str = "") -> Scan:
    return Scan(text, (lookup,) if lookup else (), fault="read_error")


def _nameless_message(text: str) -> Scan | None:
    """Element strings of a scanner that strips the AIM identifier: believed only behind a proved GTIN or SSCC."""
    proved = (text[:2] in ("01", "02") and len(text) > 15 and gtin_14(text[2:16])) or (
        text[:2] == "00" and len(text) > 19 and _DIGITS.fullmatch(text[2:20]) and check_digit_fits(text[2:20])
    )
    return _from_elements(text, element_message(text)) if proved else None


def _unusual(text: str) -> Scan:
    """Everything that is not plain letters and digits."""
    if len(text) > LONGEST or _UNSEEN.search(text) or _HTML.search(text) or _SQL.search(text):
        return Scan(_shown(text), fault="garbage")
    sign = _AIM.match(text)
    if sign is None:
        return _unsigned(text)
    return _signed(sign.group(), text[3:].strip(ODD_SPACE))


def _shown(text: str) -> str:
    """The start of a garbage text, made visible."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found.group()):04x}", text[:_SHOWN_OF_GARBAGE].replace("\x1d", "|"))


def _signed(sign: str, text: str) -> Scan:
    """A text behind its AIM identifier, which says what it must be."""
    if sign in _MESSAGES:
        return _from_elements(text, element_message(_with_fnc1(text)))
    if sign in _RETAIL:
        digits = text[:13] if sign == "]E3" else text
        scan = _gtin(digits) if len(digits) in GTIN_LENGTHS and _DIGITS.fullmatch(digits) else _misread(text)
        return scan if not scan.fault else _misread(text)
    return _own(text) if _AIM.match(text) else parse(text)


def _unsigned(text: str) -> Scan:
    marked = _with_fnc1(text)
    if "\x1d" in marked:
        return _from_elements(text, element_message(marked))
    if text.startswith("("):
        pairs = written_out(text)
        if pairs:
            return _from_elements(text, element_pairs(pairs))
    if text[:4].lower() == "http":
        pairs = link_pairs(text)
        if pairs:
            return _from_elements(text, element_pairs(pairs))
    return _nameless_message(text) or _own(text)


def _own(text: str) -> Scan:
    if _DIGITS.fullmatch(text):
        return _number(text)
    upper = fold(text)
    return Scan(upper, (upper,))


def _with_fnc1(text: str) -> str:
    return text.replace("^]", "\x1d").strip("\x1d")


@dataclass(frozen=True, slots=True)
class _Named:
    """The element values that a scan is made of."""

    gtin: str
    sscc: str
    count: int | None


def _from_elements(text: str, elements: Elements | None) -> Scan:
    """The scan that these element strings make; None, a wrong check digit or a count of 0 are a read error."""
    shown = _shown(text)
    if elements is None:
        return _misread(shown)
    values = elements.values
    named = _named(values)
    if named is None:
        return _misread(shown)
    lot, serial = fold(values.get("10", "")), fold(values.get("21", ""))
    main = named.sscc or named.gtin or values.get("414", "") or lot or serial or fold(text)
    return Scan(
        text="".join(f"({ai}){value}" for ai, value in values.items()) or shown,
        keys=(main,),
        gtin=named.gtin,
        sscc=named.sscc,
        lot=lot,
        expiry=elements.expiry,
        serial=serial,
        count=named.count,
        weight_g=elements.weight_g,
        unknown_ais=elements.unknown_ais,
        base_gtin=_base(named.gtin) if named.gtin else "",
    )


def _named(values: dict[str, str]) -> _Named | None:
    gtin = values.get("01") or values.get("02", "")
    sscc = values.get("00", "")
    numbers = [values[ai] for ai in ("00", "01", "02", "414") if ai in values]
    count = values.get("30") or values.get("37")
    if not all(map(check_digit_fits, numbers)) or (count is not None and int(count) == 0):
        return None
    return _Named(gtin, sscc, None if count is None else int(count))
