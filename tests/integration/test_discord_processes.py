"""Two bots with one token: one listens at a time, the other takes over in time, and nothing is done twice."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest

from bot.app import assemble
from storage.db import Database
from storage.sealed import Keys
from tests.integration.discord_processes import Process, Time, process
from tests.integration.discord_team import ACKNOWLEDGE, CALLBACK, Team, open_team, pages
from tests.integration.team import ABOUT_A_PEER, DANGER, told


@dataclass
class Two:
    """A holder and a standby, each of which can be stopped."""

    team: Team
    time: Time
    first: Process
    second: Process
    stop_first: Callable[[], AsyncExitStack]

    async def until(self, done: Callable[[], bool], seconds: int = 40, *, ears: int = 1) -> int:
        """Let time pass until it is so. Returns the seconds; never do more than ``ears`` listen meanwhile."""
        async for second in self.time.passes(seconds):
            assert len(self.team.discord.gateway.live) <= ears, "two listen at once"
            if done():
                return second
        raise AssertionError("it never came to that")


@pytest.fixture
async def two(database: Database, database_url: str, keys: Keys) -> AsyncIterator[Two]:
    async with open_team(database) as team, AsyncExitStack() as stack, AsyncExitStack() as first_alone:
        await team.driver.hang_up()
        await team.discord.gateway.disconnected()
        time = Time(team)
        own = [Database(database_url, keys) for _ in range(2)]
        for each in own:
            stack.push_async_callback(each.close)
        first = await first_alone.enter_async_context(process(team, own[0], time))
        second = await stack.enter_async_context(process(team, own[1], time))
        team.driver._front = first.front
        yield Two(team, time, first, second, lambda: first_alone)


async def test_the_standby_listens_to_nothing_and_says_who_does(two: Two) -> None:
    assert two.first.connected
    assert not two.second.connected
    assert len(two.team.discord.gateway.live) == 1
    assert await two.first.problems() == []
    assert await two.second.problems() == []


async def test_each_command_is_answered_once_by_whoever_listens(two: Two) -> None:
    for person in (two.team.maya, two.team.leo, two.team.rivera):
        await person.command("handrail", two.team.channel)
    await two.team.settle()
    assert len(two.team.discord.called(CALLBACK)) == 3
    assert all(call.ok for call in two.team.discord.called(CALLBACK))


async def test_the_holder_goes_on_holding_for_as_long_as_it_renews(two: Two) -> None:
    async for _ in two.time.passes(90):
        assert two.first.connected
        assert not two.second.connected


async def test_a_holder_that_dies_is_followed_within_twenty_seconds(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def forgotten(*_given: object, **_more: object) -> None:
        """Who dies gives nothing back."""

    monkeypatch.setattr("bot.leases.leases.give_back", forgotten)
    await two.stop_first().aclose()
    two.team.driver._front = two.second.front
    assert await two.second.problems() == [], "the lease is not over yet"
    two.team.pass_seconds(1)
    await two.team.maya.write(DANGER)
    seconds = await two.until(lambda: two.second.connected)
    assert 10 <= seconds + 1 <= 20
    await two.time.looked()
    await two.team.settle()
    assert await two.team.cases() == 1, "what was written meanwhile is read"
    assert len(pages(two.team.rivera)) == 1
    await two.team.leo.command("urgent", text=ABOUT_A_PEER)
    await two.team.settle()
    assert len(pages(two.team.rivera)) == 2


async def test_a_holder_that_stops_in_order_is_followed_at_the_next_look(two: Two) -> None:
    await two.stop_first().aclose()
    assert await two.second.problems() == ["nobody holds Discord's gateway"]
    assert await two.until(lambda: two.second.connected) <= 5


async def test_a_holder_that_cannot_write_listens_until_another_has_taken_over(two: Two) -> None:
    two.first.cannot_write()
    assert 10 <= await two.until(lambda: not two.first.connected or two.second.connected, ears=2) <= 20
    assert two.second.connected
    assert await two.until(lambda: not two.first.connected, ears=2) <= 5
    two.first.can_write()
    async for _ in two.time.passes(30):
        assert not two.first.connected, "it stands by now"
        assert two.second.connected


async def test_while_the_database_takes_nothing_somebody_listens_and_adults_are_told(two: Two) -> None:
    """A full disk for half an hour: neither of two can write, and who listened goes on."""
    for each in (two.first, two.second):
        each.cannot_write()
    async for _ in two.time.passes(60):
        assert two.first.connected
        assert not two.second.connected
    assert await two.first.problems() == []
    two.first.cannot_read()  # not even that
    async for _ in two.time.passes(60):
        assert two.first.connected
    await two.team.leo.command("urgent")
    await two.first.front.answers.settled()
    assert "Go to an adult now" in told(two.team.leo)
    assert "Reach Leo now" in told(two.team.rivera)
    assert two.first.spool.exists(), "it is kept until the database is back"
    two.first.can_write()
    two.first.can_read()
    assert await two.first.replay() == 1
    assert await two.team.cases() == 1
    two.second.can_write()
    async for _ in two.time.passes(30):
        assert two.first.connected != two.second.connected


async def test_a_standby_that_cannot_read_the_database_says_so(two: Two) -> None:
    two.second.cannot_read()
    assert await two.second.problems() == ["it is not known who holds Discord's gateway"]


async def test_a_short_trouble_with_the_database_changes_nothing(two: Two) -> None:
    two.first.cannot_write()
    async for _ in two.time.passes(6):
        assert two.first.connected
    two.first.can_write()
    async for _ in two.time.passes(30):
        assert two.first.connected
        assert not two.second.connected


async def test_a_database_that_does_not_answer_is_not_waited_for(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It hangs instead of failing: the lease runs out all the same, and reading tells who has it then."""
    monkeypatch.setattr("bot.leases.TAKE", 0.5)  # real seconds, for the other one
    two.first.is_not_answered()
    assert await two.until(lambda: two.second.connected, ears=2) <= 20
    assert await two.until(lambda: not two.first.connected, ears=2) <= 10


async def test_what_both_hear_is_taken_once(two: Two, database: Database) -> None:
    """For a moment two may listen, however careful they are; the database decides."""
    listening = asyncio.create_task(two.second.front.listen(two.team.discord.app.token, reads_channels=True))
    await two.team.discord.gateway.connected(3)
    async with asyncio.timeout(30):
        while not two.second.connected:
            await asyncio.sleep(0.005)
    await two.team.maya.write(DANGER)
    await two.team.leo.command("urgent", text=ABOUT_A_PEER)
    await two.team.leo.command("checkin", peer="P-7K2M", service="tutoring", minutes=30)
    await two.second.front.answers.settled()
    await two.team.settle()
    assert await two.team.cases() == 2
    assert await two.team.check_ins() == 1
    assert len(pages(two.team.rivera)) == 2
    assert sum("is being told now" in seen.text for seen in two.team.leo.everything) == 1
    assert "Logged" in told(two.team.leo)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


async def test_a_process_that_does_not_listen_sends_pages(two: Two) -> None:
    await two.team.maya.write(DANGER)
    await two.team.driver.settled()
    worker = assemble(two.team.world.database, two.team.world.clock, [two.team.driver.adapter])
    await worker.delivery.drain()
    assert len(pages(two.team.rivera)) == 1
    await two.team.rivera.press(ACKNOWLEDGE)
    await two.team.driver.settled()
    await worker.delivery.drain()
    assert "Ms. Rivera has it" in told(two.team.maya)
    assert worker.checks == []
