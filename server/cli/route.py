"""`gangway route`: the shortest walk over some stops, on a layout or on a plain graph."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from server.core.errors import BadInput, NotFound

if TYPE_CHECKING:
    from server.core.graph import Graph
    from server.core.layout import Layout
    from server.core.route import Tour

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True)
class Errand:
    """A graph, the nodes to visit and what to call each of them when they are told."""

    graph: "Graph"
    start: str
    end: str
    picks: tuple[str, ...]
    names: Mapping[str, tuple[str, ...]]


@click.command()
@click.argument("layout", required=False, type=FILE)
@click.option("--graph", "graph_file", type=FILE, help="A plain graph with start, end and picks, in place of LAYOUT.")
@click.option("--stops", default="", metavar="L1,L2,...", help="Locations (or nodes) to visit, in any order.")
@click.option("--start", metavar="NODE", help="Where the walk begins; the first depot when left out.")
@click.option("--end", metavar="NODE", help="Where it ends; where it began when left out.")
@click.option("--close", "places", multiple=True, metavar="PLACE", help='An aisle, or an edge "u|v", to close.')
@click.option("--budget-ms", default=50.0, show_default=True, type=click.FloatRange(min=1), help="Time to answer in.")
@click.option("--seed", default=0, show_default=True, help="Of the local search.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def route(
    layout: Path | None,
    graph_file: Path | None,
    stops: str,
    start: str | None,
    end: str | None,
    places: tuple[str, ...],
    budget_ms: float,
    seed: int,
    as_json: bool,
) -> None:
    """The shortest walk from start to end over all stops on LAYOUT, with its lower bound.

    Within the budget the answer comes first and its proof follows when there is time; a longer budget proves more.
    """
    if (layout is None) == (graph_file is None):
        raise click.UsageError("give either a LAYOUT with --stops or --graph FILE")
    wanted = tuple(stop.strip() for stop in stops.split(",") if stop.strip())
    if graph_file is not None:
        errand = _on_graph(graph_file, wanted, start, end, places)
    else:
        assert layout is not None
        errand = _on_layout(layout, wanted, start, end, places)
    tour, ms = _solved(errand, budget_ms / 1000, seed)
    told = tuple(name for node in tour.stops for name in errand.names.get(node, (node,)))
    if as_json:
        click.echo(json.dumps(_as_json(tour, told, ms), ensure_ascii=False))
        return
    proof = "proven shortest" if tour.optimal else f"at least {tour.lower_bound_m:g} m"
    click.echo(f"{tour.length_m:g} m ({proof}) by {tour.method} in {ms:.1f} ms")
    click.echo(" ".join(told))


def _solved(errand: Errand, budget_s: float, seed: int) -> tuple["Tour", float]:
    """The tour and the milliseconds it took, loading apart."""
    from server.core.route import Network, solve, warm_up
    from server.core.route.proof import prove
    from server.lab.countdown import countdown

    network = Network(errand.graph)
    warm_up(network, errand.start, errand.end)
    began = time.perf_counter()
    left_s = countdown(budget_s)
    tour = solve(network, errand.picks, errand.start, errand.end, left_s=left_s, seed=seed)
    if not tour.optimal and left_s() > 0:
        tour = prove(network, tour, left_s=left_s)
    return tour, (time.perf_counter() - began) * 1000


def _as_json(tour: "Tour", stops: Sequence[str], ms: float) -> dict[str, object]:
    return {
        "length_m": round(tour.length_m, 6),
        "lower_bound_m": round(tour.lower_bound_m, 6),
        "optimal": tour.optimal,
        "method": tour.method,
        "ms": round(ms, 3),
        "stops": list(stops),
        "path": list(tour.path),
    }


def _on_layout(
    file: Path, stops: tuple[str, ...], start: str | None, end: str | None, places: tuple[str, ...]
) -> Errand:
    from server.core.layout import close, read_layout

    if not stops:
        raise click.UsageError("give --stops with at least one location")
    found = read_layout(_document(file))
    if places:
        found = close(found, places)
    begin = _node(found, start) if start else found.depots[0].node
    names: dict[str, tuple[str, ...]] = {}
    for stop in dict.fromkeys(stops):
        node = _node(found, stop)
        names[node] = (*names.get(node, ()), stop)
    cut_off = set(found.cut_off)
    lost = [stop for stop in stops if stop in cut_off]
    if lost:
        raise NotFound("unreachable", f"no open way leads to {', '.join(lost)}; open an edge or leave these stops out")
    return Errand(found.graph, begin, _node(found, end) if end else begin, tuple(names), names)


def _node(found: "Layout", name: str) -> str:
    """The access node of a location_code, or the node of a station, a depot or of this name."""
    spots = {station.code: station.node for station in found.stations} | {spot.code: spot.node for spot in found.depots}
    node = found.access.get(name) or spots.get(name) or name
    if node not in found.graph.nodes:
        raise NotFound(
            "no_such_place", f"{name} is no location, station or node of this layout; see `gangway layout graph`"
        )
    return node


def _on_graph(
    file: Path, stops: tuple[str, ...], start: str | None, end: str | None, places: tuple[str, ...]
) -> Errand:
    """A plain graph file: nodes (id, x, y), edges (u, v, length, oneway, aisle), start, end, picks."""
    from server.core.graph import Edge, Graph

    document = _document(file)
    closed = set(places)
    try:
        nodes = {str(node["id"]): (float(node["x"]), float(node["y"])) for node in document["nodes"]}
        edges = tuple(
            Edge(str(e["u"]), str(e["v"]), float(e["length"]), bool(e.get("oneway")), str(e.get("aisle", "")))
            for e in document["edges"]
        )
        begin, finish = start or str(document["start"]), end or str(document["end"])
        picks = stops or tuple(str(pick) for pick in document["picks"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        wanted = "nodes (id, x, y), edges (u, v, length), start, end and picks"
        raise BadInput("bad_graph", f"{file} is no graph: {error!r}; it must hold {wanted}") from error
    named = {name for edge in edges for name in (edge.aisle, f"{edge.u}|{edge.v}", f"{edge.v}|{edge.u}") if name}
    if not closed <= named:
        raise BadInput("unknown_place", f'{", ".join(sorted(closed - named))}: no aisle or edge "u|v" is called so')
    kept = tuple(edge for edge in edges if closed.isdisjoint((edge.aisle, f"{edge.u}|{edge.v}", f"{edge.v}|{edge.u}")))
    return Errand(Graph(nodes, kept), begin, finish, picks, {})


def _document(file: Path) -> dict[str, Any]:
    try:
        document = json.loads(file.read_bytes())
    except (ValueError, RecursionError) as error:
        raise BadInput("not_json", f"{file} is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise BadInput("not_json", f"{file} must hold one JSON object")
    return document
