"""Versions of a picture in which a code may show that does not show as it came.

Each version knows its way back: codes found in it get corners in the pixels of the picture.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from server.core.consensus import Corners
from server.web.camera.picture import Grey

Way = NDArray[np.float64]  # 2 × 3: pixels of a version to pixels of the picture

MOST_PIXELS = 1_200_000  # larger versions cost more time than they find codes
DIM_SPAN = 80  # grey levels between the darkest and the lightest hundredth
LEAST_LEAN_DEG = 6.0
BINS = 36


@dataclass(frozen=True)
class Version:
    """Changed pixels and their way back."""

    grey: Grey
    back: Way


def as_it_is(grey: Grey) -> Version:
    """The picture itself."""
    return Version(grey, np.array([[1.0, 0, 0], [0, 1, 0]]))


def back_to_picture(version: Version, corners: Corners) -> Corners:
    """Corners found in a version, in pixels of the picture."""
    a, b, c, d = ((float(x), float(y)) for x, y in np.array(corners) @ version.back[:, :2].T + version.back[:, 2])
    return a, b, c, d


def scaled(grey: Grey, factor: float) -> Version:
    """Larger or smaller by a factor, less where that would pass MOST_PIXELS."""
    factor = min(factor, max(1.0, math.sqrt(MOST_PIXELS / grey.size)))
    method = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA
    size = max(1, round(grey.shape[1] * factor)), max(1, round(grey.shape[0] * factor))
    fx, fy = grey.shape[1] / size[0], grey.shape[0] / size[1]
    back = np.array([[fx, 0, fx / 2 - 0.5], [0, fy, fy / 2 - 0.5]])
    return Version(np.asarray(cv2.resize(grey, size, interpolation=method), np.uint8), back)


def _around(grey: Grey, corners: Corners, more: float) -> tuple[Grey, int, int]:
    """The part that holds the corners and `more` of their extent on each side; its left and top."""
    xs, ys = np.array(corners).T
    spare = max(np.ptp(xs), np.ptp(ys)) * more
    left, top = max(0, int(xs.min() - spare)), max(0, int(ys.min() - spare))
    return grey[top : int(ys.max() + spare) + 1, left : int(xs.max() + spare) + 1], left, top


def leans_at(grey: Grey, corners: Corners) -> bool:
    """Whether the bars at a place stand askew, so that a scan line may have left the code by its top or bottom."""
    part, _, _ = _around(grey, corners, 0.1)
    return part.size > 0 and lean(np.ascontiguousarray(part)) != 0


def closer(grey: Grey, corners: Corners) -> Version:
    """What lies around a claimed code, a third of its size more on each side, three times as large."""
    part, left, top = _around(grey, corners, 1 / 3)
    large = scaled(part, 3) if part.size else as_it_is(grey)
    return Version(large.grey, large.back + np.array([[0, 0, left], [0, 0, top]]))


def softened(grey: Grey, sigma: float = 1.0) -> Grey:
    """Noise smoothed away, then stretched to full contrast: for low light."""
    smooth = cv2.GaussianBlur(grey, (0, 0), sigma)
    low, high = np.percentile(smooth[::4, ::4], (1, 99))
    gain = 255 / max(float(high - low), 8.0)
    return np.asarray(cv2.convertScaleAbs(np.maximum(smooth, int(low)), alpha=gain, beta=-int(low) * gain), np.uint8)


def levelled(grey: Grey) -> Grey:
    """Divided by the light of its surroundings: shadows and reflections go."""
    light = cv2.blur(cv2.dilate(grey, np.ones((15, 15), np.uint8)), (31, 31))
    return np.asarray(cv2.divide(grey, np.maximum(light, 1), scale=255), np.uint8)


def sharpened(grey: Grey) -> Grey:
    """Edges raised (unsharp mask): for pictures out of focus."""
    return np.asarray(cv2.addWeighted(grey, 2.5, cv2.GaussianBlur(grey, (0, 0), 1.5), -1.5, 0), np.uint8)


def turned(grey: Grey, degrees: float) -> Version:
    """Turned about its middle, on a canvas that holds all of it."""
    high, wide = grey.shape
    there = cv2.getRotationMatrix2D((wide / 2, high / 2), degrees, 1.0)
    c, s = abs(there[0, 0]), abs(there[0, 1])
    size = math.ceil(wide * c + high * s), math.ceil(wide * s + high * c)
    there[:, 2] += (size[0] - wide) / 2, (size[1] - high) / 2
    filled = float(np.median(grey[::8, ::8]))
    flat = cv2.warpAffine(grey, there, size, flags=cv2.INTER_LINEAR, borderValue=filled)
    return Version(np.asarray(flat, np.uint8), np.asarray(cv2.invertAffineTransform(there), np.float64))


def is_dim(grey: Grey) -> bool:
    """Whether the picture has little contrast, so that noise is what a decoder would see."""
    light = np.sort(grey[::8, ::8], axis=None)
    hundredth = len(light) // 100
    return int(light[-1 - hundredth]) - int(light[hundredth]) < DIM_SPAN


def lean(grey: Grey) -> float:
    """By how many degrees bars stand off the upright or the level, -45 to 45; 0 when they do not, or there are none.

    Where all edges nearby run in one direction, there are bars; the direction that most of them take is theirs
    (structure tensor, coherence over 0.7).
    Source: Bigün & Granlund 1987, Optimal orientation detection of linear symmetry.
    """
    small = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA) if grey.size > 100_000 else grey
    smooth = cv2.GaussianBlur(small, (0, 0), 1.0)
    gx, gy = cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    xx, yy, xy = (cv2.boxFilter(part, -1, (15, 15))[::2, ::2] for part in (gx * gx, gy * gy, gx * gy))
    along = np.hypot(xx - yy, 2 * xy)
    barred = along > 0.7 * (xx + yy) + 1e-3
    if not barred.any():
        return 0.0
    direction = np.degrees(0.5 * np.arctan2(2 * xy[barred], xx[barred] - yy[barred])) % 180
    votes, _ = np.histogram(direction, bins=BINS, range=(0, 180), weights=along[barred])
    votes = votes + np.roll(votes, 1) + np.roll(votes, -1)
    degrees = (int(votes.argmax()) + 0.5) * 180 / BINS
    off = (degrees + 45) % 90 - 45
    return off if abs(off) >= LEAST_LEAN_DEG else 0.0
