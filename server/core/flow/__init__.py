"""The rules of the floor: an intent and a task in; a signal, the task after it, an effect and a reply out.

Three pure steps: `gs1.parse(label)` reads the label; a signal function names what it means for the task, in a closed
vocabulary; a table says what follows. The handheld steps by the same tables (handheld_ui/src/rules), exported to
flow.json; tests/vectors hold both to the same answers.
"""

from server.core.flow.glued import split_glued
from server.core.flow.lookup import meanings
from server.core.flow.pack_step import step_pack
from server.core.flow.pack_table import PACK_TABLE
from server.core.flow.pick_breaks import is_paused
from server.core.flow.pick_step import step_pick
from server.core.flow.pick_table import PICK_TABLE
from server.core.flow.put_back_step import step_put_back
from server.core.flow.put_back_table import PUT_BACK_TABLE
from server.core.flow.replies import REPLY_CODES, refuse
from server.core.flow.rows import Jump, Row

__all__ = [
    "PACK_TABLE",
    "PICK_TABLE",
    "PUT_BACK_TABLE",
    "REPLY_CODES",
    "Jump",
    "Row",
    "is_paused",
    "meanings",
    "refuse",
    "split_glued",
    "step_pack",
    "step_pick",
    "step_put_back",
]
