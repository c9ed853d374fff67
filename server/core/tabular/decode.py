"""From the bytes of a CSV file to numbered rows of cells: encoding and delimiter are found out, not asked for."""

import codecs
import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from server.core.errors import BadInput, BadRows

DELIMITERS = (",", ";", "\t", "|")
LARGEST_BYTES = 64 * 1024 * 1024
MOST_ROWS = 1_000_000
LONGEST_HEAD = 65_536
WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as written. `rows` holds (number as a spreadsheet shows it, cells); the header is row 1."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, list[str]], ...]


def read_sheet(content: bytes, wanted: Iterable[str]) -> Sheet:
    """The table in a CSV file. `wanted` are the column names (folded) by which the delimiter is recognised.

    Raises BadInput: `too_large`, `empty_file`, `not_text`; BadRows (`bad_rows`) where quoting is broken.
    """
    text, encoding = decode(content)
    delimiter = _delimiter(text, frozenset(wanted))
    rows: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            if number > MOST_ROWS + 1:
                raise BadInput("too_large", f"the file has over {MOST_ROWS} rows; split it")
            if any(cell.strip() for cell in cells) or number == 1:
                rows.append((number, [cell.strip() for cell in cells]))
    except csv.Error as error:
        number = rows[-1][0] + 1 if rows else 1
        what = f"the quotes do not close as they should ({error}); check the quotation marks from here on"
        raise BadRows(
            "bad_rows", "the file cannot be cut into rows; nothing of it was taken", [(number, what)]
        ) from error
    return Sheet(encoding, delimiter, tuple(rows[0][1]), tuple(rows[1:]))


def decode(content: bytes) -> tuple[str, str]:
    """(text, name of its encoding): UTF-8 with or without a mark at its head, else cp1252.

    Raises BadInput: `too_large`, `empty_file`, `not_text`.
    """
    if len(content) > LARGEST_BYTES:
        raise BadInput("too_large", f"the file has {len(content)} bytes; at most {LARGEST_BYTES} are read, split it")
    if content.startswith(WIDE_MARKS):
        raise BadInput("not_text", "the file is UTF-16 or UTF-32; save it as CSV UTF-8")
    if not content.strip(codecs.BOM_UTF8 + b" \t\r\n"):
        raise BadInput("empty_file", "the file is empty; it needs a header row and rows below it")
    try:
        return content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252"), "cp1252"
    except UnicodeDecodeError as error:
        what = f"byte {error.start} is neither UTF-8 nor Windows-1252 text; save it as CSV UTF-8"
        raise BadInput("not_text", what) from error


def fold(name: str) -> str:
    """A column name without the differences that people do not see: case, spaces and dashes."""
    return "_".join(name.casefold().replace("-", " ").replace("_", " ").split())


def _delimiter(text: str, wanted: frozenset[str]) -> str:
    """The delimiter that cuts the first row into most wanted columns, then into most columns."""
    head = text[:LONGEST_HEAD]

    def found(delimiter: str) -> tuple[int, int]:
        try:
            columns = next(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter), [])
        except csv.Error:
            return 0, 0
        return sum(fold(column) in wanted for column in columns), len(columns)

    return max(DELIMITERS, key=found)


def columns_of(sheet: Sheet, names: Mapping[str, str], required: frozenset[str]) -> dict[str, int]:
    """Field -> place of its column, for fields whose column (by `names`) is in the sheet.

    Raises BadRows (`bad_rows`, at row 1) when a required column is missing or a wanted one stands twice.
    """
    folded = [fold(column) for column in sheet.header]
    places: dict[str, int] = {}
    faults = []
    for name, column in names.items():
        times = folded.count(fold(column))
        if times > 1:
            faults.append(f"there are {times} columns called {column!r}; rename all but one")
        if times:
            places[name] = folded.index(fold(column))
        elif name in required:
            hint = "" if column != name else f" (or say which column it is: --map {name}=COLUMN)"
            faults.append(f"the column {column!r} for {name} is missing{hint}")
    if faults:
        faults.append("the file has " + ", ".join(map(repr, sheet.header)))
        raise BadRows("bad_rows", "the file's columns do not fit; nothing of it was taken", [(1, "; ".join(faults))])
    return places
