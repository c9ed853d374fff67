"""Location codes from a pattern, and the check digits that prove a picker stands before the label."""

import re
import string

ONE_POSITION = "{aisle}-{bay:02}-{level}"
MANY_POSITIONS = "{aisle}-{bay:02}-{level}-{position}"
_FIELD = re.compile(r"\{(?:zone|aisle|(?:bay|level|position)(?::0[1-9]|:A)?)\}")
_PRIME = 97  # 5 is a primitive root of it, and 5 has no common factor with 96


def pattern_fault(pattern: str) -> str:
    """What is wrong with a code pattern, "" when nothing is.

    A pattern is text with {zone}, {aisle}, {bay}, {level}, {position}; `{bay:02}` pads with zeros, `{level:A}` writes
    1, 2, 3 as A, B, C.
    """
    rest = _FIELD.sub("", pattern)
    if "{" in rest or "}" in rest:
        return (
            f"{pattern!r} has braces that are no field; fields are {{zone}}, {{aisle}}, {{bay}}, {{level}}, "
            "{position}, padded as {bay:02} or as a letter {level:A}"
        )
    return ""


def write_code(pattern: str, zone: str, aisle: str, *, bay: int, level: int, position: int) -> str:
    """The code that a pattern without fault gives to one location."""
    if ":A}" in pattern:
        for name, number in (("bay", bay), ("level", level), ("position", position)):
            pattern = pattern.replace(f"{{{name}:A}}", letters(number))
    return pattern.format(zone=zone, aisle=aisle, bay=bay, level=level, position=position)


def letters(number: int) -> str:
    """1 as A, 26 as Z, 27 as AA, as spreadsheets name their columns."""
    text = ""
    while number > 0:
        number, last = divmod(number - 1, 26)
        text = string.ascii_uppercase[last] + text
    return text


def check_digits(location_code: str) -> str:
    """The two check digits of a location whose layout gives none.

    Rule: read the code's UTF-8 bytes as the digits of a number in base 5, take it modulo 97, raise that to the fifth
    power modulo 97, and write two digits. One wrong character, or two exchanged ones, always change the digits of an
    ASCII code (5 is a primitive root of 97, so no two places weigh the same; the bytes of letters and digits differ by
    less than 97). The fifth power is a permutation that hides the steps between neighbouring shelves.
    """
    rest = 0
    for byte in location_code.encode():
        rest = (rest * 5 + byte) % _PRIME
    return f"{pow(rest, 5, _PRIME):02}"
