"""How EAN-13, EAN-8 and UPC-E are drawn, as tables: digit sets, places, parities, check weights.

Source: GS1 General Specifications, sections 5.2.1 and 5.2.2.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from server.core.consensus import Symbology, upc_e_digits

MODULES_A_DIGIT = 7
_L = ("0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011", "0110111", "0001011")
_R = tuple(code.translate(str.maketrans("01", "10")) for code in _L)
_G = tuple(code[::-1] for code in _R)
DIGIT_SETS: Mapping[str, tuple[str, ...]] = MappingProxyType({"L": _L, "G": _G, "R": _R})
_SET_ORDER = "LGR"
# Which of the left six digits are drawn in set G says what the first digit of an EAN-13 is.
_FIRST = ("LLLLLL", "LLGLGG", "LLGGLG", "LLGGGL", "LGLLGG", "LGGLLG", "LGGGLL", "LGLGLG", "LGLGGL", "LGGLGL")
# ... and what the check digit of a UPC-E with number system 0 is; with 1, G and L change places.
_CHECK = ("GGGLLL", "GGLGLL", "GGLLGL", "GGLLLG", "GLGGLL", "GLLGGL", "GLLLGG", "GLGLGL", "GLGLLG", "GLLGLG")
_SWAP = str.maketrans("LG", "GL")


@dataclass(frozen=True)
class Forms:
    """Every way in which a symbology's digits may be drawn.

    starts: the module at which each drawn digit begins. sets: forms × digits, 0 for L, 1 for G, 2 for R.
    weights: forms × digits, what a digit adds to the check sum. first_sum: forms, what the undrawn digits add.
    allowed: forms × digits × 10, 0 or minus infinity. prefixes, suffixes: the undrawn digits.
    """

    symbology: Symbology
    starts: tuple[int, ...]
    sets: NDArray[np.int64]
    weights: NDArray[np.int64]
    first_sum: NDArray[np.int64]
    allowed: NDArray[np.float64]
    prefixes: tuple[str, ...]
    suffixes: tuple[str, ...]

    @cached_property
    def never(self) -> NDArray[np.float64]:
        """Places × 30: minus infinity where no form draws a digit of that set."""
        closed = np.full((self.sets.shape[1], 3, 10), -np.inf)
        for row in self.sets:
            closed[np.arange(len(row)), row] = 0
        return closed.reshape(len(closed), 30)

    def columns(self, text: str) -> NDArray[np.int64]:
        """The columns (0 to 29: set and digit) in which a text's drawn digits stand."""
        sets, digits = _drawing(text, self.symbology)
        return np.array([_SET_ORDER.index(name) * 10 + int(d) for name, d in zip(sets, digits, strict=True)])

    def number(self, form: int, digits: list[int]) -> str:
        """The text of a code drawn in a form with these digits."""
        drawn = self.prefixes[form] + "".join(map(str, digits)) + self.suffixes[form]
        return upc_e_digits(drawn) if self.symbology is Symbology.UPC_E else drawn


@cache
def forms_of(symbology: Symbology) -> Forms:
    """The forms of EAN-13, EAN-8 or UPC-E. Raises KeyError for others."""
    return {Symbology.EAN_13: _ean_13, Symbology.EAN_8: _ean_8, Symbology.UPC_E: _upc_e}[symbology]()


def pattern_of(text: str, symbology: Symbology) -> str:
    """The modules of a code, "1" for black, without quiet zones. Raises ValueError for a text that it cannot hold."""
    sets, digits = _drawing(text, symbology)
    if symbology is Symbology.UPC_E:
        return "101" + _draw(sets, digits) + "010101"
    half = len(digits) // 2
    return "101" + _draw(sets[:half], digits[:half]) + "01010" + _draw(sets[half:], digits[half:]) + "101"


def _drawing(text: str, symbology: Symbology) -> tuple[str, str]:
    """The sets and the digits that are drawn for a text."""
    if symbology is Symbology.EAN_13:
        return _FIRST[int(text[0])] + "RRRRRR", text[1:]
    return ("LLLLRRRR", text) if symbology is Symbology.EAN_8 else _upc_e_parts(text)


def _draw(sets: str, digits: str) -> str:
    return "".join(DIGIT_SETS[name][int(digit)] for name, digit in zip(sets, digits, strict=True))


def _upc_e_parts(text: str) -> tuple[str, str]:
    """Sets and the six drawn digits for the 13 digits that a UPC-E stands for."""
    system, maker, product, check = text[1], text[2:7], text[7:12], text[12]
    tries = (
        maker[:2] + product[2:] + maker[2],
        maker[:3] + product[3:] + "3",
        maker[:4] + product[4:] + "4",
        maker + product[4],
    )
    for six in tries:
        if upc_e_digits(system + six + check) == text:
            return _upc_e_sets(int(system), int(check)), six
    raise ValueError(f"{text} has no UPC-E form")


def _upc_e_sets(system: int, check: int) -> str:
    return _CHECK[check].translate(_SWAP) if system else _CHECK[check]


def _table(sets: list[str]) -> NDArray[np.int64]:
    return np.array([[_SET_ORDER.index(name) for name in row] for row in sets])


def _ean_13() -> Forms:
    return Forms(
        Symbology.EAN_13,
        tuple(3 + 7 * i for i in range(6)) + tuple(50 + 7 * i for i in range(6)),
        _table([row + "RRRRRR" for row in _FIRST]),
        np.tile(np.array([3, 1] * 6), (10, 1)),
        np.arange(10),
        np.zeros((10, 12, 10)),
        tuple("0123456789"),
        ("",) * 10,
    )


def _ean_8() -> Forms:
    return Forms(
        Symbology.EAN_8,
        tuple(3 + 7 * i for i in range(4)) + tuple(36 + 7 * i for i in range(4)),
        _table(["LLLLRRRR"]),
        np.array([[3, 1] * 4]),
        np.zeros(1, np.int64),
        np.zeros((1, 8, 10)),
        ("",),
        ("",),
    )


def _upc_e() -> Forms:
    """Number system × check digit × last digit: the last digit decides where the others stand, so what they weigh."""
    cases = [(system, check, last) for system in (0, 1) for check in range(10) for last in range(10)]
    weights, first_sum = [], []
    for system, check, last in cases:
        base = _weighed(f"0{'0' * 5}{last}0")
        places = ["0" * i + "1" + "0" * (4 - i) for i in range(5)]
        weights.append([_weighed(f"0{five}{last}0") - base for five in places] + [0])
        first_sum.append((_weighed(f"{system}{'0' * 5}{last}{check}")) % 10)
    allowed = np.zeros((len(cases), 6, 10))
    allowed[:, 5, :] = [[0.0 if digit == last else -np.inf for digit in range(10)] for _, _, last in cases]
    return Forms(
        Symbology.UPC_E,
        tuple(3 + 7 * i for i in range(6)),
        _table([_upc_e_sets(system, check) for system, check, _ in cases]),
        np.array(weights) % 10,
        np.array(first_sum),
        allowed,
        tuple(str(system) for system, _, _ in cases),
        tuple(str(check) for _, check, _ in cases),
    )


def _weighed(eight: str) -> int:
    """The check sum of the 13 digits that eight UPC-E digits stand for, the check digit included."""
    return sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(upc_e_digits(eight)))
