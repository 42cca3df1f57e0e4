"""Routes about the app itself, people, guilds and channels."""

from __future__ import annotations

from typing import Any

from tests.discord.api import Refused, Request, refuse_if, route, to_snowflake
from tests.discord.core import Discord
from tests.discord.shapes import Wrong
from tests.discord.workspace import Channel, Guild, Json

# --- the app --------------------------------------------------------------------------------------


@route("GET", "/users/@me")
async def me(discord: Discord, _request: Request) -> Json:
    return discord.payloads.me()


@route("GET", "/applications/@me")
@route("GET", "/oauth2/applications/@me")
async def application(discord: Discord, _request: Request) -> Json:
    return discord.payloads.application()


@route("GET", "/gateway", open=True)
async def gateway(discord: Discord, _request: Request) -> Json:
    return {"url": discord.gateway.url}


@route("GET", "/gateway/bot")
async def gateway_for_bots(discord: Discord, _request: Request) -> Json:
    """https://docs.discord.com/developers/events/gateway#get-gateway-bot"""
    starts = {"total": 1_000, "remaining": 1_000, "reset_after": 86_400_000, "max_concurrency": 1}
    return {"url": discord.gateway.url, "shards": 1, "session_start_limit": starts}


# --- people ---------------------------------------------------------------------------------------


@route("GET", "/users/@me/guilds")
async def my_guilds(discord: Discord, _request: Request) -> list[Json]:
    bot = discord.app.bot_user
    return [
        {
            "id": str(guild.id),
            "name": guild.name,
            "icon": None,
            "owner": guild.owner == bot,
            "permissions": str(discord.workspace.in_guild(bot, guild)),
            "features": [],
        }
        for guild in discord.workspace.guilds.values()
        if bot in guild.members
    ]


@route("POST", "/users/@me/channels")
async def open_direct_messages(discord: Discord, request: Request) -> Json:
    """Open somebody's direct messages. That it works proves nothing: sending tells.

    https://docs.discord.com/developers/resources/user#create-dm
    """
    given = request.form.get("recipient_id")
    wrong = Wrong()
    if given is None:
        wrong.required(("recipient_id",))
    refuse_if(wrong)
    user = to_snowflake(str(given), "recipient_id")
    if user not in discord.workspace.users or user == discord.app.bot_user:
        raise Refused(50033)
    return discord.payloads.channel(discord.workspace.direct(user))


@route("GET", "/users/{user}")
async def user(discord: Discord, request: Request) -> Json:
    found = discord.workspace.users.get(request.ids["user"])
    if found is None:
        raise Refused(10013)
    return discord.payloads.user(found)


# --- guilds ---------------------------------------------------------------------------------------


def the_guild(discord: Discord, request: Request) -> Guild:
    """A guild that the bot is in."""
    found = discord.workspace.guilds.get(request.ids["guild"])
    if found is None or discord.app.bot_user not in found.members:
        raise Refused(10004)
    return found


@route("GET", "/guilds/{guild}")
async def guild(discord: Discord, request: Request) -> Json:
    found = the_guild(discord, request)
    shown = discord.payloads.guild(found)
    if request.query.get("with_counts") in ("true", "1"):
        shown |= {"approximate_member_count": len(found.members), "approximate_presence_count": 1}
    return shown


@route("GET", "/guilds/{guild}/channels")
async def guild_channels(discord: Discord, request: Request) -> list[Json]:
    return [discord.payloads.channel(each) for each in the_guild(discord, request).channels.values()]


@route("GET", "/guilds/{guild}/roles")
async def guild_roles(discord: Discord, request: Request) -> list[Json]:
    return [discord.payloads.role(each) for each in the_guild(discord, request).roles.values()]


@route("GET", "/guilds/{guild}/members")
async def members(discord: Discord, request: Request) -> list[Json]:
    """A guild's members, by id. It needs the privileged intent in the portal.

    https://docs.discord.com/developers/resources/guild#list-guild-members
    """
    found = the_guild(discord, request)
    if "members" not in discord.app.intents:
        raise Refused(50001)
    after, limit = request.snowflake("after") or 0, request.number("limit", 1, 1, 1_000)
    listed = sorted(each for each in found.members if each > after)[:limit]
    return [discord.payloads.member(found, found.members[each]) for each in listed]


@route("GET", "/guilds/{guild}/members/search")
async def search_members(discord: Discord, request: Request) -> list[Json]:
    """Members whose name or nickname begins so.

    https://docs.discord.com/developers/resources/guild#search-guild-members
    """
    found, query = the_guild(discord, request), request.query.get("query", "").lower()
    wrong = Wrong()
    if not query:
        wrong.required(("query",))
    refuse_if(wrong)
    matching = []
    for member in found.members.values():
        account = discord.workspace.users[member.user]
        names = (account.username, account.name.lower(), member.nick.lower())
        if any(name.startswith(query) for name in names if name):
            matching.append(discord.payloads.member(found, member))
    return matching[: request.number("limit", 1, 1, 1_000)]


@route("GET", "/guilds/{guild}/members/{user}")
async def member(discord: Discord, request: Request) -> Json:
    found = the_guild(discord, request)
    if request.ids["user"] not in discord.workspace.users:
        raise Refused(10013)
    if request.ids["user"] not in found.members:
        raise Refused(10007)
    return discord.payloads.member(found, found.members[request.ids["user"]])


# --- channels -------------------------------------------------------------------------------------


def the_channel(discord: Discord, request: Request, *needed: str) -> Channel:
    """A channel that the bot can see, and in which it may do what is needed."""
    found = discord.workspace.find_channel(request.ids["channel"])
    if found is None:
        raise Refused(10003)
    need(discord, found, *needed)
    return found


def need(discord: Discord, channel: Channel, *needed: str) -> None:
    """Refuse unless the bot may do this in a channel."""
    can, bot = discord.workspace.can, discord.app.bot_user
    if not can(bot, channel, "view_channel"):
        raise Refused(50001)
    if not all(can(bot, channel, each) for each in needed):
        raise Refused(50013)


@route("GET", "/channels/{channel}")
async def channel(discord: Discord, request: Request) -> Any:
    return discord.payloads.channel(the_channel(discord, request))


@route("POST", "/channels/{channel}/typing")
async def typing(discord: Discord, request: Request) -> None:
    the_channel(discord, request, "send_messages")
