"""Which barcodes of a picture count: a wrong read is worse than none.

Several readers look at several versions of one picture; each gives sightings. A strong symbology counts after one
sighting, since Reed-Solomon or modulo 103 stands behind it. A weak one (EAN, UPC, Code 39, ITF, Codabar, DataBar)
counts after two, twice as many as any rival at the same place. Two readers that agree are no proof for a blurred EAN:
where the bars themselves were matched against every number (reader BARS), a number that they do not bear out never
counts.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

Point = tuple[float, float]
Corners = tuple[Point, Point, Point, Point]


class Symbology(StrEnum):
    """The symbologies that a warehouse meets, by the names that people know."""

    EAN_13 = "EAN-13"  # UPC-A too: its 13 digits begin with 0
    EAN_8 = "EAN-8"
    UPC_E = "UPC-E"  # its text is the 13 digits that it stands for
    CODE_128 = "Code 128"
    CODE_93 = "Code 93"
    CODE_39 = "Code 39"
    ITF = "ITF"
    CODABAR = "Codabar"
    DATABAR = "DataBar"
    QR = "QR Code"
    DATA_MATRIX = "Data Matrix"
    AZTEC = "Aztec"
    PDF417 = "PDF417"


class Reader(StrEnum):
    """Who saw it."""

    ZXING = "zxing-cpp"
    ZBAR = "zbar"
    BARS = "bars"


RETAIL = frozenset({Symbology.EAN_13, Symbology.EAN_8, Symbology.UPC_E})
WEAK = RETAIL | {Symbology.CODE_39, Symbology.ITF, Symbology.CODABAR, Symbology.DATABAR}
MATRIX = frozenset({Symbology.QR, Symbology.DATA_MATRIX, Symbology.AZTEC})
# Shorter texts of these are what readers see in shelves, text and shadows.
SHORTEST: Mapping[Symbology, int] = MappingProxyType({Symbology.CODE_39: 3, Symbology.ITF: 4, Symbology.CODABAR: 5})
SIGHTINGS_WANTED = 2
AHEAD_OF_RIVALS = 2


@dataclass(frozen=True)
class Profile:
    """The symbologies that are switched on for a job; all others are neither searched nor answered."""

    name: str
    symbologies: frozenset[Symbology]


_WAREHOUSE = frozenset(Symbology) - {Symbology.AZTEC, Symbology.PDF417, Symbology.DATABAR}
_PROFILES = (
    Profile("warehouse", _WAREHOUSE),
    Profile("retail", RETAIL | {Symbology.DATABAR, Symbology.QR, Symbology.DATA_MATRIX}),
    Profile("gs1", RETAIL | MATRIX | {Symbology.CODE_128, Symbology.ITF, Symbology.DATABAR}),
    Profile("house", frozenset({Symbology.CODE_128, Symbology.QR, Symbology.DATA_MATRIX})),
    Profile("carrier", MATRIX | {Symbology.CODE_128, Symbology.ITF, Symbology.PDF417}),
)
PROFILES: Mapping[str, Profile] = MappingProxyType({profile.name: profile for profile in _PROFILES})


@dataclass(frozen=True)
class Sighting:
    """One reader's claim on one version of the picture; corners in pixels of the picture as it came."""

    reader: Reader
    stage: str
    text: str
    symbology: Symbology
    aim: str
    corners: Corners


@dataclass(frozen=True)
class Code:
    """A barcode that counts. `aim` is its AIM symbology identifier, such as `]C1` for GS1-128."""

    text: str
    symbology: Symbology
    aim: str
    corners: Corners


def mod10_holds(digits: str) -> bool:
    """Whether the last digit is the GS1 check digit of the others (weights 3 and 1 from the right).

    Source: GS1 General Specifications, section 7.9.
    """
    if not (digits.isascii() and digits.isdigit()) or len(digits) < 2:
        return False
    body = [int(d) for d in digits]
    return sum(d * (3 if i % 2 else 1) for i, d in enumerate(reversed(body))) % 10 == 0


def upc_e_digits(eight: str) -> str:
    """The 13 digits that a UPC-E symbol's eight (number system, six, check digit) stand for.

    Raises ValueError for anything but eight digits.
    Source: GS1 General Specifications, section 5.2.2.4 (zero suppression).
    """
    if len(eight) != 8 or not (eight.isascii() and eight.isdigit()):
        raise ValueError(f"UPC-E has eight digits, not {eight!r}")
    system, six, check = eight[0], eight[1:7], eight[7]
    last = six[5]
    if last in "012":
        body = six[:2] + last + "0000" + six[2:5]
    elif last == "3":
        body = six[:3] + "00000" + six[3:5]
    elif last == "4":
        body = six[:4] + "00000" + six[4]
    else:
        body = six[:5] + "0000" + last
    return "0" + system + body + check


