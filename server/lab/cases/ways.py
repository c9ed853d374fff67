"""The four ways of one case: live, replayed, made offline and merged later, made by two devices.

Live play is held to what the case says; the other ways are held to live play: the same answers, and the same end.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from server.core.terms import Intent
from server.floor import audit
from server.lab.cases import play
from server.lab.cases.play import Answer, Door, Screen
from server.lab.cases.setup import Stand
from server.lab.cases.world import Said

WAYS = ("live", "replayed", "offline", "two devices")


@dataclass
class Seen:
    """What live play showed: the screen that each intent was made on, the intent, its answer, and the end."""

    screens: list[Screen] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    outcome: Mapping[str, Sequence[str]] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)  # the task, as the device had it before the first scan
    made: list[Intent] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Run:
    """One case on a floor that is set up for it, the door that its intents go through, and what live play showed."""

    c: Connection
    case: Said
    stand: Stand
    door: Door
    seen: Seen

    def send(self, intent: Intent) -> Answer:
        """Through the door, as the person whose task it is."""
        return self.door(intent, self.stand.badge)


def live(run: Run) -> list[str]:
    """Each intent is answered before the next is made; `run.seen` is filled."""
    screen, faults, seen = play.first_screen(run.c, run.stand), list[str](), run.seen
    made, seen.told = seen.made, play.told(run.c, run.stand)
    for said in run.case["scans"]:
        if play.is_scan(said):
            made.append(play.intent_of(said, len(made) + 1, screen))
            before = play.standing(run.c, run.stand)
            answer = run.send(made[-1])
            expected = run.case["expect"][len(made) - 1]
            faults += [f"{len(made)}: {one}" for one in play.wrong(run.c, expected, before, answer, made[-1])]
            seen.screens.append(screen)
            seen.answers.append(answer)
            screen = screen if run.case.get("deaf") else screen.after(answer)
        elif "again" in said:
            faults += _again(run, made[-1], said)
        else:
            play.do(run.c, said, run.stand)
    seen.outcome = play.outcome(run.c)
    return faults


def replayed(run: Run) -> list[str]:
    """Each intent comes twice, and all of them once more at the end."""
    sent = []
    faults = []
    for intent in _made(run):
        sent.append(intent)
        first, again = run.send(intent), run.send(intent)
        faults += _differs(run, intent, first) + _not_a_replay(intent, first, again)
    for intent, answer in zip(sent, run.seen.answers, strict=True):
        faults += _not_a_replay(intent, answer, run.send(intent))
    return faults + _other_end(run)


def offline(run: Run) -> list[str]:
    """What the device foresaw, made of the version it had when it went offline; meanwhile the task was pushed anew.

    It goes offline when something is done to its task elsewhere, else at once. What was made is sent in one go.
    """
    last_deed = max((at for at, said in enumerate(run.case["scans"]) if "deed" in said), default=-1)
    known, faults, seq = run.seen.screens[0].version if run.seen.screens else 1, list[str](), 0
    for at, said in enumerate(run.case["scans"]):
        if at == last_deed + 1:
            play.new_version(run.c, run.stand)
        if play.is_scan(said):
            screen, seq = run.seen.screens[seq], seq + 1
            intent = play.intent_of(said, seq, Screen(run.stand.task, known, screen.line))
            faults += _differs(run, intent, run.send(intent))
        elif "deed" in said:
            play.do(run.c, said, run.stand)
    return faults + _other_end(run)


def two_devices(run: Run) -> list[str]:
    """Two devices of one person take turns, and a second tab of each sends what the first has sent."""
    faults = []
    for intent in _made(run, ("hh-1", "hh-2")):
        first, tab = run.send(intent), run.send(intent)
        faults += _differs(run, intent, first) + _not_a_replay(intent, first, tab)
    return faults + _other_end(run)


PLAYED: Mapping[str, Callable[[Run], list[str]]] = dict(zip(WAYS, (live, replayed, offline, two_devices), strict=True))


def play_way(way: str, run: Run) -> list[str]:
    """Play one way and look for broken invariants; what was wrong, [] when nothing was."""
    faults = PLAYED[way](run)
    return faults + [f"broken: {one.rule} ({one.what})" for one in audit.violations(run.c)]


def _made(run: Run, devices: Sequence[str] = ("hh-1",)) -> Iterator[Intent]:
    """The case's intents in turn, on the screens of live play; what is done to the task is done on the way."""
    seq = 0
    for said in run.case["scans"]:
        if play.is_scan(said):
            yield play.intent_of(said, seq + 1, run.seen.screens[seq], devices[seq % len(devices)])
            seq += 1
        elif "deed" in said:
            play.do(run.c, said, run.stand)


def _again(run: Run, intent: Intent, said: Said) -> list[str]:
    """The same op_id once more: the stored answer, unless the body is another."""
    if "code" not in said:
        return _not_a_replay(intent, run.seen.answers[-1], run.send(intent))
    code = run.send(play.other_body(intent, said["again"]))["code"]
    return [] if code == said["code"] else [f"{intent.seq}: another body was answered {code}, not {said['code']}"]


def _differs(run: Run, intent: Intent, answer: Answer) -> list[str]:
    """Whether the answer is another than live."""
    was = run.seen.answers[intent.seq - 1]["code"]
    return [] if answer["code"] == was else [f"{intent.seq}: {answer['code']}, live {was}"]


def _not_a_replay(intent: Intent, first: Answer, again: Answer) -> list[str]:
    same = again["replay"] and {**first, "replay": True} == again
    return [] if same else [f"{intent.seq}: sent again it was answered {again['code']}, replay {again['replay']}"]


def _other_end(run: Run) -> list[str]:
    now = play.outcome(run.c)
    return [f"{name} end otherwise than live" for name in now if now[name] != run.seen.outcome[name]]
