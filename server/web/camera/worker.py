"""A worker process of the camera: takes pictures off its line one at a time until the line ends.

Started by pool.py in a process of its own, with the line's file descriptor as the only argument.
"""

import os
import resource
import signal
import socket
import sys
from typing import Any

from server.core.consensus import PROFILES
from server.core.errors import FloorError
from server.web.camera.engines import HAVE_ZBAR
from server.web.camera.line import receive, send
from server.web.camera.picture import HAVE_OPENCV
from server.web.camera.read import read_picture, warm_up

MOST_MEMORY_BYTES = 4 << 30
NICENESS = 5  # decoding waits for the event loop, never the other way round


def missing() -> dict[str, str]:
    """Decoder -> what to install, for each that this machine cannot load."""
    wanted = {}
    if not HAVE_ZBAR:
        wanted["zbar"] = "apt-get install libzbar0"
    if not HAVE_OPENCV:
        wanted["opencv"] = "apt-get install libgl1 libglib2.0-0 libsm6 libxext6"
    return wanted


def serve(line: socket.socket) -> None:
    """Answer pictures until the other side hangs up."""
    warm_up()
    send(line, {"missing": missing()})
    while True:
        try:
            head, content = receive(line)
        except EOFError:
            return
        send(line, _answer(head, content))


def _answer(head: dict[str, Any], content: bytes) -> dict[str, Any]:
    try:
        return read_picture(content, PROFILES[head["profile"]], head["deadline_s"]).as_json()
    except FloorError as error:
        return {"error": {"code": error.code, "message": error.message}}


def main() -> None:
    """Take the line whose number is the only argument."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's; we end with the line
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(NICENESS)
    with socket.socket(fileno=int(sys.argv[1])) as line:
        serve(line)