def plausible(sighting: Sighting, profile: Profile) -> bool:
    """Whether a sighting may be counted at all: switched on, long enough, check digit right where there is one."""
    if sighting.symbology not in profile.symbologies or not sighting.text:
        return False
    if sighting.reader is Reader.BARS and sighting.symbology not in RETAIL:
        return False
    if sighting.symbology in RETAIL:
        return len(sighting.text) in (8, 13) and mod10_holds(sighting.text)
    return len(sighting.text) >= SHORTEST.get(sighting.symbology, 1)


def agree(sightings: Iterable[Sighting], profile: Profile) -> tuple[Code, ...]:
    """The codes that count, in the order in which they were first seen."""
    places: list[list[Sighting]] = []
    for sighting in sightings:
        if plausible(sighting, profile):
            _place_of(sighting, places).append(sighting)
    codes = [code for place in places for code in _winners(place)]
    return tuple(dict.fromkeys(codes))


def doubts(sightings: Sequence[Sighting], profile: Profile) -> list[Sighting]:
    """What was seen where nothing counts yet: worth another look."""
    counted = agree(sightings, profile)
    return [
        s
        for s in sightings
        if plausible(s, profile) and not any(_same_place(s.corners, code.corners) for code in counted)
    ]


def _winners(place: list[Sighting]) -> list[Code]:
    """What counts at one place: at most one text, but that matrix codes may stand inside one another."""
    matrix = [s for s in place if s.symbology in MATRIX]
    texts = dict.fromkeys(s.text for s in matrix if _trusted(s, place))
    codes = [_code(next(s for s in matrix if s.text == text)) for text in texts]
    if codes:
        return codes
    lines = _whole(_borne_out([s for s in place if s.symbology not in MATRIX]))
    votes = Counter({key: len(who) for key, who in _voices(lines).items()})
    if not votes:
        return []
    (best, most), *rest = votes.most_common()
    rival = rest[0][1] if rest else 0
    first = next(s for s in lines if (s.symbology, s.text) == best)
    enough = most >= _wanted(first) and most >= AHEAD_OF_RIVALS * rival
    return [_code(first)] if enough else []


def _trusted(sighting: Sighting, place: list[Sighting]) -> bool:
    """Zbar guesses the character set of a QR code: what is not ASCII needs a second reader."""
    others = {s.reader for s in place if s.text == sighting.text}
    return sighting.reader is Reader.ZXING or sighting.text.isascii() or len(others) > 1


def _borne_out(place: list[Sighting]) -> list[Sighting]:
    """Without the retail numbers that the bars contradict, once the bars were legible."""
    legible = {(s.symbology, s.text) for s in place if s.reader is Reader.BARS}
    if not legible:
        return place
    return [s for s in place if s.symbology not in RETAIL or (s.symbology, s.text) in legible]


def _whole(place: list[Sighting]) -> list[Sighting]:
    """Without ITFs that are a part of another there: a scan line that leaves an ITF early still reads its digits."""
    itfs = {s.text for s in place if s.symbology is Symbology.ITF}
    parts = {part for part in itfs for text in itfs if part != text and part in text}
    return [s for s in place if s.symbology is not Symbology.ITF or s.text not in parts]


def _voices(place: list[Sighting]) -> dict[tuple[Symbology, str], set[tuple[Reader, str]]]:
    """Who saw what: a reader counts once a stage, and the bars once in all, since they are the same bars."""
    voices: dict[tuple[Symbology, str], set[tuple[Reader, str]]] = {}
    for s in place:
        stage = "" if s.reader is Reader.BARS else s.stage
        voices.setdefault((s.symbology, s.text), set()).add((s.reader, stage))
    return voices


def _wanted(sighting: Sighting) -> int:
    if sighting.symbology not in WEAK:
        return 1
    bad_itf14 = sighting.symbology is Symbology.ITF and len(sighting.text) == 14 and not mod10_holds(sighting.text)
    return SIGHTINGS_WANTED + bad_itf14


def _code(sighting: Sighting) -> Code:
    return Code(sighting.text, sighting.symbology, sighting.aim, sighting.corners)


def _place_of(sighting: Sighting, places: list[list[Sighting]]) -> list[Sighting]:
    for place in places:
        if any(_same_place(sighting.corners, other.corners) for other in place):
            return place
    places.append([])
    return places[-1]


def _same_place(a: Corners, b: Corners) -> bool:
    """Whether two codes overlap: the middle of one lies in the other's upright box, widened by a tenth."""
    return _holds(a, _middle(b)) or _holds(b, _middle(a))


def _middle(corners: Corners) -> Point:
    return sum(x for x, _ in corners) / 4, sum(y for _, y in corners) / 4


def _holds(corners: Corners, point: Point) -> bool:
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    spare = 0.1 * max(max(xs) - min(xs), max(ys) - min(ys))
    return min(xs) - spare <= point[0] <= max(xs) + spare and min(ys) - spare <= point[1] <= max(ys) + spare
