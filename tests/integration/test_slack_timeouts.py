"""A page that may have arrived: it is looked for by what only apps can see of it, and stands there once."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from storage.db import Database
from tests.integration.slack_team import Team, open_team, pages
from tests.integration.team import ABOUT_A_PEER, DANGER, from_app, told

TWICE = "Possibly sent twice"


@pytest.fixture
async def team(database: Database) -> AsyncIterator[Team]:
    async with open_team(database) as opened:
        yield opened


async def retried(team: Team) -> None:
    """Let the seconds pass after which a page that may have arrived is seen to."""
    for _ in range(3):
        team.pass_seconds(2)
        await team.settle()


async def test_a_page_whose_connection_broke_after_it_arrived_stands_there_once(team: Team) -> None:
    team.slack.faults.drop("chat.postMessage", channel=team.rivera.id, done_first=True)
    await team.maya.command("/urgent", ABOUT_A_PEER)
    await team.settle()
    await retried(team)
    assert len(pages(team.rivera)) == 1
    assert TWICE not in told(team.rivera)
    assert len(team.slack.called("chat.postMessage")) == 1, "it was looked for, not sent again"
    await team.rivera.press("I've got it: going now")
    await team.settle()
    assert "You have it" in pages(team.rivera)[0].text, "and the bot knows which message it is"


async def test_a_page_whose_connection_broke_before_it_arrived_is_sent_again_and_says_so(team: Team) -> None:
    team.slack.faults.drop("chat.postMessage", channel=team.rivera.id)
    await team.maya.command("/urgent", ABOUT_A_PEER)
    await team.settle()
    assert pages(team.rivera) == []
    await retried(team)
    assert len([seen for seen in from_app(team.rivera) if "needs you" in seen.text]) == 1
    assert TWICE in told(team.rivera), "nobody can know that it had not arrived"


async def test_it_is_found_among_other_messages_and_nobody_can_see_by_what(team: Team) -> None:
    await team.rivera.write("nothing to do with it")
    team.slack.faults.drop("chat.postMessage", channel=team.rivera.id, done_first=True)
    await team.maya.command("/urgent")
    await team.settle()
    for number in range(5):
        await team.rivera.write(f"nor has this: {number}")
    await retried(team)
    assert len(pages(team.rivera)) == 1
    shown = pages(team.rivera)[0]
    assert shown.message.metadata is not None
    assert set(shown.message.metadata["event_payload"]) == {"outbox"}, "a number, and nobody's words"


async def test_two_pages_that_broke_off_are_told_apart(team: Team) -> None:
    team.slack.faults.drop("chat.postMessage", channel=team.rivera.id, done_first=True)
    await team.maya.command("/urgent")
    await team.settle()
    team.slack.faults.drop("chat.postMessage", channel=team.rivera.id)
    await team.leo.command("/urgent")
    await team.settle()
    await retried(team)
    titles = sorted(seen.text.partition(" ")[0] for seen in from_app(team.rivera) if TWICE not in seen.text)
    repeats = [seen.text for seen in from_app(team.rivera) if TWICE in seen.text]
    assert titles == ["E-1"]
    assert len(repeats) == 1
    assert "E-2" in repeats[0]


@pytest.mark.parametrize("error", ["missing_scope", "internal_error", "channel_not_found"])
async def test_where_it_cannot_be_looked_for_it_is_sent_again_and_says_so(team: Team, error: str) -> None:
    team.slack.faults.drop("chat.postMessage", channel=team.rivera.id, done_first=True)
    team.slack.faults.refuse("conversations.history", error)
    await team.maya.command("/urgent")
    await team.settle()
    await retried(team)
    assert [TWICE in seen.text for seen in from_app(team.rivera)] == [False, True]
    assert from_app(team.okafor) == [], "it has arrived, so nothing climbs"


async def test_where_looking_has_to_wait_it_is_found_then(team: Team) -> None:
    team.slack.faults.drop("chat.postMessage", channel=team.rivera.id, done_first=True)
    team.slack.faults.limit("conversations.history", after=9)
    await team.maya.command("/urgent")
    await team.settle()
    for _ in range(4):
        await retried(team)
    assert [TWICE in seen.text for seen in from_app(team.rivera)] == [False]


async def test_a_slack_that_does_not_answer_is_given_up_on_in_time(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.SEND_TIMEOUT", 0.3)
    held = team.slack.faults.hold("chat.postMessage", channel=team.rivera.id)
    await team.maya.command("/urgent")
    await team.settle()
    assert pages(team.rivera) == []
    held.let_go.set()
    async with asyncio.timeout(30):
        while not pages(team.rivera):
            await asyncio.sleep(0)
    await retried(team)
    assert len(pages(team.rivera)) == 1, "it had arrived after all, and was found"


async def test_whoever_has_a_slow_connection_holds_up_no_other(team: Team) -> None:
    await team.maya.write(DANGER)
    await team.settle()
    await team.wait(4.9)
    held = team.slack.faults.hold("chat.postMessage", channel=team.rivera.id)
    team.pass_seconds(6)
    await team.app.tick()
    sending = asyncio.create_task(team.app.delivery.drain())
    async with asyncio.timeout(30):
        while not pages(team.okafor):
            await asyncio.sleep(0)
    assert not sending.done()
    held.let_go.set()
    await sending


async def test_a_conversation_that_does_not_open_in_time_holds_up_no_page(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.sender.ASK", 0.2)
    held = team.slack.faults.hold("conversations.open")
    await team.maya.command("/urgent")
    await team.settle()
    assert len(pages(team.rivera)) == 1, "a person's id is address enough"
    held.let_go.set()
    await team.rivera.press("I've got it: going now")
    await team.settle()
    assert "You have it" in pages(team.rivera)[0].text
