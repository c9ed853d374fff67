"""The tables and the step: total, reachable, without traps, and killed when they are broken."""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from biip.gs1_application_identifiers import GS1ApplicationIdentifier
from hypothesis import given, settings
from hypothesis import strategies as some

from server.core import flow, gs1
from server.core.flow.export import flow_tables
from server.core.flow.found import ASKED_IN
from server.core.flow.pack_step import PACK_ARGS
from server.core.flow.put_back_step import PUT_BACK_ARGS
from server.core.flow.replies import ASKED_ACTIONS, PACK_ACTIONS, PICK_ACTIONS, PUT_BACK_ACTIONS
from server.core.flow.rows import Jump, Row, Table
from server.core.flow.say_pick import PICK_ARGS
from server.core.terms import Act, Effect, Intent, PackState, PickState, PickTask, PutBackState, Tone
from tests.flow_vectors import TABLES, World, all_cases, differences, flat, plain, read, run, step

STATES: Mapping[str, tuple[str, ...]] = {
    "pick": tuple(PickState),
    "pack": tuple(PackState),
    "put_back": tuple(PutBackState),
}
Visited = dict[tuple[str, str, str], list[Callable[[Mapping[str, Table]], bool]]]


def nexts(row: Row, kind: str, state: str) -> set[str]:
    """Every state that a row can lead to."""
    if row.next is Jump.STAY:
        return {state}
    if row.next is Jump.NEXT_LINE:
        return {"item", "location", "station"}
    return set(STATES[kind]) if row.next is Jump.BACK else {str(row.next)}


@pytest.mark.parametrize("kind", TABLES)
def test_a_table_has_every_state_and_says_something_to_noise_in_each(kind: str) -> None:
    """No state is forgotten, and an empty scan is answered everywhere."""
    assert set(TABLES[kind]) == set(STATES[kind])
    assert all("empty" in rows for rows in TABLES[kind].values())


@pytest.mark.parametrize("kind", TABLES)
def test_every_state_is_reached_and_none_is_a_trap(kind: str) -> None:
    """From the first state every state can be reached, and from every state the last one."""
    # A pushed batch takes a waiting task to its first location: the keeper's move, not a scan's.
    moves = {state: {"location"} if state == "waiting" else set[str]() for state in STATES[kind]}
    for state, rows in TABLES[kind].items():
        for row in rows.values():
            if row.next is not Jump.BACK:
                moves[state] |= nexts(row, kind, state)
    first = {"pick": "cart", "pack": "tote", "put_back": "tote"}[kind]
    assert _reached(moves, first) == set(STATES[kind])
    assert all("done" in _reached(moves, state) for state in STATES[kind])


def _reached(moves: Mapping[str, set[str]], start: str) -> set[str]:
    seen, open_ends = {start}, [start]
    while open_ends:
        fresh = moves[open_ends.pop()] - seen
        seen |= fresh
        open_ends += fresh
    return seen


@pytest.mark.parametrize("kind", TABLES)
def test_a_bad_tone_never_has_an_effect_and_an_effect_never_sounds_bad(kind: str) -> None:
    """What sounds refused is refused: stock moves only under ok, done or a warning."""
    for rows in TABLES[kind].values():
        for row in rows.values():
            assert row.tone is flow.REPLY_CODES[row.code].tone
            assert row.effect is Effect.NOTHING or row.tone in (Tone.OK, Tone.DONE, Tone.WARN)
            assert row.asks == "" or row.asks in ASKED_IN
            assert row.asks == "" or row.asks in ASKED_ACTIONS


def test_every_reply_code_is_used_by_a_table_or_kept_for_the_keeper() -> None:
    """No sentence is translated in vain, and every argument of a table's code can be given."""
    used = {row.code for table in TABLES.values() for rows in table.values() for row in rows.values()}
    keeper = {name for name in flow.REPLY_CODES if name not in used}
    assert keeper == {
        "foreign_task",
        "unknown_task",
        "stale_task",
        "task_cancelled",
        "task_reassigned",
        "order_cancelled",
        "late_scan",
        "op_id_reused",
        "set_aside",
        "unknown_field",
        "bad_field",
        "wrong_role",
        "stock_differs",
    }
    for kind, args in (("pick", PICK_ARGS), ("pack", PACK_ARGS), ("put_back", PUT_BACK_ARGS)):
        named = {
            name for rows in TABLES[kind].values() for row in rows.values() for name in flow.REPLY_CODES[row.code].args
        }
        assert named <= set(args)


