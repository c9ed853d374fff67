"""A break, in which a task waits for its picker, and a hand-over, after which it goes on in other hands."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from server.core.flow.found import Found, question
from server.core.terms import Act, Intent, PickTask, Scan, Thing, ThingKind

# Whatever else a picker does ends the break by itself, and means what it always means.
_ABOUT_THE_BREAK = frozenset((Act.PAUSE, Act.RESUME, Act.CONFIRM, Act.CANCEL))
_NO_TAKER: Mapping[str, str] = MappingProxyType(
    {"self": "hand_over_self", "busy": "person_busy", "other": "person_no_picker"}
)


def is_paused(task: PickTask) -> bool:
    """Whether the picker is on a break. The question that waited before it waits behind it: "pause:0:zero:3:A-05-1"."""
    return question(task).kind == "pause"


def awake(task: PickTask, intent: Intent) -> PickTask:
    """The task that an intent is about: the one before the break, unless the intent speaks of the break."""
    if not task.asked or intent.act in _ABOUT_THE_BREAK or not is_paused(task):
        return task
    return replace(task, asked=question(task).ref)


def pause(task: PickTask, _intent: Intent) -> Found:
    """A break begins; a second one is the same."""
    return Found("pause", ref=question(task).ref if is_paused(task) else task.asked)


def resume(task: PickTask, _intent: Intent) -> Found:
    """The break is over, and what was asked before it is asked again."""
    return Found("resume", ref=question(task).ref) if is_paused(task) else Found("nothing_asked")


def hand_over(task: PickTask, scan: Scan, things: Sequence[Thing]) -> Found:
    """The batch goes to the person whose badge was scanned: never with units in hand, which no tote proves."""
    if scan.fault:
        return Found(scan.fault)
    if task.line is None and task.state != "station":
        return Found("not_now", note=Act.HAND_OVER.value)
    taker = next((thing for thing in things if thing.kind is ThingKind.PERSON), None)
    if taker is None:
        return Found("not_a_badge", ref=scan.text)
    if task.in_hand_each:
        return Found("empty_hand_first")
    return Found(_NO_TAKER.get(taker.state, "hand_over"), ref=taker.ref, note=taker.name)
