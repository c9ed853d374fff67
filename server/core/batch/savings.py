"""A first plan: two batches become one, again and again, where that saves most metres.

Source: Clarke & Wright 1964, https://doi.org/10.1287/opre.12.4.568, savings worked out anew after each merger: C&W(ii)
in De Koster, Van der Poort & Wolters 1999, https://doi.org/10.1080/002075499191094.
"""

import numpy as np

from server.core.batch.problem import SLACK_M, Batch, Problem


def merge_by_savings(problem: Problem) -> list[Batch]:
    """Every item in a batch that fits on a cart; deterministic. O(items²) lengths."""
    count = problem.count
    batches: list[list[int]] = [[item] for item in range(count)]
    stops, load = problem.stops.copy(), problem.sizes.copy()
    metres = problem.weigh(stops)
    is_open = np.ones(count, bool)
    saved = np.full((count, count), -np.inf)

    def look(one: int) -> None:
        saved[one] = saved[:, one] = -np.inf
        others = np.flatnonzero(is_open & (load + load[one] <= problem.room).all(axis=1))
        others = others[others != one]
        together = problem.weigh(stops[:, [one]] | stops[:, others])
        saved[one, others] = saved[others, one] = metres[one] + metres[others] - together

    for item in range(count):
        look(item)
    while count:
        one, other = divmod(int(saved.argmax()), count)
        if saved[one, other] <= SLACK_M:
            break
        metres[one] += metres[other] - saved[one, other]
        batches[one] += batches[other]
        stops[:, one] |= stops[:, other]
        load[one] += load[other]
        is_open[other] = False
        saved[other] = saved[:, other] = -np.inf
        look(one)
    return [tuple(sorted(batches[item])) for item in np.flatnonzero(is_open)]
