"""Whatever Slack brings twice is one deed: again, at once, after a restart, or by two ways."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from storage.db import Database
from tests.integration.slack_team import SocketTeamDriver, Team, TeamDriver, open_team, pages
from tests.integration.team import ABOUT_A_PEER, DANGER, check_in
from tests.scenarios.drivers.slack import CHANNEL
from tests.slack.deliver import Attempt, What, encode


@pytest.fixture(params=[TeamDriver, SocketTeamDriver], ids=["http", "socket"])
async def team(database: Database, request: pytest.FixtureRequest) -> AsyncIterator[Team]:
    async with open_team(database, driver=request.param) as opened:
        yield opened


@pytest.fixture
async def over_http(database: Database) -> AsyncIterator[Team]:
    async with open_team(database) as opened:
        yield opened


async def expect_one_case(team: Team) -> None:
    await team.settle()
    assert await team.cases() == 1
    assert len(pages(team.rivera)) == 1, "paged once"
    assert len(pages(team.okafor)) == 0


async def test_an_event_whose_answer_was_lost_on_its_way_is_one_case(team: Team) -> None:
    team.slack.deliverer.lose_answers = 3
    await team.maya.write(DANGER)
    await expect_one_case(team)
    for _ in range(3):
        await team.slack.deliverer.again()
        await expect_one_case(team)
    numbers = [each.number for each in team.slack.deliverer.attempts if DANGER in json.dumps(each.payload)]
    assert numbers == [0, 1, 2, 3]
    mine = [seen for seen in team.maya.dm if seen.by_app]
    assert len(mine) == 1, "and answered once"


async def test_an_event_that_was_lost_on_its_way_there_is_taken_when_it_comes_again(team: Team) -> None:
    team.slack.deliverer.lose_requests = 2
    await team.maya.write(DANGER)
    assert await team.cases() == 0
    await team.slack.deliverer.again()
    assert await team.cases() == 0
    await team.slack.deliverer.again()
    await expect_one_case(team)


async def test_an_event_that_comes_again_after_a_restart_is_one_case(team: Team) -> None:
    team.slack.deliverer.lose_answers = 1
    await team.maya.write(DANGER)
    await expect_one_case(team)
    await team.restart()
    await team.slack.deliverer.again()
    await expect_one_case(team)


async def test_the_same_event_many_times_at_once_is_one_case(over_http: Team) -> None:
    body = json.dumps(over_http.event(over_http.maya, DANGER)).encode()
    answers = await asyncio.gather(*(over_http.http.post(body) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}
    await expect_one_case(over_http)


async def test_two_processes_that_get_the_same_event_at_once_make_one_case(over_http: Team) -> None:
    body = json.dumps(over_http.event(over_http.maya, DANGER)).encode()
    other = await over_http.second_front()
    both = (over_http.http, other, over_http.http, other)
    answers = await asyncio.gather(*(process.post(body) for process in both))
    assert {answer.status_code for answer in answers} == {200}
    await other.close()
    await expect_one_case(over_http)


async def test_two_processes_that_send_at_once_send_a_page_once(over_http: Team) -> None:
    await over_http.maya.write(DANGER)
    senders = [over_http.second_sender() for _ in range(3)]
    await asyncio.gather(over_http.app.delivery.drain(), *(sender.drain() for sender in senders))
    await expect_one_case(over_http)


async def test_a_mention_that_comes_as_a_message_too_is_one_case(team: Team) -> None:
    await team.leo.mention(ABOUT_A_PEER, CHANNEL)
    brought = [each.payload["event"]["type"] for each in team.slack.deliverer.attempts]
    assert brought == ["message", "app_mention"]
    await expect_one_case(team)


async def test_a_mention_in_a_channel_that_nobody_opted_in_is_one_case(team: Team) -> None:
    everybody = team.slack.workspace.conversations[CHANNEL].members
    team.slack.workspace.add_channel("C0OTHER", "elsewhere", *everybody)
    await team.leo.mention(ABOUT_A_PEER, "C0OTHER")
    await expect_one_case(team)
    await team.leo.write(ABOUT_A_PEER, "C0OTHER")
    await expect_one_case(team)


async def test_an_edit_that_comes_again_is_one_case(team: Team) -> None:
    message = await team.maya.write("I am not well")
    team.slack.deliverer.lose_answers = 1
    await team.maya.edit(message, DANGER)
    await team.slack.deliverer.again()
    await expect_one_case(team)


async def test_a_form_that_is_sent_twice_is_one_check_in(team: Team) -> None:
    await team.maya.command("/checkin")
    form = check_in(team.maya, "went well")
    await asyncio.gather(form.submit(), form.submit())
    await team.settle()
    assert await team.check_ins() == 1
    assert form.view.trouble == ""
    assert sum("Logged" in seen.text for seen in team.maya.everything) == 1, "and it is said once"


async def test_a_form_whose_answer_was_lost_can_be_sent_again(team: Team) -> None:
    await team.maya.command("/checkin")
    form = check_in(team.maya, ABOUT_A_PEER)
    team.slack.deliverer.lose_answers = 1
    await form.submit()
    assert "trouble" in form.text
    await form.submit()
    await team.settle()
    assert team.maya.modal is None
    assert await team.check_ins() == 1
    await expect_one_case(team)


async def test_a_form_of_the_home_tab_that_is_sent_again_shows_what_came_of_it(team: Team) -> None:
    await team.maya.open_home()
    await team.settle()
    await team.maya.press("Check in", on=team.maya.home)
    form = check_in(team.maya, ABOUT_A_PEER)
    team.slack.deliverer.lose_answers = 1
    await form.submit()
    assert "trouble" in form.text
    await form.submit()
    await team.settle()
    shown = team.maya.modal
    assert shown is not None
    assert "Ms. Rivera is being told now" in shown.text
    await expect_one_case(team)


async def test_a_button_that_is_pressed_twice_takes_the_case_once(team: Team) -> None:
    await team.maya.write(DANGER)
    await team.settle()
    page = pages(team.rivera)[0]
    await asyncio.gather(*(team.rivera.press("I've got it: going now", on=page) for _ in range(2)))
    await team.settle()
    news = [seen for seen in team.maya.dm if "Ms. Rivera has it" in seen.text]
    assert len(news) == 1, "the writer is told once"
    assert len(pages(team.rivera)) == 1


async def test_a_command_that_is_brought_twice_pages_once(over_http: Team) -> None:
    maya = over_http.maya
    place = over_http.slack.direct(maya.id)
    trigger, address = over_http.slack.workspace.trigger(maya.id), over_http.slack.answer_url(maya.id, place)
    payload = over_http.slack.payloads.command(
        "/urgent", "", maya.account, place, trigger=trigger, answer_to=address
    )
    request = encode(Attempt(what=What.COMMAND, payload=payload))
    await asyncio.gather(*(over_http.http.post(*request) for _ in range(3)))
    await expect_one_case(over_http)
