"""One picture, read in stages until what was seen counts or the time is up. Imported in worker processes only."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from server.core.consensus import PROFILES, RETAIL, Code, Profile, Reader, Sighting, Symbology, agree, doubtful
from server.web.camera.decoded import Decoded
from server.web.camera.engines import look_zbar, look_zxing
from server.web.camera.header import measure
from server.web.camera.picture import HAVE_OPENCV, Grey, Picture, open_picture
from server.web.camera.retail_forms import pattern_of

if HAVE_OPENCV:
    from server.web.camera import bars, looks

FULL_PIXELS = 640 * 480
FRAME_S = 0.05  # for 640 × 480 and less; larger pictures get more, in proportion
LONGEST_S = 0.4
BORNE_OUT = 0.78  # mean correlation from which the bars confirm a claim
LEGIBLE = 0.86  # ... and from which they speak against it
ZBAR_ENDS = 0.08  # zbar's ends are where its scan lines stopped: less exact than zxing-cpp's
MOST_CLAIMS = 6  # codes of one look that the bars are asked about
COST_SPREAD = 1.3  # what a look may cost beyond zxing-cpp's first, a pixel

Look = Callable[[Grey, Profile, str], list[Sighting]]


@dataclass(frozen=True)
class Stage:
    """A version of the picture and who looks at it."""

    name: str
    make: "Callable[[Grey], looks.Version]"
    readers: tuple[Look, ...]
    growth: float = 1.0  # its pixels, against the picture's


def read_picture(content: bytes, profile: Profile, deadline_s: float | None = None) -> Decoded:
    """The codes of a picture file that count.

    No stage is begun that would not end within `deadline_s` of this thread's CPU time. Raises BadInput.
    """
    started = time.thread_time()
    picture = open_picture(content, measure(content))
    allowed = min(LONGEST_S, FRAME_S * max(1.0, picture.grey.size / FULL_PIXELS)) if deadline_s is None else deadline_s
    look = _look_until_settled if HAVE_OPENCV else _look_plainly
    seen = look(picture.grey, profile, started + allowed)
    codes = tuple(_in_file_pixels(code, picture) for code in agree(seen, profile))
    return Decoded(codes, round((time.thread_time() - started) * 1000, 2))


def read_alone(content: bytes, profile: Profile, reader: Reader) -> Decoded:
    """What one decoder alone sees at its first look, for comparison: no consensus, no stages."""
    started = time.thread_time()
    picture = open_picture(content, measure(content))
    look = look_zbar if reader is Reader.ZBAR else look_zxing
    seen = look(picture.grey, profile, "alone")
    codes = tuple(dict.fromkeys(Code(s.text, s.symbology, s.aim, s.corners) for s in seen))
    return Decoded(codes, round((time.thread_time() - started) * 1000, 2))


def _look_plainly(grey: Grey, profile: Profile, until: float) -> list[Sighting]:
    """Without OpenCV: the picture as it came, and no bars to ask."""
    seen: list[Sighting] = []
    for look in (look_zxing, _one_threshold, look_zbar):
        if time.thread_time() < until and not seen_enough(seen, profile):
            seen += look(grey, profile, "as it is")
    return seen


def _look_until_settled(grey: Grey, profile: Profile, until: float) -> list[Sighting]:
    seen: list[Sighting] = []
    began = time.thread_time()
    pixel_s = 0.0
    for stage in _stages(grey, seen):
        if seen_enough(seen, profile) or time.thread_time() + pixel_s * grey.size * stage.growth > until:
            break
        version = stage.make(grey)
        for look in stage.readers:
            if time.thread_time() + pixel_s * version.grey.size > until:
                return seen
            seen += _sightings(grey, version, stage.name, look, profile)
            pixel_s = pixel_s or (time.thread_time() - began) / grey.size * COST_SPREAD
            if seen_enough(seen, profile):
                return seen
    return seen


def warm_up() -> None:
    """Read a code of our own in every stage, so that the first picture need not pay for tables and first calls."""
    modules = "0" * 9 + pattern_of("4006381333931", Symbology.EAN_13) + "0" * 9
    line = np.array([40 if m == "1" else 210 for m in modules for _ in range(2)], np.uint8)
    grey = np.full((120, 320), 210, np.uint8)
    grey[30:90, 40 : 40 + len(line)] = line
    profile = PROFILES["warehouse"]
    look = _look_until_settled if HAVE_OPENCV else _look_plainly
    for shades in (grey, grey // 4 + 20, np.zeros_like(grey), np.full_like(grey, 255)):
        look(np.ascontiguousarray(shades), profile, time.thread_time() + 1.0)


def seen_enough(seen: list[Sighting], profile: Profile) -> bool:
    """Whether something counts and nothing is left in doubt."""
    return bool(seen) and bool(agree(seen, profile)) and not doubtful(seen, profile)


def _stages(grey: Grey, seen: Sequence[Sighting] = ()) -> "Iterator[Stage]":
    """In the order of what they find for their cost; measured, see docs/decoding.md. `seen` grows meanwhile."""
    if looks.is_dim(grey):
        yield from _dim_stages(grey)
        return
    yield Stage("as it is", looks.as_it_is, (look_zxing, look_zbar))
    if seen:
        yield Stage("closer", lambda g: looks.closer(g, seen[0].corners), (look_zxing, _one_threshold, look_zbar))
    off = looks.lean(grey)
    if off:
        yield Stage("turned", lambda g: looks.turned(g, off), (look_zxing, look_zbar), 1.6)
    yield Stage("larger", lambda g: looks.scaled(g, 2), (look_zxing,), 4)
    yield Stage("soft", lambda g: looks.as_it_is(looks.softened(g)), (_one_threshold,))
    yield Stage("level", lambda g: looks.as_it_is(looks.levelled(g)), (_one_threshold,))
    yield Stage("sharp", lambda g: looks.as_it_is(looks.sharpened(g)), (_one_threshold,))
    yield Stage("smaller", lambda g: looks.scaled(g, 0.5), (_one_threshold,), 0.25)
    if off:
        yield Stage("turned, larger", lambda g: _turned_larger(g, off), (look_zxing, look_zbar), 6)
    yield Stage("larger, sharp", _larger_sharp, (_one_threshold,), 4)
    yield Stage("larger, one threshold", lambda g: looks.scaled(g, 2), (_one_threshold,), 4)
    yield Stage("largest", lambda g: looks.scaled(g, 3), (look_zxing, _one_threshold), 9)


def _dim_stages(grey: Grey) -> "Iterator[Stage]":
    """Low light: the noise goes first."""
    soft = looks.softened(grey)
    yield Stage("soft", lambda _: looks.as_it_is(soft), (look_zxing, _one_threshold))
    yield Stage("as it is", looks.as_it_is, (_one_threshold,))
    off = looks.lean(soft)
    if off:
        yield Stage("turned", lambda _: looks.turned(soft, off), (_one_threshold, look_zxing), 1.6)
    yield Stage("soft, zbar", lambda _: looks.as_it_is(soft), (look_zbar,))
    yield Stage("softer, larger", _softer_larger, (look_zxing, _one_threshold), 4)
    yield Stage("larger, one threshold", lambda g: looks.scaled(g, 2), (_one_threshold,), 4)


def _turned_larger(grey: Grey, off: float) -> "looks.Version":
    large = looks.scaled(grey, 2)
    both = looks.turned(large.grey, off)
    ways = large.back[:, :2] @ both.back
    ways[:, 2] += large.back[:, 2]
    return replace(both, back=ways)


def _larger_sharp(grey: Grey) -> "looks.Version":
    large = looks.scaled(grey, 2)
    return replace(large, grey=looks.sharpened(large.grey))


def _softer_larger(grey: Grey) -> "looks.Version":
    large = looks.scaled(grey, 2)
    return replace(large, grey=looks.levelled(looks.softened(large.grey, 2.5)))


def _one_threshold(grey: Grey, profile: Profile, stage: str) -> list[Sighting]:
    return look_zxing(grey, profile, stage + ", one threshold", one_threshold=True)


def _sightings(grey: Grey, version: "looks.Version", name: str, look: Look, profile: Profile) -> Iterator[Sighting]:
    """A look's claims, and after each retail claim what the bars say to it."""
    for count, claim in enumerate(look(version.grey, profile, name)):
        placed = replace(claim, corners=looks.back_to_picture(version, claim.corners))
        yield placed
        if placed.symbology in RETAIL and count < MOST_CLAIMS:
            yield from _what_bars_say(grey, placed)


def _what_bars_say(grey: Grey, claim: Sighting) -> Iterator[Sighting]:
    ends = ZBAR_ENDS if claim.reader is Reader.ZBAR else bars.ENDS
    try:
        reading = bars.read_bars(grey, claim.corners, claim.text, claim.symbology, ends)
    except ValueError:  # the claim breaks its own check digit or has no UPC-E form
        return
    if reading is not None and reading.fit >= (BORNE_OUT if reading.text == claim.text else LEGIBLE):
        yield replace(claim, reader=Reader.BARS, text=reading.text)


def _in_file_pixels(code: Code, picture: Picture) -> Code:
    a, b, c, d = ((round(x * picture.shrink, 1), round(y * picture.shrink, 1)) for x, y in code.corners)
    return replace(code, corners=(a, b, c, d))
