"""What the web tests share: a small staffed floor, the app on it, and the real server as a process of its own."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any
from urllib.request import Request, urlopen
from uuid import uuid4

import socketio
from flask import Flask
from flask.testing import FlaskClient
from websocket import WebSocket

from server.app import create_app
from server.config import Settings
from server.store.schema import carts, labels, people
from server.store.transaction import Store, Transaction

PATIENCE_S = 30  # a busy machine is no failure
CREW = range(1, 61)
PEOPLE = (
    ("P-1", "Ann", "picker"),
    ("P-2", "Bob", "picker"),
    *((f"P-{number}", f"Picker {number}", "picker") for number in CREW[2:]),
    ("K-1", "Kim", "packer"),
    ("S-1", "Sue", "supervisor"),
    ("A-1", "Ada", "admin"),
)

Document = dict[str, Any]


def staff(tx: Transaction) -> None:
    """Sixty pickers with a cart for each, a packer, a supervisor, an admin."""
    for badge, name, role in PEOPLE:
        tx.connection.execute(people.insert().values(badge=badge, name=name, role=role))
    for cart in (f"C-{number}" for number in CREW):
        tx.connection.execute(carts.insert().values(cart=cart))
        tx.connection.execute(labels.insert().values(label=cart, kind="cart", ref=cart))


def staffed(migrated: Path, folder: Path, fill: Callable[[Store], None] | None = None) -> str:
    """The address of a new database with the staff in it, or with what `fill` puts there."""
    shutil.copyfile(migrated, folder / "floor.db")
    url = f"sqlite:///{folder}/floor.db"
    store = Store(url)
    (fill or (lambda new: new.write(staff)))(store)
    store.close()
    return url


@contextmanager
def in_process(url: str, folder: Path, page: Path | None = None) -> Iterator[Flask]:
    """The app in this process, for the REST API alone."""
    app = create_app(Settings(database_url=url, instance=folder, page=page or folder / "page"))
    house = app.extensions["gangway"]
    yield app
    house.close()


@dataclass(frozen=True, slots=True)
class Caller:
    """A person at a terminal: REST calls with their token."""

    client: FlaskClient
    token: str

    def call(self, method: str, path: str, **given: Any) -> tuple[int, Any]:
        """The answer's number and JSON."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        answer = self.client.open(path, method=method, headers=headers, buffered=True, **given)
        return answer.status_code, answer.json


def caller(app: Flask, badge: str, device: str = "desk-1") -> Caller:
    """Log in; the answer must be a token."""
    client = app.test_client()
    answer = client.post("/api/v1/login", json={"badge": badge, "device": device})
    assert answer.status_code == 200, answer.get_json()
    return Caller(client, answer.get_json()["token"])


@dataclass(frozen=True, slots=True)
class Served:
    """A server process that answers."""

    url: str
    process: "subprocess.Popen[str]"
    log: Path

    def stop(self) -> int:
        """Ask it to stop; returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


@contextmanager
def served(url: str, folder: Path, *options: str) -> Iterator[Served]:
    """`gangway serve` on a free loopback port."""
    command = [str(Path(sys.executable).with_name("gangway")), "serve"]
    command += ["--port", "0", "--database-url", url, "--json", *options]
    log = folder / "server.log"
    with (
        log.open("w") as lines,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=lines, text=True) as process,
    ):
        assert process.stdout is not None
        ready = process.stdout.readline()
        assert ready, f"the server did not start:\n{log.read_text()}"
        try:
            yield Served(json.loads(ready)["url"], process, log)
        finally:
            process.terminate()
            process.wait(30)


class Device:
    """A device that speaks the protocol over a real socket, and keeps what it is told."""

    def __init__(self, url: str, badge: str, name: str, page: str, credential: str = "") -> None:
        """Log in and connect."""
        self.name = name
        self.seq = 0
        self.told: SimpleQueue[tuple[str, Document]] = SimpleQueue()
        self.socket = socketio.Client(reconnection=False)
        self.socket.on("*", lambda event, *said: self.told.put((event, said[0] if said else {})))
        auth = {"token": log_in(url, badge, name, credential), "device": name, "page": page, "v": 1}
        self.socket.connect(url, auth=auth, transports=["websocket"])
        self.snapshot = self.hear("snapshot")

    def hear(self, event: str) -> Document:
        """The next thing of this name that the server says; what it says before is passed over."""
        while True:
            said, what = self.told.get(timeout=PATIENCE_S)
            if said == event:
                return what

    def intent(self, label: str, **more: object) -> Document:
        """A frame for the device's task, numbered on."""
        self.seq += 1
        frame = {"op_id": str(uuid4()), "device": self.name, "seq": self.seq}
        frame |= {name: self.snapshot["task"][of] for name, of in (("task", "id"), ("version", "version"))}
        return {**frame, "label": label, "at": "2026-11-23T10:15:02.120Z", **more}

    def scan(self, label: str, **more: object) -> Document:
        """Send one intent; its reply."""
        return self.send(self.intent(label, **more))

    def send(self, frame: object) -> Document:
        """Send a frame as it is; its reply."""
        reply: Document = self.socket.call("scan", frame, timeout=PATIENCE_S)
        return reply

    def ask(self, event: str) -> Document:
        """Send an event without arguments; its ack."""
        ack: Document = self.socket.call(event, timeout=PATIENCE_S)
        return ack

    def close(self) -> None:
        """Hang up."""
        self.socket.disconnect()


def log_in(url: str, badge: str, device: str, credential: str = "") -> str:
    """A token from the server at `url`."""
    body = {"badge": badge, "device": device} | ({"credential": credential} if credential else {})
    token: str = post(url, "/api/v1/login", body)["token"]
    return token


def post(url: str, path: str, body: Document, token: str = "") -> Document:
    """A POST to the server at `url`; its answer, which must be good."""
    headers = {"Authorization": f"Bearer {token}"}
    with urlopen(Request(url + path, data=json.dumps(body).encode(), headers=headers), timeout=PATIENCE_S) as answer:
        said: Document = json.load(answer)
        return said


def raw_socket(url: str, token: str, device: str, page: str) -> tuple[WebSocket, str]:
    """A bare websocket that has introduced itself, and what the server said to that."""
    line = WebSocket()
    line.settimeout(PATIENCE_S)
    line.connect(url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket")  # type: ignore[no-untyped-call]
    line.recv()
    line.send("40" + json.dumps({"token": token, "device": device, "page": page, "v": 1}))
    return line, str(line.recv())
