"""Three ways of one case over real sockets: live, replayed, made by two devices. The fourth, offline, is the page's.

Live play is held to what the case says; the other ways are held to live play: the same answers, and the same end.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from server.core.terms import Intent
from server.lab import handheld_floor
from server.lab.cases import play
from server.lab.cases.house import TOLD_WITHIN_S, House
from server.lab.cases.play import Answer, Screen
from server.lab.cases.setup import Stand
from server.lab.cases.world import Said
from server.lab.device import Device


@dataclass
class Seen:
    """What live play showed: the screen that each intent was made on, its answer, and the end."""

    screens: list[Screen] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    outcome: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """One case in a house that is as the case begins, and what live play showed."""

    house: House
    case: Said
    stand: Stand
    seen: Seen

    def other_end(self) -> list[str]:
        """What ended otherwise than live."""
        with self.house.looking() as c:
            now = play.outcome(c)
        return [f"{name} end otherwise than live" for name in now if now[name] != self.seen.outcome[name]]


async def live(run: Run) -> list[str]:
    """Each intent is answered before the next is made; `run.seen` is filled."""
    async with run.house.device(run.stand.badge, play.DEVICE) as device:
        made, faults, seen = list[Intent](), list[str](), run.seen
        with run.house.looking() as c:
            screen = play.first_screen(c, run.stand)
        for said in run.case["scans"]:
            if play.is_scan(said):
                made.append(play.intent_of(said, len(made) + 1, screen))
                faults += [f"{len(made)}: {fault}" for fault in await _answered(run, device, made[-1])]
                seen.screens.append(screen)
                screen = screen if run.case.get("deaf") else screen.after(seen.answers[-1])
            elif "again" in said:
                faults += await _again(run, device, made[-1], said)
            else:
                faults += await _meanwhile(run, said, device)
                screen = screen if run.case.get("deaf") else play.screen_of(device.task)
        with run.house.looking() as c:
            seen.outcome = play.outcome(c)
    return faults


async def replayed(run: Run) -> list[str]:
    """Each intent comes twice, and all of them once more at the end."""
    async with run.house.device(run.stand.badge, play.DEVICE) as device:
        sent, faults = list[Intent](), list[str]()
        async for intent in _made(run, device):
            sent.append(intent)
            first, again = await _send(device, intent), await _send(device, intent)
            faults += _differs(run, intent, first) + _not_a_replay(intent, first, again)
        for intent, answer in zip(sent, run.seen.answers, strict=True):
            faults += _not_a_replay(intent, answer, await _send(device, intent))
        return faults + run.other_end()


async def two_devices(run: Run) -> list[str]:
    """Two devices of one person, who logs in now here, now there; a second tab of each sends what the first sent."""
    faults = []
    async for intent in _made(run, None, ("hh-1", "hh-2")):
        badge, name = run.stand.badge, intent.device
        async with run.house.device(badge, name) as device, run.house.device(badge, name, device.token) as tab:
            first, again = await _send(device, intent), await _send(tab, intent)
            faults += _differs(run, intent, first) + _not_a_replay(intent, first, again)
    return faults + run.other_end()


Way = Callable[[Run], Awaitable[list[str]]]
BY_SOCKETS: Mapping[str, Way] = MappingProxyType({"live": live, "replayed": replayed, "two devices": two_devices})


async def _answered(run: Run, device: Device, intent: Intent) -> list[str]:
    """Where the answer to a live intent is not what the case expects."""
    with run.house.looking() as c:
        before = play.standing(c, intent.task)
    answer = await _send(device, intent)
    run.seen.answers.append(answer)
    with run.house.looking() as c:
        return play.wrong(c, run.case["expect"][intent.seq - 1], before, answer, intent)


async def _meanwhile(run: Run, deed: Said, device: Device | None) -> list[str]:
    """Something is done to the task; who holds it is told of it, unless they themselves do it elsewhere."""
    if device is None:
        await run.house.do(deed, run.stand)
        return []
    if deed["deed"] == "pick":
        await device.close()
        await run.house.do(deed, run.stand)
        await device.connect()
        return []
    await run.house.do(deed, run.stand)
    while device.task != handheld_floor.standing(run.house.store, run.stand.badge):
        if not await device.wait_for_change(TOLD_WITHIN_S):
            return [f"nobody told the device what {deed['deed']} has made of its task"]
    return []


async def _made(run: Run, device: Device | None, names: Sequence[str] = (play.DEVICE,)) -> AsyncIterator[Intent]:
    """The case's intents in turn, on the screens of live play; what is done to the task is done on the way."""
    seq = 0
    for said in run.case["scans"]:
        if play.is_scan(said):
            yield play.intent_of(said, seq + 1, run.seen.screens[seq], names[seq % len(names)])
            seq += 1
        elif "deed" in said:
            await _meanwhile(run, said, device)


async def _send(device: Device, intent: Intent) -> Mapping[str, Any]:
    return await device.carry(play.frame(intent))


async def _again(run: Run, device: Device, intent: Intent, said: Said) -> list[str]:
    """The same op_id once more: the stored answer, unless the body is another."""
    if "code" not in said:
        return _not_a_replay(intent, run.seen.answers[-1], await _send(device, intent))
    code = (await _send(device, play.other_body(intent, said["again"])))["code"]
    return [] if code == said["code"] else [f"{intent.seq}: another body was answered {code}, not {said['code']}"]


def _differs(run: Run, intent: Intent, answer: Answer) -> list[str]:
    """Whether the answer is another than live."""
    was = run.seen.answers[intent.seq - 1]["code"]
    return [] if answer["code"] == was else [f"{intent.seq}: {answer['code']}, live {was}"]


def _not_a_replay(intent: Intent, first: Answer, again: Answer) -> list[str]:
    same = again["replay"] and {**first, "replay": True} == again
    return [] if same else [f"{intent.seq}: sent again it was answered {again['code']}, replay {again['replay']}"]
