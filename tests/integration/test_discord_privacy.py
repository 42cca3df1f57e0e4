"""What Discord shows of people's words: to whom it belongs, as it was written, and nowhere else."""

import logging
from collections.abc import AsyncIterator

import pytest
import structlog

from bot import logs
from storage.db import Database
from tests.integration.discord_team import (
    ACKNOWLEDGE,
    CALLBACK,
    MESSAGES,
    Team,
    everybody_told,
    open_team,
    pages,
)
from tests.integration.team import ABOUT_A_PEER, DANGER, check_in, from_app, told
from tests.scenarios.world import Setting

CANARY = "zanzibar"
NOISE = f"she told me she wants to die {CANARY} @everyone <@&1> **b** [x](https://e.example) ||s|| <#2>"
SCREENS = {
    "Urgent peer concern. Open Handrail.",
    "News about a concern. Open Handrail.",
    "Handrail has an answer for you.",
}


@pytest.fixture
async def team(database: Database) -> AsyncIterator[Team]:
    async with open_team(database, setting=Setting().joined_by("Noor", None)) as opened:
        yield opened


async def everything_happens(team: Team) -> None:
    """One case from its first word to its end, with words that must not stand anywhere."""
    await team.leo.write(NOISE, team.channel)
    await team.settle()
    await team.leo.write(f"room {CANARY} 12")
    await team.maya.command("checkin", team.channel)
    await check_in(team.maya, f"fine {CANARY}").submit()
    await team.named("Noor").write(f"{DANGER} {CANARY}")
    await team.wait(6)
    await team.rivera.press(ACKNOWLEDGE)
    await team.settle()
    await team.rivera.press("Show the note")
    await team.settle()


async def test_a_disclosure_in_a_channel_is_answered_privately_and_nothing_stands_in_the_channel(
    team: Team,
) -> None:
    await team.leo.write(ABOUT_A_PEER, team.channel)
    await team.settle()
    assert [seen.mine for seen in team.leo.messages(team.channel)] == [True]
    assert not any(seen.by_app for seen in team.maya.messages(team.channel))
    assert sum("is being told now" in seen.text for seen in from_app(team.leo)) == 1
    assert len(pages(team.rivera)) == 1


async def test_where_the_writers_messages_are_closed_the_page_goes_all_the_same(team: Team) -> None:
    team.leo.close_dms()
    await team.leo.write(ABOUT_A_PEER, team.channel)
    await team.settle()
    assert len(pages(team.rivera)) == 1
    assert not any(seen.by_app for seen in team.leo.messages(team.channel)), "not even then"
    await team.rivera.press(ACKNOWLEDGE)
    await team.wait(30)
    assert not any(seen.by_app for seen in team.leo.messages(team.channel))


async def test_everything_that_happens_puts_nothing_into_the_channel(team: Team) -> None:
    await everything_happens(team)
    posted = [
        seen for seen in team.leo.messages(team.channel) if seen.by_app and seen.message.only_for is None
    ]
    assert posted == []
    assert not any(str(team.channel.id) in call.path for call in team.discord.called(MESSAGES))


async def test_words_are_shown_as_they_were_written_and_call_nobody(team: Team) -> None:
    await team.leo.write(NOISE)
    await team.settle()
    await team.rivera.press("Show the note")
    await team.settle()
    note = team.rivera.dm[-1]
    for sign in ("@everyone", "**b**", "[x](https://e.example)", "||s||"):
        assert sign in note.text
    assert not note.message.mention_everyone
    assert note.message.mentions == note.message.mention_roles == []


async def test_nothing_that_is_sent_may_call_anybody(team: Team) -> None:
    await everything_happens(team)
    sent = [call.given for call in team.discord.called(MESSAGES)]
    sent += [call.given["data"] for call in team.discord.called(CALLBACK) if call.given["type"] in (4, 7)]
    assert len(sent) > 5
    assert all(each["allowed_mentions"] == {"parse": []} for each in sent)


async def test_a_locked_screen_shows_fixed_sentences(team: Team) -> None:
    await everything_happens(team)
    people = (team.leo, team.maya, team.rivera, team.okafor, team.named("Noor"))
    shown = {seen.notification for person in people for seen in person.everything if seen.by_app} - {""}
    assert "Urgent peer concern. Open Handrail." in shown
    assert shown <= SCREENS | {sentence for sentence in shown if sentence.endswith("Handrail.")}
    for words in (CANARY, "Leo", "Maya", "E-1"):
        assert not any(words in sentence for sentence in shown)


async def test_nobody_but_the_writer_and_the_adults_reads_the_words(team: Team) -> None:
    await team.leo.write(f"{ABOUT_A_PEER} {CANARY}")
    await team.wait(6)
    assert CANARY not in everybody_told(team), "a card never holds them"
    await team.rivera.press(ACKNOWLEDGE)
    await team.settle()
    await team.rivera.press("Show the note")
    await team.settle()
    shown = [seen for seen in team.rivera.dm if CANARY in seen.text]
    assert [seen.only_me for seen in shown] == [True]
    assert CANARY not in told(team.okafor) + told(team.maya)


async def test_no_log_and_no_figure_holds_a_word_or_a_name(
    team: Team, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    logs.configure("DEBUG")
    team.discord.patience = 0.3
    team.discord.faults.refuse(MESSAGES, 50035, f"bad {CANARY}", status=400, about=team.rivera.id)
    team.discord.faults.refuse(CALLBACK, 50035, f"bad {CANARY}", status=400, about=team.rivera.id)
    team.discord.faults.status(502, MESSAGES, about=team.okafor.id, times=20)
    with caplog.at_level(logging.DEBUG):
        await everything_happens(team)
        await team.restart()
    structlog.reset_defaults()
    figures = await team.app.metrics.render(team.world.database, team.world.clock.now())
    captured = capfd.readouterr()
    said = caplog.text + captured.out + captured.err
    assert "not_delivered" in said
    for words in (CANARY, "wants to die", "Leo", "Rivera", team.discord.app.token):
        assert words not in said
        assert words not in figures.decode()


async def test_discord_py_logs_no_words_of_an_event_that_fails(
    team: Team, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    async def fails(_event: object) -> None:
        raise ValueError(f"about {CANARY}")

    logs.configure("DEBUG")
    team.driver.front._receive = fails  # type: ignore[assignment]
    with caplog.at_level(logging.DEBUG):
        await team.leo.write(f"hello {CANARY}")
        await team.driver.settled()
    structlog.reset_defaults()
    captured = capfd.readouterr()
    said = caplog.text + captured.out + captured.err
    assert "event_failed" in said
    assert CANARY not in said
