"""The two decoders behind one shape: pixels in, sightings out. Imported in worker processes only."""

import ctypes
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType

import zxingcpp

from server.core.consensus import Corners, Point, Profile, Reader, Sighting, Symbology, upc_e_digits
from server.web.camera.picture import Grey, tight_box

try:
    from pyzbar import wrapper as zbar  # type: ignore[import-untyped]
except ImportError:  # the package is there, libzbar0 is not
    zbar = None

HAVE_ZBAR = zbar is not None
ZXING_FORMATS: Mapping[Symbology, zxingcpp.BarcodeFormat] = MappingProxyType(
    {
        Symbology.EAN_13: zxingcpp.BarcodeFormat.EAN13,
        Symbology.EAN_8: zxingcpp.BarcodeFormat.EAN8,
        Symbology.UPC_E: zxingcpp.BarcodeFormat.UPCE,
        Symbology.CODE_128: zxingcpp.BarcodeFormat.Code128,
        Symbology.CODE_93: zxingcpp.BarcodeFormat.Code93,
        Symbology.CODE_39: zxingcpp.BarcodeFormat.Code39,
        Symbology.ITF: zxingcpp.BarcodeFormat.ITF,
        Symbology.CODABAR: zxingcpp.BarcodeFormat.Codabar,
        Symbology.DATABAR: zxingcpp.BarcodeFormat.DataBar,
        Symbology.QR: zxingcpp.BarcodeFormat.QRCode,
        Symbology.DATA_MATRIX: zxingcpp.BarcodeFormat.DataMatrix,
        Symbology.AZTEC: zxingcpp.BarcodeFormat.Aztec,
        Symbology.PDF417: zxingcpp.BarcodeFormat.PDF417,
    }
)
_FROM_ZXING: Mapping[zxingcpp.BarcodeFormat, Symbology] = MappingProxyType(
    {form: name for name, form in ZXING_FORMATS.items()}
)
# DataBar stays with zxing-cpp: libzbar's asserts, which end the process, stand in its DataBar decoder.
_ZBAR_TYPES: Mapping[int, tuple[Symbology, str]] = MappingProxyType(
    {
        8: (Symbology.EAN_8, "]E4"),
        9: (Symbology.UPC_E, "]E0"),
        13: (Symbology.EAN_13, "]E0"),
        25: (Symbology.ITF, "]I0"),
        38: (Symbology.CODABAR, "]F0"),
        39: (Symbology.CODE_39, "]A0"),
        64: (Symbology.QR, "]Q1"),
        93: (Symbology.CODE_93, "]G0"),
        128: (Symbology.CODE_128, "]C0"),
    }
)
_ZBAR_GS1: Mapping[Symbology, str] = MappingProxyType({Symbology.CODE_128: "]C1", Symbology.QR: "]Q3"})
_ZBAR_EVERY_TYPE = (2, 5, 8, 9, 10, 12, 13, 14, 15, 25, 34, 35, 38, 39, 57, 64, 93, 128)
_GREY_800 = 0x30303859  # "Y800", libzbar's name for 8-bit grey


def look_zxing(grey: Grey, profile: Profile, stage: str) -> list[Sighting]:
    """What zxing-cpp sees, black split from white neighbourhood by neighbourhood."""
    return _zxing(grey, profile, stage, zxingcpp.Binarizer.LocalAverage)


def look_once(grey: Grey, profile: Profile, stage: str) -> list[Sighting]:
    """What zxing-cpp sees with one threshold for rows and picture: it finds other codes than `look_zxing`."""
    return _zxing(grey, profile, stage + ", one threshold", zxingcpp.Binarizer.GlobalHistogram)


def _zxing(grey: Grey, profile: Profile, stage: str, method: zxingcpp.Binarizer) -> list[Sighting]:
    formats = zxingcpp.BarcodeFormats([ZXING_FORMATS[s] for s in sorted(profile.symbologies)])
    found = zxingcpp.read_barcodes(grey, formats=formats, text_mode=zxingcpp.TextMode.Plain, binarizer=method)
    return [_from_zxing(code, stage) for code in found]


