"""Which versions of a picture are looked at, by whom, in which order. Needs OpenCV.

The order was found on the even half of the tuning photos, plain and made worse: at each step the stage that found most
more for its cost. See docs/decoding.md.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from server.core.consensus import Profile, Sighting, doubts
from server.web.camera import looks
from server.web.camera.engines import look_once, look_zbar, look_zxing
from server.web.camera.picture import Grey

Look = Callable[[Grey, Profile, str], list[Sighting]]


@dataclass(frozen=True)
class Stage:
    """A version of the picture and who looks at it."""

    name: str
    make: Callable[[Grey], looks.Version]
    readers: tuple[Look, ...]


def plan(grey: Grey, profile: Profile, seen: Sequence[Sighting]) -> Iterator[Stage]:
    """The stages for a picture, in the order of what they find for their cost; `seen` grows on the way."""
    if looks.is_dim(grey):
        yield from _dim_stages(grey)
        return
    yield Stage("as it is", looks.as_it_is, (look_zxing,))
    off = looks.lean(grey)
    if off:
        yield Stage("turned", lambda g: looks.turned(g, off), (look_zxing, look_zbar))
    yield Stage("as it is", looks.as_it_is, (look_zbar,))
    unsure = doubts(seen, profile)
    if unsure:
        around = unsure[0].corners
        yield Stage("closer", lambda g: looks.closer(g, around), (look_zxing, look_once, look_zbar))
    yield Stage("larger", lambda g: looks.scaled(g, 2), (look_zxing,))
    yield Stage("soft", lambda g: looks.as_it_is(looks.softened(g)), (look_once,))
    yield Stage("level", lambda g: looks.as_it_is(looks.levelled(g)), (look_once,))
    yield Stage("sharp", lambda g: looks.as_it_is(looks.sharpened(g)), (look_once,))
    yield Stage("smaller", lambda g: looks.scaled(g, 0.5), (look_once,))
    if off:
        yield Stage("turned, larger", lambda g: _turned_larger(g, off), (look_zxing, look_zbar))
    yield Stage("larger, sharp", _larger_sharp, (look_once,))
    yield Stage("larger, one threshold", lambda g: looks.scaled(g, 2), (look_once,))
    yield Stage("largest", lambda g: looks.scaled(g, 3), (look_zxing, look_once))


def _dim_stages(grey: Grey) -> Iterator[Stage]:
    """Low light: the noise goes first."""
    soft = looks.softened(grey)
    yield Stage("soft", lambda _: looks.as_it_is(soft), (look_zxing, look_once))
    yield Stage("as it is", looks.as_it_is, (look_once,))
    off = looks.lean(soft)
    if off:
        yield Stage("turned", lambda _: looks.turned(soft, off), (look_once, look_zxing))
    yield Stage("soft, zbar", lambda _: looks.as_it_is(soft), (look_zbar,))
    yield Stage("softer, larger", _softer_larger, (look_zxing, look_once))
    yield Stage("larger, one threshold", lambda g: looks.scaled(g, 2), (look_once,))


def _turned_larger(grey: Grey, off: float) -> looks.Version:
    large = looks.scaled(grey, 2)
    both = looks.turned(large.grey, off)
    ways = large.back[:, :2] @ both.back
    ways[:, 2] += large.back[:, 2]
    return replace(both, back=ways)


def _larger_sharp(grey: Grey) -> looks.Version:
    large = looks.scaled(grey, 2)
    return replace(large, grey=looks.sharpened(large.grey))


def _softer_larger(grey: Grey) -> looks.Version:
    large = looks.scaled(grey, 2)
    return replace(large, grey=looks.levelled(looks.softened(large.grey, 2.5)))
