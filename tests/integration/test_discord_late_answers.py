"""Answers that Discord does not take in its three seconds: nothing that was said is lost, nothing leaks."""

from collections.abc import AsyncIterator, Callable

import pytest

from storage.db import Database
from tests.discord import DiscordServer
from tests.integration.discord_team import ACKNOWLEDGE, CALLBACK, Team, open_team, pages
from tests.integration.team import ABOUT_A_PEER, DANGER, check_in, from_app, told

ONCE_MORE = "Please do that once more."

TROUBLES: dict[str, Callable[[DiscordServer], object]] = {
    "too late": lambda server: server.faults.refuse(CALLBACK, 10062, status=404),
    "answered by somebody else": lambda server: server.faults.refuse(CALLBACK, 40060, status=400),
    "busy": lambda server: server.faults.limit(CALLBACK),
    "down": lambda server: server.faults.status(503, CALLBACK, times=9),
    "down for long": lambda server: server.faults.status(502, CALLBACK, times=20),
    "breaks off": lambda server: server.faults.drop(CALLBACK, times=9),
}


@pytest.fixture
async def team(database: Database) -> AsyncIterator[Team]:
    async with open_team(database) as opened:
        opened.discord.patience = 0.3
        yield opened


@pytest.fixture(params=TROUBLES)
def trouble(request: pytest.FixtureRequest, team: Team) -> Callable[[], object]:
    return lambda: TROUBLES[request.param](team.discord)


def late(team: Team) -> None:
    """Everything that is answered from now on is answered too late."""
    team.discord.faults.refuse(CALLBACK, 10062, status=404, times=99)


async def test_urgent_pages_and_says_so_in_direct_messages(team: Team, trouble: Callable[[], object]) -> None:
    trouble()
    await team.leo.command("urgent", team.channel, text=ABOUT_A_PEER)
    await team.settle()
    assert await team.cases() == 1
    assert len(pages(team.rivera)) == 1
    said = [seen for seen in team.leo.dm if "is being told now" in seen.text]
    assert len(said) == 1
    assert "555-0114" in said[0].text
    assert team.leo.messages(team.channel) == []


async def test_a_form_is_asked_for_once_more(team: Team, trouble: Callable[[], object]) -> None:
    trouble()
    await team.maya.command("checkin", team.channel)
    await team.settle()
    assert team.maya.modal is None
    assert ONCE_MORE in told(team.maya)
    for language in ("once more", "una vez más", "Recommence"):
        assert language in told(team.maya), "in every language: it is not known here which they read"
    team.discord.faults.clear()
    await team.maya.command("checkin", team.channel)
    await check_in(team.maya, "went well").submit()
    await team.settle()
    assert await team.check_ins() == 1


async def test_what_was_typed_into_a_form_pages_and_is_logged(
    team: Team, trouble: Callable[[], object]
) -> None:
    await team.maya.command("checkin", team.channel)
    form = check_in(team.maya, DANGER)
    trouble()
    await form.submit()
    await team.settle()
    assert await team.check_ins() == 1
    assert len(pages(team.rivera)) == 1
    assert any("is being told now" in seen.text for seen in team.maya.dm)
    assert "Logged" in told(team.maya)


async def test_an_answer_that_arrived_although_the_connection_broke_is_shown_once(team: Team) -> None:
    team.discord.faults.drop(CALLBACK, done_first=True)
    await team.leo.command("urgent", team.channel, text=ABOUT_A_PEER)
    await team.settle()
    assert sum("is being told now" in seen.text for seen in team.leo.everything) == 1
    assert team.leo.dm == [], "it stands in the channel, for Leo alone"


async def test_an_answer_that_broke_off_is_given_again_in_time(team: Team) -> None:
    team.discord.faults.drop(CALLBACK)
    await team.leo.command("urgent", team.channel, text=ABOUT_A_PEER)
    await team.settle()
    assert [seen.only_me for seen in team.leo.messages(team.channel)] == [True]
    assert team.leo.dm == []


async def test_an_answer_that_hangs_is_given_up_on_and_said_in_direct_messages(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.discord.answers.FIRST", 0.1)
    held = [team.discord.faults.hold(CALLBACK) for _ in range(2)]
    await team.leo.command("urgent", team.channel, text=ABOUT_A_PEER)
    await team.driver.front.answers.settled()
    for each in held:
        team.pass_seconds(4)
        each.let_go.set()
    await team.settle()
    assert len(pages(team.rivera)) == 1
    assert any("is being told now" in seen.text for seen in team.leo.dm)


async def test_a_note_never_becomes_a_message_that_is_kept(team: Team, trouble: Callable[[], object]) -> None:
    await team.leo.write(ABOUT_A_PEER)
    await team.settle()
    trouble()
    await team.rivera.press("Show the note")
    await team.settle()
    assert all(ABOUT_A_PEER not in seen.text for seen in team.rivera.dm)
    assert ONCE_MORE in told(team.rivera)
    team.discord.faults.clear()
    await team.rivera.press("Show the note")
    await team.settle()
    assert [seen.only_me for seen in team.rivera.dm if ABOUT_A_PEER in seen.text] == [True]


async def test_a_case_is_taken_although_that_cannot_be_answered(team: Team) -> None:
    await team.leo.write(ABOUT_A_PEER)
    await team.settle()
    late(team)
    await team.rivera.press(ACKNOWLEDGE)
    await team.settle()
    assert "Ms. Rivera has it" in told(team.leo)
    assert "You have it" in told(team.rivera)


async def test_news_after_fifteen_minutes_come_as_direct_messages(team: Team) -> None:
    await team.leo.command("urgent", team.channel, text=ABOUT_A_PEER)
    await team.wait(16)
    await team.rivera.press(ACKNOWLEDGE)
    await team.settle()
    assert any("Ms. Rivera has it" in seen.text for seen in from_app(team.leo))


async def test_where_not_even_a_direct_message_arrives_the_page_has_gone(team: Team) -> None:
    late(team)
    team.leo.close_dms()
    await team.leo.command("urgent", team.channel, text=ABOUT_A_PEER)
    await team.settle()
    assert len(pages(team.rivera)) == 1


async def test_an_answer_to_a_message_waits_as_long_as_discord_asks_and_comes_once(team: Team) -> None:
    team.discord.faults.limit("POST /channels/*/messages", about=team.leo.id, after=5)
    team.driver.front.answers._pause = waited = _Waited()
    await team.leo.write(ABOUT_A_PEER)
    await team.settle()
    assert waited.seconds == [5]
    assert sum("is being told now" in seen.text for seen in from_app(team.leo)) == 1
    assert len(pages(team.rivera)) == 1


async def test_an_answer_to_a_message_that_broke_off_stands_there_once(team: Team) -> None:
    team.discord.faults.drop("POST /channels/*/messages", about=team.leo.id, done_first=True)
    team.driver.front.answers._pause = _Waited()
    await team.leo.write(ABOUT_A_PEER)
    await team.settle()
    assert sum("is being told now" in seen.text for seen in from_app(team.leo)) == 1


class _Waited:
    """Lets no time pass."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
