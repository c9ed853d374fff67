"""The building given out: its document, its plan for boards, its graph for anyone who checks a route, its picture.

Reading a large layout takes a second, so that it is done by the planner, once, and the result kept as a file.
"""

import gzip
import json
from collections.abc import Sequence
from enum import StrEnum
from hashlib import blake2b
from pathlib import Path

from sqlalchemy import Connection

from server.core import layout
from server.core.errors import NotFound, NotReady
from server.floor.planner import Planner
from server.store import building
from server.store.transaction import Store


class Form(StrEnum):
    """What a layout can be given out as."""

    PLAN = "plan"
    GRAPH = "graph"
    SVG = "svg"


def document(connection: Connection) -> str:
    """The layout file in force, as JSON text.

    Raises:
        NotFound: no layout has been loaded yet.

    """
    return _in_force(connection)[1]


def drawn(store: Store, planner: Planner, folder: Path, form: Form) -> Path:
    """A file in `folder` with the layout in force as `form`, what is closed now included; made when it is not there.

    Raises:
        NotFound: no layout has been loaded yet.

    """
    (revision, text), closed = store.read(
        lambda connection: (_in_force(connection), building.closed_places(connection))
    )
    file = folder / f"{form}-{_mark(revision, closed)}"
    if not file.exists():
        plain, packed = planner.run(draw, text, closed, form)
        _keep(file.with_name(f"{file.name}.gz"), packed)
        _keep(file, plain)
        for old in folder.glob(f"{form}-*"):
            if not old.name.startswith(file.name):
                old.unlink(missing_ok=True)
    return file


def draw(text: str, closed: Sequence[str], form: Form) -> tuple[bytes, bytes]:
    """A layout file's text, drawn with the given places closed; as it is, and packed by gzip."""
    plain = _drawing(layout.close(layout.read_layout(json.loads(text)), closed), form)
    return plain, gzip.compress(plain, 9, mtime=0)


def _drawing(found: layout.Layout, form: Form) -> bytes:
    if form is Form.SVG:
        return layout.draw_svg(found).encode()
    given = layout.plan(found) if form is Form.PLAN else layout.graph_json(found)
    return json.dumps(given, ensure_ascii=False, separators=(",", ":")).encode()


def check(text: str) -> dict[str, int]:
    """How large the layout in a file's text is.

    Raises:
        BadLayout: it breaks its rules; every fault is named.

    """
    found = layout.read_layout(json.loads(text))
    return {"locations": len(found.locations), "stations": len(found.stations), "aisles": len(found.aisles)}


def _in_force(connection: Connection) -> tuple[str, str]:
    found = building.active_layout(connection)
    if found is None:
        raise NotFound("no_layout", "no layout has been loaded yet; load one: gangway import layout FILE")
    return found


def _mark(revision: str, closed: Sequence[str]) -> str:
    """What a drawing depends on: the layout, what is closed, and the program that draws it."""
    program = max(source.stat().st_mtime_ns for source in Path(layout.__file__).parent.glob("*.py"))
    return blake2b(repr((revision, closed, program)).encode(), digest_size=12).hexdigest()


def _keep(file: Path, content: bytes) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        half = file.with_name(f".{file.name}.half")  # renamed when it is whole: two at once must not mix
        half.write_bytes(content)
        half.replace(file)
    except OSError as error:
        raise NotReady("instance_not_writable", f"cannot keep drawings in {file.parent}: {error}") from error
