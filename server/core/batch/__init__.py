"""Batches: orders -> totes -> what one picker walks in one go."""

from server.core.batch.nearest import SIZE, Batch, first_come, group
from server.core.batch.totes import TOTE_ML, UNIT_ML, WASTE, Item, Tote, fill

__all__ = [
    "SIZE",
    "TOTE_ML",
    "UNIT_ML",
    "WASTE",
    "Batch",
    "Item",
    "Tote",
    "fill",
    "first_come",
    "group",
]
