"""Which nodes a walk can come to and come back from."""

from collections.abc import Iterable

from server.core.graph import Edge


def reach(edges: Iterable[Edge], root: str) -> tuple[set[str], set[str]]:
    """(nodes that a walk from `root` comes to, nodes from which a walk comes to `root`); both hold `root`."""
    onward: dict[str, list[str]] = {}
    back: dict[str, list[str]] = {}
    for edge in edges:
        onward.setdefault(edge.u, []).append(edge.v)
        back.setdefault(edge.v, []).append(edge.u)
        if not edge.oneway:
            onward.setdefault(edge.v, []).append(edge.u)
            back.setdefault(edge.u, []).append(edge.v)
    return _flood(onward, root), _flood(back, root)


def _flood(neighbours: dict[str, list[str]], root: str) -> set[str]:
    seen = {root}
    waiting = [root]
    while waiting:
        for node in neighbours.get(waiting.pop(), ()):
            if node not in seen:
                seen.add(node)
                waiting.append(node)
    return seen
