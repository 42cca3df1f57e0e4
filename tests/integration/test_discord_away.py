"""What was written while the bot was away: read when it is back, each message once, however much it is."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot import discord as on_discord
from storage.db import Database
from tests.discord import Message
from tests.integration.discord_team import Pauses, Team, open_team, pages
from tests.integration.team import ABOUT_A_PEER, DANGER, from_app, told

HISTORY = "GET /channels/*/messages"


@pytest.fixture
async def team(database: Database) -> AsyncIterator[Team]:
    async with open_team(database) as opened:
        opened.discord.add_user("Noor")
        opened.discord.add_channel("elsewhere")
        yield opened


async def away(team: Team) -> None:
    """From now on nothing reaches the bot."""
    await team.settle()
    await team.driver.hang_up()
    team.pass_seconds(1)


async def back(team: Team) -> None:
    """It starts anew, and reads what it missed."""
    await team.restart()


async def look(team: Team, pauses: Pauses) -> int:
    """Read what was missed, with pauses of the test's own."""
    found = await on_discord.catch_up(await team.server(), team.driver.front, team.app, pauses).look()
    await team.settle()
    return found


@pytest.mark.parametrize("place", ["to the bot", "in the channel"])
async def test_a_red_flag_that_was_written_meanwhile_pages_once_and_says_when(team: Team, place: str) -> None:
    await away(team)
    await team.leo.write(ABOUT_A_PEER, team.channel if place == "in the channel" else None)
    team.pass_seconds(3_600)
    await back(team)
    assert await team.cases() == 1
    assert len(pages(team.rivera)) == 1
    assert "10:00" in pages(team.rivera)[0].text, "when it was written, an hour ago"
    assert "long before" in pages(team.rivera)[0].text
    assert sum("is being told now" in seen.text for seen in from_app(team.leo)) == 1
    await team.catch_up()
    await back(team)
    assert await team.cases() == 1
    assert len(pages(team.rivera)) == 1


async def test_what_is_a_few_minutes_late_says_nothing_of_it(team: Team) -> None:
    await away(team)
    await team.leo.write(ABOUT_A_PEER)
    team.pass_seconds(600)
    await back(team)
    assert "long before" not in pages(team.rivera)[0].text


async def test_messages_of_everybody_on_the_list_are_read_though_they_never_wrote_before(team: Team) -> None:
    await away(team)
    for person in (team.maya, team.leo, team.okafor):
        await person.write(DANGER)
    await back(team)
    assert await team.cases() == 3


async def test_messages_of_a_stranger_who_wrote_before_are_read(team: Team) -> None:
    noor = next(
        team.discord.user(user) for user, seen in team.discord.workspace.users.items() if seen.name == "Noor"
    )
    await noor.write("hello, who is this?")
    await away(team)
    await noor.write(DANGER)
    await back(team)
    assert await team.cases() == 1
    assert "somebody not on the roster" in pages(team.rivera)[0].text
    assert "is being told now" in told(noor)


async def test_a_channel_that_nobody_opted_in_or_that_was_opted_out_is_not_read(team: Team) -> None:
    elsewhere = next(each for each in team.leo.places if each.name == "elsewhere")
    await team.leo.write("good morning everybody", team.channel)
    await team.rivera.command("handrail", team.channel, what="stop watching")
    await away(team)
    await team.leo.write(ABOUT_A_PEER, elsewhere)
    await team.leo.write(ABOUT_A_PEER, team.channel)
    before = len(team.discord.called(HISTORY))
    await back(team)
    assert await team.cases() == 0
    read = {call.path for call in team.discord.called(HISTORY)[before:]}
    for channel in (elsewhere, team.channel):
        assert not any(str(channel.id) in path for path in read)


async def test_what_was_taken_before_and_what_was_written_meanwhile_are_each_taken_once(team: Team) -> None:
    await team.leo.write(ABOUT_A_PEER)
    await away(team)
    await team.maya.write(DANGER)
    await back(team)
    assert await team.cases() == 2
    assert len(pages(team.rivera)) == 2
    assert sum("is being told now" in seen.text for seen in from_app(team.leo)) == 1


async def test_a_long_history_is_read_to_its_end(team: Team) -> None:
    await away(team)
    await team.leo.write(ABOUT_A_PEER, team.channel)
    for number in range(230):
        at = team.world.clock.now().timestamp() + number
        message = Message(
            id=team.discord.workspace.snowflake(at),
            channel=team.channel.id,
            author=team.maya.id,
            at=at,
            content=f"good morning number {number}",
        )
        team.channel.messages[message.id] = message
    team.pass_seconds(300)
    await team.maya.write(DANGER, team.channel)
    before = len(team.discord.called(HISTORY))
    await back(team)
    assert await team.cases() == 2, "the first and the last of 232"
    asked = [each for each in team.discord.called(HISTORY)[before:] if str(team.channel.id) in each.path]
    assert len(asked) == 3, "a hundred at a time"


