"""A token that was reset, or a bot that was thrown out: it is said, nothing is lost, all goes on after."""

from collections.abc import AsyncIterator

import pytest

from bot.discord_gateway import REFUSED
from storage.db import Database
from tests.discord import Member
from tests.integration.discord_listening import Listening
from tests.integration.discord_team import ACKNOWLEDGE, Team, open_team, pages
from tests.integration.team import ABOUT_A_PEER, DANGER, from_app, told

NOT_TAKEN = "Discord does not accept the token (http_401 code_0)"
ASKED = "GET /guilds/*"


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


async def test_a_reset_token_is_said_before_anybody_needs_a_page(team: Team, listening: Listening) -> None:
    assert await team.problems() == []
    team.discord.app.token_works = False
    assert await team.problems() == [], "what Discord said less than a minute ago is believed"
    await listening.renewed(times=12)
    assert await team.problems() == [NOT_TAKEN]
    team.discord.app.token_works = True
    assert await team.problems() == [], "and that it works again is seen at once"


async def test_asking_for_readiness_often_asks_discord_once_a_minute(
    team: Team, listening: Listening
) -> None:
    await team.problems()
    asked = len(team.discord.called(ASKED))
    for _ in range(5):
        await team.problems()
    assert len(team.discord.called(ASKED)) == asked


async def test_a_discord_that_cannot_be_reached_is_said_and_a_busy_one_is_not(
    team: Team, listening: Listening
) -> None:
    team.discord.faults.status(503, ASKED)
    assert await team.problems() == ["Discord cannot be reached"]
    team.discord.faults.limit(ASKED)
    assert await team.problems() == []


async def test_a_bot_that_was_thrown_out_says_so(team: Team, listening: Listening) -> None:
    team.discord.leave(team.discord.guild, team.discord.app.bot_user)
    assert await team.problems() == ["the bot is not in the Discord server any more"]
    team.discord.join(team.discord.guild, Member(user=team.discord.app.bot_user))
    assert await team.problems() == []


async def test_a_gateway_that_is_refused_is_tried_again_after_a_minute(
    team: Team, listening: Listening
) -> None:
    team.discord.app.token_works = False
    team.discord.gateway.kill(4004)
    await listening.pausing(REFUSED)
    assert "Discord's gateway is not connected" in await team.problems()
    team.discord.app.token_works = True
    await listening.go_on(REFUSED)
    await listening.hold_again()
    await team.driver.settled()
    await team.maya.write(DANGER)
    await team.settle()
    assert len(pages(team.rivera)) == 1


async def test_pages_climb_and_come_once_the_token_works_again(team: Team) -> None:
    team.discord.app.token_works = False
    await team.maya.write(DANGER)
    await team.settle()
    assert await team.cases() == 1
    assert set(await team.unreachable()) == {"auth_failed"}
    await team.wait(20)
    assert pages(team.rivera) == pages(team.okafor) == []
    team.discord.app.token_works = True
    await team.wait(5)
    for adult in (team.rivera, team.okafor):
        assert len(pages(adult)) == 1, "at the next repeat"


async def test_who_raised_it_is_told_what_they_missed(team: Team) -> None:
    team.discord.app.token_works = False
    await team.leo.write(ABOUT_A_PEER)
    await team.settle()
    assert told(team.leo) == ""
    team.discord.app.token_works = True
    await team.wait(1)
    assert "any adult" in told(team.leo)
    assert "555-0114" in told(team.leo)
    await team.wait(60)
    assert len([seen for seen in from_app(team.leo) if "any adult" in seen.text]) == 1, "once"


async def test_cards_are_made_true_once_the_token_works_again(team: Team) -> None:
    await team.leo.write(ABOUT_A_PEER)
    await team.wait(5)
    team.discord.app.token_works = False
    await team.rivera.press(ACKNOWLEDGE)
    await team.settle()
    assert ACKNOWLEDGE in pages(team.okafor)[0].buttons
    team.discord.app.token_works = True
    await team.wait(1)
    assert "Ms. Rivera has it" in pages(team.okafor)[0].text
    assert "Ms. Rivera has it" in told(team.leo)
