"""Routes: stops -> the shortest tour, with its lower bound.

Proofs that need an integer programme stand in `server.core.route.proof`, which loads its solver when imported.
"""

from server.core.route.answer import solve, warm_up
from server.core.route.choice import Choice, solve_choice
from server.core.route.network import Network
from server.core.route.one_block import OneBlock, one_block_length
from server.core.route.rules import given_order, largest_gap, nearest_neighbour, s_shape
from server.core.route.tour import Left, Tour, reachable, unhurried, walk

__all__ = [
    "Choice",
    "Left",
    "Network",
    "OneBlock",
    "Tour",
    "given_order",
    "largest_gap",
    "nearest_neighbour",
    "one_block_length",
    "reachable",
    "s_shape",
    "solve",
    "solve_choice",
    "unhurried",
    "walk",
    "warm_up",
]
