"""Carriers: who takes parcels out of the house, and in which cartons."""

from sqlalchemy import Column, ForeignKey, Table, Text

from server.store.schema.base import metadata, within, words

carriers = Table(
    "carriers",
    metadata,
    Column("carrier", Text, primary_key=True),
    words("name", default=None),
    words("state", default="open"),  # down: nothing is booked with it
    within("state", "open", "down"),
)

# The cartons that a carrier takes; one that has no row here takes all.
carrier_cartons = Table(
    "carrier_cartons",
    metadata,
    Column("carrier", Text, ForeignKey("carriers.carrier"), primary_key=True),
    Column("carton", Text, ForeignKey("cartons.carton"), primary_key=True),
)
