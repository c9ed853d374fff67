"""Sets of nodes as bits."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from server.core.batch.problem import Bits

BITS_A_WORD = 62


def node_bits(nodes: Sequence[str], visits: Iterable[Iterable[str]]) -> Bits:
    """Sets of some of `nodes` as bits, shape (words, sets): the order of `nodes` is the order of the bits."""
    at, listed = {node: i for i, node in enumerate(nodes)}, [set(visited) for visited in visits]
    bits = np.zeros((len(at) // BITS_A_WORD + 1, len(listed)), np.int64)
    for column, visited in enumerate(listed):
        for node in visited:
            word, bit = divmod(at[node], BITS_A_WORD)
            bits[word, column] |= 1 << bit
    return bits


def flags(bits: Bits, count: int) -> npt.NDArray[np.bool_]:
    """The first `count` bits one by one, shape (count, sets)."""
    word, bit = np.divmod(np.arange(count), BITS_A_WORD)
    has: npt.NDArray[np.bool_] = bits[word] >> bit[:, None] & 1 == 1
    return has
