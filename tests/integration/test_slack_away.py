"""What was written while the bot was away: read when it is back, each message once, however much it is."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot import slack as on_slack
from bot.catching_up import PAUSE, read_after_gaps
from storage.db import Database
from tests.integration.slack_team import Team, open_team, pages
from tests.integration.team import ABOUT_A_PEER, DANGER, from_app, told
from tests.scenarios.drivers.slack import CHANNEL
from tests.slack import Message, Person

UNWATCHED = "C0OTHER"


@pytest.fixture
async def team(database: Database) -> AsyncIterator[Team]:
    async with open_team(database) as opened:
        everybody = opened.slack.workspace.conversations[CHANNEL].members
        opened.slack.workspace.add_channel(UNWATCHED, "elsewhere", *everybody)
        yield opened


@pytest.fixture
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack hands out five messages at a time."""
    monkeypatch.setattr("adapters.slack.catch_up.PAGE", 5)


class Pauses:
    """Lets no time pass, and remembers how long it should have been."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


async def away(team: Team) -> None:
    """From now on nothing reaches the bot, and nothing is brought again either."""
    await team.settle()
    await team.slack.disconnect()


async def back(team: Team) -> None:
    """It starts anew, and reads what it missed."""
    team.slack.deliverer.waiting.clear()
    await team.restart()


async def look(team: Team, pauses: Pauses) -> int:
    """Read what was missed, with pauses of the test's own."""
    connection = await team.connection()
    found = await on_slack.catch_up(connection, team.driver.front, team.app, pauses).look()
    await team.settle()
    return found


def words(person: Person, text: str) -> int:
    return sum(text in seen.text for seen in from_app(person))


@pytest.mark.parametrize("place", ["", CHANNEL], ids=["to the bot", "in the channel"])
async def test_a_red_flag_that_was_written_meanwhile_pages_once_and_says_when(team: Team, place: str) -> None:
    await away(team)
    await team.leo.write(ABOUT_A_PEER, place)
    team.pass_seconds(3_600)
    await back(team)
    assert await team.cases() == 1
    assert len(pages(team.rivera)) == 1
    assert "10:00" in pages(team.rivera)[0].text, "when it was written, an hour ago"
    assert "is being told now" in told(team.leo)
    await team.catch_up()
    await back(team)
    assert await team.cases() == 1
    assert len(pages(team.rivera)) == 1


async def test_a_channel_that_nobody_opted_in_is_not_read(team: Team) -> None:
    await away(team)
    await team.leo.write(ABOUT_A_PEER, UNWATCHED)
    await back(team)
    assert await team.cases() == 0
    asked = {call.arguments["channel"] for call in team.slack.called("conversations.history")}
    assert UNWATCHED not in asked


async def test_what_was_taken_before_and_what_was_written_meanwhile_are_each_taken_once(team: Team) -> None:
    await team.leo.write(ABOUT_A_PEER)
    await away(team)
    await team.maya.write(DANGER)
    await back(team)
    assert await team.cases() == 2
    assert len(pages(team.rivera)) == 2
    assert words(team.leo, "is being told now") == 1


async def test_a_long_history_is_read_to_its_end(team: Team, short_pages: None) -> None:
    await away(team)
    await team.leo.write(ABOUT_A_PEER, CHANNEL)
    for number in range(9):
        await team.maya.write(f"good morning number {number}", CHANNEL)
    await team.maya.write(DANGER, CHANNEL)
    await back(team)
    assert await team.cases() == 2, "the first and the last of eleven"
    asked = [
        call.arguments
        for call in team.slack.called("conversations.history")
        if call.arguments["channel"] == CHANNEL
    ]
    assert len([each for each in asked if each.get("cursor")]) == 2, "three pages"