async def test_an_edit_that_was_made_meanwhile_is_read_once(team: Team) -> None:
    team.pass_seconds(1)
    message = await team.leo.write("see you on Monday", team.channel)
    await away(team)
    team.pass_seconds(60)
    await team.leo.edit(message, ABOUT_A_PEER)
    await back(team)
    assert await team.cases() == 1
    await team.catch_up()
    assert await team.cases() == 1
    assert len(pages(team.rivera)) == 1


async def test_an_edit_that_was_heard_is_not_another_one_when_it_is_read(team: Team) -> None:
    message = await team.leo.write("see you on Monday", team.channel)
    team.pass_seconds(60)
    await team.leo.edit(message, ABOUT_A_PEER)
    await away(team)
    await back(team)
    assert await team.cases() == 1
    assert len(pages(team.rivera)) == 1


async def test_a_message_that_was_written_and_edited_meanwhile_is_read_as_it_stands(team: Team) -> None:
    await away(team)
    message = await team.leo.write("see you on Monday", team.channel)
    team.pass_seconds(60)
    await team.leo.edit(message, ABOUT_A_PEER)
    await back(team)
    assert await team.cases() == 1
    await team.catch_up()
    assert await team.cases() == 1, "neither the message nor the edit is another one"
    assert len(pages(team.rivera)) == 1


async def test_what_was_deleted_meanwhile_is_gone(team: Team) -> None:
    await away(team)
    message = await team.leo.write(ABOUT_A_PEER, team.channel)
    await team.leo.delete(message)
    await back(team)
    assert await team.cases() == 0


async def test_what_is_older_than_three_days_is_left_alone(team: Team) -> None:
    await away(team)
    await team.leo.write(ABOUT_A_PEER)
    team.pass_seconds(timedelta(days=4).total_seconds())
    await team.maya.write(DANGER)
    await back(team)
    assert await team.cases() == 1
    assert "Maya needs you" in pages(team.rivera)[0].text


async def test_what_was_written_before_a_channel_was_opted_in_is_nobodys_business(team: Team) -> None:
    at = team.world.clock.now().timestamp() - 3_600
    channel, author = team.channel.id, team.leo.id
    early = Message(
        id=team.discord.workspace.snowflake(at), channel=channel, author=author, at=at, content=DANGER
    )
    team.channel.messages[early.id] = early
    await back(team)
    assert await team.cases() == 0


async def test_what_the_bot_said_itself_is_not_heard_as_new(team: Team) -> None:
    await team.leo.write(f"P-7K2M tutoring 30m, {ABOUT_A_PEER}")
    await team.settle()
    assert any(ABOUT_A_PEER in seen.text for seen in from_app(team.leo))
    await back(team)
    assert await team.cases() == 1


# --- Discord asks to wait, or does not answer --------------------------------------------------


async def test_it_waits_as_long_as_discord_asks(team: Team) -> None:
    await back(team)
    await team.driver.hang_up()
    team.pass_seconds(1)
    await team.leo.write(ABOUT_A_PEER, team.channel)
    await team.world.start_bot()  # with a look of its own, which is not the one that is tried here
    team.discord.faults.limit(HISTORY, after=12, about=team.channel.id, times=2)
    pauses = Pauses()
    await look(team, pauses)
    assert pauses.seconds == [12, 12]
    assert len(pages(team.rivera)) == 1


async def test_it_does_not_wait_for_long_and_reads_the_other_conversations(team: Team) -> None:
    await away(team)
    await team.leo.write(ABOUT_A_PEER, team.channel)
    await team.maya.write(DANGER)
    team.discord.faults.limit(HISTORY, after=600, about=team.channel.id)
    await back(team)
    assert await team.cases() == 1
    await look(team, Pauses())
    assert await team.cases() == 2, "and that one the next time"


@pytest.mark.parametrize(("code", "status"), [(50001, 403), (10003, 404), (0, 503)])
async def test_a_conversation_that_cannot_be_read_stops_no_other(team: Team, code: int, status: int) -> None:
    await away(team)
    await team.leo.write(ABOUT_A_PEER, team.channel)
    await team.maya.write(DANGER)
    team.discord.faults.refuse(HISTORY, code, status=status, about=team.channel.id, times=9)
    team.discord.faults.refuse(HISTORY, code, status=status, about=team.rivera.id, times=9)
    await back(team)
    assert await team.cases() == 1


async def test_somebody_whose_conversation_cannot_be_opened_stops_no_other(team: Team) -> None:
    await away(team)
    await team.leo.write(ABOUT_A_PEER)
    team.discord.faults.refuse("POST /users/@me/channels", 50033, status=400, about=team.maya.id, times=9)
    await back(team)
    assert await team.cases() == 1


async def test_two_processes_that_read_at_once_take_each_message_once(team: Team) -> None:
    await away(team)
    await team.leo.write(ABOUT_A_PEER)
    await team.maya.write(DANGER, team.channel)
    await team.world.start_bot()
    server = await team.server()
    looks = [on_discord.catch_up(server, team.driver.front, team.app) for _ in range(3)]
    await asyncio.gather(*(each.look() for each in looks))
    await team.settle()
    assert await team.cases() == 2
    assert len(pages(team.rivera)) == 2