def test_every_state_has_its_action() -> None:
    """A reply always says what to do next."""
    assert set(PICK_ACTIONS) == set(PickState)
    assert set(PACK_ACTIONS) == set(PackState)
    assert set(PUT_BACK_ACTIONS) == set(PutBackState)
    assert set(ASKED_ACTIONS) == set(ASKED_IN)


def test_the_exported_rules_are_those_of_the_code() -> None:
    """A stale flow.json would let the page beep otherwise than the server answers."""
    folder = Path(__file__).parent.parent / "handheld_ui" / "src" / "rules"
    files = ("flow.json", "flow_put_back.json")
    parts = [json.loads((folder / name).read_text(encoding="utf-8")) for name in files]
    said = parts[0] | parts[1]
    ais = {ai: pattern for pattern, names in said.pop("ais").items() for ai in _in_runs(names)}
    assert said == flow_tables(), "run `gangway flow export`"
    assert ais == {ai: GS1ApplicationIdentifier.extract(ai).pattern[1 + len(ai) : -1] for ai in ais}
    assert len(ais) > 500


def _in_runs(written: str) -> Iterator[str]:
    for each in written.split():
        first, _, last = each.partition("-")
        yield from (f"{ai:0{len(first)}}" for ai in range(int(first), int(last or first) + 1))


STEPS = read("steps.json")


def test_the_generated_steps_are_answered_as_pinned() -> None:
    """Every kind of answer that the enumeration found is still given; a change is made on purpose or not at all."""
    world = World()
    wrong = [vector for vector in STEPS if not _answers(world, vector, TABLES)]
    assert not wrong[:3], f"{len(wrong)} differ; if that is meant: python -m tests.make_vectors"
    assert len(STEPS) > 900


def _answers(world: World, vector: Mapping[str, Any], tables: Mapping[str, Table]) -> bool:
    before = world.task(vector["kind"], vector["task"])
    said = flat(step(world, vector["kind"], before, vector["scan"], tables))
    after = said.pop("task")
    expected = dict(vector["expect"])
    changed = expected.pop("task")
    short = {name: value for name, value in said.items() if value not in (None, "", 0, {})}
    return bool(short == expected and after == plain(before) | changed)


def test_every_row_is_proved_and_every_broken_table_is_found_out() -> None:
    """Mutation: each cell of each row set to something else fails a vector, or the vectors lack one."""
    total, alive = broken_tables()
    assert total > 1500
    assert not alive, f"{len(alive)} of {total} mutants live"


def broken_tables() -> tuple[int, list[object]]:
    """How many tables were made with one cell changed, and those that no vector notices."""
    proofs = _proofs()
    rows = {(kind, state, signal) for kind, table in TABLES.items() for state in table for signal in table[state]}
    assert set(proofs) == rows, "rows without a vector: they can never happen, or nobody has proved them"
    total, alive = 0, list[object]()
    for place in sorted(rows):
        for mutant in _mutants(*place):
            total += 1
            if all(proof({place[0]: mutant}) for proof in proofs[place][:40]):
                alive.append((place, mutant[place[1]][place[2]]))
    return total, alive


def _proofs() -> Visited:
    """For each row, the vectors that meet it, as functions of the tables: true when they pass."""
    world, proofs = World(), Visited()
    for vector in STEPS:
        place = (vector["kind"], vector["task"]["state"], vector["expect"]["signal"])
        proofs.setdefault(place, []).append(partial(_passes, world, vector))
    for case in all_cases():
        for place in {(case["kind"], str(before.state), outcome.signal) for before, outcome in run(world, case)}:
            proofs.setdefault(place, []).append(partial(_case_passes, world, case))
    return proofs


def _passes(world: World, vector: Mapping[str, Any], tables: Mapping[str, Table]) -> bool:
    try:
        return _answers(world, vector, tables)
    except (KeyError, ValueError, AttributeError):
        return False


