"""Discord's gateway in a running bot: who holds it, what is read after each gap, and whether it all works."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

from adapters.base import AuthFailed, SendError, Unreachable
from adapters.discord import commands, install
from adapters.discord.app import DiscordApp, IntentMissing
from adapters.discord.catch_up import CatchUp
from adapters.discord.client import call
from bot.app import App
from bot.catching_up import Pause, read_after_gaps
from bot.discord import DiscordConnection
from bot.leases import Holding
from bot.settings import Settings, SetupProblem
from bot.token_check import TokenCheck
from storage.db import DatabaseUnavailable

log = structlog.get_logger(__name__)

LEASE = "discord-gateway"
REFUSED = 60.0
"""Seconds until a gateway that Discord refused is tried again: somebody may have mended it meanwhile."""


@asynccontextmanager
async def listening(
    connection: DiscordConnection,
    front: DiscordApp,
    missed: CatchUp,
    settings: Settings,
    app: App,
    *,
    pause: Pause = asyncio.sleep,
) -> AsyncIterator[None]:
    """Hold the gateway, or stand by to hold it, while inside; after each gap, read what was missed.

    Raises :class:`SetupProblem` where Discord does not take the commands.
    """
    try:
        if await commands.sync(connection.client, front.installed.application, app.intake.registry):
            log.info("discord_commands_changed")
    except SendError as error:
        raise SetupProblem(
            f"Discord does not take the bot's commands ({error}). Add it anew with this link:\n"
            f"  {install.invitation(front.installed.application)}"
        ) from None
    ears = _Ears(front, missed, settings.discord_token, connection.standing.reads_channels, pause)
    holding = Holding(app.database, LEASE, work=ears.listen, clock=app.clock.now, pause=pause)
    app.gateway = holding
    app.checks += [_connected(front, holding), _token(connection, front, app).trouble]
    app.metrics.gateway.set_function(lambda: float(front.is_connected))
    running = asyncio.create_task(holding.run())
    try:
        yield
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


@dataclass
class _Ears:
    """Listens at the gateway, and reads what nobody heard."""

    front: DiscordApp
    missed: CatchUp
    token: str
    reads_channels: bool
    pause: Pause

    async def listen(self) -> None:
        """Until cancelled, or until Discord refuses and some time has passed."""
        gap = asyncio.Event()
        reading = asyncio.create_task(read_after_gaps(self.missed, gap, self.pause))
        try:
            await self._hear(gap.set)
        except AuthFailed as error:
            log.error("gateway_refused", reason=str(error))
            await self.pause(REFUSED)
            raise
        finally:
            reading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await reading

    async def _hear(self, connected: Callable[[], None]) -> None:
        try:
            await self.front.listen(self.token, reads_channels=self.reads_channels, connected=connected)
        except IntentMissing:
            # It was switched off after the start. Commands, direct messages and mentions need no intent.
            log.error("channels_not_read", reason="the message content intent is not switched on")
            await self.front.listen(self.token, reads_channels=False, connected=connected)


def _connected(front: DiscordApp, holding: Holding) -> Callable[[], Awaitable[str]]:
    async def connected() -> str:
        if holding.holds:
            return "" if front.is_connected else "Discord's gateway is not connected"
        if front.is_connected:
            return ""  # the database does not say whose it is, and it goes on meanwhile
        try:
            return "" if await holding.is_held() else "nobody holds Discord's gateway"
        except DatabaseUnavailable:
            return "it is not known who holds Discord's gateway"

    return connected


def _token(connection: DiscordConnection, front: DiscordApp, app: App) -> TokenCheck:
    async def ask() -> str:
        try:
            await call(connection.client, "GET", "/guilds/{guild_id}", guild_id=front.installed.guild)
        except Unreachable:
            return "the bot is not in the Discord server any more"
        return ""

    return TokenCheck("Discord", ask, app.clock.now)
