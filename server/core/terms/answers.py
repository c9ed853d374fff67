"""What is answered, and what a step decided."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from server.core.terms.tasks import PackTask, PickTask, PutBackTask
from server.core.terms.words import Effect, Tone


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to an intent: a code with its tone, what was scanned, what is wanted, and the one next action.

    `args` fills the sentence of the code, e.g. {"n": 2, "of": 5}. Sentences live in the page, by code and language.
    """

    code: str
    tone: Tone
    scanned: str = ""
    wanted: str = ""
    action: str = ""
    args: dict[str, str | int] = field(default_factory=dict)


AnyTask = TypeVar("AnyTask", PickTask, PackTask, PutBackTask)


@dataclass(frozen=True, slots=True)
class Outcome(Generic[AnyTask]):
    """What a step decided: the signal that was read, the task after it, the effect to carry out, and the reply.

    `also` is a second effect (a count task beside a changed lot); `weight_g` a catch weight to be recorded.
    """

    signal: str
    task: AnyTask
    effect: Effect
    reply: Reply
    qty_each: int = 0
    ref: str = ""  # what the effect is about: tote, cart, carton, station, order, location; of a count the SKU or load
    lot: str = ""
    serial: str = ""
    weight_g: int | None = None
    also: Effect = Effect.NOTHING
