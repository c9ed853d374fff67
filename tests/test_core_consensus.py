"""Which codes count: the rules, one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.consensus import (
    PROFILES,
    RETAIL,
    WEAK,
    Corners,
    Reader,
    Sighting,
    Symbology,
    agree,
    doubts,
    mod10_holds,
    upc_e_digits,
)

WAREHOUSE = PROFILES["warehouse"]
RIGHT = "4006381333931"
WRONG = "9074932437075"  # its check digit is right too


def box(left: float = 0, top: float = 0) -> Corners:
    """A place 100 wide and 40 high."""
    return (left, top), (left + 100, top), (left + 100, top + 40), (left, top + 40)


def saw(
    text: str,
    reader: Reader = Reader.ZXING,
    stage: str = "as it is",
    symbology: Symbology = Symbology.EAN_13,
    corners: Corners | None = None,
) -> Sighting:
    """A sighting with what a test does not care about filled in."""
    return Sighting(reader, stage, text, symbology, "]E0", corners or box())


def texts(*sightings: Sighting, profile: str = "warehouse") -> list[str]:
    """What counts of these sightings."""
    return [code.text for code in agree(sightings, PROFILES[profile])]


def test_a_qr_code_counts_after_one_sighting() -> None:
    """Reed-Solomon stands behind it."""
    assert texts(saw("A-01-02", symbology=Symbology.QR)) == ["A-01-02"]


@pytest.mark.parametrize("symbology", sorted(WEAK - RETAIL - {Symbology.DATABAR}))
def test_a_weak_symbology_wants_two_sightings(symbology: Symbology) -> None:
    """One is not enough, two stages of one reader are."""
    first, second = saw("A1234B", symbology=symbology), saw("A1234B", stage="larger", symbology=symbology)
    assert texts(first) == []
    assert texts(first, first) == []
    assert texts(first, second) == ["A1234B"]


def test_one_ean_sighting_is_not_enough_and_two_readers_are() -> None:
    """The second may be another decoder or the bars."""
    assert texts(saw(RIGHT)) == []
    assert texts(saw(RIGHT), saw(RIGHT, Reader.ZBAR)) == [RIGHT]
    assert texts(saw(RIGHT), saw(RIGHT, Reader.BARS)) == [RIGHT]


def test_the_bars_alone_never_make_a_code() -> None:
    """However often they were asked: they are the same bars."""
    assert texts(saw(RIGHT, Reader.BARS), saw(RIGHT, Reader.BARS, "larger")) == []


def test_two_decoders_that_agree_against_the_bars_do_not_count() -> None:
    """Both engines agreed on a wrong number once; the bars said another."""
    assert texts(saw(WRONG), saw(WRONG, Reader.ZBAR), saw(RIGHT, Reader.BARS)) == []


def test_the_number_that_the_bars_bear_out_wins_over_two_that_agree() -> None:
    """As soon as one decoder reads it too."""
    seen = [saw(WRONG), saw(WRONG, Reader.ZBAR), saw(RIGHT, Reader.BARS), saw(RIGHT, stage="closer")]
    assert texts(*seen) == [RIGHT]


def test_twice_as_many_as_any_rival_at_the_same_place() -> None:
    """Three to two is doubt, four to two is not."""
    rivals = [saw(WRONG), saw(WRONG, stage="soft")]
    three = [saw(RIGHT, stage=str(i)) for i in range(3)]
    assert texts(*rivals, *three) == []
    assert texts(*rivals, *three, saw(RIGHT, Reader.ZBAR)) == [RIGHT]


def test_codes_at_different_places_are_not_rivals() -> None:
    """Two labels in one frame both count."""
    here = [saw(RIGHT), saw(RIGHT, Reader.ZBAR)]
    there = [saw(WRONG, corners=box(0, 300)), saw(WRONG, Reader.ZBAR, corners=box(0, 300))]
    assert texts(*here, *there) == [RIGHT, WRONG]


def test_a_qr_code_inside_another_counts_beside_it() -> None:
    """Matrix codes are no rivals of one another: Reed-Solomon holds for both."""
    assert texts(saw("outer", symbology=Symbology.QR), saw("inner", symbology=Symbology.QR)) == ["outer", "inner"]


def test_a_wrong_check_digit_never_counts() -> None:
    """However many saw it."""
    assert texts(*[saw("4006381333932", stage=str(i)) for i in range(5)]) == []


def test_what_the_profile_does_not_switch_on_is_not_answered() -> None:
    """A house label profile has no EAN."""
    assert texts(saw(RIGHT), saw(RIGHT, Reader.ZBAR), profile="house") == []


@pytest.mark.parametrize(
    ("text", "symbology"), [("T", Symbology.CODE_39), ("12", Symbology.ITF), ("A1B", Symbology.CODABAR)]
)
def test_what_readers_see_in_shelves_is_too_short_to_count(text: str, symbology: Symbology) -> None:
    """A phantom Code 39 "T" was read on pictures without a barcode."""
    assert texts(*[saw(text, stage=str(i), symbology=symbology) for i in range(5)]) == []


def test_an_itf_14_with_a_wrong_check_digit_wants_a_third_sighting() -> None:
    """It is mostly a misread, but 14 digits may be something else than a GTIN."""
    seen = [saw("00012345678906", stage=str(i), symbology=Symbology.ITF) for i in range(3)]
    assert texts(*seen[:2]) == []
    assert texts(*seen) == ["00012345678906"]


def test_a_part_of_an_itf_never_counts_beside_the_whole() -> None:
    """Nor is it a rival: the scan line left the code early."""
    parts = [saw("012345", stage=str(i), symbology=Symbology.ITF) for i in range(3)]
    whole = [saw("00012345678905", stage=str(i), symbology=Symbology.ITF) for i in range(2)]
    assert texts(*parts, whole[0]) == []
    assert texts(*parts, *whole) == ["00012345678905"]


def test_zbar_alone_is_not_trusted_with_letters_beyond_ascii() -> None:
    """It guesses the character set of a QR code."""
    lone = saw("Ä-01", Reader.ZBAR, symbology=Symbology.QR)
    assert texts(lone) == []
    assert texts(lone, saw("Ä-01", symbology=Symbology.QR)) == ["Ä-01"]


def test_doubts_are_what_was_seen_where_nothing_counts_yet() -> None:
    """They say where to look closer."""
    counted = [saw(RIGHT), saw(RIGHT, Reader.ZBAR)]
    lone = saw(WRONG, corners=box(0, 300))
    assert doubts([*counted, lone], WAREHOUSE) == [lone]
    assert doubts(counted, WAREHOUSE) == []


@pytest.mark.parametrize(
    ("eight", "thirteen"),
    [
        ("01234565", "0012345000065"),
        ("04965802", "0049000006582"),
        ("01264904", "0012000006494"),
        ("05096893", "0050968000093"),
        ("01234133", "0012300000413"),
        ("01234145", "0012340000015"),
    ],
)
def test_a_upc_e_stands_for_thirteen_digits(eight: str, thirteen: str) -> None:
    """One case for each way of leaving zeros out."""
    assert upc_e_digits(eight) == thirteen
    assert mod10_holds(thirteen)


@pytest.mark.parametrize("bad", ["", "1234567", "123456789", "1234567a", "１２３４５６７８"])
def test_a_upc_e_has_eight_ascii_digits(bad: str) -> None:
    """Anything else is an error of the caller."""
    with pytest.raises(ValueError, match="eight digits"):
        upc_e_digits(bad)


@given(st.text("0123456789", min_size=1, max_size=17), st.integers(1, 9), st.data())
def test_the_check_digit_catches_every_single_wrong_digit(body: str, off: int, data: st.DataObject) -> None:
    """Weights 3 and 1 have no common factor with 10."""
    whole = next(body + digit for digit in "0123456789" if mod10_holds(body + digit))
    place = data.draw(st.integers(0, len(whole) - 1))
    wrong = whole[:place] + str((int(whole[place]) + off) % 10) + whole[place + 1 :]
    assert not mod10_holds(wrong)


@pytest.mark.parametrize("text", ["", "0", "400638133393X", "４００６３８１３３３９３１"])
def test_no_check_digit_holds_for_what_is_no_number(text: str) -> None:
    """Unicode digits are not what a bar can print."""
    assert not mod10_holds(text)


sightings = st.builds(
    Sighting,
    st.sampled_from(Reader),
    st.sampled_from(["as it is", "larger", "soft"]),
    st.sampled_from([RIGHT, WRONG, "ABC-1", "12345670"]),
    st.sampled_from(Symbology),
    st.just("]X0"),
    st.sampled_from([box(), box(20, 5), box(400, 400)]),
)


@given(st.lists(sightings, max_size=12), st.sampled_from(sorted(PROFILES)))
def test_no_code_counts_that_a_rule_forbids(seen: list[Sighting], name: str) -> None:
    """Whatever was seen: switched on, and two witnesses for what is weak, of which the bars are not the only kind."""
    for code in agree(seen, PROFILES[name]):
        assert code.symbology in PROFILES[name].symbologies
        who = {(s.reader, s.stage) for s in seen if (s.text, s.symbology) == (code.text, code.symbology)}
        assert any(reader is not Reader.BARS for reader, _ in who)
        assert code.symbology not in WEAK or len(who) >= 2


@given(st.lists(sightings, max_size=12))
def test_seeing_the_same_twice_changes_nothing(seen: list[Sighting]) -> None:
    """A reader's word counts once a stage."""
    assert agree([*seen, *seen], WAREHOUSE) == agree(seen, WAREHOUSE)
