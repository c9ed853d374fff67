"""A way between two vertices, with what is picked on it."""

from dataclasses import dataclass

from server.core.route.chains import Chain, Stretch


@dataclass(frozen=True, slots=True)
class Link:
    """A way between two vertices: `stations` are node numbers, first and last the vertices, the stops between them.

    `hops` are metres between consecutive stations, forward and backward, inf where that may not be walked; `ahead_m`
    and `back_m` are their sums.
    """

    stations: tuple[int, ...]
    hops: tuple[Stretch, ...]
    ahead_m: float
    back_m: float

    @property
    def ends(self) -> tuple[int, int]:
        """Both vertices; the same one twice on a loop."""
        return self.stations[0], self.stations[-1]

    @property
    def empty(self) -> bool:
        """Whether nothing is picked on the way."""
        return len(self.hops) == 1

    def begun_at(self, vertex: int) -> "Link":
        """The same way told from `vertex`, one of its ends."""
        if self.stations[0] == vertex:
            return self
        turned = tuple((back, ahead) for ahead, back in reversed(self.hops))
        return Link(self.stations[::-1], turned, self.back_m, self.ahead_m)


def link_of(stations: tuple[int, ...], hops: tuple[Stretch, ...]) -> Link:
    """The link over `stations` with its sums."""
    return Link(stations, hops, sum(ahead for ahead, _ in hops), sum(back for _, back in hops))


def bare_link(chain: Chain) -> Link:
    """A whole chain as a link that carries nothing."""
    last = len(chain.nodes) - 1
    return link_of((chain.nodes[0], chain.nodes[-1]), ((chain.metres(0, last), chain.metres(last, 0)),))