def _case_passes(world: World, case: Mapping[str, Any], tables: Mapping[str, Table]) -> bool:
    try:
        outcomes = run(world, case, tables)
    except (KeyError, ValueError, AttributeError):
        return False
    return not any(
        differences(expected, before, outcome)
        for expected, (before, outcome) in zip(case["expect"], outcomes, strict=True)
    )


def _mutants(kind: str, state: str, signal: str) -> Iterator[Table]:
    """The table with one cell of one row changed: every other next state; another effect, code, tone, question."""
    row = TABLES[kind][state][signal]
    states: list[Any] = [*STATES[kind]]
    changed = [row._replace(next=other) for other in states if {str(other)} != nexts(row, kind, state)]
    if row.next not in (Jump.STAY, state):
        changed.append(row._replace(next=Jump.STAY))
    changed.append(row._replace(effect=Effect.PRINT if row.effect is not Effect.PRINT else Effect.NOTHING))
    changed.append(row._replace(code="empty" if row.code != "empty" else "garbage"))
    changed.append(row._replace(tone=Tone.DONE if row.tone is not Tone.DONE else Tone.OK))
    changed.append(row._replace(asks="both" if row.asks != "both" else "station"))
    if row.effect is not Effect.NOTHING:
        changed.append(row._replace(also=Effect.SHIP))
    for other in changed:
        yield {**TABLES[kind], state: {**TABLES[kind][state], signal: other}}


def test_a_refusal_by_the_keeper_says_what_was_scanned_and_what_is_wanted() -> None:
    """A keeper's refusal has the shape of every reply."""
    intent = Intent("op", "d", 1, "T1", 1, " a-05-1 ", "")
    task = World().task("pick", {"state": "location", "line": "lamp"})
    reply = flow.refuse("task_reassigned", intent, gs1.parse(intent.label), task, who="Ann", why="shift end")
    assert plain(reply) == {
        "code": "task_reassigned",
        "tone": "bad",
        "scanned": "A-05-1",
        "wanted": "A-05-1",
        "action": "sync",
        "args": {"who": "Ann", "why": "shift end"},
    }


def test_a_refusal_with_a_code_that_nobody_knows_is_a_bug() -> None:
    """A keeper's words are as closed as the rules' own."""
    with pytest.raises(KeyError):
        flow.refuse("no_such_code", Intent("op", "d", 1, "T1", 1, "x", ""))


LABELS = some.one_of(some.sampled_from(sorted(World().things)), some.text(max_size=140))


@settings(max_examples=50, deadline=None)
@given(
    some.lists(
        some.tuples(
            LABELS,
            some.sampled_from(Act),
            some.none() | some.integers(-3, 30),
            some.sampled_from(["", "damaged", "blocked"]),
        ),
        max_size=25,
    ),
    some.sampled_from(["lamp", "mug", "cup", "milk", "drill"]),
)
def test_whatever_is_scanned_a_pick_keeps_its_count_between_nothing_and_all(
    deeds: list[tuple[str, Act, int | None, str]], line: str
) -> None:
    """Any scans and taps: never an exception, never a unit below 0 or above what is wanted, none made up."""
    world = World()
    other = {"like": "cup", "line_id": 9}
    task: Any = world.task("pick", {"state": "location", "line": line, "following": other})
    put = short = 0
    wanted = task.line.qty_each + task.following.qty_each
    for label, act, qty, reason in deeds:
        outcome = step(world, "pick", task, {"label": label, "act": act.value, "qty": qty, "reason": reason})
        put += outcome.qty_each if outcome.effect in (Effect.PUT, Effect.UNDO) else 0
        short += outcome.qty_each if outcome.effect is Effect.SHORT else 0
        task = outcome.task
        _within_bounds(task)
    open_each = sum(each.qty_each - each.picked_each for each in (task.line, task.following) if each is not None)
    assert put + short + open_each == wanted


def _within_bounds(task: PickTask) -> None:
    line = task.line
    assert task.in_hand_each >= 0
    if line is not None:
        assert 0 <= line.picked_each <= line.picked_each + task.in_hand_each <= line.qty_each
