"""Packets of text alone, read and written by the plain json module: what every frame of every device goes through.

The library walks each document in search of bytes, twice as long as it takes to write it; nothing here travels as
bytes. It reads whole numbers by a function of its own, lest one of a million digits holds up the server; a frame is
bounded here, and Python itself refuses to read such a number.
"""

import json
from typing import Any

from socketio.packet import Packet

_WRITER = json.JSONEncoder(separators=(",", ":"))


class TextPacket(Packet):  # type: ignore[misc]  # python-socketio ships no types
    """A Socket.IO packet in which nobody looks for bytes."""

    uses_binary_events = False


class PlainJson:
    """What the library wants to be given as its json module."""

    @staticmethod
    def dumps(document: Any, **_separators: object) -> str:
        """The document as JSON, without a space."""
        return _WRITER.encode(document)

    @staticmethod
    def loads(text: str) -> Any:
        """The document that JSON says. Raises ValueError."""
        return json.loads(text)
