"""Pictures that are none or lie about their size, and workers that die, dawdle or lack a library."""

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from server.core.consensus import Symbology
from server.core.errors import BadInput, Unavailable
from server.web.camera import MAX_BYTES, Camera, decode
from server.web.camera.header import Header, measure
from server.web.camera.trials import as_png, draw_label
from tests.camera_cases import EAN, ROOT, on_desk, png_that_claims


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
