"""A programme on the suite's own Discord: two helpers, a coordinator and a backup, on a server on loopback.

Everything real runs: discord.py, the adapter, intake, handlers, storage, the ladder and delivery. The clock
stands still until a test moves it, Discord's too; where discord.py would wait, no time passes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest

from adapters.discord import install
from adapters.discord.app import DiscordApp
from adapters.discord.sender import DiscordAdapter
from bot import discord as on_discord
from bot.app import App
from bot.health import problems
from bot.rehearsal import Rehearsal
from bot.settings import Settings
from storage import cases
from storage.db import Database
from tests.discord import Channel, DiscordServer, Person, Seen
from tests.integration.team import PlatformTeam, from_app
from tests.scenarios.drivers.discord import DiscordDriver
from tests.scenarios.world import Setting, open_world

ACKNOWLEDGE = "I've got it: going now"
CALLBACK = "POST /interactions/*/callback"
MESSAGES = "POST /channels/*/messages"


class TeamDriver(DiscordDriver):
    """The scenarios' driver."""

    @property
    def front(self) -> DiscordApp:
        assert self._front is not None, "connect comes first"
        return self._front

    @property
    def team(self) -> Channel:
        """The channel that is read along."""
        return self._team

    async def connect(self, app: App, rehearsal: Rehearsal) -> None:
        await super().connect(app, rehearsal)
        self.front.answers._pause = Pauses()

    async def hang_up(self) -> None:
        """Nobody listens from now on."""
        await self._leave()


class Team(PlatformTeam):
    """The people, what they do and see, and what there is."""

    driver: TeamDriver

    @property
    def discord(self) -> DiscordServer:
        return self.driver.server

    @property
    def channel(self) -> Channel:
        return self.driver.team

    def named(self, name: str) -> Person:
        """Somebody's hands and eyes."""
        return self.discord.user(int(self.driver.user(name)))

    @property
    def settings(self) -> Settings:
        """The environment of a bot that talks on this server."""
        return Settings(discord_token=self.discord.app.token, discord_api_url=self.discord.api_url)

    async def seconds_pass(self, seconds: float) -> None:
        """Let the clock go on, and what is due then be done."""
        self.pass_seconds(seconds)
        await self.settle()

    async def restart(self) -> None:
        """Another process takes over, with nothing but the database."""
        await self.driver.hang_up()
        self.driver.adapter = DiscordAdapter(self.driver.adapter.client, {self.driver.workspace})
        await self.world.start_bot()
        await self.settle()

    async def catch_up(self) -> int:
        """Read what was written while nobody listened."""
        found = await on_discord.catch_up(await self.server(), self.driver.front, self.app).look()
        await self.settle()
        return found

    async def connection(self) -> on_discord.DiscordConnection:
        """Discord as a starting bot finds it."""
        client = self.driver.adapter.client
        return on_discord.DiscordConnection(client, await install.standing(client))

    async def server(self) -> on_discord.DiscordServer:
        """The server that the bot serves."""
        standing = (await self.connection()).standing
        guild = next(each for each in standing.guilds if each.id == self.driver.workspace)
        return on_discord.DiscordServer(guild, standing.installed(guild), self.driver.adapter)

    async def problems(self) -> list[str]:
        """What ``/readyz`` would list about Discord; this clock does not tick by itself."""
        return [problem for problem in await problems(self.app) if "Discord" in problem]

    async def unreachable(self, case: int = 1) -> list[str]:
        """Why adults of a case could not be reached, by its timeline."""
        async with self.world.database.read() as tx:
            lines = await cases.timeline(tx, case)
        return [str(line.facts.get("reason")) for line in lines if line.kind == "unreachable"]


class Pauses:
    """Lets no time pass, and remembers how long it should have been."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)


def pages(person: Person) -> list[Seen]:
    """The cards in somebody's direct messages on which a case can be taken, or is."""
    return [seen for seen in from_app(person) if any(line.startswith("E-") for line in seen.lines[:2])]


def everybody_told(team: Team) -> str:
    """All that anybody reads that was not written by a person."""
    people = [team.discord.user(user) for user, seen in team.discord.workspace.users.items() if not seen.bot]
    return "\n".join(seen.text for person in people for seen in person.everything if seen.by_app)


class _NoWaiting:
    """asyncio, in which nobody sleeps."""

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    async def sleep(self, _seconds: float, result: Any = None) -> Any:
        """Let others go on, and no time pass."""
        await asyncio.sleep(0)
        return result


@contextmanager
def no_waiting() -> Iterator[None]:
    """discord.py waits before it tries again and before it begins another session; not here."""

    async def at_once(*_given: Any, **_more: Any) -> None:
        """Begin another session now."""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("discord.client.asyncio", _NoWaiting())
        patch.setattr("discord.http.asyncio", _NoWaiting())
        patch.setattr("discord.Client.before_identify_hook", at_once)
        patch.setattr("adapters.discord.client.READY", 0.01)
        yield


@asynccontextmanager
async def open_team(
    database: Database, *, setting: Setting | None = None, driver: type[TeamDriver] = TeamDriver
) -> AsyncIterator[Team]:
    """A programme on a server, with the bot running on it."""
    with no_waiting():
        async with open_world(database, setting or Setting(), driver) as world:
            yield Team(world)
