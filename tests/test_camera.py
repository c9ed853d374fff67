"""What the camera reads: labels drawn here, made worse, and photos."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import segno
from click.testing import CliRunner

from server.cli.main import gangway
from server.core.consensus import Symbology
from server.core.errors import BadInput
from server.lab.decode_bench import photos_in
from server.web.camera import decode
from server.web.camera.engines import look_zbar, look_zxing
from server.web.camera.looks import back_to_picture, closer, lean, scaled, turned
from server.web.camera.trials import WORSE, as_png, draw_label, printed_labels, worsen
from tests.camera_cases import EAN, PHOTOS, WAREHOUSE, on_desk, read_texts


@pytest.mark.parametrize(
    ("symbology", "drawn", "text", "aim"),
    [
        (Symbology.EAN_13, EAN, EAN, "]E0"),
        (Symbology.EAN_13, "0012345678905", "0012345678905", "]E0"),
        (Symbology.EAN_8, "96385074", "96385074", "]E4"),
        (Symbology.UPC_E, "01234565", "0012345000065", "]E0"),
        (Symbology.CODE_128, "A-01-02-3", "A-01-02-3", "]C0"),
        (Symbology.CODE_93, "TOTE 17", "TOTE 17", "]G0"),
        (Symbology.CODE_39, "BIN-17", "BIN-17", "]A0"),
        (Symbology.ITF, "00012345678905", "00012345678905", "]I1"),
        (Symbology.CODABAR, "A31117B", "A31117B", "]F0"),
        (Symbology.QR, "https://id.gs1.org/01/09521234543213", "https://id.gs1.org/01/09521234543213", "]Q1"),
        (Symbology.DATA_MATRIX, "A-01-02-3", "A-01-02-3", "]d1"),
    ],
)
def test_every_symbology_of_a_warehouse_is_read(symbology: Symbology, drawn: str, text: str, aim: str) -> None:
    """With its text as the standards transmit it, and its AIM identifier."""
    (code,) = decode(as_png(draw_label(drawn, symbology))).codes
    assert (code.text, code.symbology, code.aim) == (text, symbology, aim)


@pytest.mark.parametrize(
    ("symbology", "aim"), [(Symbology.CODE_128, "]C1"), (Symbology.DATA_MATRIX, "]d2"), (Symbology.QR, "]Q3")]
)
def test_gs1_is_told_by_its_aim_identifier_and_fnc1_becomes_a_group_separator(symbology: Symbology, aim: str) -> None:
    """The leading FNC1 shows in the identifier only; an inner one ends an element of variable length."""
    label = draw_label("(10)LOT7(21)S9", symbology, gs1=True)
    (code,) = decode(as_png(label)).codes
    assert (code.text, code.aim) == ("10LOT7\x1d21S9", aim)


def test_zbar_alone_tells_gs1_too() -> None:
    """pyzbar's own decode() drops the leading FNC1; we ask libzbar for its modifiers."""
    label = draw_label("(01)09521234543213(10)AB", Symbology.CODE_128, gs1=True)
    (seen,) = look_zbar(label, WAREHOUSE, "as it is")
    assert (seen.text, seen.aim) == ("010952123454321310AB", "]C1")
    (plain,) = look_zbar(draw_label("AB", Symbology.CODE_128), WAREHOUSE, "as it is")
    assert plain.aim == "]C0"


def test_a_qr_code_of_another_maker_is_read() -> None:
    """segno draws our labels."""
    modules = np.array([[0 if dark else 255 for dark in row] for row in segno.make("LOC:A-01-02-3").matrix], np.uint8)
    large = np.pad(modules, 4, constant_values=255).repeat(4, 0).repeat(4, 1)
    assert read_texts(large) == ["LOC:A-01-02-3"]


def test_several_codes_in_one_frame_all_come_with_their_corners() -> None:
    """Each code lies where its label was laid."""
    left, right = draw_label(EAN, Symbology.EAN_13), draw_label("A-01", Symbology.QR, 5)
    codes = {code.text: code.corners for code in decode(as_png(on_desk(left, right))).codes}
    assert set(codes) == {EAN, "A-01"}
    border = 40 + left.shape[1]
    assert max(x for x, _ in codes[EAN]) < border < min(x for x, _ in codes["A-01"])
    assert all(40 <= y <= 40 + left.shape[0] for _, y in codes[EAN])


