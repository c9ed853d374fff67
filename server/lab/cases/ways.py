"""The four ways of one case: live, replayed, made offline and merged later, made by two devices."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from server.core.terms import Intent
from server.floor import audit
from server.lab.cases import play
from server.lab.cases.play import Answer, Screen
from server.lab.cases.setup import Stand
from server.lab.cases.world import Said

WAYS = ("live", "replayed", "offline", "two devices")


@dataclass
class Seen:
    """What live play showed, which the other ways are held to."""

    screens: list[Screen] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    outcome: Mapping[str, Sequence[Any]] = field(default_factory=dict)


def live(c: Connection, case: Said, stand: Stand, seen: Seen) -> list[str]:
    """Each intent is answered before the next is made, as the case says it; `seen` is filled."""
    door, screen, faults = play.at_the_floor(c), play.first_screen(c, stand), []
    seen.screens.clear()
    seen.answers.clear()
    scans = iter(enumerate(_scans(case), start=1))
    for said in case["scans"]:
        if _is_deed(said):
            play.do(c, said)
            continue
        seq, _ = next(scans)
        intent = play.intent_of(said, seq, screen)
        before = play.standing(c, stand)
        answer = door(intent, stand.badge)
        faults += [f"{seq}: {one}" for one in play.wrong(c, case["expect"][seq - 1], before, answer, intent)]
        seen.screens.append(screen)
        seen.answers.append(answer)
        screen = screen.after(answer)
    seen.outcome = play.outcome(c)
    return faults


def replayed(c: Connection, case: Said, stand: Stand, seen: Seen) -> list[str]:
    """Each intent comes twice, and all of them once more at the end."""
    door, faults, sent = play.at_the_floor(c), [], []
    for intent in _made(c, case, seen):
        sent.append(intent)
        first, again = door(intent, stand.badge), door(intent, stand.badge)
        faults += _differs(intent, first, seen) + _not_a_replay(intent, first, again)
    for intent, answer in zip(sent, seen.answers, strict=True):
        faults += _not_a_replay(intent, answer, door(intent, stand.badge))
    return faults + _other_end(c, seen)


def offline(c: Connection, case: Said, stand: Stand, seen: Seen) -> list[str]:
    """All are made on the screens that the device foresaw, of the version it had; the task is pushed anew meanwhile."""
    door, known = play.at_the_floor(c), seen.screens[0].version
    for said in case["scans"]:
        if _is_deed(said):
            play.do(c, said)
    made = [
        play.intent_of(said, seq, Screen(stand.task, known, screen.line))
        for seq, (said, screen) in enumerate(zip(_scans(case), seen.screens, strict=True), start=1)
    ]
    play.new_version(c, stand)
    answers = [door(intent, stand.badge) for intent in made]
    faults = [one for intent, answer in zip(made, answers, strict=True) for one in _differs(intent, answer, seen)]
    return faults + _other_end(c, seen)


def two_devices(c: Connection, case: Said, stand: Stand, seen: Seen) -> list[str]:
    """Two devices of one person take turns, and of each a second tab sends what the first has sent."""
    door, faults = play.at_the_floor(c), []
    for intent in _made(c, case, seen, ("hh-1", "hh-2")):
        first, tab = door(intent, stand.badge), door(intent, stand.badge)
        faults += _differs(intent, first, seen) + _not_a_replay(intent, first, tab)
    return faults + _other_end(c, seen)


PLAYED: Mapping[str, Callable[[Connection, Said, Stand, Seen], list[str]]] = {
    "live": live,
    "replayed": replayed,
    "offline": offline,
    "two devices": two_devices,
}


def run(c: Connection, way: str, case: Said, stand: Stand, seen: Seen) -> list[str]:
    """Play one way and look for broken invariants; what was wrong, [] when nothing was."""
    faults = PLAYED[way](c, case, stand, seen)
    return faults + [f"broken: {one.rule} ({one.what})" for one in audit.violations(c)]


def _is_deed(said: Any) -> bool:
    return isinstance(said, Mapping) and "deed" in said


def _scans(case: Said) -> list[Any]:
    return [said for said in case["scans"] if not _is_deed(said)]


def _made(c: Connection, case: Said, seen: Seen, devices: Sequence[str] = ("hh-1",)) -> Any:
    """The case's intents in turn, on the screens of live play; deeds are done on the way."""
    seq = 0
    for said in case["scans"]:
        if _is_deed(said):
            play.do(c, said)
            continue
        yield play.intent_of(said, seq + 1, seen.screens[seq], devices[seq % len(devices)])
        seq += 1


def _differs(intent: Intent, answer: Answer, seen: Seen) -> list[str]:
    """Whether the answer is another than live."""
    was = seen.answers[intent.seq - 1]
    return [f"{intent.seq}: {answer['code']}, live {was['code']}"] if answer["code"] != was["code"] else []


def _not_a_replay(intent: Intent, first: Answer, again: Answer) -> list[str]:
    same = {**first, "op_id": "", "replay": True} == {**again, "op_id": ""}
    return [] if same else [f"{intent.seq}: sent again it was answered {again['code']}, replay {again['replay']}"]


def _other_end(c: Connection, seen: Seen) -> list[str]:
    now = play.outcome(c)
    return [f"{name} end otherwise than live" for name in now if now[name] != seen.outcome[name]]
