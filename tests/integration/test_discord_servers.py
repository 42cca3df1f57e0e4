"""Who writes and from where: other servers are refused politely, strangers are heard, machines are not."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from storage.db import Database
from tests.discord import Channel, Guild, Message, Person
from tests.integration.discord_team import Team, open_team, pages
from tests.integration.team import ABOUT_A_PEER, DANGER, check_in, from_app, told
from tests.scenarios.world import Setting

ELSEWHERE = "Handrail works in another server."
NOT_ON_THE_LIST = "You are not on this team's list yet."


@pytest.fixture
async def team(database: Database) -> AsyncIterator[Team]:
    async with open_team(database, setting=Setting().joined_by("Noor", None)) as opened:
        yield opened


@pytest.fixture
def other(team: Team) -> Guild:
    """Another server that the bot was added to."""
    return team.discord.add_guild("Hilltop College")


@pytest.fixture
def place(team: Team, other: Guild) -> Channel:
    return team.discord.add_channel("hill-team", guild=other)


@pytest.fixture
def nina(team: Team, other: Guild) -> Person:
    return team.discord.add_user("Nina", guild=other)


# --- other servers -----------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["checkin", "urgent", "handrail", "roster"])
async def test_a_command_of_another_server_is_refused_politely_and_stores_nothing(
    team: Team, nina: Person, place: Channel, command: str
) -> None:
    before = await team.rows()
    answer = await nina.command(command, place)
    await team.settle()
    assert answer.taken
    assert nina.modal is None
    [said] = nina.messages(place)
    assert said.only_me
    assert ELSEWHERE in said.text
    for language in ("otro servidor", "autre serveur"):
        assert language in said.text, "in every language: it is not known here which they read"
    assert await team.rows() == before


async def test_its_words_its_edits_and_its_mentions_are_not_read(
    team: Team, nina: Person, place: Channel
) -> None:
    before = await team.rows()
    message = await nina.write(DANGER, place)
    await nina.edit(message, ABOUT_A_PEER)
    await nina.mention(DANGER, place)
    await nina.use_message_command("Raise a concern", message)
    await team.settle()
    assert await team.rows() == before
    assert not any(seen.by_app and not seen.only_me for seen in nina.everything)
    assert await nina.suggestions("checkin", "service", "", place) == []


async def test_a_member_of_ours_is_refused_there_too_and_served_here(
    team: Team, other: Guild, place: Channel
) -> None:
    team.discord.join(other, team.discord.guild.members[team.maya.id])
    await team.maya.command("checkin", place)
    assert team.maya.modal is None
    await team.maya.command("checkin", team.channel)
    await check_in(team.maya, "went well").submit()
    await team.settle()
    assert await team.check_ins() == 1


async def test_a_server_that_the_bot_joins_later_changes_nothing(
    team: Team, nina: Person, place: Channel
) -> None:
    await team.restart()
    await nina.write(DANGER, place)
    await team.maya.write(DANGER)
    await team.settle()
    assert await team.cases() == 1


# --- strangers ---------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["to the bot", "in the channel"])
async def test_a_red_flag_of_a_stranger_pages(team: Team, where: str) -> None:
    noor = team.named("Noor")
    await noor.write(DANGER, team.channel if where == "in the channel" else None)
    await team.settle()
    assert "somebody not on the roster" in pages(team.rivera)[0].text
    answer = [seen for seen in from_app(noor) if "is being told now" in seen.text]
    assert len(answer) == 1
    assert "988" in answer[0].text


async def test_a_member_of_another_server_who_writes_to_the_bot_is_heard(team: Team, nina: Person) -> None:
    await nina.write(DANGER)
    await team.settle()
    assert len(pages(team.rivera)) == 1
    assert "is being told now" in told(nina)


async def test_somebody_who_left_the_server_is_heard_while_they_can_write(team: Team) -> None:
    await team.leo.write(DANGER)
    await team.leo.leave()
    await team.settle()
    assert len(pages(team.rivera)) == 1


async def test_a_stranger_can_answer_the_questions_on_their_own_card(team: Team) -> None:
    noor = team.named("Noor")
    await noor.write(ABOUT_A_PEER, team.channel)
    await team.settle()
    await noor.press("With me now")
    await team.settle()
    assert NOT_ON_THE_LIST not in told(noor)


@pytest.mark.parametrize("command", ["checkin", "roster", "handrail"])
async def test_a_stranger_is_trusted_with_no_command_and_told_so_privately(team: Team, command: str) -> None:
    noor = team.named("Noor")
    before = await team.rows()
    await noor.command(command, team.channel)
    await team.settle()
    assert noor.modal is None
    said = [seen for seen in noor.messages(team.channel) if NOT_ON_THE_LIST in seen.text]
    assert [seen.only_me for seen in said] == [True]
    changed = {table for table, count in (await team.rows()).items() if count != before[table]}
    assert changed == {"seen_events"}


# --- machines ----------------------------------------------------------------------------------

MACHINES: dict[str, dict[str, Any]] = {
    "somebody who joins": {"type": 7},
    "a pin": {"type": 6},
    "a boost": {"type": 8},
    "a thread": {"type": 18},
}


async def test_words_of_machines_are_nobodys(team: Team) -> None:
    bot = team.discord.add_user("Other Bot", bot=True)
    spoken = [{"author": bot.id}, {"author": team.discord.app.bot_user}]
    for what in [*spoken, *MACHINES.values()]:
        for where in (team.channel, team.maya.direct):
            given = {"author": team.maya.id, "type": 0, **what}
            message = Message(
                id=team.discord.workspace.snowflake(),
                channel=where.id,
                at=team.discord.now(),
                content=DANGER,
                **given,
            )
            team.discord.publish(where, message)
            await team.settle()
            assert await team.cases() == 0, what
    await team.restart()
    assert await team.cases() == 0, "nor when they are read later"


async def test_an_answer_to_a_message_is_heard(team: Team) -> None:
    first = await team.maya.write("how was your week?", team.channel)
    answer = Message(
        id=team.discord.workspace.snowflake(),
        channel=team.channel.id,
        author=team.leo.id,
        at=team.discord.now(),
        content=ABOUT_A_PEER,
        type=19,
        reply_to=first.id,
    )
    team.discord.publish(team.channel, answer)
    await team.settle()
    assert len(pages(team.rivera)) == 1


async def test_a_link_that_unfurls_is_no_edit(team: Team) -> None:
    message = await team.leo.write(ABOUT_A_PEER, team.channel)
    await team.settle()
    team.discord.change(team.channel, message, edited=False, embeds=[{"title": "A page", "type": "link"}])
    await team.settle()
    assert await team.cases() == 1
    assert len(pages(team.rivera)) == 1
