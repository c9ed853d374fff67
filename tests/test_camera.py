"""The camera: labels drawn here and made worse, pictures that lie about their size, workers that die."""

import json
import os
import queue
import signal
import struct
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import segno
import structlog
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from server.cli.main import gangway
from server.core.consensus import PROFILES, Corners, Reader, Symbology, mod10_holds, upc_e_digits
from server.core.errors import BadInput, Unavailable
from server.lab.decode_bench import photos_in
from server.web.camera import MAX_BYTES, Camera, decode
from server.web.camera.bars import read_bars
from server.web.camera.engines import look_zbar, look_zxing
from server.web.camera.header import Header, measure
from server.web.camera.looks import back_to_picture, closer, lean, scaled, turned
from server.web.camera.picture import Grey
from server.web.camera.retail_forms import pattern_of
from server.web.camera.trials import WORSE, as_png, draw_label, printed_labels, scenes_without_barcodes, worsen

ROOT = Path(__file__).resolve().parent.parent
PHOTOS = ROOT.parent / "shared" / "data" / "photos"
WAREHOUSE = PROFILES["warehouse"]
EAN = "4006381333931"


@pytest.fixture(scope="module")
def camera() -> Iterator[Camera]:
    """One worker process for all tests that leave it in one piece."""
    with Camera(workers=1, answer_s=60, wait_s=60) as shared:
        yield shared


@pytest.fixture
def lone_camera() -> Iterator[Camera]:
    """A camera whose only worker a test may torment; it gives up quickly."""
    with Camera(workers=1, answer_s=2, wait_s=0.05) as own:
        yield own


def read_texts(grey: Grey) -> list[str]:
    """What counts on a picture, read in this process; time enough on a machine that does much else."""
    return [code.text for code in decode(as_png(grey), deadline_s=1).codes]


def on_desk(*labels: Grey) -> Grey:
    """Labels side by side on something grey."""
    high, wide = max(one.shape[0] for one in labels), sum(one.shape[1] + 40 for one in labels)
    desk = np.full((high + 80, wide + 40), 140, np.uint8)
    left = 40
    for one in labels:
        desk[40 : 40 + one.shape[0], left : left + one.shape[1]] = one
        left += one.shape[1] + 40
    return desk


# What is read


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


# What is hard to read


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


# A wrong read is worse than none


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


def with_check_digit(body: str) -> str:
    """A number whose last digit is right."""
    return next(body + digit for digit in "0123456789" if mod10_holds(body + digit))


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


# Photos


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


# Pictures that are none, or lie


def png_that_claims(width: int, height: int) -> bytes:
    """A few hundred bytes that would be gigabytes of pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "camera.empty"),
        (b"GIF89a" + bytes(100), "camera.unknown_format"),
        (b"hello", "camera.unknown_format"),
        (png_that_claims(30_000, 30_000), "camera.too_many_pixels"),
        (png_that_claims(0, 5), "camera.broken_picture"),
        (b"\xff\xd8\xff" + bytes(MAX_BYTES), "camera.too_many_bytes"),
        (b"\xff\xd8\xff\xe0", "camera.broken_picture"),
        (b"\xff\xd8\xff\xe0\x00\x02hello", "camera.broken_picture"),
        (b"\x89PNG\r\n\x1a\n", "camera.broken_picture"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8X", "camera.broken_picture"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt " + bytes(40), "camera.broken_picture"),
        (b"BM", "camera.broken_picture"),
    ],
)
def test_what_is_no_picture_or_too_large_is_refused_by_its_first_bytes(content: bytes, code: str) -> None:
    """With a code, before anything is decoded."""
    with pytest.raises(BadInput) as caught:
        measure(content)
    assert caught.value.code == code


def test_a_picture_whose_body_is_damaged_is_refused() -> None:
    """Its header was right."""
    with pytest.raises(BadInput) as caught:
        decode(png_that_claims(40, 40)[:60] + bytes(60))
    assert caught.value.code == "camera.broken_picture"


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 300), st.integers(1, 300), st.sampled_from([".png", ".jpg", ".webp", ".bmp"]))
def test_the_header_says_what_the_decoder_finds(width: int, height: int, suffix: str) -> None:
    """For every format that is taken."""
    picture = np.full((height, width, 3), 200, np.uint8)
    header = measure(cv2.imencode(suffix, picture)[1].tobytes())
    assert (header.width, header.height, header.clear) == (width, height, False)


@pytest.mark.parametrize(("suffix", "quality"), [(".png", []), (".webp", [cv2.IMWRITE_WEBP_QUALITY, 101])])
def test_the_header_says_when_parts_may_be_transparent(suffix: str, quality: list[int]) -> None:
    """So that the colour under them is not taken for print."""
    picture = np.zeros((20, 30, 4), np.uint8)
    content = cv2.imencode(suffix, picture, quality)[1].tobytes()
    assert measure(content) == Header("PNG" if suffix == ".png" else "WebP", 30, 20, clear=True)


@given(
    st.binary(max_size=200), st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF....WEBPVP8 ", b"BM", b""])
)
def test_any_bytes_are_measured_or_refused(rest: bytes, magic: bytes) -> None:
    """Nothing else escapes."""
    try:
        header = measure(magic + rest)
    except BadInput as refused:
        assert refused.code.startswith("camera.")  # noqa: PT017 - either end is right
    else:
        assert header.width * header.height > 0


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


# Worker processes


def child_of(camera: Camera) -> int:
    """The process id of a lone camera's idle worker."""
    (worker,) = camera._idle.queue
    assert worker is not None
    return worker.child.pid


