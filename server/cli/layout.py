"""`gangway layout`: check, draw, give out and generate layout files."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from server.core.layout import Layout, LocationState, Shape

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
OUT = click.option("--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Write to this file.")
CLOSE = click.option("--close", "places", multiple=True, metavar="PLACE", help='An aisle, or an edge "u|v", to close.')


@click.group()
def layout() -> None:
    """Check, draw, give out and generate layout files."""


@layout.command()
@FILE
@JSON
@CLOSE
def check(file: Path, as_json: bool, places: tuple[str, ...]) -> None:
    """Read a layout file and count what is in it; exit 1 and name every problem when it is wrong."""
    from server.core.errors import BadLayout

    try:
        counts = _counts(_read(file, places))
    except BadLayout as error:
        if not as_json:
            raise
        problems = [{"place": place, "wrong": wrong} for place, wrong in error.problems]
        click.echo(json.dumps({"ok": False, "code": error.code, "problems": problems}, indent=2))
        sys.exit(1)
    if as_json:
        click.echo(json.dumps({"ok": True, **counts}, indent=2))
        return
    click.echo(f"{file}: this layout is sound")
    for name, value in counts.items():
        click.echo(f"  {name:<20} {value}")


@layout.command()
@FILE
@OUT
@CLOSE
@click.option("--tour", "tours", multiple=True, metavar="NODES", help="A path to draw: node names with commas between.")
def show(file: Path, out: Path | None, places: tuple[str, ...], tours: tuple[str, ...]) -> None:
    """Draw a layout as SVG, on standard output or into a file."""
    from server.core.layout import draw_svg

    _write(draw_svg(_read(file, places), [tour.split(",") for tour in tours]), out)


@layout.command()
@FILE
@OUT
@CLOSE
def graph(file: Path, out: Path | None, places: tuple[str, ...]) -> None:
    """Print the walkable graph as JSON: nodes, edges with lengths in metres, each location's access node."""
    from server.core.layout import graph_json

    _write(json.dumps(graph_json(_read(file, places)), ensure_ascii=False) + "\n", out)


@layout.command()
@click.argument("name")
@OUT
@click.option("--blocks", default=2, show_default=True, help="Rows of aisles, with cross-aisles around each.")
@click.option("--aisles", default=10, show_default=True, help="Aisles side by side.")
@click.option("--bays", default=10, show_default=True, help="Bays on each side of an aisle in one block.")
@click.option("--levels", default=4, show_default=True, help="Shelves above one another.")
@click.option("--positions", default=1, show_default=True, help="Places side by side on each shelf of a bay.")
@click.option("--bay-length-m", default=1.25, show_default=True, help="Length of a bay.")
@click.option("--aisle-pitch-m", default=3.0, show_default=True, help="From the middle of one aisle to the next.")
@click.option("--aisle-width-m", default=1.6, show_default=True, help="Walking width of an aisle.")
@click.option("--cross-aisle-width-m", default=3.0, show_default=True, help="Width of a cross-aisle.")
@click.option("--oneway", is_flag=True, help="Walk the aisles up and down in turns.")
@click.option("--zones", default=1, show_default=True, help="Zones, from left to right.")
@click.option("--stations", default=4, show_default=True, help="Packing stations.")
@click.option("--reserve-from-level", default=0, show_default=True, help="From this level up it is reserve; 0: none.")
@click.option("--capacity", default=0, show_default=True, help="Pickers at once between two cross-aisles; 0: any.")
def new(name: str, out: Path | None, **numbers: Any) -> None:
    """Generate the layout file of a parallel-aisle warehouse called NAME."""
    from server.core.layout import generate, read_layout, write_document

    document = generate(name, Shape(**numbers))
    read_layout(document)  # what is written has been read
    _write(write_document(document), out)


def _read(file: Path, places: tuple[str, ...] = ()) -> Layout:
    from server.core.errors import BadInput, BadLayout
    from server.core.layout import close, read_layout

    try:
        document = json.loads(file.read_bytes())
    except (ValueError, RecursionError) as error:
        raise BadInput("not_json", f"{file} is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise BadLayout("bad_layout", f"{file} is no layout", [("", "the file must hold one JSON object")])
    found = read_layout(document)
    return close(found, places) if places else found


def _write(text: str, out: Path | None) -> None:
    if out is None:
        click.echo(text, nl=False)
        return
    out.write_text(text, encoding="utf-8")
    click.echo(f"wrote {out}", err=True)


def _counts(found: Layout) -> dict[str, object]:
    blocked = sum(location.state is LocationState.BLOCKED for location in found.locations)
    return {
        "name": found.name,
        "revision": found.revision,
        "locations": len(found.locations),
        "locations_blocked": blocked,
        "locations_cut_off": len(found.cut_off),
        "zones": len(found.zones),
        "aisles": len(found.aisles),
        "narrow_aisles": sum(way.capacity > 0 for way in found.aisles),
        "cross_aisles": len(found.ways) - len(found.aisles),
        "stations": len(found.stations),
        "depots": len(found.depots),
        "cart_parking": len(found.cart_parking),
        "nodes": len(found.graph.nodes),
        "edges": len(found.graph.edges),
        "walkable_m": round(sum(edge.length_m for edge in found.graph.edges), 1),
        "closed": ", ".join(found.closed),
    }
