"""Accounts renamed or deactivated in the middle of a case: it goes on, and no page ends in nothing."""

from collections.abc import AsyncIterator

import pytest

from storage import cases
from storage.db import Database
from tests.integration.slack_team import Team, open_team, pages
from tests.integration.team import ABOUT_A_PEER, DANGER, from_app, told


@pytest.fixture
async def team(database: Database) -> AsyncIterator[Team]:
    async with open_team(database) as opened:
        yield opened


async def timeline(team: Team) -> list[str]:
    async with team.world.database.read() as tx:
        return [line.kind for line in await cases.timeline(tx, 1)]


async def test_a_page_to_a_deactivated_adult_climbs_at_once(team: Team) -> None:
    team.rivera.account.deleted = True
    await team.maya.command("/urgent")
    await team.settle()
    assert len(pages(team.okafor)) == 1, "no minute was lost"
    assert pages(team.rivera) == []
    assert "unreachable" in await timeline(team)


async def test_an_adult_who_was_reached_before_and_is_deactivated_since_is_not_taken_for_reached(
    team: Team,
) -> None:
    await team.maya.command("/urgent")
    await team.settle()
    assert len(pages(team.rivera)) == 1
    team.rivera.account.deleted = True
    await team.wait(2)
    assert len(pages(team.rivera)) == 1, "Slack would have taken it without a word"
    assert len(pages(team.okafor)) == 1, "three minutes before the ladder alone would have come to it"
    assert "unreachable" in await timeline(team)


async def test_an_adult_who_comes_back_is_paged_again(team: Team) -> None:
    team.rivera.account.deleted = True
    await team.maya.command("/urgent")
    await team.settle()
    team.rivera.account.deleted = False
    await team.wait(10)
    assert len(pages(team.rivera)) >= 1


async def test_pages_within_a_minute_ask_slack_once(team: Team) -> None:
    for person in (team.maya, team.leo):
        await person.command("/urgent")
        await team.settle()
    assert len(pages(team.rivera)) == 2
    opened = [
        call for call in team.slack.called("conversations.open") if call.arguments["users"] == team.rivera.id
    ]
    assert len(opened) == 1


@pytest.mark.parametrize("gone", ["hidden", "deleted"])
async def test_nobody_left_to_be_paged_is_said_to_whoever_raised_it(team: Team, gone: str) -> None:
    for adult in (team.rivera, team.okafor):
        setattr(adult.account, gone, True)
    await team.leo.command("/urgent", ABOUT_A_PEER)
    await team.settle()
    assert "any adult" in told(team.leo)
    assert "555-0114" in told(team.leo)
    assert await team.cases() == 1


async def test_a_case_goes_on_while_people_are_renamed(team: Team) -> None:
    await team.leo.write(ABOUT_A_PEER)
    await team.settle()
    team.leo.account.display_name = "leo (on holiday)"
    team.rivera.account.real_name = "Ms. Rivera-Lopez"
    await team.rivera.press("I've got it: going now")
    await team.settle()
    assert "You have it" in pages(team.rivera)[0].text
    assert "Ms. Rivera has it" in told(team.leo), "the team's list says what people are called here"


async def test_a_writer_who_is_deactivated_leaves_a_case_that_goes_on(team: Team) -> None:
    await team.leo.write(ABOUT_A_PEER)
    await team.settle()
    team.leo.account.deleted = True
    before = len(from_app(team.leo))
    await team.wait(5)
    assert len(pages(team.okafor)) == 1
    await team.okafor.press("I've got it: going now")
    await team.settle()
    assert "You have it" in pages(team.okafor)[0].text
    assert "Mr. Okafor has it" in pages(team.rivera)[-1].text
    assert len(from_app(team.leo)) == before, "nobody reads there any more"


async def test_words_of_somebody_who_was_deactivated_meanwhile_page_when_they_are_read(team: Team) -> None:
    team.slack.deliverer.lose_requests = 1
    await team.leo.write(DANGER)
    team.leo.account.deleted = True
    await team.catch_up()
    assert await team.cases() == 1
    assert len(pages(team.rivera)) == 1
    assert "Leo" in pages(team.rivera)[0].text


async def test_somebody_who_wrote_from_an_account_that_is_gone_can_be_paged_about_from_a_new_one(
    team: Team,
) -> None:
    team.maya.account.deleted = True
    again = team.slack.add_user("U900", "Maya")
    await again.write(DANGER)
    await team.settle()
    assert await team.cases() == 1
    assert len(pages(team.rivera)) == 1
