"""Reading labels: what a scanner, a camera or a person may give, and what of it can be trusted."""

from datetime import date

import pytest
from biip import ParseError
from biip.gs1_messages import GS1Message
from biip.upc import Upc
from hypothesis import assume, given, settings
from hypothesis import strategies as some

from server.core.gs1 import check_digit, check_digit_fits, key, parse
from server.core.terms import Scan
from tests.flow_vectors import plain, read

DIGITS = "0123456789"
GTIN_PAYLOADS = some.sampled_from((7, 11, 12, 13)).flatmap(lambda size: some.text(DIGITS, min_size=size, max_size=size))
SAME_LAMP = ("4006381333931", "04006381333931", "]E04006381333931", "]C10104006381333931", "(01)04006381333931")


@pytest.mark.parametrize("label", SAME_LAMP)
def test_every_way_of_writing_a_gtin_is_looked_up_by_its_14_digits(label: str) -> None:
    """GTIN-13, GTIN-14, retail and GS1 symbologies, brackets: one item."""
    assert parse(label).keys == ("04006381333931",)
    assert parse(label).gtin == "04006381333931"


@pytest.mark.parametrize(
    ("label", "gtin"),
    [
        ("036000291452", "00036000291452"),  # UPC-A
        ("0036000291452", "00036000291452"),  # the same as EAN-13
        ("96385074", "00000096385074"),  # EAN-8
        ("04252614", "00042100005264"),  # UPC-E, expanded
        ("]E004252614", "00042100005264"),
        ("https://id.gs1.org/01/9506000134352", "09506000134352"),
    ],
)
def test_short_gtins_are_filled_up(label: str, gtin: str) -> None:
    """GTIN-8, GTIN-12 and UPC-E are written with 14 digits."""
    assert parse(label).keys == (gtin,)


def test_a_message_gives_item_lot_expiry_serial_count_and_weight() -> None:
    """One scan may say all of it; text is what a person would read under the bars."""
    scan = parse("]C1010950600013435217261200\x1d10ab-1\x1d21s9\x1d3012\x1d3103001250")
    assert scan == Scan(
        text="(01)09506000134352(17)261200(10)ab-1(21)s9(30)12(3103)001250",
        keys=("09506000134352",),
        gtin="09506000134352",
        lot="AB-1",
        expiry="2026-12-31",
        serial="S9",
        count=12,
        weight_g=1250,
    )


def test_a_pack_names_the_unit_it_packs() -> None:
    """A GTIN-14 with an indicator from 1 to 8 keeps the middle digits of its unit's GTIN."""
    assert parse("14006381333938").base_gtin == "04006381333931"
    assert parse("04006381333931").base_gtin == ""


def test_an_sscc_is_looked_up_by_its_18_digits() -> None:
    """Bare, behind AI 00, and in brackets."""
    for label in ("106141412345678908", "]C100106141412345678908", "00106141412345678908", "(00)106141412345678908"):
        assert parse(label).keys == ("106141412345678908",)
        assert parse(label).sscc == "106141412345678908"


@pytest.mark.parametrize(
    ("label", "fault"),
    [
        ("", "empty"),
        (None, "empty"),
        (" \r\n\u3000", "empty"),
        ("A" * 129, "garbage"),
        ("A\x00B", "garbage"),
        ("A\u202eB", "garbage"),
        ("<script>alert(1)</script>", "garbage"),
        ("1'; DROP TABLE labels; --", "garbage"),
        ("4006381333932", "read_error"),
        ("]E04006381333932", "read_error"),
        ("]E0ABC", "read_error"),
        ("106141412345678909", "read_error"),
        ("]d20109506000134353", "read_error"),
        ("]d2010950600013435217260230", "read_error"),  # no 30th of February
        ("]C1010950600013435210L1\x1d10L2", "read_error"),  # two lots
        ("]C101095060001343523712345678901", "read_error"),  # a count that lost its FNC1
        ("(01)09506000134352(37)0", "read_error"),
        ("https://id.gs1.org/01/9506000134352/10/%zz", "read_error"),
    ],
)
def test_what_cannot_be_used_says_why(label: str | None, fault: str) -> None:
    """Nothing, no label at all, or a label that was not read whole."""
    assert parse(label).fault == fault


