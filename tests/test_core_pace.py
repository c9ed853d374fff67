"""The pace of a floor is told from its scans, when there are enough of them."""

from datetime import UTC, datetime, timedelta

from server.core.pace import ENOUGH, Step, seconds_a_stop

BEGAN = datetime(2026, 11, 23, 8, tzinfo=UTC)


def at(seconds: float) -> str:
    """A time so many seconds after eight."""
    return (BEGAN + timedelta(seconds=seconds)).isoformat()


def stops(count: int, took_s: float, task_id: int = 1) -> list[Step]:
    """Stops of two puts each, the second after `took_s` seconds."""
    found = []
    for n in range(count):
        begin = 60.0 * n
        found += [Step(task_id, "arrive", at(begin)), Step(task_id, "put", at(begin + took_s / 2))]
        found.append(Step(task_id, "put", at(begin + took_s)))
    return found


def test_a_stop_lasts_from_the_location_to_the_last_put_there() -> None:
    """The median of enough stops, whatever order tasks are mixed in."""
    assert seconds_a_stop(stops(ENOUGH, 20.0)) == 20.0
    mixed = sorted([*stops(ENOUGH, 20.0), *stops(ENOUGH // 2, 50.0, task_id=2)], key=lambda step: step.at)
    assert seconds_a_stop(mixed) == 20.0


def test_too_few_stops_tell_nothing() -> None:
    """Nor does a put whose arrival was before the first scan looked at; a break is no stop."""
    assert seconds_a_stop([]) == 0.0
    assert seconds_a_stop(stops(ENOUGH - 1, 20.0)) == 0.0
    assert seconds_a_stop([Step(9, "put", at(0)), *stops(ENOUGH - 1, 20.0)]) == 0.0
    assert seconds_a_stop([*stops(ENOUGH - 1, 20.0), *stops(1, 900.0, task_id=2)]) == 0.0
