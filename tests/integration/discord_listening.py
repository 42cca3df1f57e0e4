"""The bot's own way of listening at Discord's gateway, with pauses that end when a test says so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot import discord as on_discord
from bot.catching_up import PAUSE
from bot.discord_gateway import listening
from bot.leases import RENEW
from tests.integration.discord_team import Team


class Listening:
    """Listens as ``run`` does."""

    def __init__(self, team: Team) -> None:
        self.team = team
        self.pauses: list[float] = []
        self._waiting: list[tuple[float, asyncio.Event]] = []
        self._changed = asyncio.Condition()

    async def pause(self, seconds: float) -> None:
        """Wait as long as the test likes."""
        self.pauses.append(seconds)
        event = asyncio.Event()
        self._waiting.append((seconds, event))
        async with self._changed:
            self._changed.notify_all()
        try:
            await event.wait()
        finally:
            self._waiting = [each for each in self._waiting if each[1] is not event]

    async def pausing(self, seconds: float) -> None:
        """Wait until it waits for so long."""
        async with self._changed, asyncio.timeout(30):
            await self._changed.wait_for(lambda: any(each == seconds for each, _ in self._waiting))

    async def go_on(self, seconds: float) -> None:
        """Let pauses of this length end."""
        await self.pausing(seconds)
        self._end(seconds)

    def _end(self, seconds: float) -> None:
        ended = [event for each, event in self._waiting if each == seconds]
        self._waiting = [each for each in self._waiting if each[0] != seconds]
        for event in ended:
            event.set()

    async def renewed(self, times: int = 1) -> None:
        """Let five seconds pass and the lease be renewed."""
        for _ in range(times):
            self.team.pass_seconds(RENEW)
            await self.go_on(RENEW)
            await self.pausing(RENEW)

    async def hold_again(self) -> None:
        """Let the lease be taken anew and the gateway be opened."""
        began = self.team.discord.gateway.identified
        async with asyncio.timeout(30):
            while self.team.discord.gateway.identified == began:
                self._end(RENEW)
                await asyncio.sleep(0)

    async def looked(self) -> None:
        """Wait until what was missed has been read."""
        await self.pausing(PAUSE)

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """Listen."""
        team = self.team
        await team.driver.hang_up()
        server = await team.server()
        front = team.driver._front = on_discord.front(server, team.settings, team.app, self.pause)
        missed = on_discord.catch_up(server, front, team.app, self.pause)
        connection = await team.connection()
        async with listening(connection, front, missed, team.settings, team.app, pause=self.pause):
            yield
        await front.close()
