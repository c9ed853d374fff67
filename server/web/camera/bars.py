"""A third reader for EAN and UPC: the bars themselves, matched against every digit.

Another reader says where a code is and what it thinks it says. Here the grey profile across the bars is laid over the
pattern that the claim would print (ends and blur are fitted), then every digit's seven modules are compared with all
digits, each allowed half a module of play, and the best number that keeps parity and check digit is found.
A blurred EAN on which two decoders agree by mistake fits its true number better.
Source for matching deformed digit templates: Gallo & Manduchi 2011, doi:10.1109/TPAMI.2010.229.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from server.core.consensus import Corners, Symbology
from server.web.camera.picture import Grey
from server.web.camera.retail_forms import DIGIT_SETS, MODULES_A_DIGIT, Forms, forms_of, pattern_of

Wave = NDArray[np.float32]

QUIET = 5  # modules of white on both sides that take part in the fit
SPARE = 0.2  # of the code's width, sampled beyond each end
HEIGHTS = (0.5, 0.2, 0.8)
BLURS = (0.3, 0.6, 0.9)  # standard deviations, in modules
PLAY = (-0.5, -0.25, 0.0, 0.25, 0.5)  # modules that a digit may sit off its place
PLAY_COST = 0.06
COARSE, FINE = 2, 4  # samples a module: for the whole code, for a digit
ENDS = 0.025  # of the width: how far a claimed end may be off
NARROWEST_PX = 40
QUIET_LIGHT = 0.4
CLEAR_FIT = 0.85
DARKEST_SPAN = 12  # grey levels: less contrast than this is noise


@dataclass(frozen=True)
class Reading:
    """The number that fits best; `fit` is the mean correlation of its digits with the picture, at most 1."""

    text: str
    fit: float


def read_bars(grey: Grey, corners: Corners, claim: str, symbology: Symbology, ends: float = ENDS) -> Reading | None:
    """What the bars at a claimed place say; None where the place is too small, or a UPC-E has no white after it.

    `ends`: how far a claimed end may be off, as a part of the width.
    """
    width = math.hypot(corners[1][0] - corners[0][0], corners[1][1] - corners[0][1])
    if width < NARROWEST_PX:
        return None
    modules = pattern_of(claim, symbology)
    forms = forms_of(symbology)
    total = np.zeros((len(forms.starts), 30), np.float32)
    shapes = _pattern_waves(modules, COARSE)
    for lines, wave in enumerate(_level(_waves(grey, corners, width), len(modules)), start=1):
        fitted = _fit(wave, shapes, len(modules), ends)
        if symbology is Symbology.UPC_E and not _quiet_after(fitted, len(modules)):
            return None  # an EAN-13 holds shapes that pass for a UPC-E, but goes on after them
        total += _match_digits(fitted, forms.starts, len(modules))
        fit = _fit_of(claim, np.asarray(total / lines, np.float32), forms)
        if fit >= CLEAR_FIT:  # one line across a sharp code is enough
            return Reading(claim, fit)
    return _best_number(np.asarray(total / len(HEIGHTS), np.float32), forms)


def _fit_of(claim: str, scores: Wave, forms: Forms) -> float:
    """The mean likeness of a claim's digits when no other digit fits better at any place, else 0."""
    claimed = scores[np.arange(len(scores)), forms.columns(claim)]
    return float(claimed.mean()) if (claimed >= (scores + forms.never).max(1)).all() else 0.0


