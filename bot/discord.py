"""Discord's part of a running bot: the client, who we are there, and the front that takes what people do."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

import discord
import structlog

from adapters.base import AuthFailed, SendError
from adapters.discord import commands, install
from adapters.discord.app import DiscordApp
from adapters.discord.catch_up import CatchUp, Reading
from adapters.discord.client import open_client
from adapters.discord.install import Guild, Standing
from adapters.discord.parse import Installed
from adapters.discord.sender import DiscordAdapter
from bot.app import App
from bot.catching_up import read_after_gaps
from bot.clock import Clock
from bot.first_start import FirstAdult, make_sure
from bot.leases import Holding
from bot.settings import Settings, SetupProblem
from handlers.chat import Option, User
from handlers.completion import complete
from storage import last_seen, people, programmes
from storage.db import Database
from storage.words import Platform

log = structlog.get_logger(__name__)

LEASE = "discord-gateway"
REFUSED = 60.0
"""Seconds until a gateway that Discord refused is tried again: somebody may have mended it meanwhile."""
TRIES = (1.0, 2.0, 4.0)
"""Seconds between the first tries to reach Discord, for a machine whose network comes up with it."""


@dataclass(frozen=True)
class DiscordConnection:
    """What this process's token stands for."""

    client: discord.Client
    standing: Standing


@dataclass(frozen=True)
class DiscordServer:
    """The server that the bot serves."""

    guild: Guild
    installed: Installed
    adapter: DiscordAdapter


@asynccontextmanager
async def connect(settings: Settings) -> AsyncIterator[DiscordConnection]:
    """Reach Discord with the token of the environment. Raises :class:`SetupProblem` with what to do."""
    async with contextlib.AsyncExitStack() as stack:
        client, found = await _standing(stack, settings)
        yield DiscordConnection(client, found)


async def _standing(stack: contextlib.AsyncExitStack, settings: Settings) -> tuple[discord.Client, Standing]:
    for pause in (*TRIES, None):
        try:
            opened = open_client(settings.discord_token, settings.discord_api_url)
            client = await stack.enter_async_context(opened)
            return client, await install.standing(client)
        except AuthFailed:
            raise SetupProblem(
                "Discord does not accept DISCORD_TOKEN. At discord.com/developers/applications open your "
                "application, then “Bot”, “Reset Token”, and copy the new one."
            ) from None
        except SendError as error:
            if pause is None:
                raise SetupProblem(
                    f"Discord cannot be reached at {settings.discord_api_url} ({error}). Check this "
                    "machine's network, and DISCORD_API_URL if it is set. Nothing was changed."
                ) from None
            await asyncio.sleep(pause)
    raise AssertionError("the last try returns or raises")


async def prepare(
    connection: DiscordConnection, settings: Settings, database: Database, clock: Clock
) -> DiscordServer:
    """Make sure that a programme talks in one of the bot's servers. Raises :class:`SetupProblem`."""
    users = settings.coordinators("discord")
    guild = await _guild(connection, users, database)
    adults = [
        FirstAdult(user, await install.member_name(connection.client, guild.id, user)) for user in users
    ]
    await make_sure(
        database,
        Platform.DISCORD,
        guild.id,
        team_name=guild.name,
        coordinators=adults,
        now=clock.now(),
    )
    adapter = DiscordAdapter(connection.client, {guild.id})
    return DiscordServer(guild, connection.standing.installed(guild), adapter)


async def _guild(connection: DiscordConnection, users: Sequence[str], database: Database) -> Guild:
    """The server that a programme talks in already; else the only one; else that of the coordinators."""
    guilds = connection.standing.guilds
    if not guilds:
        raise SetupProblem(
            "The bot is in no Discord server yet. Somebody who manages yours adds it with this link:\n"
            f"  {install.invitation(connection.standing.application)}"
        )
    async with database.read() as tx:
        talks = [each for each in guilds if await programmes.at(tx, Platform.DISCORD, each.id)]
    if len(talks) == 1:
        return talks[0]
    if len(guilds) == 1:
        return guilds[0]
    found = await install.home_of(connection.client, talks or guilds, users)
    if found is None:
        raise SetupProblem(
            "The bot is in several Discord servers, and it serves one. Let HANDRAIL_COORDINATORS name a "
            "member of the right one (discord:<their user id>), or remove the bot from the others."
        )
    return found


def front(server: DiscordServer, app: App) -> DiscordApp:
    """What takes people's deeds in the server and answers them."""

    async def completing(user: User, command: str, part: str, typed: str) -> Sequence[Option]:
        asked = (command, part, typed)
        return await complete(app.database, app.fallback, user, asked, app.clock.now())

    return DiscordApp(
        installed=server.installed,
        adapter=server.adapter,
        registry=app.intake.registry,
        receive=app.intake.receive,
        complete=completing,
    )


def catch_up(server: DiscordServer, front: DiscordApp, app: App) -> CatchUp:
    """What reads the messages that came while nobody held the gateway."""

    async def reading() -> Reading:
        async with app.database.read() as tx:
            talks = await programmes.at(tx, Platform.DISCORD, server.guild.id)
            if talks is None:
                return Reading({}, (), {})
            watched = await last_seen.watched(tx, talks[0].id)
            seen = await last_seen.conversations(tx, talks[0].id)
            users = await people.accounts(tx, talks[0].id)
        return Reading(
            {place.channel: place.at for place in watched},
            users,
            {place.channel: place.at for place in seen},
        )

    return CatchUp(server.adapter, server.installed, take=front.take, reading=reading, clock=app.clock.now)


@asynccontextmanager
async def listening(
    connection: DiscordConnection, front: DiscordApp, missed: CatchUp, settings: Settings, app: App
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
    gap = asyncio.Event()
    work = partial(_hold, front, missed, settings, connection.standing, gap)
    holding = Holding(app.database, LEASE, work=work, clock=app.clock.now)
    app.checks.append(_check(front, holding))
    app.metrics.gateway.set_function(lambda: float(front.is_connected))
    running = asyncio.create_task(holding.run())
    try:
        yield
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def _hold(
    front: DiscordApp, missed: CatchUp, settings: Settings, standing: Standing, gap: asyncio.Event
) -> None:
    """Listen, and read what nobody heard, until cancelled or refused."""
    reading = asyncio.create_task(read_after_gaps(missed, gap))
    try:
        await front.listen(settings.discord_token, reads_channels=standing.reads_channels, connected=gap.set)
    except AuthFailed:
        await asyncio.sleep(REFUSED)
        raise
    finally:
        reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reading


def _check(front: DiscordApp, holding: Holding) -> Callable[[], Awaitable[str]]:
    async def connected() -> str:
        if holding.holds:
            return "" if front.is_connected else "Discord's gateway is not connected"
        return "" if await holding.is_held() else "nobody holds Discord's gateway"

    return connected
