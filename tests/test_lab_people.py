"""How simulated people end their day."""

import asyncio
import contextlib

from server.lab.people import send_home


def test_people_who_do_not_hear_the_first_call_are_called_again() -> None:
    """Python 3.11's wait_for can swallow a cancel: somebody who did not stop kept a benchmark from ending."""

    async def deaf_once() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        await asyncio.sleep(60)

    async def day() -> bool:
        work = [asyncio.create_task(deaf_once()) for _ in range(3)]
        await asyncio.sleep(0)
        await asyncio.wait_for(send_home(work), 20)
        return all(task.cancelled() for task in work)

    assert asyncio.run(day())
