"""The gateway breaks, asks to come back, or is refused, in the middle of what people do."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.discord_gateway import REFUSED
from storage.db import Database
from tests.integration.discord_listening import Listening
from tests.integration.discord_team import ACKNOWLEDGE, Team, open_team, pages
from tests.integration.team import ABOUT_A_PEER, DANGER, check_in, from_app, told

HOWS = ["resumed", "asked to come back", "cut", "invalid", "invalid but resumable", "lost", "unknown error"]


@pytest.fixture
async def team(database: Database) -> AsyncIterator[Team]:
    async with open_team(database) as opened:
        yield opened


@pytest.fixture
async def listening(team: Team) -> AsyncIterator[Listening]:
    made = Listening(team)
    async with made.run():
        await made.looked()
        yield made


def breaks(team: Team, how: str) -> None:
    gateway = team.discord.gateway
    match how:
        case "resumed":
            gateway.kill(4009)
        case "asked to come back":
            gateway.ask_to_reconnect()
        case "cut":
            gateway.cut()
        case "invalid":
            gateway.invalidate()
        case "invalid but resumable":
            gateway.invalidate(resumable=True)
        case "lost":
            gateway.lose_sessions()
            gateway.kill(4000)
        case _:
            gateway.kill(4000)


async def broken(team: Team, how: str) -> None:
    """Let the gateway break, and wait until it stands again."""
    gateway = team.discord.gateway
    times = gateway.identified + gateway.resumed
    breaks(team, how)
    async with asyncio.timeout(30):
        await gateway.connected(times + 1)
        while not team.driver.front.is_connected:
            await asyncio.sleep(0)


@pytest.mark.parametrize("how", HOWS)
async def test_an_open_form_can_be_sent_afterwards_and_a_page_answered(
    team: Team, listening: Listening, how: str
) -> None:
    await team.leo.command("checkin", team.channel)
    form = check_in(team.leo, ABOUT_A_PEER)
    await broken(team, how)
    await form.submit()
    await team.settle()
    assert await team.check_ins() == 1
    assert len(pages(team.rivera)) == 1
    await broken(team, how)
    await team.rivera.press(ACKNOWLEDGE)
    await team.settle()
    assert "Ms. Rivera has it" in told(team.leo)


@pytest.mark.parametrize("how", HOWS)
async def test_every_message_around_it_is_taken_once(team: Team, listening: Listening, how: str) -> None:
    await team.maya.write("I am not well at all today")
    await broken(team, how)
    await team.maya.write(DANGER)
    await team.settle()
    assert await team.cases() == 1
    assert len(pages(team.rivera)) == 1
    assert sum("is being told now" in seen.text for seen in from_app(team.maya)) == 1


async def test_a_message_of_a_resumed_gap_comes_by_itself(team: Team, listening: Listening) -> None:
    held = team.discord.hold_gateway()
    team.discord.gateway.kill(4000)
    await held.arrived.wait()
    await team.maya.write(DANGER)
    assert await team.cases() == 0
    held.let_go.set()
    await team.discord.gateway.connected(2)
    await team.settle()
    assert team.discord.gateway.resumed == 1
    assert await team.cases() == 1
    assert len(pages(team.rivera)) == 1


@pytest.mark.parametrize("place", ["direct", "channel"])
async def test_a_message_of_a_lost_session_is_read_afterwards(
    team: Team, listening: Listening, place: str
) -> None:
    held = team.discord.hold_gateway()
    team.discord.gateway.lose_sessions()
    team.discord.gateway.kill(4000)
    await held.arrived.wait()
    team.pass_seconds(1)
    await team.maya.write(DANGER, team.channel if place == "channel" else None)
    held.let_go.set()
    await team.discord.gateway.connected(team.discord.gateway.identified + 1)
    await listening.go_on(20)
    await listening.looked()
    await team.settle()
    assert await team.cases() == 1
    assert len(pages(team.rivera)) == 1
    assert sum("is being told now" in seen.text for seen in from_app(team.maya)) == 1


async def test_gaps_in_a_row_are_looked_after_in_peace(team: Team, listening: Listening) -> None:
    asked = len(team.discord.called("GET /channels/*/messages"))
    for _ in range(3):
        await broken(team, "lost")
    assert len(team.discord.called("GET /channels/*/messages")) == asked, "the next look waits for its pause"
    await listening.go_on(20)
    await listening.looked()
    once = len(team.discord.called("GET /channels/*/messages")) - asked
    assert once == len({*team.discord.workspace.direct_messages}) + 1, "one look: everybody, and the channel"


# --- how it is ---------------------------------------------------------------------------------


async def shown(team: Team) -> str:
    body = await team.app.metrics.render(team.world.database, team.world.clock.now())
    [line] = [line for line in body.decode().splitlines() if line.startswith("handrail_gateway_connected")]
    return line


async def test_it_is_said_while_the_gateway_does_not_stand(team: Team, listening: Listening) -> None:
    assert await team.problems() == []
    assert await shown(team) == "handrail_gateway_connected 1.0"
    held = team.discord.hold_gateway()
    team.discord.gateway.kill(4000)
    await held.arrived.wait()
    assert await team.problems() == ["Discord's gateway is not connected"]
    assert await shown(team) == "handrail_gateway_connected 0.0"
    held.let_go.set()
    await team.discord.gateway.connected(2)
    await team.driver.settled()
    assert await team.problems() == []
    assert await shown(team) == "handrail_gateway_connected 1.0"


async def test_pages_go_out_while_the_gateway_does_not_stand(team: Team, listening: Listening) -> None:
    await team.maya.write(DANGER)
    await team.settle()
    held = team.discord.hold_gateway()
    team.discord.gateway.kill(4000)
    await held.arrived.wait()
    await team.wait(5)
    assert len(pages(team.okafor)) == 1
    held.let_go.set()


# --- refused -----------------------------------------------------------------------------------


async def test_a_first_connection_that_fails_is_tried_again(team: Team) -> None:
    """discord.py ends with an error of its own where its very first connection breaks."""
    made = Listening(team)
    team.discord.faults.drop("GET /gateway")
    async with made.run():
        await made.hold_again()
        await made.looked()
        await team.maya.write(DANGER)
        await team.settle()
    assert len(pages(team.rivera)) == 1


@pytest.mark.parametrize("code", [4004, 4013])
async def test_a_final_close_code_is_tried_again_after_a_minute(
    team: Team, listening: Listening, code: int
) -> None:
    team.discord.gateway.kill(code)
    await listening.pausing(REFUSED)
    assert await team.problems() == ["Discord's gateway is not connected"]
    await team.maya.write(DANGER)
    await listening.go_on(REFUSED)
    await listening.hold_again()
    await listening.looked()
    await team.settle()
    assert len(pages(team.rivera)) == 1, "and what was written meanwhile is read"
