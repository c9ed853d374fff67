"""Barcodes from pictures: the only room that knows OpenCV, zbar and zxing-cpp.

`Camera` is what a server holds: a few worker processes, since libzbar has asserts that end a process and a picture can
be made to take for ever. `decode` is the same work in this process, for a program that reads its own files.
Nothing here imports an image library until a picture is read.
"""

from server.core.consensus import PROFILES, Code, Profile
from server.core.errors import BadInput
from server.web.camera.decoded import Decoded
from server.web.camera.header import MAX_BYTES, MAX_PIXELS
from server.web.camera.pool import Camera

__all__ = ["MAX_BYTES", "MAX_PIXELS", "PROFILES", "Camera", "Code", "Decoded", "decode", "profile_named"]


def profile_named(name: str) -> Profile:
    """The symbologies of a profile. Raises BadInput for a name that there is none of."""
    if name not in PROFILES:
        raise BadInput("camera.unknown_profile", f"There is no profile {name!r}; take one of {', '.join(PROFILES)}.")
    return PROFILES[name]


def decode(content: bytes, profile: str = "warehouse", deadline_s: float | None = None) -> Decoded:
    """The codes of a picture file that count, read in this process.

    No look is begun that would pass `deadline_s` of CPU time (None: 0.045 s for 640 × 480, at most 0.4 s for larger).
    Raises BadInput for a file that is no picture, or too large, and for an unknown profile.
    """
    from server.web.camera.read import read_picture  # noqa: PLC0415 - image libraries load when a picture is read

    return read_picture(content, profile_named(profile), deadline_s)
