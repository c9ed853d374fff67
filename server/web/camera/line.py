"""The line between a camera and its worker: a frame is two lengths, a JSON head and a body of bytes."""

import json
import socket
import struct
import time
from collections.abc import Mapping
from typing import Any

_LENGTHS = struct.Struct(">II")


def send(line: socket.socket, head: Mapping[str, Any], body: bytes = b"") -> None:
    """Send one frame. Raises OSError when the other side is gone."""
    raw = json.dumps(head).encode()
    line.sendall(_LENGTHS.pack(len(raw), len(body)) + raw + body)


def receive(line: socket.socket, within_s: float | None = None) -> tuple[dict[str, Any], bytes]:
    """The next frame. Raises TimeoutError after `within_s` in all, EOFError when the other side is gone."""
    until = None if within_s is None else time.monotonic() + within_s
    head_size, body_size = _LENGTHS.unpack(_exactly(line, _LENGTHS.size, until))
    head: dict[str, Any] = json.loads(_exactly(line, head_size, until))
    return head, _exactly(line, body_size, until)


def _exactly(line: socket.socket, size: int, until: float | None) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        line.settimeout(None if until is None else max(until - time.monotonic(), 1e-3))
        part = line.recv(min(size - len(parts), 1 << 20))
        if not part:
            raise EOFError("the other side hung up")
        parts += part
    return bytes(parts)