def test_a_worker_reads_what_this_process_reads(camera: Camera) -> None:
    """Texts, identifiers and corners survive the line between them."""
    picture = as_png(on_desk(draw_label(EAN, Symbology.EAN_13), draw_label("Größe Ж", Symbology.QR, 5)))
    assert camera.read(picture).codes == decode(picture).codes
    assert len(camera.read(picture, "house").codes) == 1


def test_a_worker_refuses_as_this_process_does_and_lives_on(camera: Camera) -> None:
    """A damaged picture is the sender's mistake, not the worker's end."""
    good = as_png(draw_label("A-01", Symbology.QR))
    camera.read(good)
    before = child_of(camera)
    with pytest.raises(BadInput, match="damaged"):
        camera.read(png_that_claims(40, 40)[:60] + bytes(60))
    with pytest.raises(BadInput, match="retail"):
        camera.read(good, "everything")
    assert [code.text for code in camera.read(good).codes] == ["A-01"]
    assert child_of(camera) == before


def test_a_worker_that_died_is_replaced(lone_camera: Camera) -> None:
    """libzbar has asserts that end a process: that picture is answered with an error, the next one is read."""
    good = as_png(draw_label("A-01", Symbology.QR))
    lone_camera.read(good)
    os.kill(child_of(lone_camera), signal.SIGKILL)
    with pytest.raises(Unavailable) as caught:
        lone_camera.read(good)
    assert caught.value.code == "camera.decoder_ended"
    assert [code.text for code in lone_camera.read(good).codes] == ["A-01"]


def test_a_worker_that_dawdles_is_ended_and_replaced(lone_camera: Camera) -> None:
    """While it is waited for, others are told that all decoders are busy."""
    good = as_png(draw_label("A-01", Symbology.QR))
    lone_camera.read(good)
    dawdler = child_of(lone_camera)
    os.kill(dawdler, signal.SIGSTOP)
    outcomes: queue.Queue[str] = queue.Queue()

    def read_and_tell() -> None:
        try:
            lone_camera.read(good)
        except Unavailable as error:
            outcomes.put(error.code)

    threads = [threading.Thread(target=read_and_tell) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes.get_nowait() for _ in threads) == ["camera.busy", "camera.too_slow"]
    assert [code.text for code in lone_camera.read(good).codes] == ["A-01"]
    assert child_of(lone_camera) != dawdler


def test_a_closed_camera_leaves_no_process_and_reads_no_more() -> None:
    """The server is going down."""
    own = Camera(workers=1)
    own.read(as_png(draw_label("A-01", Symbology.QR)))
    child = child_of(own)
    own.close()
    assert not Path(f"/proc/{child}").exists()
    with pytest.raises(Unavailable) as caught:
        own.read(as_png(draw_label("A-01", Symbology.QR)))
    assert caught.value.code == "camera.closed"


def test_without_system_libraries_it_goes_on_and_says_once_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """zxing-cpp stays, pictures are opened by Pillow, and the log names the packages."""
    for name in ("cv2", "pyzbar"):
        (tmp_path / f"{name}.py").write_text("raise ImportError('libSomething.so.1: cannot open shared object file')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    label = draw_label(EAN, Symbology.EAN_13)
    clear = np.zeros((*label.shape, 4), np.uint8)
    clear[..., 3] = 255 - label
    pictures = [as_png(label), cv2.imencode(".png", clear)[1].tobytes(), cv2.imencode(".webp", label)[1].tobytes()]
    with structlog.testing.capture_logs() as logs, Camera(workers=1, answer_s=60) as poor:
        for picture in pictures:
            assert [code.text for code in poor.read(picture).codes] == [EAN]
        os.kill(child_of(poor), signal.SIGKILL)
        with pytest.raises(Unavailable):
            poor.read(pictures[0])
        with pytest.raises(BadInput, match="damaged"):
            poor.read(png_that_claims(40, 40)[:60] + bytes(60))
    (said,) = [entry for entry in logs if entry["event"] == "decoder_missing"]
    assert said["missing"] == ["opencv", "zbar"]
    assert "libzbar0" in " ".join(said["install"])
    assert "libgl1" in " ".join(said["install"])


def test_under_gevent_others_go_on_while_a_picture_is_read(tmp_path: Path) -> None:
    """A reader waits on a socket, which yields to the loop."""
    picture = tmp_path / "label.png"
    picture.write_bytes(as_png(draw_label(EAN, Symbology.EAN_13)))
    script = """
from gevent import monkey
monkey.patch_all()
import gevent, sys, pathlib
from server.web.camera import Camera
ticks = []
def tick():
    while True:
        ticks.append(1)
        gevent.sleep(0.001)
ticker = gevent.spawn(tick)
with Camera(workers=2, answer_s=60, wait_s=60) as camera:
    content = pathlib.Path(sys.argv[1]).read_bytes()
    readers = [gevent.spawn(camera.read, content) for _ in range(4)]
    texts = [reader.get().codes[0].text for reader in readers]
print(texts, len(ticks) > 10, "cv2" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(picture)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == f"{[EAN] * 4} True False"


# The command


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


def test_one_decoder_alone_is_asked_by_name() -> None:
    """The comparison's rows are told apart by it."""
    assert {seen.reader for seen in look_zxing(draw_label("A", Symbology.QR), WAREHOUSE, "x")} == {Reader.ZXING}
