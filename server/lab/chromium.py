"""A Chromium of our own, driven over its DevTools socket: keys without waiting, a slow processor, a sudden end.

Spoken to directly, not through a test driver: a driver waits for the page between two keys, which invents the gaps that
a scanner does not have; and a browser that we started is one that we can kill.
"""

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

from server.core.errors import Unavailable

Document = dict[str, Any]

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--autoplay-policy=no-user-gesture-required",
    "--remote-debugging-port=0",
)
START_WITHIN_S = 120.0
ANSWER_WITHIN_S = 60.0
MOST_MESSAGE_BYTES = 64 * 1024 * 1024


def find_chromium() -> str:
    """The path of a Chromium. Raises Unavailable, with what to install, when there is none."""
    for name in NAMES:
        path = shutil.which(name)
        if path is not None:
            return path
    raise Unavailable("no_chromium", "a Chromium is needed to measure the page; run: sudo apt-get install chromium")


class Browser:
    """One running Chromium and the socket to it."""

    def __init__(
        self,
        process: "subprocess.Popen[bytes]",
        session: aiohttp.ClientSession,
        socket: aiohttp.ClientWebSocketResponse,
    ) -> None:
        self._process = process
        self._session = session
        self._socket = socket
        self._numbers = count(1)
        self._asked: dict[int, asyncio.Future[Document]] = {}
        self._ears: dict[tuple[str, str], Callable[[Document], None]] = {}
        self._reading = asyncio.create_task(self._read())

    def post(self, method: str, session: str = "", **params: Any) -> "asyncio.Future[Document]":
        """Send a command at once; the future is its answer, which need not be waited for."""
        number = next(self._numbers)
        answer: asyncio.Future[Document] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        message = {"id": number, "method": method, "params": params}
        sending = self._socket.send_json(message | ({"sessionId": session} if session else {}))
        asyncio.ensure_future(sending).add_done_callback(_forget)
        return answer

    async def call(self, method: str, session: str = "", **params: Any) -> Document:
        """Send a command and return its result. Raises Unavailable when it fails or nothing answers."""
        try:
            answer = await asyncio.wait_for(self.post(method, session, **params), ANSWER_WITHIN_S)
        except TimeoutError as error:
            raise Unavailable("browser_silent", f"Chromium did not answer {method}") from error
        if "error" in answer:
            raise Unavailable("browser_refused", f"{method}: {answer['error'].get('message')}")
        result: Document = answer["result"]
        return result

    def hear(self, event: str, session: str, ear: Callable[[Document], None]) -> None:
        """Call `ear` with what each `event` of a session carries."""
        self._ears[(event, session)] = ear

    async def tab(self) -> "Tab":
        """A new tab that shows nothing yet."""
        target = (await self.call("Target.createTarget", url="about:blank"))["targetId"]
        session = (await self.call("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
        return Tab(self, session, target)

    def kill(self) -> None:
        """SIGKILL to the browser and all its processes: the battery is out."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    async def close(self) -> None:
        """Let go of the socket and end the browser."""
        self._reading.cancel()
        await self._socket.close()
        await self._session.close()
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
        try:
            await asyncio.to_thread(self._process.wait, 5)
        except subprocess.TimeoutExpired:
            self.kill()

    async def _read(self) -> None:
        async for message in self._socket:
            said: Document = message.json()
            asked = self._asked.pop(said.get("id", 0), None)
            if asked is not None and not asked.done():
                asked.set_result(said)
            ear = self._ears.get((said.get("method", ""), said.get("sessionId", "")))
            if ear is not None:
                ear(said["params"])
        for asked in self._asked.values():
            if not asked.done():
                asked.set_result({"error": {"message": "the browser is gone"}})


class Tab:
    """One page of the browser."""

    def __init__(self, browser: Browser, session: str, target: str) -> None:
        self.browser, self.session, self.target = browser, session, target

    async def call(self, method: str, **params: Any) -> Document:
        """A command for this tab, answered."""
        return await self.browser.call(method, self.session, **params)

    def post(self, method: str, **params: Any) -> "asyncio.Future[Document]":
        """A command for this tab, not waited for."""
        return self.browser.post(method, self.session, **params)

    async def prepare(self, width: int, height: int, slower: float, script: str = "") -> None:
        """A screen of this size, a processor `slower` times slower, and a script that runs before every page's own."""
        await self.call("Page.enable")
        await self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=True
        )
        await self.throttle(slower)
        if script:
            await self.call("Page.addScriptToEvaluateOnNewDocument", source=script)

    async def front(self) -> None:
        """Show this tab, not another: one that is hidden draws nothing and has its timers slowed down."""
        await self.call("Page.bringToFront")

    async def throttle(self, slower: float) -> None:
        """Make the tab's processor so many times slower than this machine's."""
        await self.call("Emulation.setCPUThrottlingRate", rate=slower)

    async def network(self, *, there: bool) -> None:
        """Tell the tab that its device has a network, or none."""
        await self.call(
            "Network.emulateNetworkConditions",
            offline=not there,
            latency=0,
            downloadThroughput=-1,
            uploadThroughput=-1,
        )

    async def go(self, url: str) -> None:
        """Open an address; returns when it has loaded."""
        loaded = asyncio.Event()
        self.browser.hear("Page.loadEventFired", self.session, lambda _: loaded.set())
        await self.call("Page.navigate", url=url)
        await asyncio.wait_for(loaded.wait(), ANSWER_WITHIN_S)

    async def reload(self) -> None:
        """Load the page anew; returns when it has loaded."""
        loaded = asyncio.Event()
        self.browser.hear("Page.loadEventFired", self.session, lambda _: loaded.set())
        await self.call("Page.reload")
        await asyncio.wait_for(loaded.wait(), ANSWER_WITHIN_S)

    async def ask(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page, a promise's when it is one."""
        said = await self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in said:
            raise Unavailable("page_failed", f"{expression[:80]}: {said['exceptionDetails'].get('exception')}")
        return said["result"].get("value")

    async def until(self, expression: str, within_s: float = 30.0) -> None:
        """Wait until an expression is true. Raises Unavailable when it does not become so."""
        deadline = asyncio.get_running_loop().time() + within_s
        while not await self.ask(expression):
            if asyncio.get_running_loop().time() > deadline:
                shown = await self.ask("document.body.innerText.slice(0, 300)")
                raise Unavailable("page_stuck", f"the page did not come to {expression}; it shows: {shown}")
            await asyncio.sleep(0.02)

    def key(self, character: str) -> "list[asyncio.Future[Document]]":
        """A key down and up, at once. Enter is "\\r"."""
        if character == "\r":
            named = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
            down = self.post("Input.dispatchKeyEvent", type="keyDown", text="\r", **named)
        else:
            named = {"key": character}
            down = self.post("Input.dispatchKeyEvent", type="keyDown", text=character, **named)
        return [down, self.post("Input.dispatchKeyEvent", type="keyUp", **named)]

    def insert(self, text: str) -> "asyncio.Future[Document]":
        """What an input method does: the text appears in the focused field, without keys."""
        return self.post("Input.insertText", text=text)

    async def scan(self, label: str, character_s: float = 0.0) -> None:
        """A scanner's keys at its own pace; the last answer is waited for."""
        pressed = []
        for character in label + "\r":
            pressed = self.key(character)
            if character_s:
                await asyncio.sleep(character_s)
        await asyncio.wait(pressed, timeout=ANSWER_WITHIN_S)

    async def close(self) -> None:
        """Close the tab."""
        await self.browser.call("Target.closeTarget", targetId=self.target)


def _forget(sending: "asyncio.Future[None]") -> None:
    if not sending.cancelled():
        sending.exception()  # a killed browser takes no more commands: whoever waits for the answer learns it there


async def launch(folder: Path) -> Browser:
    """A Chromium whose profile lies in `folder`; started there again, it has what it had. Raises Unavailable."""
    port_file = folder / "DevToolsActivePort"
    port_file.unlink(missing_ok=True)
    for lock in folder.glob("Singleton*"):
        lock.unlink()
    command = [find_chromium(), *ARGUMENTS, f"--user-data-dir={folder}", "about:blank"]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    deadline = asyncio.get_running_loop().time() + START_WITHIN_S
    while not port_file.exists() or len(port_file.read_text().splitlines()) < 2:
        if process.poll() is not None or asyncio.get_running_loop().time() > deadline:
            raise Unavailable("browser_not_started", f"{command[0]} did not start")
        await asyncio.sleep(0.02)
    port, path = port_file.read_text().splitlines()[:2]
    session = aiohttp.ClientSession()
    socket = await session.ws_connect(f"ws://127.0.0.1:{port}{path}", max_msg_size=MOST_MESSAGE_BYTES)
    return Browser(process, session, socket)


@asynccontextmanager
async def browser(folder: Path) -> AsyncIterator[Browser]:
    """A Chromium for as long as the `with` lasts."""
    running = await launch(folder)
    try:
        yield running
    finally:
        await running.close()
