"""A picture file becomes grey pixels: by OpenCV, or by Pillow where OpenCV cannot be loaded.

Imported in worker processes only. EXIF orientation is applied, so corners are those of the picture as people see it.
"""

import io
import os
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.core.consensus import Point
from server.core.errors import BadInput
from server.web.camera.header import MAX_PIXELS, Header

os.environ["OPENCV_IO_MAX_IMAGE_PIXELS"] = str(MAX_PIXELS)  # OpenCV reads it once, while it is imported
try:
    import cv2
except ImportError:  # its system libraries are missing
    from PIL import Image, ImageOps, UnidentifiedImageError

    HAVE_OPENCV = False
    Image.init()  # its formats load now, not while the first picture's time runs
else:
    HAVE_OPENCV = True
    cv2.setNumThreads(1)  # many small pictures at once: a worker process each, not threads in each

Grey = NDArray[np.uint8]
LARGE_PIXELS = 5_000_000  # above this a barcode that can be read at all can be read at half the size


@dataclass(frozen=True)
class Picture:
    """Grey pixels; `shrink` is how many pixels of the file's picture one of them stands for, along each edge."""

    grey: Grey
    shrink: int = 1


def open_picture(content: bytes, header: Header) -> Picture:
    """Decode a measured file to grey. Raises BadInput for one whose body is damaged."""
    shrink = 2 if header.width * header.height > LARGE_PIXELS else 1
    grey = _by_opencv(content, header, shrink) if HAVE_OPENCV else _by_pillow(content, shrink)
    if grey is None or grey.size == 0:
        raise BadInput("camera.broken_picture", f"The {header.kind} picture is damaged; take or export it again.")
    return Picture(np.ascontiguousarray(grey), shrink)


def tight_box(points: Sequence[Point]) -> list[Point]:
    """The smallest rectangle around points, clockwise; upright where OpenCV is missing."""
    if HAVE_OPENCV and len(points) > 1:
        box = cv2.boxPoints(cv2.minAreaRect(np.array(points, np.float32)))
        return [(float(x), float(y)) for x, y in box]
    xs, ys = [float(x) for x, _ in points] or [0.0], [float(y) for _, y in points] or [0.0]
    return [(min(xs), min(ys)), (max(xs), min(ys)), (max(xs), max(ys)), (min(xs), max(ys))]


def _by_opencv(content: bytes, header: Header, shrink: int) -> Grey | None:
    raw = np.frombuffer(content, np.uint8)
    plain = cv2.IMREAD_GRAYSCALE if shrink == 1 else cv2.IMREAD_REDUCED_GRAYSCALE_2
    try:
        if not header.clear or shrink > 1:
            grey = cv2.imdecode(raw, plain)
            return None if grey is None else np.asarray(grey, np.uint8)
        pixels = cv2.imdecode(raw, cv2.IMREAD_UNCHANGED)
    except cv2.error:
        return None
    return None if pixels is None else _on_white(pixels)


def _on_white(pixels: NDArray[np.generic]) -> Grey:
    """Lay a picture with transparent parts on white, as a label would be printed."""
    if pixels.dtype == np.uint16:
        pixels = pixels.astype(np.float32) / 257
    if pixels.ndim == 2:
        return pixels.astype(np.uint8)
    colour, alpha = pixels[..., :-1].astype(np.float32), pixels[..., -1].astype(np.float32) / 255
    if pixels.shape[2] == 3:
        return np.asarray(cv2.cvtColor(pixels.astype(np.uint8), cv2.COLOR_BGR2GRAY), np.uint8)
    grey = colour @ np.array([0.114, 0.587, 0.299], np.float32) if colour.shape[2] == 3 else colour[..., 0]
    return (grey * alpha + 255 * (1 - alpha)).round().astype(np.uint8)


def _by_pillow(content: bytes, shrink: int) -> Grey | None:
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP", "BMP")) as opened:
            upright = ImageOps.exif_transpose(opened).convert("RGBA")
    except (OSError, UnidentifiedImageError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    white = Image.new("RGBA", upright.size, "white")
    return np.asarray(Image.alpha_composite(white, upright).convert("L").reduce(shrink))
