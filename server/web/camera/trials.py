"""Pictures to try a decoder on: labels drawn, photos made worse, and scenes without any barcode.

For tests and `gangway bench decode`. Every choice comes from a seed.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import cv2
import numpy as np
import zxingcpp

from server.core.consensus import MATRIX, Symbology, mod10_holds
from server.core.errors import BadInput
from server.web.camera.engines import ZXING_FORMATS
from server.web.camera.header import measure
from server.web.camera.looks import scaled, turned
from server.web.camera.picture import Grey, open_picture


def draw_label(text: str, symbology: Symbology, module_px: int = 3, *, gs1: bool = False) -> Grey:
    """A printed code on a white card; with `gs1`, text is in brackets: "(01)…(10)…"."""
    kind = {"gs1": True} if gs1 else {}
    code = zxingcpp.create_barcode(text, ZXING_FORMATS[symbology], **kind)
    bars = np.array(zxingcpp.write_barcode_to_image(code, scale=module_px), np.uint8)
    return np.asarray(cv2.copyMakeBorder(bars, 30, 30, 30, 30, cv2.BORDER_CONSTANT, value=(255.0,)), np.uint8)


def printed_labels(count: int, seed: int = 1) -> Iterator[tuple[str, Grey]]:
    """Texts and pictures of house and retail labels: a little out of focus, a little askew, unevenly lit."""
    chance = np.random.default_rng(seed)
    kinds = (Symbology.EAN_13, Symbology.CODE_128, Symbology.QR, Symbology.DATA_MATRIX, Symbology.ITF)
    for number in range(count):
        kind = kinds[number % len(kinds)]
        text = _some_text(kind, chance)
        module_px = 5 if kind in MATRIX else 2
        label = draw_label(text, kind, module_px)
        desk = np.asarray(cv2.copyMakeBorder(label, 60, 60, 80, 80, cv2.BORDER_CONSTANT, value=(120.0,)), np.uint8)
        askew = turned(desk, float(chance.uniform(-8, 8))).grey
        light = np.linspace(chance.uniform(0.5, 1), chance.uniform(0.5, 1), askew.shape[1])
        lit = np.clip(askew * light + chance.normal(0, 3, askew.shape), 0, 255).astype(np.uint8)
        yield text, np.asarray(cv2.GaussianBlur(lit, (0, 0), float(chance.uniform(0.4, 1.2))), np.uint8)


def _some_text(kind: Symbology, chance: np.random.Generator) -> str:
    if kind not in (Symbology.EAN_13, Symbology.ITF):
        return f"{chr(65 + int(chance.integers(0, 26)))}-{chance.integers(1, 99):02}-{chance.integers(1, 99):02}"
    body = "".join(map(str, chance.integers(0, 10, 12 if kind is Symbology.EAN_13 else 13)))
    return next(body + digit for digit in "0123456789" if mod10_holds(body + digit))


def as_png(grey: Grey) -> bytes:
    """The picture as a file."""
    return cv2.imencode(".png", grey)[1].tobytes()


def _dark(grey: Grey) -> Grey:
    noise = np.random.default_rng(1).normal(0, 6, grey.shape)
    return np.clip(grey * 0.15 + noise, 0, 255).astype(np.uint8)


def _jpeg20(grey: Grey) -> Grey:
    coded = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, 20])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), np.uint8)


WORSE: Mapping[str, Callable[[Grey], Grey]] = MappingProxyType(
    {
        "plain": lambda grey: grey,
        "turned30": lambda grey: turned(grey, 30).grey,
        "dark": _dark,  # a seventh of the light, and noise of six grey levels
        "jpeg20": _jpeg20,
        "half": lambda grey: scaled(grey, 0.5).grey,
        "shaken7": lambda grey: np.asarray(cv2.filter2D(grey, -1, np.full((1, 7), 1 / 7)), np.uint8),
    }
)


def worsen(content: bytes, name: str) -> bytes:
    """A picture file made worse, as PNG; "plain" gives the file back. Raises BadInput for an unknown name."""
    if name not in WORSE:
        raise BadInput("camera.unknown_trial", f"There is no trial {name!r}; take one of {', '.join(WORSE)}.")
    return content if name == "plain" else as_png(WORSE[name](open_picture(content, measure(content)).grey))


def scenes_without_barcodes(count: int, seed: int = 1) -> Iterator[Grey]:
    """480 × 640 scenes that hold no code but much that looks like one: stripes, racks, text, tiles, noise."""
    chance = np.random.default_rng(seed)
    makers = (_noise, _stripes, _rack, _text, _tiles)
    for number in range(count):
        scene = cv2.GaussianBlur(makers[number % len(makers)](chance), (0, 0), float(chance.uniform(0.3, 2)))
        noise = chance.normal(0, chance.uniform(0, 12), scene.shape)
        grey = np.clip(scene + noise, 0, 255).astype(np.uint8)
        yield _leaning(grey, float(chance.uniform(-40, 40))) if number % 3 == 2 else grey


def _leaning(grey: Grey, degrees: float) -> Grey:
    """Turned, and cut to the size that it had."""
    canvas = turned(grey, degrees).grey
    top, left = (canvas.shape[0] - grey.shape[0]) // 2, (canvas.shape[1] - grey.shape[1]) // 2
    return np.ascontiguousarray(canvas[top : top + grey.shape[0], left : left + grey.shape[1]])


def _noise(chance: np.random.Generator) -> Grey:
    coarse = chance.integers(0, 256, (120, 160)).astype(np.uint8)
    return np.asarray(cv2.resize(coarse, (640, 480), interpolation=cv2.INTER_NEAREST), np.uint8)


def _stripes(chance: np.random.Generator) -> Grey:
    """Slats and corrugated sheet: bars of a few widths, as in a code, but of no code."""
    widths = chance.integers(1, 5, 640) * int(chance.integers(1, 4))
    line = np.repeat(np.arange(640) % 2, widths)[:640] * 170 + 40
    return np.tile(line.astype(np.uint8), (480, 1))


def _rack(chance: np.random.Generator) -> Grey:
    grey = np.full((480, 640), 150, np.uint8)
    for x in range(0, 640, int(chance.integers(40, 120))):
        cv2.rectangle(grey, (x, 0), (x + 9, 480), (60.0,), -1)
    for y in range(0, 480, int(chance.integers(60, 140))):
        cv2.rectangle(grey, (0, y), (640, y + 14), (90.0,), -1)
        for x in range(0, 640, 37):
            high = int(chance.integers(20, 55))
            cv2.rectangle(grey, (x, y - high), (x + 31, y), (float(chance.integers(60, 230)),), -1)
    return grey


def _text(chance: np.random.Generator) -> Grey:
    grey = np.full((480, 640), 235, np.uint8)
    for y in range(20, 480, 22):
        words = "".join(chr(int(c)) for c in chance.integers(33, 127, 48))
        cv2.putText(grey, words, (4, y), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (30.0,), 1 + y % 2)
    return grey


def _tiles(chance: np.random.Generator) -> Grey:
    """Square tiles, dark and light by chance: what a matrix code would be without its pattern of finders."""
    return np.kron(chance.integers(0, 2, (48, 64)), np.full((10, 10), 215)).astype(np.uint8) + 20
