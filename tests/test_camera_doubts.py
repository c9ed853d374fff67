"""A wrong read is worse than none: scenes, blur, leaning codes, and the bars as a third reader."""

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from server.core.consensus import Corners, Symbology, mod10_holds, upc_e_digits
from server.web.camera import decode
from server.web.camera.bars import read_bars
from server.web.camera.engines import look_zxing
from server.web.camera.picture import Grey
from server.web.camera.retail_forms import pattern_of
from server.web.camera.trials import as_png, draw_label, scenes_without_barcodes
from tests.camera_cases import EAN, WAREHOUSE, with_check_digit


def test_scenes_without_a_barcode_hold_no_code() -> None:
    """Stripes, racks, text, tiles and noise."""
    for scene in scenes_without_barcodes(15):
        assert decode(as_png(scene), deadline_s=0.2).codes == ()


def test_blurred_labels_are_never_misread() -> None:
    """At the edge of what can be read, where decoders guess."""
    chance = np.random.default_rng(7)
    read = 0
    for _ in range(40):
        text = with_check_digit("".join(map(str, chance.integers(0, 10, 12))))
        label = draw_label(text, Symbology.EAN_13, 2).astype(np.float32)
        blurred = cv2.GaussianBlur(label, (0, 0), float(chance.uniform(0.8, 1.9)))
        noisy = np.clip(blurred * 0.6 + 30 + chance.normal(0, 5, label.shape), 0, 255).astype(np.uint8)
        found = [code.text for code in decode(as_png(noisy), deadline_s=0.1).codes]
        assert found in ([], [text])
        read += bool(found)
    assert read >= 12


def corners_of(label: Grey, text: str) -> Iterator[Corners]:
    """Where zxing-cpp sees a text on a label."""
    return (seen.corners for seen in look_zxing(label, WAREHOUSE, "as it is") if seen.text == text)


@pytest.mark.parametrize(
    ("symbology", "drawn", "true", "claim"),
    [
        (Symbology.EAN_13, EAN, EAN, "4006381333900"),
        (Symbology.EAN_13, EAN, EAN, "9074932437075"),
        (Symbology.EAN_8, "96385074", "96385074", "96385180"),
        (Symbology.UPC_E, "01234565", "0012345000065", "0012346000064"),
    ],
)
def test_the_bars_give_the_true_number_for_a_wrong_claim(
    symbology: Symbology, drawn: str, true: str, claim: str
) -> None:
    """Even when the pattern that they were fitted with is another's."""
    label = draw_label(drawn, symbology)
    (corners,) = corners_of(label, true)
    for asked in (true, claim):
        reading = read_bars(label, corners, asked, symbology)
        assert reading is not None
        assert reading.text == true
        assert reading.fit > 0.85


def test_the_bars_are_read_backwards_too() -> None:
    """zbar does not always know which end is first."""
    label = draw_label(EAN, Symbology.EAN_13)
    ((a, b, c, d),) = corners_of(label, EAN)
    reading = read_bars(label, (c, d, a, b), EAN, Symbology.EAN_13)
    assert reading is not None
    assert reading.text == EAN


def test_a_upc_e_inside_an_ean_13_is_no_code() -> None:
    """Its shape is there, the white beside it is not."""
    label = draw_label("9780441014989", Symbology.EAN_13)
    ((a, b, c, d),) = corners_of(label, "9780441014989")
    middle_top, middle_bottom = a[0] + (b[0] - a[0]) * 51 / 95, d[0] + (c[0] - d[0]) * 51 / 95
    inner = (a, (middle_top, b[1]), (middle_bottom, c[1]), d)
    assert read_bars(label, inner, "0178100000449", Symbology.UPC_E) is None


def upc_e_of(system: str, six: str) -> str:
    """The 13 digits for a number system and six drawn digits."""
    return next(text for text in (upc_e_digits(f"{system}{six}{check}") for check in range(10)) if mod10_holds(text))


EVERY_FORM = [
    *[(Symbology.EAN_13, with_check_digit(f"{first}02345678912")) for first in range(10)],
    *[(Symbology.EAN_8, with_check_digit(body)) for body in ("0123456", "7890123")],
    *[(Symbology.UPC_E, upc_e_of(system, f"71835{last}")) for system in "01" for last in range(10)],
    *[(Symbology.UPC_E, upc_e_of(system, f"{six}97465")) for system in "01" for six in range(10)],
]


@pytest.mark.parametrize(("symbology", "text"), EVERY_FORM)
def test_the_pattern_that_bars_are_matched_with_is_one_that_decoders_read(symbology: Symbology, text: str) -> None:
    """Our tables are zxing-cpp's, for every first digit, check digit and way of leaving zeros out."""
    line = np.array([255 * (m == "0") for m in "0" * 12 + pattern_of(text, symbology) + "0" * 12], np.uint8)
    picture = np.tile(line.repeat(3), (60, 1))
    (seen,) = look_zxing(picture, WAREHOUSE, "as it is")
    assert (seen.text, seen.symbology) == (text, symbology)
    reading = read_bars(picture, seen.corners, text, symbology)
    assert reading is not None
    assert reading.text == text
