"""Over Socket Mode: a connection that is opened anew, or breaks, in the middle of what people do."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot import slack as on_slack
from bot.catching_up import PAUSE
from storage.db import Database
from tests.integration.slack_team import SocketTeamDriver, Team, open_team, pages
from tests.integration.team import ABOUT_A_PEER, DANGER, check_in, from_app


@pytest.fixture
async def team(database: Database) -> AsyncIterator[Team]:
    async with open_team(database, driver=SocketTeamDriver) as opened:
        yield opened


async def broken(team: Team, how: str) -> None:
    """Let the connection break, and wait until there is another one."""
    opened = team.slack.sockets.opened
    await (team.slack.sockets.refresh() if how == "refresh" else team.slack.sockets.cut())
    await team.slack.sockets.connected(opened + 1)


@pytest.mark.parametrize("how", ["refresh", "cut"])
async def test_a_form_that_is_open_meanwhile_can_be_sent(team: Team, how: str) -> None:
    await team.maya.command("/checkin")
    form = check_in(team.maya, ABOUT_A_PEER)
    await broken(team, how)
    await form.submit()
    await team.settle()
    assert team.maya.modal is None
    assert await team.check_ins() == 1
    assert await team.cases() == 1
    assert len(pages(team.rivera)) == 1


@pytest.mark.parametrize("how", ["refresh", "cut"])
async def test_a_page_can_be_answered_afterwards(team: Team, how: str) -> None:
    await team.maya.write(DANGER)
    await team.settle()
    await broken(team, how)
    await team.rivera.press("I've got it: going now")
    await team.settle()
    assert any("Ms. Rivera has it" in seen.text for seen in from_app(team.maya))


@pytest.mark.parametrize("how", ["refresh", "cut"])
async def test_every_message_around_it_is_taken_once(team: Team, how: str) -> None:
    await team.maya.write("I am not well")
    await broken(team, how)
    await team.maya.write(DANGER)
    await team.settle()
    assert await team.cases() == 1
    assert len(pages(team.rivera)) == 1


async def test_what_is_under_way_when_it_breaks_is_committed_and_taken_once(team: Team) -> None:
    hold = asyncio.Event()
    receive = team.driver.front._receive

    async def slowly(event):  # type: ignore[no-untyped-def]
        effects = await receive(event)
        await hold.wait()
        return effects

    team.driver.front._receive = slowly
    writing = asyncio.create_task(team.maya.write(DANGER))
    while await team.cases() == 0:
        await asyncio.sleep(0)
    await broken(team, "cut")
    hold.set()
    await writing
    assert team.slack.deliverer.waiting, "Slack has no answer, and brings it again"
    await team.slack.deliverer.again()
    await team.settle()
    assert await team.cases() == 1
    assert len(pages(team.rivera)) == 1


class Listening:
    """The bot's own way of listening, whose pauses end when they are told to."""

    def __init__(self, team: Team) -> None:
        self.team = team
        self.pausing = asyncio.Event()
        self.go_on = asyncio.Event()
        self.pauses: list[float] = []

    async def pause(self, seconds: float) -> None:
        """Wait as long as the test likes."""
        self.pauses.append(seconds)
        self.pausing.set()
        await self.go_on.wait()
        self.go_on.clear()

    async def looked(self) -> None:
        """Wait until what was written has been read."""
        await self.pausing.wait()
        self.pausing.clear()

    async def run(self) -> AsyncIterator[None]:
        """Listen, as ``run`` does."""
        team = self.team
        await team.driver.front.close()
        connection = await team.connection()
        missed = on_slack.catch_up(connection, team.driver.front, team.app, self.pause)
        async with on_slack.listening(team.driver.front, missed, team.settings, self.pause):
            yield


@pytest.fixture
async def listening(team: Team) -> AsyncIterator[Listening]:
    made = Listening(team)
    async for _ in made.run():
        await made.looked()
        yield made


async def test_a_message_that_was_written_in_a_gap_is_read_after_it(team: Team, listening: Listening) -> None:
    team.slack.deliverer.lose_requests = 1  # nobody listens when it is brought
    await team.maya.write(DANGER)
    assert await team.cases() == 0
    await broken(team, "cut")
    listening.go_on.set()
    await listening.looked()
    await team.settle()
    assert await team.cases() == 1
    assert len(pages(team.rivera)) == 1
    await team.slack.deliverer.again()
    await team.settle()
    assert await team.cases() == 1, "and once, although Slack brings it after all"
    assert sum("is being told now" in seen.text for seen in from_app(team.maya)) == 1


async def test_sockets_that_break_again_and_again_are_looked_after_in_peace(
    team: Team, listening: Listening
) -> None:
    asked = len(team.slack.called("users.conversations"))
    for _ in range(3):
        await broken(team, "cut")
    assert len(team.slack.called("users.conversations")) == asked, "the next look waits for its pause"
    listening.go_on.set()
    await listening.looked()
    assert len(team.slack.called("users.conversations")) == asked + 1, "and one look is enough for all"
    assert listening.pauses == [PAUSE, PAUSE]


async def test_it_is_said_while_no_socket_stands(team: Team) -> None:
    assert await team.problems() == []
    team.slack.faults.refuse("apps.connections.open", "internal_error", times=1_000)
    await team.slack.sockets.cut()
    while await team.driver.front.is_connected():
        await asyncio.sleep(0)
    assert await team.problems() == ["Slack's socket is not connected"]


async def test_pages_go_out_while_no_socket_stands(team: Team) -> None:
    await team.maya.write(DANGER)
    team.slack.faults.refuse("apps.connections.open", "internal_error", times=1_000)
    await team.slack.sockets.cut()
    await team.settle()
    await team.wait(5)
    assert len(pages(team.okafor)) == 1
