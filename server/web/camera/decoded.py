"""What a read gives back, as values and as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from server.core.consensus import Code, Symbology


@dataclass(frozen=True)
class Decoded:
    """The codes that count, in the order in which they were found; `ms` is the CPU time that it took.

    Corners are in pixels of the picture as people see it (EXIF orientation applied), from the code's own top left.
    """

    codes: tuple[Code, ...]
    ms: float

    def as_json(self) -> dict[str, Any]:
        """The shape of the REST answer and of `gangway decode --json`, less the file's name."""
        codes = [
            {"text": c.text, "symbology": c.symbology.value, "aim": c.aim, "corners": [list(p) for p in c.corners]}
            for c in self.codes
        ]
        return {"codes": codes, "ms": self.ms}


def from_json(said: Mapping[str, Any]) -> Decoded:
    """What `as_json` gave."""
    codes = []
    for code in said["codes"]:
        a, b, c, d = ((float(x), float(y)) for x, y in code["corners"])
        codes.append(Code(code["text"], Symbology(code["symbology"]), code["aim"], (a, b, c, d)))
    return Decoded(tuple(codes), float(said["ms"]))
