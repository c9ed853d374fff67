"""The walkable graph of a warehouse: what routes are computed on, whatever the building looks like."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edge:
    """A walkable stretch between two nodes, `length_m` metres long; `oneway` means from `u` to `v` only.

    `aisle` names the aisle or cross-aisle it belongs to ("" outside any), so that an aisle can be closed as a whole.
    """

    u: str
    v: str
    length_m: float
    oneway: bool = False
    aisle: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes with their place in metres, and the edges between them. Closed edges are not in it."""

    nodes: Mapping[str, tuple[float, float]]
    edges: tuple[Edge, ...]
