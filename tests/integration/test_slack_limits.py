"""Slack asks to wait (429): whom it is about waits so long, everybody else not, and nothing is lost."""

from collections.abc import AsyncIterator

import pytest

from storage.db import Database
from storage.words import Role
from tests.integration.slack_team import Team, open_team, pages
from tests.integration.team import ABOUT_A_PEER, DANGER, check_in, from_app, told
from tests.scenarios.drivers.slack import CHANNEL
from tests.scenarios.world import Setting
from tests.slack.faults import ALWAYS

HELPERS = [f"Helper {number}" for number in range(8)]


@pytest.fixture
async def team(database: Database) -> AsyncIterator[Team]:
    setting = Setting()
    for name in HELPERS:
        setting = setting.joined_by(name, Role.HELPER)
    async with open_team(database, setting=setting) as opened:
        yield opened


async def seconds_pass(team: Team, seconds: float) -> None:
    team.pass_seconds(seconds)
    await team.settle()


async def test_a_limit_for_one_adult_holds_up_no_other(team: Team) -> None:
    await team.maya.write(DANGER)
    await team.settle()
    await team.wait(4.9)
    before = len(pages(team.rivera))
    team.slack.faults.limit("chat.postMessage", channel=team.rivera.id, after=20)
    await team.wait(0.1)
    assert len(pages(team.okafor)) == 1, "no time has passed for this one"
    assert len(pages(team.rivera)) == before
    await seconds_pass(team, 19)
    assert len(pages(team.rivera)) == before, "it waits as long as Slack asked"
    await seconds_pass(team, 1)
    assert len(pages(team.rivera)) == before + 1, "and then comes once"
    await seconds_pass(team, 20)
    assert len(pages(team.rivera)) == before + 1


async def test_a_limit_for_everything_is_waited_for_once(team: Team) -> None:
    team.slack.faults.limit("chat.postMessage", after=7, times=2)
    await team.maya.command("/urgent")
    await team.settle()
    assert pages(team.rivera) == []
    assert "is being told now" in told(team.maya), "an answer needs no message"
    await seconds_pass(team, 7)
    await seconds_pass(team, 7)
    assert len(pages(team.rivera)) == 1
    assert "sent twice" not in pages(team.rivera)[0].text, "a refused message has not arrived"


async def test_a_storm_of_questions_that_are_limited_delays_no_page(team: Team) -> None:
    helpers = [team.named(name) for name in HELPERS]
    for helper in (*helpers, team.leo, team.maya):
        team.slack.faults.limit("chat.postMessage", channel=helper.id, after=60, times=ALWAYS)
    team.world.clock.set(
        team.world.clock.now().replace(day=9, hour=14)
    )  # Monday at nine: the weekly question
    await team.settle()
    assert all(from_app(helper) == [] for helper in helpers)
    await team.leo.command("/urgent")
    await team.settle()
    assert len(pages(team.rivera)) == 1
    team.slack.faults.clear()
    await seconds_pass(team, 60)
    assert [len(from_app(helper)) for helper in helpers] == [1] * len(helpers), "each is asked once"


async def test_a_storm_of_opened_conversations_delays_neither_pages_nor_questions(team: Team) -> None:
    team.slack.faults.limit("conversations.open", after=60, times=ALWAYS)
    team.world.clock.set(team.world.clock.now().replace(day=9, hour=14))
    await team.leo.command("/urgent")
    await team.settle()
    assert len(pages(team.rivera)) == 1
    assert [len(from_app(team.named(name))) for name in HELPERS] == [1] * len(HELPERS)
    assert len(team.slack.called("conversations.open")) < 5, "Slack's wish is heeded: it is not asked on"


async def test_a_case_is_taken_while_its_card_cannot_be_changed(team: Team) -> None:
    await team.leo.write(ABOUT_A_PEER)
    await team.wait(5)
    team.slack.faults.limit("chat.update", channel=team.okafor.id, after=15)
    await team.rivera.press("I've got it: going now")
    await team.settle()
    assert "Ms. Rivera has it" in told(team.leo)
    assert "I've got it: going now" in pages(team.okafor)[0].buttons
    await seconds_pass(team, 15)
    assert "Ms. Rivera has it" in pages(team.okafor)[0].text


async def test_a_limit_on_forms_is_said_and_the_form_comes_at_the_next_try(team: Team) -> None:
    team.slack.faults.limit("views.open")
    await team.maya.command("/checkin", "", CHANNEL)
    await team.settle()
    assert "Please do that once more." in team.maya.channel(CHANNEL)[-1].text
    await team.maya.command("/checkin", "", CHANNEL)
    await check_in(team.maya, "went well").submit()
    assert await team.check_ins() == 1


async def test_a_limit_on_answers_shows_them_in_direct_messages(team: Team) -> None:
    team.slack.faults.limit("response_url", times=ALWAYS)
    await team.leo.command("/checkin", f"P-7K2M tutoring 30m, {ABOUT_A_PEER}", CHANNEL)
    await team.settle()
    assert await team.cases() == 1
    assert await team.check_ins() == 1
    assert len(pages(team.rivera)) == 1
    assert "is being told now" in told(team.leo)
    assert "Logged" in told(team.leo)
    assert ABOUT_A_PEER not in "".join(seen.text for seen in team.maya.channel(CHANNEL)), (
        "nobody else reads it"
    )


async def test_a_limit_on_a_private_answer_in_the_channel_shows_it_in_direct_messages(team: Team) -> None:
    team.slack.faults.limit("chat.postEphemeral", times=ALWAYS)
    await team.leo.write(ABOUT_A_PEER, CHANNEL)
    await team.settle()
    assert len(pages(team.rivera)) == 1
    assert any("is being told now" in seen.text for seen in team.leo.dm)


async def test_a_limit_on_the_home_tab_loses_nothing(team: Team) -> None:
    team.slack.faults.limit("views.publish", times=2)
    await team.maya.open_home()
    await team.settle()
    assert team.maya.home is None
    await team.maya.write(DANGER)
    await team.settle()
    assert len(pages(team.rivera)) == 1
    for _ in range(2):
        await team.maya.open_home()
        await team.settle()
    assert team.maya.home is not None


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_slack_that_is_down_for_a_moment_gets_the_page_again(team: Team, status: int) -> None:
    team.slack.faults.status(status, times=6)
    await team.maya.command("/urgent")
    await team.settle()
    for _ in range(6):
        await seconds_pass(team, 2)
    assert len(pages(team.rivera)) == 1
