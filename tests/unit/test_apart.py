"""Long work is done by a process of its own, which leaves nothing behind."""

import asyncio
import os

import pytest

from handlers.apart import WorkFailed, apart


def process(_argument: object) -> int:
    return os.getpid()


def fails(words: str) -> None:
    raise ValueError(words)


async def test_it_is_another_process_each_time():
    first, second = await asyncio.gather(apart(process, None), apart(process, None))
    assert len({first, second, os.getpid()}) == 3


async def test_what_goes_wrong_there_tells_nothing_of_what_it_was_about(capfd: pytest.CaptureFixture[str]):
    with pytest.raises(WorkFailed) as raised:
        await apart(fails, "walnut")
    assert "walnut" not in str(raised.value)
    assert "walnut" not in "".join(capfd.readouterr())


def naps(_argument: object) -> None:
    import time

    time.sleep(60)


async def test_a_process_that_nobody_waits_for_any_more_ends():
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await apart(naps, None)
