"""Discord asks to wait (429): whom it is about waits so long, everybody else not, and nothing is lost."""

from collections.abc import AsyncIterator

import pytest

from storage.db import Database
from tests.integration.discord_team import ACKNOWLEDGE, MESSAGES, Team, open_team, pages
from tests.integration.team import ABOUT_A_PEER, DANGER, told


@pytest.fixture
async def team(database: Database) -> AsyncIterator[Team]:
    async with open_team(database) as opened:
        yield opened


async def test_a_limit_for_one_adult_holds_up_no_other(team: Team) -> None:
    await team.maya.write(DANGER)
    await team.wait(4.9)
    before = len(pages(team.rivera))
    team.discord.faults.limit(MESSAGES, about=team.rivera.id, after=20)
    await team.wait(0.1)
    assert len(pages(team.okafor)) == 1, "no time has passed for this one"
    assert len(pages(team.rivera)) == before
    await team.seconds_pass(19)
    assert len(pages(team.rivera)) == before, "it waits as long as Discord asked"
    await team.seconds_pass(1)
    assert len(pages(team.rivera)) == before + 1, "and then comes once"
    await team.seconds_pass(20)
    assert len(pages(team.rivera)) == before + 1


async def test_a_limit_on_everything_together_is_waited_for_and_asked_once(team: Team) -> None:
    await team.maya.command("urgent")
    team.discord.faults.limit(MESSAGES, after=7, everywhere=True)
    await team.settle()
    assert pages(team.rivera) == []
    asked = len(team.discord.called(MESSAGES))
    await team.seconds_pass(6)
    assert len(team.discord.called(MESSAGES)) == asked, "Discord bars those who keep asking"
    await team.seconds_pass(1)
    assert len(pages(team.rivera)) == 1


async def test_a_bar_by_the_servers_in_front_of_discord_is_waited_for(team: Team) -> None:
    team.discord.faults.status(429, MESSAGES, about=team.rivera.id)
    await team.maya.command("urgent")
    await team.settle()
    assert pages(team.rivera) == []
    await team.seconds_pass(2)
    assert len(pages(team.rivera)) == 1


async def test_a_limit_on_opening_conversations_holds_up_nobody_whose_conversation_is_known(
    team: Team,
) -> None:
    await team.maya.command("urgent")
    await team.settle()
    team.discord.faults.limit("POST /users/@me/channels", after=60, times=99)
    await team.leo.command("urgent")
    await team.settle()
    assert len(pages(team.rivera)) == 2


async def test_a_case_is_taken_while_its_card_cannot_be_changed(team: Team) -> None:
    await team.leo.write(ABOUT_A_PEER)
    await team.wait(5)
    team.discord.faults.limit("PATCH /channels/*/messages/*", about=team.okafor.id, after=15)
    await team.rivera.press(ACKNOWLEDGE)
    await team.settle()
    assert "Ms. Rivera has it" in told(team.leo)
    assert ACKNOWLEDGE in pages(team.okafor)[0].buttons
    await team.seconds_pass(15)
    assert "Ms. Rivera has it" in pages(team.okafor)[0].text


async def test_a_card_that_must_go_goes_when_discord_allows_it(team: Team) -> None:
    await team.leo.write(ABOUT_A_PEER)
    await team.settle()
    await team.leo.press("About an adult on the team")
    await team.settle()
    team.discord.faults.limit("DELETE /channels/*/messages/*", after=9)
    await team.leo.choose("Ms. Rivera")
    await team.settle()
    assert len(pages(team.rivera)) == 1
    await team.seconds_pass(9)
    assert pages(team.rivera) == []


async def test_a_short_limit_is_waited_out_in_place(team: Team) -> None:
    team.discord.faults.limit(MESSAGES, about=team.rivera.id, after=0.3)
    await team.maya.command("urgent")
    await team.settle()
    assert len(pages(team.rivera)) == 1