def _waves(grey: Grey, corners: Corners, width: float) -> Wave:
    """Grey along lines across the bars: heights × samples."""
    count = int(min(max(2 * width, 300), 1200) * (1 + 2 * SPARE))
    a, b, c, d = (np.array(corner) for corner in corners)
    u = np.linspace(-SPARE, 1 + SPARE, count)[:, None]
    lines = [a * (1 - v) + d * v + u * ((b - a) * (1 - v) + (c - d) * v) for v in HEIGHTS]
    spread = np.array([b[1] - a[1], a[0] - b[0]]) / -width  # a pixel along the bars: neighbours are averaged
    near = np.array([line + spread * k for line in lines for k in (-1, 0, 1)], np.float32)
    seen = cv2.remap(grey, near[..., 0], near[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    means: Wave = seen.reshape(len(HEIGHTS), 3, count).mean(1, dtype=np.float32)
    return means


def _level(waves: Wave, modules: int) -> Wave:
    """Even out light and shadow: each sample between the darkest and the lightest within a digit and a half."""
    span = max(3, int(waves.shape[1] / (1 + 2 * SPARE) * 12 / modules) | 1)
    window = np.ones((1, span), np.uint8)
    high = cv2.blur(cv2.dilate(waves, window), (span, 1))
    low = cv2.blur(cv2.erode(waves, window), (span, 1))
    return np.asarray((waves - low) / np.maximum(high - low, DARKEST_SPAN), np.float32)


@dataclass(frozen=True)
class _Fitted:
    """A wave that runs forwards, and where on it the pattern lies (0 and 1: as claimed)."""

    wave: Wave
    begin: float
    end: float
    blur: int


def _fit(wave: Wave, shapes: Wave, modules: int, ends: float) -> _Fitted:
    count = 2 * math.ceil(ends * modules / 1.3) + 1  # steps of 1.3 modules: wider ones miss the right place
    reach, blur, turned, begin, end = ends, 0, False, 0.0, 1.0
    at = ((np.arange(shapes.shape[1]) + 0.5) / COARSE - QUIET) / modules
    for steps in (count, 5):
        offsets = np.linspace(-reach, reach, steps)
        begins, lengths = begin + np.repeat(offsets, steps), end - begin + _differences(offsets)
        likeness = _unit(_resample(wave, begins[:, None] + lengths[:, None] * at)) @ shapes.T
        best, shape = divmod(int(likeness.argmax()), likeness.shape[1])
        turned, blur = divmod(shape, len(BLURS))
        begin, end = float(begins[best]), float(begins[best] + lengths[best])
        reach = ends / max(steps - 1, 1)
    if turned:
        return _Fitted(np.ascontiguousarray(wave[::-1]), 1 - end, 1 - begin, blur)
    return _Fitted(wave, begin, end, blur)


def _differences(offsets: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much longer the code is for every pair of its two ends' offsets, the first end's changing slowest."""
    return (offsets[None, :] - offsets[:, None]).ravel()


def _quiet_after(fitted: _Fitted, modules: int) -> bool:
    """Whether there is no bar within six modules after the end; inside a code no space is wider than four."""
    after = np.arange(modules + 1.0, modules + 6.1, 0.25)[None] / modules
    light = _resample(fitted.wave, fitted.begin + (fitted.end - fitted.begin) * after)
    return bool(light.min() > QUIET_LIGHT)


def _match_digits(fitted: _Fitted, starts: tuple[int, ...], modules: int) -> Wave:
    """Correlation of every digit's place with every digit of every set, the best of its plays: places × 30."""
    at = np.array(starts)[:, None, None] + np.array(PLAY)[None, :, None] - 1
    at = (at + (np.arange((MODULES_A_DIGIT + 2) * FINE) + 0.5) / FINE) / modules
    pieces = _resample(fitted.wave, (fitted.begin + (fitted.end - fitted.begin) * at).reshape(-1, at.shape[2]))
    likeness = (_unit(pieces) @ _digit_waves(fitted.blur).T).reshape(len(starts), len(PLAY), -1)
    best: Wave = (likeness - PLAY_COST * np.abs(np.array(PLAY, np.float32))[None, :, None]).max(1)
    return best


def _resample(wave: Wave, places: NDArray[np.float64]) -> Wave:
    """The wave at places measured in widths of the claimed code."""
    at = ((places + SPARE) * ((len(wave) - 1) / (1 + 2 * SPARE))).astype(np.float32)
    seen = cv2.remap(wave[None], at, np.zeros_like(at), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen, np.float32)


def _best_number(scores: Wave, forms: Forms) -> Reading:
    """The number with the highest sum of likenesses among those with right parity and check digit.

    A dynamic programme, for every form at once; its state is the weighted sum modulo 10 of the digits so far.
    """
    places = forms.sets.shape[1]
    each = np.arange(len(forms.sets))
    sums = np.full((len(forms.sets), 10), -np.inf)
    sums[each, forms.first_sum] = 0
    choices = []
    for place in range(places):
        digit = scores[place, forms.sets[:, place, None] * 10 + np.arange(10)] + forms.allowed[:, place]
        before = (np.arange(10)[None, :, None] - forms.weights[:, place, None, None] * np.arange(10)) % 10
        reached = sums[each[:, None, None], before] + digit[:, None, :]
        choices.append(reached.argmax(2))
        sums = reached.max(2)
    best = int(sums[:, 0].argmax())
    return Reading(forms.number(best, _walk_back(choices, forms, best)), float(sums[best, 0]) / places)


def _walk_back(choices: list[NDArray[np.intp]], forms: Forms, form: int) -> list[int]:
    digits, state = [], 0
    for place in range(len(choices) - 1, -1, -1):
        digit = int(choices[place][form, state])
        digits.append(digit)
        state = (state - int(forms.weights[form, place]) * digit) % 10
    return digits[::-1]


def _unit(waves: Wave) -> Wave:
    centred = waves - waves.mean(-1, keepdims=True)
    unit: Wave = centred / (np.sqrt(np.einsum("ij,ij->i", centred, centred))[:, None] + 1e-6)
    return unit


def _smear(codes: Sequence[str], density: int, blur: float) -> Wave:
    """Modules ("1" is black) as waves of reflected light, blurred."""
    light = np.array([[49 - ord(m) for m in code] for code in codes], np.float32)
    sharp = np.repeat(light, density, axis=1)
    size = 2 * math.ceil(3 * blur * density) + 1
    smeared = cv2.GaussianBlur(sharp, (size, 1), blur * density, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(smeared, np.float32)


def _pattern_waves(modules: str, density: int) -> Wave:
    """The whole code forwards under every blur, then backwards."""
    padded = "0" * QUIET + modules + "0" * QUIET
    forwards = _unit(np.concatenate([_smear([padded], density, blur) for blur in BLURS]))
    return np.concatenate([forwards, forwards[:, ::-1]])


@cache
def _digit_waves(blur: int) -> Wave:
    """All 30 digits with a module of what always stands beside them: a digit of L or G lies between black and white."""
    beside = {"L": ("011", "001"), "G": ("011", "001"), "R": ("100", "110")}
    codes = [beside[name][0] + code + beside[name][1] for name, codes in DIGIT_SETS.items() for code in codes]
    return _unit(_smear(codes, FINE, BLURS[blur])[:, 2 * FINE : (4 + MODULES_A_DIGIT) * FINE])
