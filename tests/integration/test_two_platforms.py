"""One programme on two platforms: helpers on Discord, adults on Slack, a process for each on one database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from storage import people, programmes
from storage.db import Database
from storage.words import Platform, Role
from tests.integration import discord_team, slack_team
from tests.integration.discord_team import ACKNOWLEDGE
from tests.integration.team import ABOUT_A_PEER, DANGER, from_app, told
from tests.scenarios.driver import Player
from tests.scenarios.world import Setting, World

HELPERS = Setting(players=(Player("Maya", Role.HELPER), Player("Leo", Role.HELPER)))
ADULTS = (Player("Ms. Rivera", Role.COORDINATOR), Player("Mr. Okafor", Role.BACKUP))


@dataclass
class Both:
    """A team on Discord and its adults on Slack, by one clock."""

    discord: discord_team.Team
    slack: slack_team.Team
    slack_runs: bool = True

    async def settle(self) -> None:
        """Let both processes do what is due; each finds what the other has written for it."""
        for _ in range(2):
            await self.discord.settle()
            if self.slack_runs:
                await self.slack.settle()

    async def wait(self, seconds: int) -> None:
        """Let time pass, five seconds at a time."""
        until = self.discord.world.clock.now() + timedelta(seconds=seconds)
        while self.discord.world.clock.now() < until:
            self.discord.pass_seconds(5)
            await self.settle()


async def add_adults(database: Database, driver: slack_team.TeamDriver) -> None:
    """The same programme talks on Slack too, and its adults are there."""
    async with database.write() as tx:
        [programme] = await programmes.all_programmes(tx)
        connection = await programmes.connect(tx, programme.id, Platform.SLACK, driver.workspace)
        for player in ADULTS:
            assert player.role is not None
            person = await people.add(tx, programme_id=programme.id, name=player.name, roles=[player.role])
            await people.add_account(tx, person, connection.id, driver.user(player.name))


@pytest.fixture
async def both(database: Database) -> AsyncIterator[Both]:
    async with discord_team.open_team(database, setting=HELPERS) as discord:
        driver = slack_team.TeamDriver(ADULTS)
        await add_adults(database, driver)
        world = World(database, driver)
        world.clock = discord.world.clock
        await world.start_bot()
        try:
            yield Both(discord, slack_team.Team(world))
        finally:
            await driver.close()


async def test_a_page_crosses_and_the_answer_comes_back(both: Both) -> None:
    await both.discord.leo.write(ABOUT_A_PEER)
    await both.settle()
    [page] = slack_team.pages(both.slack.rivera)
    assert "Leo" in page.text
    assert "Ms. Rivera is being told now" in told(both.discord.leo)
    await both.slack.rivera.press(ACKNOWLEDGE)
    await both.settle()
    assert "Ms. Rivera has it" in told(both.discord.leo)
    assert "You have it" in slack_team.pages(both.slack.rivera)[0].text


async def test_the_adult_reads_the_note_on_slack_and_what_the_helper_adds_on_discord(both: Both) -> None:
    await both.discord.leo.write(ABOUT_A_PEER)
    await both.settle()
    await both.discord.leo.press("With me now")
    await both.settle()
    assert "Leo is with them now." in told(both.slack.rivera)
    await both.slack.rivera.press("Show the note")
    await both.settle()
    shown = told(both.slack.rivera)
    if (view := both.slack.rivera.modal) is not None:
        shown += view.text
    assert ABOUT_A_PEER in shown


async def test_each_process_sends_what_is_its_own_platforms_alone(both: Both) -> None:
    await both.discord.maya.write(DANGER)
    await both.discord.settle()
    assert slack_team.pages(both.slack.rivera) == [], "the Discord process has no token of Slack's"
    assert await both.discord.unreachable() == []
    await both.slack.settle()
    assert len(slack_team.pages(both.slack.rivera)) == 1
    assert both.slack.slack.called("chat.postMessage")


async def test_the_ladder_is_climbed_once_by_two_clocks(both: Both) -> None:
    await both.discord.maya.write(DANGER)
    await both.settle()
    await both.wait(300)
    assert len(slack_team.pages(both.slack.okafor)) == 1
    assert len([seen for seen in from_app(both.discord.maya) if "No answer yet" in seen.text]) <= 1


async def test_a_dead_slack_process_is_noticed_and_the_helper_is_told_to_go_to_any_adult(both: Both) -> None:
    both.slack_runs = False
    await both.discord.leo.write(ABOUT_A_PEER)
    await both.settle()
    assert await both.discord.unreachable() == []
    await both.wait(10)
    assert "unclaimed" in await both.discord.unreachable()
    await both.wait(15)
    assert "any adult" in told(both.discord.leo)
    assert "555-0114" in told(both.discord.leo)
    both.slack_runs = True
    await both.wait(300)
    assert slack_team.pages(both.slack.rivera), "and once it runs again, she is paged"
    await both.slack.rivera.press(ACKNOWLEDGE)
    await both.settle()
    assert "Ms. Rivera has it" in told(both.discord.leo)


async def test_a_dead_discord_process_keeps_no_page_on_slack(both: Both) -> None:
    await both.discord.maya.write(DANGER)
    await both.discord.driver.settled()
    await both.slack.settle()
    assert len(slack_team.pages(both.slack.rivera)) == 1
    await both.slack.rivera.press(ACKNOWLEDGE)
    await both.slack.settle()
    await both.discord.settle()
    assert "Ms. Rivera has it" in told(both.discord.maya), "told when it runs again"
