"""What a picture's first bytes say, before anything is decoded: a bomb is refused by its own header.

Only PNG, JPEG, WebP and BMP are taken: what phones and cameras send. OpenCV reads twenty formats more, each a parser
that a stranger's bytes would reach.
"""

import struct
from dataclasses import dataclass

from server.core.errors import BadInput

MAX_BYTES = 12_000_000
MAX_PIXELS = 25_000_000
_SIZE_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE_MARKERS = frozenset(range(0xD0, 0xD9)) | {0x01}


@dataclass(frozen=True)
class Header:
    """Format and size in pixels, as the file claims them; `clear` when parts may be transparent."""

    kind: str
    width: int
    height: int
    clear: bool = False


def measure(content: bytes) -> Header:
    """The header of a picture that may be decoded. Raises BadInput for one that may not."""
    if not content:
        raise BadInput("camera.empty", "The picture has no bytes; send one PNG, JPEG, WebP or BMP file.")
    if len(content) > MAX_BYTES:
        raise BadInput(
            "camera.too_many_bytes",
            f"The picture has {len(content):,} bytes, more than {MAX_BYTES:,}; send a smaller one.",
        )
    header = _header(content)
    if min(header.width, header.height) < 1:
        raise _broken(header.kind)
    if header.width * header.height > MAX_PIXELS:
        raise BadInput(
            "camera.too_many_pixels",
            f"The {header.kind} says it is {header.width} × {header.height} pixels, more than {MAX_PIXELS:,} in all;"
            " send a smaller one (1280 × 720 is plenty).",
        )
    return header


def _header(content: bytes) -> Header:
    readers = {b"\x89PNG\r\n\x1a\n": _png, b"\xff\xd8\xff": _jpeg, b"RIFF": _webp, b"BM": _bmp}
    for magic, read in readers.items():
        if content.startswith(magic):
            try:
                return read(content)
            except (struct.error, IndexError) as error:
                raise _broken(magic.strip(b"\x89\r\n\x1a\xff\xd8").decode() or "JPEG") from error
    raise BadInput("camera.unknown_format", "These bytes are no PNG, JPEG, WebP or BMP picture; send one of those.")


def _broken(kind: str) -> BadInput:
    return BadInput("camera.broken_picture", f"The {kind} picture is cut short or damaged; take or export it again.")


def _png(content: bytes) -> Header:
    width, height = struct.unpack_from(">II", content, 16)
    return Header("PNG", width, height, clear=content[25] in (4, 6) or b"tRNS" in content[33:2048])


def _bmp(content: bytes) -> Header:
    width, height = struct.unpack_from("<ii", content, 18)  # a negative height means rows from the top
    return Header("BMP", abs(width), abs(height))


def _webp(content: bytes) -> Header:
    chunk = content[12:16]
    if content[8:12] == b"WEBP" and chunk == b"VP8X":
        w, h = int.from_bytes(content[24:27], "little"), int.from_bytes(content[27:30], "little")
        return Header("WebP", w + 1, h + 1, clear=bool(content[20] & 0x10))
    if content[8:12] == b"WEBP" and chunk == b"VP8L":
        (bits,) = struct.unpack_from("<I", content, 21)
        return Header("WebP", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, clear=bool(bits >> 28 & 1))
    if content[8:12] == b"WEBP" and chunk == b"VP8 ":
        w, h = struct.unpack_from("<HH", content, 26)
        return Header("WebP", w & 0x3FFF, h & 0x3FFF)
    raise _broken("WebP")


def _jpeg(content: bytes) -> Header:
    at = 2
    while True:
        if content[at] != 0xFF:
            raise _broken("JPEG")
        marker = content[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
        elif marker in _BARE_MARKERS:
            at += 2
        elif marker in _SIZE_MARKERS:
            height, width = struct.unpack_from(">HH", content, at + 5)
            return Header("JPEG", width, height)
        else:
            (length,) = struct.unpack_from(">H", content, at + 2)
            at += 2 + max(length, 2)
