"""What stands between a device's websocket and its TCP connection: bounds, and messages that are sent whole."""

import socket
import threading
from collections.abc import Callable
from typing import Any

from engineio.async_drivers.gevent import WebSocketWSGI

from server.web.wire import MOST_FRAME_BYTES

PING_EVERY_S = 15
PING_WAIT_S = 10  # a device that walked into a dead corner is known to be gone within 25 s


def bounded_websocket(handler: Any, server: Any) -> Callable[[dict[str, Any], Any], Any]:
    """A connection that refuses a message over the limit while it arrives, and offers no compression.

    Compression would cost 300 kB for each socket, and lets a small frame unfold into a large one.
    """
    made = WebSocketWSGI(handler, server)
    made.server_args["max_message_size"] = MOST_FRAME_BYTES

    def take(environ: dict[str, Any], start_response: Any) -> Any:
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        environ["gunicorn.socket"] = Line(environ["gunicorn.socket"])
        return made(environ, start_response)

    return take


class Line:
    """A TCP connection that sends every message whole, one after the other.

    The websocket library passes over what `send` returns, and gevent's sends what there is room for: 91 kB of 100 on a
    new connection of an Ethernet. The rest of such a message would be lost, and the next one read as its end.
    """

    def __init__(self, connection: socket.socket) -> None:
        """Take over `connection`; it ends when what was sent is not received within the time of a lost ping."""
        self._connection = connection
        self._turn = threading.Lock()  # an answer to a close may come while a message waits for room
        if connection.family != socket.AF_UNIX:  # behind a proxy on this machine
            gone_after_ms = (PING_EVERY_S + PING_WAIT_S) * 1000
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, gone_after_ms)

    def send(self, message: bytes) -> int:
        """Send all of it, waiting for room; returns its length. Raises OSError when the device is gone."""
        with self._turn:
            self._connection.sendall(message)
        return len(message)

    def recv(self, most: int) -> bytes:
        """What has arrived, `most` bytes of it at once; nothing when the device has hung up. Raises OSError."""
        return self._connection.recv(most)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()
