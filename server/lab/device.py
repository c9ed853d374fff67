"""A device that speaks the public protocol (docs/protocol.md): what the simulated people hold in their hands."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID

import aiohttp
import socketio

from server.core.errors import FloorError, NotAllowed, Unavailable

Document = dict[str, Any]
ACK_TIMEOUT_S = 20.0
MOST_TRIES = 50


@dataclass
class Tally:
    """What a set of devices saw: counts of scans, and how long each confirmed one took."""

    counts: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    ack_ms: list[float] = field(default_factory=list)

    def confirmed(self, reply: Document, took_ms: float) -> None:
        """Count one distinct intent that was answered."""
        self.counts["acked"] += 1
        self.counts["refused"] += reply["tone"] in ("bad", "warn")
        self.codes[reply["code"]] += 1
        self.ack_ms.append(took_ms)


class Device:
    """One handheld or bench: logs in, keeps the task the server gave, sends intents until each is answered."""

    def __init__(self, url: str, name: str, badge: str, page: str, tally: Tally, chance: Random) -> None:
        self.url, self.name, self.badge, self.page = url, name, badge, page
        self.tally, self.chance = tally, chance
        self.drop_acks = 0.0
        self.token = ""
        self.task: Document = {}
        self.changed = asyncio.Event()
        self.on_task: Callable[[Document], None] | None = None
        self._socket = socketio.AsyncClient(reconnection=True, reconnection_delay=0.2, reconnection_delay_max=2)
        self._seq = 0
        self._socket.on("snapshot", self._take_snapshot)
        self._socket.on("task", self._take_task)

    async def connect(self) -> None:
        """Log in by badge and open the socket.

        Raises:
            NotAllowed: the badge is unknown.
            Unavailable: no server answers.

        """
        await self.open(await log_in(self.url, self.badge, self.name))

    async def open(self, token: str) -> None:
        """Open the socket with the token of a log-in on this device, as another tab of it does."""
        self.token = token
        auth = {"token": token, "device": self.name, "page": self.page, "v": 1}
        try:
            await self._socket.connect(self.url, auth=auth, transports=["websocket"], wait_timeout=30)
        except socketio.exceptions.ConnectionError as error:
            raise Unavailable("no_socket", f"{self.url} refused the socket of {self.name}: {error}") from error

    async def close(self) -> None:
        """Let go of the socket."""
        await self._socket.disconnect()

    async def send(self, label: str, act: str = "scan", qty: int | None = None, reason: str = "") -> Document:
        """Send one intent until it is answered; returns the reply. A dropped ack makes it be sent again."""
        return await self.carry(self._intent(label, act, qty, reason))

    async def carry(self, intent: Document) -> Document:
        """The same for an intent that was made before, by this device or by another tab of it."""
        self.tally.counts["sent"] += 1
        began = time.perf_counter()
        for _ in range(MOST_TRIES):
            reply = await self._call(intent)
            if reply is None or self.chance.random() < self.drop_acks:
                self.tally.counts["resent"] += 1
                continue
            self.tally.counts["replayed"] += bool(reply.get("replay"))
            self.tally.confirmed(reply, (time.perf_counter() - began) * 1000)
            self._take_cursor(reply)
            return reply
        raise Unavailable("no_ack", f"{self.name} sent the same intent {MOST_TRIES} times and got no ack")

    async def wait_for_change(self, timeout_s: float) -> bool:
        """Wait until the server pushes a task; False when it did not in time."""
        try:
            await asyncio.wait_for(self.changed.wait(), timeout_s)
        except TimeoutError:
            return False
        finally:
            self.changed.clear()
        return True

    async def sync(self) -> None:
        """Ask for the task as the server has it."""
        self._take_snapshot(await self._socket.call("sync", timeout=ACK_TIMEOUT_S))

    def _intent(self, label: str, act: str, qty: int | None, reason: str) -> Document:
        self._seq += 1
        intent: Document = {
            "op_id": str(UUID(int=self.chance.getrandbits(128), version=4)),
            "device": self.name,
            "seq": self._seq,
            "task": self.task.get("id", ""),
            "version": self.task.get("version", 0),
            "label": label,
            "at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
        if act != "scan":
            intent["act"] = act
        if self.task.get("line"):
            intent["line"] = self.task["line"]
        if qty is not None:
            intent["qty"] = qty
        if reason:
            intent["reason"] = reason
        return intent

    async def _call(self, intent: Document) -> Document | None:
        try:
            reply: Document = await self._socket.call("scan", intent, timeout=ACK_TIMEOUT_S)
        except (socketio.exceptions.TimeoutError, socketio.exceptions.BadNamespaceError):
            await asyncio.sleep(0.2)
            return None
        return reply

    def _take_snapshot(self, snapshot: Document) -> None:
        if snapshot.get("task"):
            self._take_task(snapshot["task"])

    def _take_task(self, task: Document) -> None:
        same = task["id"] == self.task.get("id")
        if same and task["version"] < self.task["version"]:
            return
        self.task = task
        self.changed.set()
        if self.on_task is not None:
            self.on_task(task)

    def _take_cursor(self, reply: Document) -> None:
        """The server's word on where this task stands."""
        cursor = reply.get("task")
        if not cursor or cursor["id"] != self.task.get("id") or cursor["version"] < self.task["version"]:
            return
        self.task |= {name: cursor[name] for name in ("state", "line", "in_hand", "at_location", "asked")}
        for line in self.task.get("lines", ()):
            if line["id"] == reply.get("about"):
                line["picked" if self.page == "pick" else "packed"] = cursor["picked"]
                if self.page == "pick" and cursor["tote"]:
                    self._bind(line["slot"], cursor["tote"])

    def _bind(self, slot: int, tote: str) -> None:
        for line in self.task["lines"]:
            if line["slot"] == slot:
                line["tote"] = tote


async def log_in(url: str, badge: str, device: str) -> str:
    """A token for this badge on this device."""
    answer = await call(url, "POST", "/api/v1/login", {"badge": badge, "device": device})
    return str(answer["token"])


async def call(url: str, method: str, path: str, body: Document | None = None, token: str = "") -> Document:
    """One request to the REST API; an error answer is raised as the FloorError it says it is."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    timeout = aiohttp.ClientTimeout(total=900)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.request(method, url + path, json=body, headers=headers) as response,
        ):
            answer: Document = await response.json()
    except aiohttp.ClientError as error:
        raise Unavailable("no_server", f"{url} does not answer ({error})") from error
    if "error" in answer:
        kind = NotAllowed if response.status in (401, 403) else FloorError
        raise kind(answer["error"]["code"], answer["error"]["message"])
    return answer