def test_corners_of_a_leaning_label_are_those_of_the_picture() -> None:
    """They turn with the label, from its own top left."""
    flat = draw_label("A-01-02", Symbology.CODE_128)
    ((before,), (after,)) = decode(as_png(flat)).codes, decode(as_png(turned(flat, 30).grey)).codes
    there = np.array(back_to_picture(turned(flat, 30), after.corners))
    assert np.abs(there - np.array(before.corners)).max() < 20  # how far down the bars a reader scans is its own affair


def test_only_what_the_profile_switches_on_is_looked_for() -> None:
    """House labels carry no EAN."""
    picture = as_png(on_desk(draw_label(EAN, Symbology.EAN_13), draw_label("A-01", Symbology.CODE_128)))
    assert [code.text for code in decode(picture, "house").codes] == ["A-01"]
    with pytest.raises(BadInput, match="warehouse") as caught:
        decode(picture, "all")
    assert caught.value.code == "camera.unknown_profile"


def test_no_time_finds_no_code() -> None:
    """The deadline holds from the first look on."""
    assert decode(as_png(draw_label(EAN, Symbology.EAN_13)), deadline_s=0).codes == ()


@pytest.mark.parametrize("trial", sorted(set(WORSE) - {"shaken7"}))
@pytest.mark.parametrize("symbology", [Symbology.EAN_13, Symbology.CODE_128, Symbology.QR])
def test_a_label_is_still_read_when_the_picture_is_worse(trial: str, symbology: Symbology) -> None:
    """Turned, dark, squeezed or halved."""
    picture = as_png(on_desk(draw_label(EAN, symbology)))
    assert [code.text for code in decode(worsen(picture, trial), deadline_s=1).codes] == [EAN]


@pytest.mark.parametrize("degrees", [0, 15, 45, 90, 135, 180, 250])
def test_a_label_is_read_at_any_angle(degrees: float) -> None:
    """People do not hold a box straight."""
    assert read_texts(turned(on_desk(draw_label(EAN, Symbology.EAN_13)), degrees).grey) == [EAN]


def test_a_leaning_itf_is_read_whole_or_not_at_all() -> None:
    """Both decoders read a half of it where their scan lines leave it by its top, and so agree on it."""
    halved = []
    for text, label in printed_labels(60):
        picture = turned(label, 30).grey
        seen = look_zbar(picture, WAREHOUSE, "as it is") if len(text) == 14 else []
        if any(sighting.text in text and sighting.text != text for sighting in seen):
            halved.append(text)
            assert [code.text for code in decode(as_png(picture)).codes] in ([], [text])
    assert len(halved) > 2


def test_a_leaning_ean_13_is_no_upc_e() -> None:
    """A scan line that leaves it after the middle bars has read what a UPC-E would be."""
    label = draw_label("9808150301623", Symbology.EAN_13, 2)[30:-30]
    for degrees in (25, 30, 35, 40):
        picture = turned(on_desk(label[:90]), degrees).grey
        assert read_texts(picture) in ([], ["9808150301623"])


@pytest.mark.parametrize("degrees", [-40.0, -22.0, -8.0, 8.0, 22.0, 40.0])
def test_the_lean_of_bars_is_found(degrees: float) -> None:
    """To within a few degrees, so that turning back makes them upright."""
    leaning = turned(on_desk(draw_label(EAN, Symbology.EAN_13)), degrees).grey
    assert lean(leaning) == pytest.approx(-degrees, abs=4)


def test_what_stands_upright_does_not_lean() -> None:
    """Nor does an empty frame."""
    assert lean(on_desk(draw_label(EAN, Symbology.EAN_13))) == 0
    assert lean(np.full((100, 100), 128, np.uint8)) == 0


def test_a_transparent_label_is_read_as_if_on_white() -> None:
    """Black on nothing would be black on black."""
    label = draw_label("A-01", Symbology.QR, 5)
    clear = np.zeros((*label.shape, 4), np.uint8)
    clear[..., 3] = 255 - label
    (code,) = decode(cv2.imencode(".png", clear)[1].tobytes()).codes
    assert code.text == "A-01"


def test_a_large_photo_gives_corners_in_its_own_pixels() -> None:
    """It is read at half its size."""
    desk = np.full((2400, 2600), 140, np.uint8)
    label = draw_label("A-01", Symbology.QR, 12)
    desk[1800 : 1800 + label.shape[0], 2000 : 2000 + label.shape[1]] = label
    (code,) = decode(cv2.imencode(".jpg", desk)[1].tobytes()).codes
    assert all(2000 < x < 2600 and 1800 < y < 2400 for x, y in code.corners)


