"""How well pictures are read, beside pyzbar alone and zxing-cpp alone.

Photos come in families: a folder with NAME.txt (what is on it) beside NAME.webp, .png or .jpg. Tune on the even half of
every family, look at the odd half once.
"""

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from server.core.consensus import PROFILES, Profile, Reader
from server.core.errors import BadInput
from server.web.camera import Decoded
from server.web.camera.read import read_alone, read_picture, warm_up
from server.web.camera.trials import WORSE, as_png, printed_labels, scenes_without_barcodes, worsen

READERS: Mapping[str, Reader | None] = MappingProxyType(
    {"pyzbar alone": Reader.ZBAR, "zxing-cpp alone": Reader.ZXING, "gangway": None}
)
TRIALS = tuple(WORSE)
PICTURES = frozenset({".webp", ".png", ".jpg"})


@dataclass(frozen=True)
class Photo:
    """A picture file's bytes and the text that its barcode holds."""

    name: str
    text: str
    content: bytes


@dataclass(frozen=True)
class Row:
    """One reader on one trial. Times are CPU milliseconds a picture, opening the file included."""

    trial: str
    reader: str
    pictures: int
    read: int
    misread: int
    median_ms: float
    p95_ms: float

    @property
    def read_percent(self) -> float:
        """Pictures whose text was among the codes, in percent."""
        return 100 * self.read / self.pictures


def photos_in(folder: Path, half: str) -> list[Photo]:
    """The labelled photos of all families: `half` is "even" or "odd" (by place in the family's order) or "all".

    Raises BadInput for a folder that holds none.
    """
    families = sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    found = [photo for family in families for photo in _family(family, half)]
    if not found:
        raise BadInput("bench.no_photos", f"{folder} has no folders with NAME.txt beside NAME.webp, .png or .jpg.")
    return found


def _family(folder: Path, half: str) -> Iterator[Photo]:
    pictures = sorted(file for file in folder.iterdir() if file.suffix in PICTURES)
    for place, file in enumerate(pictures):
        label = file.with_suffix(".txt")
        if label.exists() and half in ("all", ("even", "odd")[place % 2]):
            yield Photo(file.name, _plain(label.read_text(encoding="utf-8")), file.read_bytes())


def labels_drawn(count: int) -> list[Photo]:
    """Labels that we draw ourselves: see camera/trials.py."""
    return [Photo(text, text, as_png(grey)) for text, grey in printed_labels(count)]


def _plain(text: str) -> str:
    """Line ends differ between labels and codes."""
    return text.replace("\r\n", "\n").strip()


def try_photos(photos: Sequence[Photo], trial: str, of: str = "photos") -> Iterator[Row]:
    """Every reader on the photos, made worse as `trial` says (see camera/trials.py)."""
    warm_up()
    tallies = {name: _Tally() for name in READERS}
    for photo in photos:
        content = worsen(photo.content, trial)
        for name, reader in READERS.items():  # one after the other on each photo: all meet the same load
            decoded = _read(content, PROFILES["warehouse"], reader)
            tallies[name] = tallies[name].with_one(photo.text, decoded)
    for name, tally in tallies.items():
        yield tally.as_row(f"{of}, {trial}", name)


def try_scenes(count: int) -> Iterator[Row]:
    """Every reader on scenes without a barcode: `misread` counts the scenes in which it saw one."""
    warm_up()
    tallies = {name: _Tally() for name in READERS}
    for scene in scenes_without_barcodes(count):
        for name, reader in READERS.items():
            decoded = _read(as_png(scene), PROFILES["warehouse"], reader)
            tallies[name] = tallies[name].with_one("", decoded)
    for name, tally in tallies.items():
        yield tally.as_row("no barcode", name)


@dataclass(frozen=True)
class _Tally:
    """What one reader has read so far."""

    read: int = 0
    misread: int = 0
    times_ms: tuple[float, ...] = ()

    def with_one(self, text: str, decoded: Decoded) -> "_Tally":
        texts = {_plain(code.text) for code in decoded.codes}
        return _Tally(self.read + (text in texts), self.misread + bool(texts - {text}), (*self.times_ms, decoded.ms))

    def as_row(self, trial: str, reader: str) -> Row:
        times = sorted(self.times_ms)
        p95 = times[math.ceil(0.95 * len(times)) - 1]
        return Row(trial, reader, len(times), self.read, self.misread, statistics.median(times), p95)


def _read(content: bytes, profile: Profile, reader: Reader | None) -> Decoded:
    return read_picture(content, profile) if reader is None else read_alone(content, profile, reader)
