"""Where and as whom the bot stands on Discord, and the link that invites it.

https://docs.discord.com/developers/topics/oauth2#bot-authorization-flow
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import discord

from adapters.base import Unreachable
from adapters.discord.client import call
from adapters.discord.parse import Installed

PERMISSIONS = {
    "view_channel": "sees the channels that a coordinator opted in",
    "read_message_history": "reads there what was written while it was away",
    "send_messages": "tells a private channel of the coordinators that a page did not arrive",
    "embed_links": "shows that as a card",
}
"""The fewest permissions that the features need, each with what it is for."""
READING = ("view_channel", "read_message_history")
"""Those that it needs in a channel which it reads."""
SCOPES = ("bot", "applications.commands")
_PEOPLE = 100


@dataclass(frozen=True)
class Guild:
    """A server that the bot is in."""

    id: str
    name: str


@dataclass(frozen=True)
class Standing:
    """What Discord says about the token. ``reads_channels``: the message content intent is switched on."""

    application: str
    bot_user: str
    reads_channels: bool
    guilds: tuple[Guild, ...]

    def installed(self, guild: Guild) -> Installed:
        """The bot in one of its servers."""
        return Installed(guild.id, self.application, self.bot_user)


async def standing(client: discord.Client) -> Standing:
    """Ask Discord who we are. Raises one of :class:`adapters.base.SendError`."""
    about = await call(client, "GET", "/applications/@me")
    guilds = await call(client, "GET", "/users/@me/guilds")
    flags = discord.ApplicationFlags._from_value(int(about.get("flags") or 0))
    return Standing(
        application=str(about["id"]),
        bot_user=str(client.user.id) if client.user else str(about["id"]),
        reads_channels=flags.gateway_message_content or flags.gateway_message_content_limited,
        guilds=tuple(Guild(str(each["id"]), str(each["name"])) for each in guilds),
    )


async def member_name(client: discord.Client, guild: str, user: str) -> str:
    """What a member is called in a server; empty where there is nobody of that id.

    Raises one of :class:`adapters.base.SendError` where Discord does not say.
    """
    if not user.isdigit():
        return ""
    try:
        member = await call(
            client, "GET", "/guilds/{guild_id}/members/{user_id}", guild_id=guild, user_id=user
        )
    except Unreachable:
        return ""
    about = member.get("user") or {}
    return str(member.get("nick") or about.get("global_name") or about.get("username") or "")


async def home_of(client: discord.Client, guilds: Sequence[Guild], users: Sequence[str]) -> Guild | None:
    """The first server that has one of these people as a member; ``None`` where none does."""
    for guild in guilds[:_PEOPLE]:
        for user in users:
            if await member_name(client, guild.id, user):
                return guild
    return None


async def missing_in_channel(
    client: discord.Client, standing: Standing, guild: Guild, channel: str
) -> list[str]:
    """Which permissions the bot lacks to read a channel; all of them where it does not see it.

    Raises one of :class:`adapters.base.SendError` where Discord does not say.
    https://docs.discord.com/developers/topics/permissions#permission-overwrites
    """
    try:
        about = await call(client, "GET", "/channels/{channel_id}", channel_id=channel)
    except Unreachable:
        return list(READING)
    roles = await call(client, "GET", "/guilds/{guild_id}/roles", guild_id=guild.id)
    path = "/guilds/{guild_id}/members/{user_id}"
    member = await call(client, "GET", path, guild_id=guild.id, user_id=standing.bot_user)
    own = {guild.id, *map(str, member.get("roles") or ())}
    held = 0
    for role in roles:
        held |= int(role["permissions"]) if str(role["id"]) in own else 0
    if discord.Permissions(held).administrator:
        return []
    for targets in ({guild.id}, own - {guild.id}, {standing.bot_user}):
        allowed = denied = 0
        for overwrite in about.get("permission_overwrites") or ():
            if str(overwrite["id"]) in targets:
                allowed |= int(overwrite["allow"])
                denied |= int(overwrite["deny"])
        held = (held & ~denied) | allowed
    return [name for name in READING if not getattr(discord.Permissions(held), name)]


def invitation(application: str) -> str:
    """The link with which somebody who manages a server adds the bot to it."""
    needed = discord.Permissions(**dict.fromkeys(PERMISSIONS, True))
    asked = {"client_id": application, "scope": " ".join(SCOPES), "permissions": needed.value}
    return f"https://discord.com/oauth2/authorize?{urlencode(asked)}"
