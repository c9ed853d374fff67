"""What a keyboard scanner types around a label, and the label that tells a device so.

The handheld reads that label before its profile holds, so it carries its end (`;`) with it; its reader is
handheld_ui/src/input/profile.ts, and tests/vectors/wedge.json is passed by both.
"""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from server.core.errors import BadInput

SIGN = "GANGWAY-SCANNER"
PREFIX_MOST_CHARACTERS = 8
GAP_LEAST_MS, GAP_MOST_MS = 30, 1000


class Suffix(StrEnum):
    """The key that a scanner presses when a label is typed."""

    ENTER = "enter"
    TAB = "tab"
    NONE = "none"  # a silence ends the scan: opt-in, since a reader may stall inside a label


@dataclass(frozen=True, slots=True)
class ScannerProfile:
    """What a scanner types around every label. `gap_ms` is the silence that ends a scan without a suffix, else 0.

    Raises BadInput for a prefix that cannot be typed, or a gap that does not belong to the suffix.
    """

    suffix: Suffix = Suffix.ENTER
    prefix: str = ""
    aim: bool = False  # an AIM identifier stands before every label: one without it has lost its beginning
    gap_ms: int = 0

    def __post_init__(self) -> None:
        plain = all("!" <= character <= "~" for character in self.prefix)
        if not plain or len(self.prefix) > PREFIX_MOST_CHARACTERS:
            raise BadInput(
                "scanner.prefix", f"a prefix is at most {PREFIX_MOST_CHARACTERS} printable ASCII characters, no spaces"
            )
        if self.suffix is not Suffix.NONE and self.gap_ms:
            raise BadInput("scanner.gap", f"a gap ends scans only without a suffix; this one is {self.suffix}")
        if self.suffix is Suffix.NONE and not GAP_LEAST_MS <= self.gap_ms <= GAP_MOST_MS:
            raise BadInput(
                "scanner.gap", f"without a suffix a gap of {GAP_LEAST_MS} to {GAP_MOST_MS} ms is to end a scan"
            )

    def label(self) -> str:
        """The text of the label that sets this profile."""
        fields = [f"suffix={self.suffix}"]
        if self.prefix:
            fields.append(f"prefix={quote(self.prefix, safe='')}")
        if self.aim:
            fields.append("aim=yes")
        if self.gap_ms:
            fields.append(f"gap={self.gap_ms}")
        return f"{SIGN}?{'&'.join(fields)};"
