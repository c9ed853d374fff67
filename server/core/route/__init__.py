"""Routes: stops -> the shortest tour, with its lower bound."""

from server.core.route.network import Network
from server.core.route.one_block import OneBlock, one_block_length
from server.core.route.rules import given_order, largest_gap, nearest_neighbour, s_shape
from server.core.route.solve import solve
from server.core.route.tour import Left, Tour, reachable, unhurried, walk

__all__ = [
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
    "unhurried",
    "walk",
]
