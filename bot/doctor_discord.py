"""``doctor`` on Discord: token, intents, the server, permissions where it reads, and each adult."""

import discord

from adapters.base import AuthFailed, SendError
from adapters.discord import install
from adapters.discord.client import open_client
from adapters.discord.install import Guild, Standing
from adapters.discord.sender import DiscordAdapter
from bot import doctor_adults
from bot.discord import DiscordConnection, choose
from bot.findings import Finding, Level
from bot.settings import Settings, SetupProblem
from storage import last_seen, programmes
from storage.db import Database
from storage.words import Platform

PORTAL = "At discord.com/developers/applications open your application"
ANOTHER = (
    "They allow direct messages from members of the server (Privacy Settings), unblock the bot, or come back "
    "to the server; or name another account with /roster add."
)


async def look(settings: Settings, database: Database | None, *, send: bool) -> list[Finding]:
    """What is found on Discord; nothing where the environment does not name it."""
    if not settings.discord_token:
        return []
    try:
        async with open_client(settings.discord_token, settings.discord_api_url) as client:
            connection = DiscordConnection(client, await install.standing(client))
            return await _look(connection, settings, database, send=send)
    except AuthFailed:
        what = "Discord does not accept DISCORD_TOKEN."
        return [Finding(Level.MEND, what, f"{PORTAL}, “Bot”, “Reset Token”, and copy the new one.")]
    except SendError as error:
        what = f"Discord cannot be reached at {settings.discord_api_url} ({error})."
        mend = "Check this machine's network, and DISCORD_API_URL if it is set."
        return [Finding(Level.MEND, what, mend)]
    except SetupProblem as problem:
        return [Finding(Level.MEND, str(problem))]


async def _look(
    connection: DiscordConnection, settings: Settings, database: Database | None, *, send: bool
) -> list[Finding]:
    standing = connection.standing
    guild = await choose(connection, settings.coordinators("discord"), database)
    findings = [
        Finding(Level.FINE, f"Discord takes the token; the server is {guild.name}."),
        _intent(standing),
    ]
    if database is None:
        return findings
    findings += await _channels(connection.client, standing, guild, database)
    adapter = DiscordAdapter(connection.client, {guild.id})
    return findings + await doctor_adults.look(
        database, adapter, _place(connection.client, standing, guild), send=send
    )


def _intent(standing: Standing) -> Finding:
    if standing.reads_channels:
        return Finding(Level.FINE, "The message content intent is on, so opted-in channels can be read.")
    what = (
        "The message content intent is off: in channels only what mentions the bot is read. Commands and "
        "direct messages work."
    )
    return Finding(Level.LOOK, what, f"{PORTAL}, “Bot”, and switch “Message Content Intent” on.")


async def _channels(
    client: discord.Client, standing: Standing, guild: Guild, database: Database
) -> list[Finding]:
    """Whether the bot may read each channel that a coordinator opted in."""
    async with database.read() as tx:
        talks = await programmes.at(tx, Platform.DISCORD, guild.id)
        watched = await last_seen.watched(tx, talks[0].id) if talks else []
    findings = []
    for number, place in enumerate(watched, 1):
        missing = await install.missing_in_channel(client, standing, guild, place.channel)
        if missing:
            what = f"Opted-in channel {number} of {len(watched)}: the bot lacks {', '.join(missing)}."
            mend = (
                "Let somebody who manages the server allow that to the bot's role in the channel's settings, "
                "or type /handrail stop watching there."
            )
            findings.append(Finding(Level.MEND if standing.reads_channels else Level.LOOK, what, mend))
    if watched and not findings:
        findings.append(Finding(Level.FINE, f"The bot may read all opted-in channels ({len(watched)})."))
    return findings


def _place(client: discord.Client, standing: Standing, guild: Guild) -> doctor_adults.Place:
    async def gone(user: str) -> bool:
        return not await install.member_name(client, guild.id, user)

    return doctor_adults.Place(
        platform=Platform.DISCORD,
        workspace=guild.id,
        called="server",
        account="discord:<a user id>",
        runs="member with Manage Server or Administrator",
        another=ANOTHER,
        refused=f"Add the bot anew with this link: {install.invitation(standing.application)}",
        gone=gone,
    )
