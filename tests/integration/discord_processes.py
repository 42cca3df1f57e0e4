"""Several bots with one token on one database, by one clock that a test moves second by second."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.discord import install
from adapters.discord.app import DiscordApp
from adapters.discord.client import open_client
from adapters.discord.sender import DiscordAdapter
from bot import discord as on_discord
from bot.app import App, assemble
from bot.discord_gateway import listening
from bot.emergency import Emergency
from bot.health import problems
from storage.db import Database, DatabaseUnavailable
from tests.integration.discord_team import Team


class Time:
    """The pauses of several processes, which end when the clock has come so far."""

    def __init__(self, team: Team) -> None:
        self.team = team
        self.fronts: list[DiscordApp] = []
        self._waiting: list[tuple[datetime, asyncio.Event, asyncio.Task[object] | None]] = []

    async def pause(self, seconds: float) -> None:
        """Wait until the clock has moved so far."""
        until = self.team.world.clock.now() + timedelta(seconds=seconds)
        entry = (until, asyncio.Event(), asyncio.current_task())
        self._waiting.append(entry)
        try:
            await entry[1].wait()
        finally:
            self._waiting = [each for each in self._waiting if each is not entry]

    async def passes(self, seconds: int) -> AsyncIterator[int]:
        """Second by second: who has waited long enough goes on, until everybody waits again."""
        for second in range(1, seconds + 1):
            self.team.pass_seconds(1)
            now = self.team.world.clock.now()
            for until, event, _ in self._waiting:
                if until <= now:
                    event.set()
            self._waiting = [each for each in self._waiting if each[0] > now]
            await self.quiet()
            yield second

    async def quiet(self) -> None:
        """Wait until each process has come to its next pause, and whoever listens is connected."""
        async with asyncio.timeout(30):
            while not self._is_quiet():
                await asyncio.sleep(0.005)

    async def looked(self) -> None:
        """Wait until whoever listens has read what was missed."""
        async with asyncio.timeout(30):
            while not any("read_after_gaps" in str(task) for _, _, task in self._waiting):
                await asyncio.sleep(0.005)

    def _is_quiet(self) -> bool:
        tasks = [task for _, _, task in self._waiting if task is not None]
        holding = [task for task in tasks if "Holding." in str(task.get_coro())]
        connected = all(front._gateway is None or front.is_connected for front in self.fronts)
        return connected and len(holding) >= len(self.fronts)


@asynccontextmanager
async def _fails() -> AsyncIterator[None]:
    raise DatabaseUnavailable("not now")
    yield


@asynccontextmanager
async def _hangs() -> AsyncIterator[None]:
    await asyncio.Event().wait()
    yield


class Process:
    """One bot of several."""

    def __init__(
        self, app: App, database: Database, front: DiscordApp, emergency: Emergency, spool: Path
    ) -> None:
        self.app = app
        self.front = front
        self.spool = spool
        self._emergency = emergency
        self._database = database
        self._read, self._write = database.read, database.write

    @property
    def connected(self) -> bool:
        """Whether it holds the gateway."""
        return self.front.is_connected

    async def problems(self) -> list[str]:
        """What its ``/readyz`` would list about Discord."""
        return [problem for problem in await problems(self.app) if "Discord" in problem]

    def cannot_write(self) -> None:
        """From now on the database takes nothing from it."""
        self._database.write = _fails  # type: ignore[method-assign,assignment]

    def is_not_answered(self) -> None:
        """From now on the database neither takes nor refuses what it writes."""
        self._database.write = _hangs  # type: ignore[method-assign,assignment]

    def cannot_read(self) -> None:
        """From now on the database tells it nothing."""
        self._database.read = _fails  # type: ignore[method-assign,assignment]

    def can_write(self) -> None:
        """It can again."""
        self._database.write = self._write  # type: ignore[method-assign]

    def can_read(self) -> None:
        """It can again."""
        self._database.read = self._read  # type: ignore[method-assign]

    async def replay(self) -> int:
        """The database is back: take what was kept. Returns how many events."""
        return await self._emergency.replay(self._database, self.app.intake.receive)


@asynccontextmanager
async def process(team: Team, database: Database, time: Time) -> AsyncIterator[Process]:
    """Another bot, with a client and a view of the database of its own, listening as ``run`` does."""
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(open_client(team.discord.app.token, team.discord.api_url))
        spool = Path(stack.enter_context(TemporaryDirectory())) / "handrail.spool"
        standing = await install.standing(client)
        [guild] = standing.guilds
        adapter = DiscordAdapter(client, {guild.id})
        server = on_discord.DiscordServer(guild, standing.installed(guild), adapter)
        emergency = Emergency([adapter], spool, database.keys, clock=team.world.clock.now, pause=time.pause)
        stack.push_async_callback(emergency.close)
        await emergency.refresh(database)
        app = assemble(database, team.world.clock, [adapter], emergency)
        front = on_discord.front(server, team.settings, app, time.pause)
        missed = on_discord.catch_up(server, front, app, time.pause)
        connection = on_discord.DiscordConnection(client, standing)
        time.fronts.append(front)
        async with listening(connection, front, missed, team.settings, app, pause=time.pause):
            await time.quiet()
            yield Process(app, database, front, emergency, spool)
            time.fronts.remove(front)
        await front.close()
