"""Batches: orders -> totes -> what one picker walks in one go."""

from server.core.batch.carts import Walks, plan_batches, walks_on
from server.core.batch.in_time import Cost, Pace, plan_in_time
from server.core.batch.nearest import SIZE, first_come, group
from server.core.batch.one_block import OneBlockLengths
from server.core.batch.problem import Batch, Problem
from server.core.batch.search import Plan, search
from server.core.batch.totes import TOTE_ML, UNIT_ML, WASTE, Capacity, Item, Tote, fill
from server.core.batch.waveless import Hold, next_batches

__all__ = [
    "SIZE",
    "TOTE_ML",
    "UNIT_ML",
    "WASTE",
    "Batch",
    "Capacity",
    "Cost",
    "Hold",
    "Item",
    "OneBlockLengths",
    "Pace",
    "Plan",
    "Problem",
    "Tote",
    "Walks",
    "fill",
    "first_come",
    "group",
    "next_batches",
    "plan_batches",
    "plan_in_time",
    "search",
    "walks_on",
]
