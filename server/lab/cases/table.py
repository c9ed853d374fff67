"""Every case in every way, and the table of what passed."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from server.core.errors import FloorError, Unavailable
from server.floor import audit
from server.lab.cases.contract import PASS, WAYS, is_played_in_page, ways_of
from server.lab.cases.house import House, served
from server.lab.cases.page import Pages, opened
from server.lab.cases.ways import BY_SOCKETS, Run, Seen, Way
from server.lab.cases.world import Said

FAIL = "fail"
SAY_EVERY = 20

Say = Callable[[str], None]
Wrong = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Result:
    """One case in four ways: what each is called in the table, or that it failed; and what was wrong."""

    number: int | str
    name: str
    ways: Mapping[str, str]
    wrong: Mapping[str, Sequence[str]]

    @property
    def failed(self) -> bool:
        """Whether a way went wrong."""
        return FAIL in self.ways.values()


def by_number(results: Sequence[Result]) -> Iterator[Result]:
    """One row a number: a way has passed when at least one of its cases was played so and none failed."""
    numbers = dict.fromkeys(result.number for result in results)
    for number in sorted(numbers, key=lambda one: one if isinstance(one, int) else len(results)):
        of_it = [result for result in results if result.number == number]
        ways = {way: _all_told([result.ways[way] for result in of_it]) for way in WAYS}
        wrong = {way: [f"{one.name}: {fault}" for one in of_it for fault in one.wrong.get(way, ())] for way in WAYS}
        yield Result(number, of_it[0].name, ways, wrong)


def _all_told(found: Sequence[str]) -> str:
    for said in (FAIL, PASS):
        if said in found:
            return said
    return ", ".join(dict.fromkeys(found))


def run_cases(cases: Sequence[Said], world: Said, say: Say) -> list[Result]:
    """Play every case in every way. Raises Unavailable without Chromium, NotReady without built pages."""
    played = [case for case in cases if "floor" not in case]
    with TemporaryDirectory(prefix="gangway-cases-", ignore_cleanup_errors=True) as folder:
        wrong = asyncio.run(_play(played, world, Path(folder), say)) if played else []
    found = dict(zip(map(id, played), wrong, strict=True))
    return [_result(case, found.get(id(case), {})) for case in cases]


def _result(case: Said, wrong: Wrong) -> Result:
    ways = {way: FAIL if wrong.get(way) else word for way, word in ways_of(case).items()}
    return Result(case["case"], case["name"], ways, wrong)


async def _play(cases: Sequence[Said], world: Said, folder: Path, say: Say) -> list[Wrong]:
    """What was wrong with each case, by way. The pages play in a house of their own, a case behind the sockets."""
    say("two servers and a browser start")
    with served(folder / "sockets", world) as house, served(folder / "pages", world) as beside:
        async with opened(folder, beside.url) as pages:
            beside.keep_seats()
            seen = [asyncio.get_running_loop().create_future() for _ in cases]
            by_sockets, by_pages = await asyncio.gather(
                _by_sockets(house, cases, seen, say), _by_pages(beside, pages, cases, seen)
            )
    return [sockets | page for sockets, page in zip(by_sockets, by_pages, strict=True)]


async def _by_sockets(house: House, cases: Sequence[Said], seen: "list[asyncio.Future[Seen]]", say: Say) -> list[Wrong]:
    found = []
    for number, (case, showed) in enumerate(zip(cases, seen, strict=True), start=1):
        run = Run(house, *house.take(case), Seen())
        found.append({way: await _way(way, play, run) for way, play in BY_SOCKETS.items()})
        showed.set_result(run.seen)
        if number % SAY_EVERY == 0:
            say(f"{number} of {len(cases)} cases")
    return found


async def _by_pages(
    house: House, pages: Pages, cases: Sequence[Said], seen: "list[asyncio.Future[Seen]]"
) -> list[Wrong]:
    found: list[Wrong] = []
    for case, showed in zip(cases, seen, strict=True):
        run = Run(house, *house.take(case), await showed)
        found.append({"offline": await _way("offline", pages.offline, run)} if is_played_in_page(case) else {})
    return found


async def _way(way: str, play: Way, run: Run) -> list[str]:
    """Play one way from the case's beginning and look for broken invariants; what was wrong."""
    run.house.bring_back()
    try:
        faults = await play(run)
    except FloorError as error:
        where = f"{run.case['case']} ({run.case['name']}), {way}"
        raise Unavailable("case_stuck", f"{where}: {error.message}") from error
    with run.house.looking() as c:
        return faults + [f"broken: {one.rule} ({one.what})" for one in audit.violations(c)]
