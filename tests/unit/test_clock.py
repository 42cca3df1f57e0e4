"""Time: clocks that tell it aware, and ticks that go on whatever a job does."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from bot.clock import MovableClock, SystemClock, Ticks

SOON = timedelta(seconds=5)
SECRET = "dodo-error"


class StillClock:
    def now(self) -> datetime:
        return datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize("clock", [SystemClock(), MovableClock()])
def test_a_clock_tells_the_machines_time_aware_and_in_utc(clock: SystemClock):
    assert clock.now().tzinfo is UTC
    assert abs(clock.now() - datetime.now(UTC)) < SOON


@pytest.mark.parametrize("moment", [datetime(2031, 1, 1, 8, 0, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)])
def test_a_movable_clock_goes_on_from_where_it_was_set(moment: datetime):
    clock = MovableClock()
    clock.set(moment)
    first, second = clock.now(), clock.now()
    assert timedelta(0) <= first - moment < SOON
    assert second >= first
    clock.set(moment + timedelta(days=7))
    assert clock.now() - moment >= timedelta(days=7)


async def until(reached: asyncio.Event) -> None:
    async with asyncio.timeout(10):
        await reached.wait()


async def test_a_job_that_fails_is_logged_without_its_message_and_runs_again():
    ticks, again, runs = Ticks(StillClock()), asyncio.Event(), []

    async def fail() -> None:
        runs.append(len(runs))
        if len(runs) == 3:
            again.set()
        raise ValueError(SECRET)

    with structlog.testing.capture_logs() as logged:
        ticks.every(0.01, "failing", fail)
        ticks.start()
        await until(again)
        ticks.stop()
    assert [line["event"] for line in logged[:2]] == ["tick_failed"] * 2
    assert logged[0]["tick"] == "failing"
    assert SECRET not in str(logged)
    assert "failing" not in ticks.last, "it never succeeded"


async def test_a_failing_job_stops_no_other_and_success_is_remembered():
    ticks, well = Ticks(StillClock()), asyncio.Event()

    async def fail() -> None:
        raise ValueError(SECRET)

    async def work() -> None:
        if "works" in ticks.last:
            well.set()

    with structlog.testing.capture_logs():
        ticks.every(0.01, "failing", fail)
        ticks.every(0.01, "works", work)
        ticks.start()
        await until(well)
        ticks.stop()
    assert ticks.last == {"works": StillClock().now()}


async def test_two_runs_of_one_job_never_overlap():
    ticks, release, others = Ticks(StillClock()), asyncio.Event(), asyncio.Event()
    inside = most = ticked = 0

    async def slow() -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await release.wait()
        inside -= 1

    async def quick() -> None:
        nonlocal ticked
        ticked += 1
        if ticked == 5:
            others.set()

    ticks.every(0.01, "slow", slow)
    ticks.every(0.02, "quick", quick)
    ticks.start()
    await until(others)
    assert most == 1
    release.set()
    ticks.stop()
