"""Discord's part of a running bot: the client, who we are there, and the front that takes what people do."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import discord
import structlog

from adapters.base import AuthFailed, SendError
from adapters.discord import install
from adapters.discord.app import DiscordApp
from adapters.discord.catch_up import CatchUp, Reading
from adapters.discord.client import open_client
from adapters.discord.install import Guild, Standing
from adapters.discord.parse import Installed
from adapters.discord.sender import DiscordAdapter
from bot.app import App
from bot.catching_up import Pause
from bot.clock import Clock
from bot.first_start import FirstAdult, make_sure
from bot.settings import Settings, SetupProblem
from handlers import first_coordinator
from handlers.chat import Effect, Event, Option, User
from handlers.completion import complete
from storage import last_seen, people, programmes
from storage.db import Database
from storage.words import Platform

log = structlog.get_logger(__name__)

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


async def invitation(settings: Settings) -> str:
    """The link with which somebody who manages a server adds the bot, and what each permission is for.

    Raises :class:`SetupProblem` where Discord does not take the token.
    """
    if not settings.discord_token:
        raise SetupProblem(
            "DISCORD_TOKEN is not set. At discord.com/developers/applications make an application, then "
            "“Bot”, “Reset Token”, and copy the token."
        )
    async with connect(settings) as connection:
        link = install.invitation(connection.standing.application)
    needs = [f"  {name:<22}{reason}" for name, reason in install.PERMISSIONS.items()]
    return "\n".join(
        [
            "Somebody who manages your server adds Handrail with this link:",
            f"  {link}",
            "",
            "It asks for these permissions and no others:",
            *needs,
        ]
    )


async def prepare(
    connection: DiscordConnection, settings: Settings, database: Database, clock: Clock
) -> DiscordServer:
    """Make sure that a programme talks in one of the bot's servers. Raises :class:`SetupProblem`."""
    users = settings.coordinators("discord")
    guild = await choose(connection, users, database)
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


async def choose(connection: DiscordConnection, users: Sequence[str], database: Database | None) -> Guild:
    """The server that a programme talks in already; else the only one; else that of the coordinators.

    Raises :class:`SetupProblem` where none can be told.
    """
    guilds = connection.standing.guilds
    if not guilds:
        raise SetupProblem(
            "The bot is in no Discord server yet. Somebody who manages yours adds it with this link:\n"
            f"  {install.invitation(connection.standing.application)}"
        )
    talks = await _talking(guilds, database) if database is not None else []
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


async def _talking(guilds: Sequence[Guild], database: Database) -> list[Guild]:
    async with database.read() as tx:
        return [each for each in guilds if await programmes.at(tx, Platform.DISCORD, each.id)]


def front(server: DiscordServer, settings: Settings, app: App, pause: Pause = asyncio.sleep) -> DiscordApp:
    """What takes people's deeds in the server and answers them."""

    async def receive(event: Event) -> Sequence[Effect]:
        # What a process hears that stood still until another one took over, that one has heard or reads.
        if app.gateway is not None and await app.gateway.is_over():
            log.warning("left_to_the_holder", kind=type(event).__name__)
            return []
        return await app.intake.receive(event)

    async def asks(event: Event) -> bool:
        return not settings.names_coordinators and await first_coordinator.asks(app.database, event)

    async def completing(user: User, command: str, part: str, typed: str) -> Sequence[Option]:
        asked = (command, part, typed)
        return await complete(app.database, app.fallback, user, asked, app.clock.now())

    return DiscordApp(
        installed=server.installed,
        adapter=server.adapter,
        registry=app.intake.registry,
        receive=receive,
        complete=completing,
        asks=asks,
        pause=pause,
    )


def catch_up(server: DiscordServer, front: DiscordApp, app: App, pause: Pause = asyncio.sleep) -> CatchUp:
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

    return CatchUp(
        server.adapter,
        server.installed,
        take=front.take,
        reading=reading,
        clock=app.clock.now,
        pause=pause,
    )