def _from_zxing(code: zxingcpp.Barcode, stage: str) -> Sighting:
    at = code.position
    points = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
    a, b, c, d = ((float(p.x), float(p.y)) for p in points)
    name = _FROM_ZXING.get(code.format) or _FROM_ZXING.get(code.symbology, Symbology.EAN_13)
    return Sighting(Reader.ZXING, stage, code.text, name, code.symbology_identifier, (a, b, c, d))


def look_zbar(grey: Grey, profile: Profile, stage: str) -> list[Sighting]:
    """What zbar sees, or nothing where libzbar0 is missing."""
    wanted = {number for number, (name, _) in _ZBAR_TYPES.items() if name in profile.symbologies}
    if not HAVE_ZBAR or not wanted:
        return []
    with _scanned(grey, wanted) as image:
        return list(_symbols(image, stage))


@contextmanager
def _scanned(grey: Grey, wanted: set[int]) -> Iterator[object]:
    scanner, image = zbar.zbar_image_scanner_create(), zbar.zbar_image_create()
    try:
        for number in _ZBAR_EVERY_TYPE:
            enabled = int(number in wanted)
            zbar.zbar_image_scanner_set_config(scanner, number, zbar.ZBarConfig.CFG_ENABLE, enabled)
        pixels = grey.tobytes()
        zbar.zbar_image_set_format(image, _GREY_800)
        zbar.zbar_image_set_size(image, grey.shape[1], grey.shape[0])
        zbar.zbar_image_set_data(image, ctypes.cast(ctypes.c_char_p(pixels), ctypes.c_void_p), len(pixels), None)
        zbar.zbar_scan_image(scanner, image)
        yield image
    finally:
        zbar.zbar_image_destroy(image)
        zbar.zbar_image_scanner_destroy(scanner)


def _symbols(image: object, stage: str) -> Iterator[Sighting]:
    symbol = zbar.zbar_image_first_symbol(image)
    while symbol:
        kind = _ZBAR_TYPES.get(symbol.contents.type)
        if kind is not None:
            yield _from_zbar(symbol, *kind, stage)
        symbol = zbar.zbar_symbol_next(symbol)


def _from_zbar(symbol: object, name: Symbology, aim: str, stage: str) -> Sighting:
    raw = ctypes.string_at(zbar.zbar_symbol_get_data(symbol), zbar.zbar_symbol_get_data_length(symbol))
    text = raw.decode("utf-8", "replace")
    if name is Symbology.UPC_E:
        text = upc_e_digits(text)
    if _modifiers(symbol) & 1:  # FNC1 in first position, which pyzbar's own decode() drops
        aim = _ZBAR_GS1.get(name, aim)
    return Sighting(Reader.ZBAR, stage, text, name, aim, _zbar_corners(symbol))


def _modifiers(symbol: object) -> int:
    call = zbar.LIBZBAR.zbar_symbol_get_modifiers
    call.restype, call.argtypes = ctypes.c_uint, [ctypes.c_void_p]
    bits: int = call(symbol)
    return bits


def _zbar_corners(symbol: object) -> Corners:
    size = zbar.zbar_symbol_get_loc_size(symbol)
    points = [(zbar.zbar_symbol_get_loc_x(symbol, i), zbar.zbar_symbol_get_loc_y(symbol, i)) for i in range(size)]
    direction = zbar.zbar_symbol_get_orientation(symbol) if zbar.zbar_symbol_get_orientation else 0
    return corners_around(points, ((1, 0), (0, 1), (-1, 0), (0, -1))[max(direction, 0)])


def corners_around(points: Sequence[Point], reading: Point) -> Corners:
    """The tightest rectangle around points, from its top left as seen by someone who reads in direction `reading`."""
    box = tight_box(points)
    edges = [(box[(i + 1) % 4][0] - x, box[(i + 1) % 4][1] - y) for i, (x, y) in enumerate(box)]
    along = [(ex * reading[0] + ey * reading[1]) / (math.hypot(ex, ey) or 1) for ex, ey in edges]
    start = along.index(max(along))
    a, b, c, d = (box[(start + i) % 4] for i in range(4))
    return a, b, c, d