def test_a_number_with_a_wrong_check_digit_can_still_be_looked_up_unless_its_symbology_says_it_is_a_gtin() -> None:
    """A site's own numbers carry no check digit; an EAN symbol always does."""
    assert parse("12345678").keys == ("12345678",)
    assert parse("]E412345678").keys == ()


def test_an_unknown_identifier_is_kept_and_the_rest_is_used() -> None:
    """It costs the text up to the next FNC1."""
    scan = parse("]C104XYZ\x1d0109506000134352")
    assert (scan.unknown_ais, scan.gtin, scan.fault) == (("04",), "09506000134352", "")


def test_only_ascii_digits_are_digits_and_only_ascii_letters_are_folded() -> None:
    """Where two languages would part, neither goes."""
    assert parse("４００６３８１３３３９３１").gtin == ""
    assert parse("straße-ı").keys == ("STRAßE-ı",)
    assert key("\ufeffä-01 ") == "ä-01"


def test_labels_are_read_as_pinned() -> None:
    """parse.json, which the handheld passes too; made again by python -m tests.make_vectors."""
    empty = plain(Scan(""))
    for vector in read("parse.json"):
        assert plain(parse(vector["label"])) == empty | {"text": ""} | vector["scan"], vector["label"]
        assert key(vector["label"] or "") == vector["key"]


@settings(max_examples=40)
@given(GTIN_PAYLOADS, some.data())
def test_one_wrong_digit_is_always_found_out(payload: str, data: some.DataObject) -> None:
    """The check digit catches every single misread digit."""
    gtin = payload + check_digit(payload)
    assert check_digit_fits(gtin)
    place = data.draw(some.integers(0, len(gtin) - 1))
    wrong = data.draw(some.sampled_from([digit for digit in DIGITS if digit != gtin[place]]))
    assert not check_digit_fits(gtin[:place] + wrong + gtin[place + 1 :])


@settings(max_examples=60)
@given(some.text(max_size=140))
def test_any_text_is_read_without_an_error_and_its_key_is_stable(text: str) -> None:
    """A scanner may send anything; a stored label is found again by what it was stored under."""
    scan = parse(text)
    assert scan.fault in ("", "empty", "garbage", "read_error")
    assert bool(scan.keys) or scan.fault
    assert key(key(text)) == key(text)


@settings(max_examples=40)
@given(some.from_regex(r"\A[A-Za-z][A-Za-z0-9._/-]{0,40}\Z"))
def test_a_plain_label_is_looked_up_by_its_key(text: str) -> None:
    """What was stored under key() is found by parse()."""
    assume(not text.lower().startswith("http"))
    assert parse(f" {text}\r\n").keys == (key(text),)


@settings(max_examples=30)
@given(some.from_regex(r"\A[01][0-9]{6}\Z"))
def test_a_upc_e_is_expanded_as_biip_expands_it(start: str) -> None:
    """Zero suppression by its last digit, for either number system; an EAN-8 with the same digits goes first."""
    for label in (start + digit for digit in DIGITS):
        if not check_digit_fits(label):
            assert parse(label).gtin == _expanded(label)


def _expanded(label: str) -> str:
    try:
        return Upc.parse(label).as_upc_a().zfill(14)
    except ParseError:
        return ""


@settings(max_examples=20)
@given(
    some.sampled_from(("09506000134352", "04006381333931")),
    some.from_regex(r"\A[A-Za-z0-9/-]{1,20}\Z"),
    some.dates(min_value=date(2020, 1, 1), max_value=date(2049, 12, 31)),
    some.from_regex(r"\A[A-Za-z0-9]{1,20}\Z"),
)
def test_a_whole_message_says_what_biip_reads_in_it(gtin: str, lot: str, expiry: date, serial: str) -> None:
    """Element by element, as the library that knows the standard reads the whole."""
    message = f"01{gtin}17{expiry:%y%m%d}10{lot}\x1d21{serial}"
    elements = GS1Message.parse(message).element_strings
    scan = parse("]C1" + message)
    assert scan.gtin == elements[0].value
    assert scan.expiry == str(elements[1].date)
    assert (scan.lot, scan.serial) == (elements[2].value.upper(), elements[3].value.upper())
