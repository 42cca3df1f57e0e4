"""Without the message content intent all works but reading channels; switched off later, too."""

from collections.abc import AsyncIterator

import pytest

from storage.db import Database
from tests.integration.discord_listening import Listening
from tests.integration.discord_team import ACKNOWLEDGE, Team, open_team, pages
from tests.integration.team import ABOUT_A_PEER, DANGER, check_in, from_app, told


@pytest.fixture
async def team(database: Database) -> AsyncIterator[Team]:
    async with open_team(database) as opened:
        yield opened


@pytest.fixture(params=["from the start", "since then"])
async def listening(team: Team, request: pytest.FixtureRequest) -> AsyncIterator[Listening]:
    """The bot as it listens once the portal does not grant the intent."""
    made = Listening(team)
    if request.param == "from the start":
        team.discord.app.intents.discard("message_content")
    async with made.run():
        await made.looked()
        if request.param == "since then":
            began = team.discord.gateway.identified
            team.discord.app.intents.discard("message_content")
            team.discord.gateway.lose_sessions()
            team.discord.gateway.kill(4000)
            await team.discord.gateway.connected(began + 1)
        yield made


async def test_direct_messages_page(team: Team, listening: Listening) -> None:
    await team.maya.write(DANGER)
    await team.settle()
    assert len(pages(team.rivera)) == 1
    await team.rivera.press(ACKNOWLEDGE)
    await team.settle()
    assert "Ms. Rivera has it" in told(team.maya)


async def test_edits_of_direct_messages_page(team: Team, listening: Listening) -> None:
    message = await team.maya.write("I am not well")
    await team.maya.edit(message, DANGER)
    await team.settle()
    assert len(pages(team.rivera)) == 1


async def test_commands_and_forms_work(team: Team, listening: Listening) -> None:
    await team.leo.command("checkin", team.channel)
    await check_in(team.leo, ABOUT_A_PEER).submit()
    await team.settle()
    assert await team.check_ins() == 1
    assert len(pages(team.rivera)) == 1


async def test_a_message_that_calls_the_bot_by_its_name_is_read(team: Team, listening: Listening) -> None:
    await team.leo.mention(ABOUT_A_PEER, team.channel)
    await team.settle()
    assert len(pages(team.rivera)) == 1
    assert any("is being told now" in seen.text for seen in from_app(team.leo))


async def test_a_message_that_somebody_points_out_is_read(team: Team, listening: Listening) -> None:
    message = await team.leo.write(ABOUT_A_PEER, team.channel)
    await team.maya.use_message_command("Raise a concern", message)
    await team.settle()
    assert len(pages(team.rivera)) == 1


async def test_a_channel_cannot_be_read_and_nothing_breaks(team: Team, listening: Listening) -> None:
    message = await team.leo.write(ABOUT_A_PEER, team.channel)
    await team.leo.edit(message, DANGER)
    await team.settle()
    assert await team.cases() == 0
    await team.catch_up()
    assert await team.cases() == 0
    assert await team.problems() == []


async def test_what_was_written_meanwhile_to_the_bot_is_read(team: Team, listening: Listening) -> None:
    held = team.discord.hold_gateway()
    began = team.discord.gateway.identified
    team.discord.gateway.lose_sessions()
    team.discord.gateway.kill(4000)
    await held.arrived.wait()
    await team.maya.write(DANGER)
    held.let_go.set()
    await team.discord.gateway.connected(began + 1)
    await team.catch_up()
    assert await team.cases() == 1
    assert len(pages(team.rivera)) == 1
