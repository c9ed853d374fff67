"""Messages to a device that reads slowly arrive whole, one after the other, under gevent as the server runs it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SLOW_READER = """
from gevent import monkey
monkey.patch_all()
import gevent, socket
from server.web.connection import Line

with socket.create_server(("127.0.0.1", 0)) as door:
    device = socket.create_connection(door.getsockname())
    taken, _ = door.accept()
taken.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65_536)  # the room that a slow Wi-Fi leaves
line = Line(taken)
messages = [letter * 400_000 for letter in (b"a", b"b")]
sent = [gevent.spawn(line.send, message) for message in messages]
gevent.sleep(0)
arrived = bytearray()
while len(arrived) < 800_000 and (part := device.recv(100_000)):
    arrived += part
print(bytes(arrived) == b"".join(messages), [one.get() for one in sent])
line.close()
print(device.recv(1))
"""


def test_messages_are_sent_whole_whatever_room_there_is() -> None:
    """Two at once, each far larger than what the connection takes."""
    ended = subprocess.run(
        [sys.executable, "-c", SLOW_READER], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    assert ended.stdout == "True [400000, 400000]\nb''\n"
