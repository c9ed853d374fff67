"""Files as a browser gets them: packed when it likes that, with an ETag, and never from outside their folder."""

import gzip
from functools import lru_cache
from pathlib import Path

from flask import Response, request, send_from_directory

PACKED = (("br", ".br"), ("gzip", ".gz"))
LEAST_PACKED_BYTES = 1024  # a smaller file is one network packet either way
LARGEST_PACKED_BYTES = 2 * 1024 * 1024  # packing here holds up the event loop: a larger one is packed where it is made
TEXTS = frozenset({".html", ".js", ".css", ".svg", ".json", ".webmanifest", ".wasm"})


def send(folder: Path, file: str, mimetype: str, caching: str) -> Response:
    """The file of that name in `folder`; the one packed beside it where there is one, else packed once and kept."""
    answer = _packed_beside(folder, file, mimetype) or send_from_directory(folder.resolve(), file, mimetype=mimetype)
    if answer.status_code == 200 and "Content-Encoding" not in answer.headers and request.accept_encodings["gzip"]:
        _pack(answer, folder / file)
    answer.headers["Cache-Control"] = caching
    answer.headers["Vary"] = "Accept-Encoding"
    return answer


def _packed_beside(folder: Path, file: str, mimetype: str) -> Response | None:
    for coding, ending in PACKED:
        if request.accept_encodings[coding] and (folder / (file + ending)).is_file():
            answer = send_from_directory(folder.resolve(), file + ending, mimetype=mimetype)
            answer.headers["Content-Encoding"] = coding
            return answer
    return None


def _pack(answer: Response, file: Path) -> None:
    stat = file.stat()
    if file.suffix not in TEXTS or not LEAST_PACKED_BYTES <= stat.st_size <= LARGEST_PACKED_BYTES:
        return
    answer.response.close()  # type: ignore[union-attr]
    answer.direct_passthrough = False
    answer.set_data(_gzipped(file, stat.st_mtime_ns))
    answer.headers["Content-Encoding"] = "gzip"


@lru_cache(maxsize=64)
def _gzipped(file: Path, _changed_ns: int) -> bytes:
    return gzip.compress(file.read_bytes(), 9, mtime=0)