def test_a_version_knows_its_way_back() -> None:
    """A corner found in a larger version lies where it lies in the picture."""
    picture = np.zeros((40, 60), np.uint8)
    corners = ((0.0, 0.0), (59.0, 0.0), (59.0, 39.0), (0.0, 39.0))
    larger = scaled(picture, 2)
    found = ((0.5, 0.5), (118.5, 0.5), (118.5, 78.5), (0.5, 78.5))
    assert np.allclose(back_to_picture(larger, found), corners)


def test_a_closer_look_knows_its_way_back() -> None:
    """What lies around a claim is cut out and made three times as large."""
    desk = np.full((400, 600), 140, np.uint8)
    label = draw_label("A-01", Symbology.QR)
    desk[200 : 200 + label.shape[0], 300 : 300 + label.shape[1]] = label
    (first,) = look_zxing(desk, WAREHOUSE, "as it is")
    version = closer(desk, first.corners)
    (again,) = look_zxing(version.grey, WAREHOUSE, "closer")
    assert version.grey.shape[1] < desk.shape[1] * 3
    assert np.abs(np.array(back_to_picture(version, again.corners)) - np.array(first.corners)).max() < 3


# A QR code inside another, both true; a photo of another book than its label says.
TWO_TRUTHS = {"16.webp", "28.webp"}


def test_the_tuning_photos_are_read_and_none_is_misread() -> None:
    """At least 94 of 100."""
    photos = photos_in(PHOTOS, "all")
    read = 0
    for photo in photos:
        texts = {code.text.replace("\r\n", "\n").strip() for code in decode(photo.content, deadline_s=0.2).codes}
        read += photo.text in texts
        assert texts <= {photo.text} or photo.name in TWO_TRUTHS, photo.name
    assert read >= 0.94 * len(photos)


def test_the_command_prints_one_json_object_a_line(tmp_path: Path) -> None:
    """A file that cannot be read is told on stderr, and the others are read all the same."""
    good, bad = tmp_path / "good.png", tmp_path / "bad.png"
    good.write_bytes(as_png(draw_label(EAN, Symbology.EAN_13)))
    bad.write_bytes(b"no picture")
    done = CliRunner().invoke(gangway, ["decode", "--json", str(bad), str(good), str(tmp_path / "none.png")])
    assert done.exit_code == 1
    (line,) = done.stdout.splitlines()
    said = json.loads(line)
    assert said["file"] == str(good)
    assert set(said) == {"file", "codes", "ms"}
    (code,) = said["codes"]
    assert (code["text"], code["symbology"], code["aim"]) == (EAN, "EAN-13", "]E0")
    assert np.array(code["corners"]).shape == (4, 2)
    assert "camera.unknown_format" in done.stderr
    assert "camera.no_file" in done.stderr


def test_the_command_quotes_what_a_terminal_would_obey(tmp_path: Path) -> None:
    """A stranger's QR code may hold an escape sequence."""
    picture = tmp_path / "evil.png"
    picture.write_bytes(as_png(draw_label("\x1b[2Jgone", Symbology.QR, 5)))
    done = CliRunner().invoke(gangway, ["decode", "--profile", "house", str(picture)])
    assert done.exit_code == 0
    assert "\x1b" not in done.stdout
    assert "gone" in done.stdout


def test_the_bench_compares_three_readers(tmp_path: Path) -> None:
    """On a folder of families of labelled pictures."""
    family = tmp_path / "photos" / "ours"
    family.mkdir(parents=True)
    (family / "1.png").write_bytes(as_png(draw_label(EAN, Symbology.EAN_13)))
    (family / "1.txt").write_text(EAN)
    arguments = ["bench", "decode", "--photos", str(family.parent), "--trial", "plain", "--scenes", "0"]
    done = CliRunner().invoke(gangway, [*arguments, "--labels", "10", "--json"])
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["reader"] for row in rows] == ["pyzbar alone", "zxing-cpp alone", "gangway"] * 2
    assert [row["pictures"] for row in rows] == [1] * 3 + [10] * 3
    assert all((row["read_percent"], row["misread"]) == (100, 0) for row in rows if row["reader"] == "gangway")
    empty = CliRunner().invoke(gangway, ["bench", "decode", "--photos", str(family)])
    assert empty.exit_code == 1
    assert "bench.no_photos" in empty.stderr
