"""Every batch worth remembering: rows of members with their lengths, in arrays that grow."""

import numpy as np
import numpy.typing as npt

from server.core.batch.problem import Members, Metres

BITS_A_WORD = 62

Rows = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]


class Columns:
    """Batches by row. The same batch may stand in several rows."""

    def __init__(self, items: int, width: int) -> None:
        self.items, self.width, self._size = items, width, 0
        self._words = items // BITS_A_WORD + 1
        self._members = np.empty((1024, width), np.int16)
        self._costs = np.empty(1024)
        self._holds = np.empty((self._words, 1024), np.int64)

    def __len__(self) -> int:
        """How many rows there are."""
        return self._size

    @property
    def members(self) -> Members:
        """Members of every row."""
        return self._members[: self._size]

    @property
    def costs(self) -> Metres:
        """Metres of every row."""
        return self._costs[: self._size]

    def add(self, members: Members, costs: Metres) -> None:
        """Take in more rows."""
        end = self._size + len(members)
        while end > len(self._costs):
            self._members = np.concatenate((self._members, np.empty_like(self._members)))
            self._costs = np.concatenate((self._costs, np.empty_like(self._costs)))
            self._holds = np.concatenate((self._holds, np.empty_like(self._holds)), axis=1)
        self._members[self._size : end] = members
        self._costs[self._size : end] = costs
        self._holds[:, self._size : end] = self._bits(members)
        self._size = end

    def within(self, free: Flags, since: int = 0) -> Rows:
        """The rows all of whose members are among the items flagged `free`, counted from row `since`."""
        gone = [0] * self._words
        for item in np.flatnonzero(~free).tolist():
            gone[item // BITS_A_WORD] |= 1 << item % BITS_A_WORD
        held = np.zeros(self._size - since, bool)
        for holds, mask in zip(self._holds[:, since : self._size], gone, strict=True):
            if mask:
                held |= holds & mask != 0
        return np.flatnonzero(~held)

    def chosen(self, rows: Rows) -> "Columns":
        """These rows alone."""
        few = Columns(self.items, self.width)
        few.add(self.members[rows], self.costs[rows])
        return few

    def _bits(self, members: Members) -> npt.NDArray[np.int64]:
        """Each row's members as bits; nobody is no bit."""
        bits = np.zeros((self._words, len(members)), np.int64)
        for column in members.T:
            word, bit = np.divmod(column.astype(np.int64), BITS_A_WORD)
            one = np.where(column < self.items, np.int64(1) << bit, 0)
            for w in range(self._words):
                bits[w] |= np.where(word == w, one, 0)
        return bits


def reduced(members: Members, costs: Metres, duals: Metres) -> Metres:
    """What each batch costs beyond the `duals` of its members; the last dual, nobody's, is 0."""
    over = costs.copy()
    for column in members.T:
        over -= duals[column]
    return over
