"""One picture, read in stages until what was seen counts or the time is up. Imported in worker processes only."""

import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from server.core.consensus import PROFILES, RETAIL, Code, Profile, Reader, Sighting, Symbology, agree, doubts, plausible
from server.web.camera.decoded import Decoded
from server.web.camera.engines import look_once, look_zbar, look_zxing
from server.web.camera.header import measure
from server.web.camera.picture import HAVE_OPENCV, Grey, Picture, open_picture
from server.web.camera.retail_forms import pattern_of

if HAVE_OPENCV:
    from server.web.camera import bars, looks
    from server.web.camera.stages import plan

FULL_PIXELS = 640 * 480
FRAME_S = 0.045  # for 640 × 480 and less; larger pictures get more, in proportion
LONGEST_S = 0.4
# Where a scan line leaves a leaning code early, half an ITF passes for an ITF and half an EAN-13 for a UPC-E.
HALVES = frozenset({Symbology.ITF, Symbology.UPC_E})
BORNE_OUT = 0.78  # mean correlation from which the bars confirm a claim
LEGIBLE = 0.86  # ... and from which they speak against it
ZBAR_ENDS = 0.08  # zbar's ends are where its scan lines stopped: less exact than zxing-cpp's
MOST_ASKED = 2  # times that the bars are asked about one number
MOST_SIGHTINGS = 40  # after which they are asked no more: a poster of barcodes
COST_GROWTH = 0.7  # a look at n times the pixels costs about n to the power of this, measured
ZBAR_COST = 2.3  # against zxing-cpp's on the same pixels, measured where there is much to see


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
    for look in (look_zxing, look_once, look_zbar):
        if time.thread_time() < until and not settled(seen, profile):
            seen += look(grey, profile, "as it is")
    return seen


def _look_until_settled(grey: Grey, profile: Profile, until: float) -> list[Sighting]:
    """Stage by stage; a look that would not end in time is left out, since a cheaper one may follow."""
    seen: list[Sighting] = []
    first_s = 0.0
    for stage in plan(grey, profile, seen):
        began = time.thread_time()
        if began > until:
            break
        version = stage.make(grey)
        for look in stage.readers:
            cost_s = first_s * (version.grey.size / grey.size) ** COST_GROWTH
            if time.thread_time() + cost_s * (ZBAR_COST if look is look_zbar else 1) > until:
                continue
            claims = look(version.grey, profile, stage.name)
            first_s = first_s or time.thread_time() - began
            for claim in claims:
                if claim.symbology in HALVES and looks.leans_at(version.grey, claim.corners):
                    continue
                seen.append(replace(claim, corners=looks.back_to_picture(version, claim.corners)))
                seen += _what_bars_say(grey, seen)
            if settled(seen, profile):
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


def settled(seen: list[Sighting], profile: Profile) -> bool:
    """Whether something was seen and nothing of it is left in doubt."""
    return any(plausible(s, profile) for s in seen) and not doubts(seen, profile)


def _what_bars_say(grey: Grey, seen: list[Sighting]) -> Iterator[Sighting]:
    """To the latest claim, if it is a retail code about which they were not asked often already."""
    claim = seen[-1]
    before = sum(s.text == claim.text and s.reader is not Reader.BARS for s in seen[:-1])
    if claim.symbology not in RETAIL or before >= MOST_ASKED or len(seen) > MOST_SIGHTINGS:
        return
    ends = ZBAR_ENDS if claim.reader is Reader.ZBAR else bars.ENDS
    try:
        reading = bars.read_bars(grey, claim.corners, claim.text, claim.symbology, ends)
    except ValueError:  # no such UPC-E can be drawn
        return
    if reading is not None and reading.fit >= (BORNE_OUT if reading.text == claim.text else LEGIBLE):
        yield replace(claim, reader=Reader.BARS, text=reading.text)


def _in_file_pixels(code: Code, picture: Picture) -> Code:
    a, b, c, d = ((round(x * picture.shrink, 1), round(y * picture.shrink, 1)) for x, y in code.corners)
    return replace(code, corners=(a, b, c, d))