async def test_many_conversations_are_listed_to_their_end(team: Team, short_pages: None) -> None:
    for number in range(12):
        person = team.slack.add_user(f"U1{number:03}", f"Person {number}")
        team.slack.direct(person.id)
    await away(team)
    await person.write(DANGER)
    await back(team)
    assert await team.cases() == 1
    assert len(pages(team.rivera)) == 1


async def test_answers_in_threads_are_read_too(team: Team) -> None:
    start = await team.maya.write("how was the week?", CHANNEL)
    await away(team)
    for number in range(3):
        await team.maya.write(f"fine {number}", CHANNEL, thread=start.ts)
    await team.leo.write(ABOUT_A_PEER, CHANNEL, thread=start.ts)
    await back(team)
    assert await team.cases() == 1
    answer = [seen for seen in team.leo.channel(CHANNEL) if "is being told now" in seen.text]
    assert len(answer) == 1
    assert answer[0].only_me
    assert answer[0].message.thread_ts == start.ts, "it stands in the thread"


async def test_a_long_thread_is_read_to_its_end(team: Team, short_pages: None) -> None:
    await away(team)
    start = await team.maya.write("how was the week?", CHANNEL)
    for number in range(11):
        await team.maya.write(f"fine {number}", CHANNEL, thread=start.ts)
    await team.leo.write(ABOUT_A_PEER, CHANNEL, thread=start.ts)
    await back(team)
    assert await team.cases() == 1


async def test_an_edit_that_was_made_meanwhile_is_read_once(team: Team) -> None:
    message = await team.leo.write("see you on Monday", CHANNEL)
    await away(team)
    team.pass_seconds(60)
    await team.leo.edit(message, ABOUT_A_PEER)
    await back(team)
    assert await team.cases() == 1
    await team.catch_up()
    assert await team.cases() == 1
    assert len(pages(team.rivera)) == 1


async def test_a_message_that_was_written_and_edited_meanwhile_is_read_as_it_stands(team: Team) -> None:
    await away(team)
    message = await team.leo.write("see you on Monday", CHANNEL)
    team.pass_seconds(60)
    await team.leo.edit(message, ABOUT_A_PEER)
    await back(team)
    assert await team.cases() == 1
    await team.catch_up()
    assert await team.cases() == 1, "neither the message nor the edit is another one"
    assert len(pages(team.rivera)) == 1


async def test_what_was_deleted_meanwhile_is_gone(team: Team) -> None:
    await away(team)
    message = await team.leo.write(ABOUT_A_PEER, CHANNEL)
    await team.leo.delete(message)
    await back(team)
    assert await team.cases() == 0


async def test_a_mention_is_read_once(team: Team) -> None:
    await away(team)
    await team.leo.mention(ABOUT_A_PEER, CHANNEL)
    await back(team)
    assert await team.cases() == 1


async def test_what_is_older_than_three_days_is_left_alone(team: Team) -> None:
    await away(team)
    await team.leo.write(ABOUT_A_PEER)
    team.pass_seconds(timedelta(days=4).total_seconds())
    await team.maya.write(DANGER)
    await back(team)
    assert await team.cases() == 1
    assert "Maya needs you" in pages(team.rivera)[0].text


async def test_what_was_written_before_a_channel_was_opted_in_is_nobodys_business(team: Team) -> None:
    channel = team.slack.workspace.conversations[CHANNEL]
    before = datetime(2026, 3, 2, 14, 0, tzinfo=UTC).timestamp()
    channel.messages[f"{before:.6f}"] = Message(ts=f"{before:.6f}", user=team.leo.id, text=ABOUT_A_PEER)
    await back(team)
    assert await team.cases() == 0


# --- Slack asks to wait, or does not answer ----------------------------------------------------


async def test_it_waits_as_long_as_slack_asks_and_reads_on_where_it_was(
    team: Team, short_pages: None
) -> None:
    await away(team)
    for number in range(8):
        await team.maya.write(f"good morning number {number}", CHANNEL)
    await team.leo.write(ABOUT_A_PEER, CHANNEL)
    team.slack.faults.limit("users.conversations", after=3)
    team.slack.faults.limit("conversations.history", after=12, channel=CHANNEL, times=2)
    pauses = Pauses()
    assert await look(team, pauses) == 9
    assert pauses.seconds == [3, 12, 12]
    assert await team.cases() == 1
    assert len(pages(team.rivera)) == 1


