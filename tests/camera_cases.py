"""What the tests of the camera share: pictures of labels, and a file that lies about its size."""

import struct
import zlib
from pathlib import Path

import numpy as np

from server.core.consensus import PROFILES, mod10_holds
from server.web.camera import decode
from server.web.camera.picture import Grey
from server.web.camera.trials import as_png

ROOT = Path(__file__).resolve().parent.parent
PHOTOS = ROOT.parent / "shared" / "data" / "photos"
WAREHOUSE = PROFILES["warehouse"]
EAN = "4006381333931"


def read_texts(grey: Grey) -> list[str]:
    """What counts on a picture, read in this process; time enough on a machine that does much else."""
    return [code.text for code in decode(as_png(grey), deadline_s=1).codes]


def on_desk(*labels: Grey) -> Grey:
    """Labels side by side on something grey."""
    high, wide = max(one.shape[0] for one in labels), sum(one.shape[1] + 40 for one in labels)
    desk = np.full((high + 80, wide + 40), 140, np.uint8)
    left = 40
    for one in labels:
        desk[40 : 40 + one.shape[0], left : left + one.shape[1]] = one
        left += one.shape[1] + 40
    return desk


def with_check_digit(body: str) -> str:
    """A number whose last digit is right."""
    return next(body + digit for digit in "0123456789" if mod10_holds(body + digit))


def png_that_claims(width: int, height: int) -> bytes:
    """A few hundred bytes that would be gigabytes of pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )
