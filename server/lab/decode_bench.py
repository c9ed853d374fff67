"""How well pictures are read, beside pyzbar alone and zxing-cpp alone.

Photos come in families: a folder with NAME.txt (what is on it) beside NAME.webp, .png or .jpg. Tune on the even half of
every family, look at the odd half once.
"""

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
    contents = [worsen(photo.content, trial) for photo in photos]
    for name, reader in READERS.items():
        read = misread = 0
        times = []
        for photo, content in zip(photos, contents, strict=True):
            decoded = _read(content, PROFILES["warehouse"], reader)
            texts = {_plain(code.text) for code in decoded.codes}
            read += photo.text in texts
            misread += bool(texts - {photo.text})
            times.append(decoded.ms)
        yield _row(f"{of}, {trial}", name, len(photos), read, misread, times)


def try_scenes(count: int) -> Iterator[Row]:
    """Every reader on scenes without a barcode: `misread` counts the scenes in which it saw one."""
    warm_up()
    contents = [as_png(scene) for scene in scenes_without_barcodes(count)]
    for name, reader in READERS.items():
        decoded = [_read(content, PROFILES["warehouse"], reader) for content in contents]
        yield _row("no barcode", name, count, 0, sum(bool(d.codes) for d in decoded), [d.ms for d in decoded])


def _read(content: bytes, profile: Profile, reader: Reader | None) -> Decoded:
    return read_picture(content, profile) if reader is None else read_alone(content, profile, reader)


def _row(trial: str, reader: str, pictures: int, read: int, misread: int, times: list[float]) -> Row:
    p95 = statistics.quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else times[0]
    return Row(trial, reader, pictures, read, misread, round(statistics.median(times), 2), round(p95, 2))
