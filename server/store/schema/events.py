"""What happened, kept for ever."""

from sqlalchemy import Column, Index, Integer, Table, Text

from server.store.schema.base import count, metadata, words

# Every intent with its reply, refusals included, and every event of the clock or a supervisor (op_id NULL).
# Kept for ever.
events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("op_id", Text, unique=True),
    words("at", default=None),
    words("kind", default=None),  # the effect of an intent, or what the house did: release, assign, re-route, …
    words("code"),
    words("tone"),
    words("badge"),
    words("device"),
    count("seq"),
    Column("task_id", Integer),
    Column("line_id", Integer),
    words("act"),
    words("label"),
    count("qty_each"),
    words("device_at"),
    words("body_hash"),
    Column("reply", Text),
    Index("ix_events_task_id", "task_id"),
)

# Intents that the rules could not be asked about: the server failed on each of their tries. Kept whole, for whoever
# mends it; the device was answered `set_aside`, and went on.
set_aside = Table(
    "set_aside",
    metadata,
    Column("op_id", Text, primary_key=True),
    words("at", default=None),
    words("badge"),
    words("device"),
    Column("seq", Integer, nullable=False),
    words("intent", default=None),  # JSON
    words("fault", default=None),
    words("settled_at"),  # "" while nobody has seen to it
)