async def test_it_does_not_wait_for_long_and_reads_the_other_conversations(team: Team) -> None:
    await away(team)
    await team.leo.write(ABOUT_A_PEER, CHANNEL)
    await team.maya.write(DANGER)
    team.slack.faults.limit("conversations.history", after=600, channel=CHANNEL)
    pauses = Pauses()
    await look(team, pauses)
    assert pauses.seconds == []
    assert await team.cases() == 1
    await look(team, pauses)
    assert await team.cases() == 2, "and that one the next time"


@pytest.mark.parametrize("error", ["internal_error", "not_in_channel", "missing_scope"])
async def test_a_conversation_that_cannot_be_read_stops_no_other(team: Team, error: str) -> None:
    await away(team)
    await team.leo.write(ABOUT_A_PEER, CHANNEL)
    await team.maya.write(DANGER)
    team.slack.faults.refuse("conversations.history", error, channel=CHANNEL)
    await look(team, Pauses())
    assert await team.cases() == 1


async def test_without_a_list_of_conversations_those_that_are_known_are_read(team: Team) -> None:
    await team.leo.write("hello")
    await away(team)
    await team.leo.write(ABOUT_A_PEER)
    team.slack.app.scopes.remove("im:read")
    await look(team, Pauses())
    assert await team.cases() == 1


async def test_two_processes_that_read_at_once_take_each_message_once(team: Team) -> None:
    await away(team)
    await team.leo.write(ABOUT_A_PEER)
    await team.maya.write(DANGER, CHANNEL)
    looks = [on_slack.catch_up(await team.connection(), team.driver.front, team.app) for _ in range(3)]
    await asyncio.gather(*(each.look() for each in looks))
    await team.settle()
    assert await team.cases() == 2
    assert len(pages(team.rivera)) == 2


async def test_what_could_not_be_read_is_read_a_little_later_and_not_only_after_an_hour(team: Team) -> None:
    """One broken connection after a downtime must not keep a red flag waiting."""
    await away(team)
    await team.maya.write(DANGER)
    team.slack.faults.drop("conversations.history", channel=team.maya.id, times=2)
    connection, gap = await team.connection(), asyncio.Event()
    missed, pauses = on_slack.catch_up(connection, team.driver.front, team.app), []
    looked = asyncio.Event()

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            looked.set()
            await asyncio.Event().wait()

    gap.set()
    reading = asyncio.create_task(read_after_gaps(missed, gap, pause))
    async with asyncio.timeout(30):
        await looked.wait()
    reading.cancel()
    await team.settle()
    assert await team.cases() == 1
    assert pauses == [PAUSE, 2 * PAUSE]


async def test_a_gap_is_read_soon_although_one_conversation_stays_unreadable() -> None:
    """A conversation that the bot may not read makes looks ever more seldom; a gap must not wait for that."""
    gap, waits, missed = asyncio.Event(), asyncio.Event(), _NeverWhole()
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if seconds > 1000:
            waits.set()
            await asyncio.Event().wait()

    gap.set()
    reading = asyncio.create_task(read_after_gaps(missed, gap, pause))
    async with asyncio.timeout(10):
        await waits.wait()
        before, seldom = missed.looks, list(pauses)
        waits.clear()
        gap.set()
        await waits.wait()
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    assert missed.looks > before
    assert pauses[len(seldom) :] == [PAUSE, *seldom], "soon, and then more seldom from the beginning"


class _NeverWhole:
    look_again = True

    def __init__(self) -> None:
        self.looks = 0

    async def look(self) -> int:
        self.looks += 1
        return 0
