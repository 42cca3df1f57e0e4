"""“Raise a concern” in a message's menu: on anybody's message, a forwarded one, a bot's, and by anybody."""

from collections.abc import AsyncIterator

import pytest

from storage.db import Database
from tests.discord import Message
from tests.discord.workspace import Json
from tests.integration.discord_team import ACKNOWLEDGE, Team, open_team, pages
from tests.integration.team import ABOUT_A_PEER, DANGER, told
from tests.scenarios.world import Setting

RAISE = "Raise a concern"


@pytest.fixture
async def team(database: Database) -> AsyncIterator[Team]:
    async with open_team(database, setting=Setting().joined_by("Noor", None)) as opened:
        yield opened


def forward(team: Team, monkeypatch: pytest.MonkeyPatch, message: Message, text: str) -> None:
    """Let a message be one that passes another one on: its words stand in a snapshot of it."""
    shown = team.discord.payloads.message

    def with_snapshot(each: Message, *given: object, **more: object) -> Json:
        payload = shown(each, *given, **more)  # type: ignore[arg-type]
        if each is message:
            snapshot = {"content": text, "type": 0, "embeds": [], "attachments": [], "mentions": []}
            snapshot |= {"timestamp": payload["timestamp"], "edited_timestamp": None, "flags": 0}
            reference = {"type": 1, "message_id": "1", "channel_id": "1"}
            payload |= {"message_snapshots": [{"message": snapshot}], "message_reference": reference}
        return payload

    monkeypatch.setattr(team.discord.payloads, "message", with_snapshot)


async def test_a_message_in_a_channel_is_pointed_out_and_an_adult_is_told(team: Team) -> None:
    elsewhere = team.discord.add_channel("elsewhere")
    message = await team.leo.write(ABOUT_A_PEER, elsewhere)
    await team.settle()
    assert await team.cases() == 0, "nobody reads along there"
    answer = await team.maya.use_message_command(RAISE, message)
    await team.settle()
    assert answer.taken
    assert await team.cases() == 1
    assert len(pages(team.rivera)) == 1
    [said] = [seen for seen in team.maya.messages(elsewhere) if seen.by_app]
    assert said.only_me
    assert "is being told now" in said.text
    assert not any(seen.by_app for seen in team.leo.messages(elsewhere)), "its writer learns nothing of it"


async def test_the_note_says_who_wrote_it_and_who_pointed_it_out(team: Team) -> None:
    message = await team.leo.write(ABOUT_A_PEER, team.discord.add_channel("elsewhere"))
    await team.maya.use_message_command(RAISE, message)
    await team.settle()
    await team.rivera.press("Show the note")
    await team.settle()
    note = team.rivera.dm[-1].text
    assert ABOUT_A_PEER in note
    assert "Leo" in note
    assert "Maya" in told(team.rivera)


async def test_a_message_without_a_word_of_danger_is_asked_about(team: Team) -> None:
    message = await team.leo.write("see you on Monday", team.channel)
    await team.maya.use_message_command(RAISE, message)
    await team.settle()
    assert await team.cases() == 1, "somebody is worried, and that counts"
    assert "now" in told(team.maya).casefold()


async def test_a_message_that_was_paged_already_joins_its_case_and_pages_no_adult_anew(team: Team) -> None:
    message = await team.leo.write(ABOUT_A_PEER, team.channel)
    await team.settle()
    await team.rivera.press(ACKNOWLEDGE)
    await team.settle()
    await team.maya.use_message_command(RAISE, message)
    await team.settle()
    assert ACKNOWLEDGE not in pages(team.rivera)[0].buttons, "nobody takes the case from her"


async def test_a_forwarded_message_is_read(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    message = await team.leo.write("look at this", team.discord.add_channel("elsewhere"))
    forward(team, monkeypatch, message, DANGER)
    await team.maya.use_message_command(RAISE, message)
    await team.settle()
    assert len(pages(team.rivera)) == 1
    await team.rivera.press("Show the note")
    await team.settle()
    assert DANGER in team.rivera.dm[-1].text


async def test_a_message_that_is_forwarded_to_the_bot_pages(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = Message(
        id=team.discord.workspace.snowflake(),
        channel=team.leo.direct.id,
        author=team.leo.id,
        at=team.discord.now(),
    )
    forward(team, monkeypatch, message, ABOUT_A_PEER)
    team.discord.publish(team.leo.direct, message)
    await team.settle()
    assert len(pages(team.rivera)) == 1
    assert "is being told now" in told(team.leo)


async def test_a_bots_message_is_read_when_somebody_points_it_out(team: Team) -> None:
    bot = team.discord.add_user("Suggestion Box", bot=True)
    place = team.discord.add_channel("elsewhere")
    message = Message(
        id=team.discord.workspace.snowflake(),
        channel=place.id,
        author=bot.id,
        at=team.discord.now(),
        content=DANGER,
    )
    team.discord.publish(place, message)
    await team.settle()
    assert await team.cases() == 0, "a machine's words are nobody's"
    await team.maya.use_message_command(RAISE, message)
    await team.settle()
    assert len(pages(team.rivera)) == 1


async def test_a_stranger_points_a_message_out(team: Team) -> None:
    message = await team.leo.write(ABOUT_A_PEER, team.discord.add_channel("elsewhere"))
    await team.named("Noor").use_message_command(RAISE, message)
    await team.settle()
    assert len(pages(team.rivera)) == 1


async def test_pointing_out_the_same_message_twice_is_one_case(team: Team) -> None:
    message = await team.leo.write(ABOUT_A_PEER, team.discord.add_channel("elsewhere"))
    for _ in range(2):
        await team.maya.use_message_command(RAISE, message)
        await team.settle()
    assert await team.cases() == 1


async def test_what_cannot_be_answered_in_time_pages_all_the_same(team: Team) -> None:
    message = await team.leo.write(ABOUT_A_PEER, team.discord.add_channel("elsewhere"))
    team.discord.patience = 0.2
    team.discord.faults.refuse("POST /interactions/*/callback", 10062, status=404)
    await team.maya.use_message_command(RAISE, message)
    await team.settle()
    assert len(pages(team.rivera)) == 1
    assert any("is being told now" in seen.text for seen in team.maya.dm)
