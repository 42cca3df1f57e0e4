"""Routes about application commands: listing, putting all in place, and single ones."""

from __future__ import annotations

from typing import Any

from tests.discord.api import Refused, Reply, Request, refuse_if, route
from tests.discord.commands import CHAT, check_command, check_together
from tests.discord.core import Discord
from tests.discord.portal import Sync
from tests.discord.routes_places import the_guild
from tests.discord.shapes import Json, Wrong

EVERYWHERE = "/applications/{app}/commands"
IN_GUILD = "/applications/{app}/guilds/{guild}/commands"


def _here(discord: Discord, request: Request) -> tuple[int | None, dict[int, Json]]:
    """Where the commands are, and those that are there already."""
    if request.ids["app"] != discord.app.id:
        raise Refused(20012)
    where = None
    if "guild" in request.ids:
        if request.ids["guild"] not in discord.workspace.guilds:
            raise Refused(50001)
        where = the_guild(discord, request).id
    return where, discord.app.commands.setdefault(where, {})


def _kept(discord: Discord, given: Json, where: int | None, number: int) -> Json:
    """A command as Discord tells of it."""
    made: Json = {
        "id": str(number),
        "application_id": str(discord.app.id),
        "version": str(discord.workspace.snowflake()),
        "type": given.get("type", CHAT),
        "name": given["name"],
        "description": given.get("description") or "",
        "name_localizations": given.get("name_localizations"),
        "description_localizations": given.get("description_localizations"),
        "options": given.get("options") or [],
        "default_member_permissions": _permissions(given),
        "dm_permission": given.get("dm_permission", True),
        "contexts": given.get("contexts"),
        "integration_types": given.get("integration_types") or [0],
        "nsfw": given.get("nsfw", False),
    }
    return made if where is None else {**made, "guild_id": str(where)}


def _permissions(given: Json) -> str | None:
    value = given.get("default_member_permissions")
    return None if value is None else str(value)


@route("GET", EVERYWHERE)
@route("GET", IN_GUILD)
async def listed(discord: Discord, request: Request) -> list[Json]:
    _, standing = _here(discord, request)
    return list(standing.values())


@route("PUT", EVERYWHERE)
@route("PUT", IN_GUILD)
async def overwrite(discord: Discord, request: Request) -> list[Json]:
    """Put all commands in place. Those that keep their name keep their id.

    https://docs.discord.com/developers/interactions/application-commands
    """
    where, standing = _here(discord, request)
    wrong = Wrong()
    given = request.given
    if not isinstance(given, list):
        wrong.add((), "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
    refuse_if(wrong)
    for number, each in enumerate(given):
        check_command(wrong, each, (number,))
    refuse_if(wrong)
    check_together(wrong, given, listed=True)
    refuse_if(wrong)
    before = {(each["type"], each["name"]): int(each["id"]) for each in standing.values()}
    standing.clear()
    for each in given:
        number = before.get((each.get("type", CHAT), each["name"])) or discord.workspace.snowflake()
        standing[number] = _kept(discord, each, where, number)
    discord.app.syncs.append(Sync(where, tuple(each["name"] for each in given)))
    return list(standing.values())


@route("POST", EVERYWHERE)
@route("POST", IN_GUILD)
async def create(discord: Discord, request: Request) -> Reply:
    """Make one command; one of the same name takes its place."""
    where, standing = _here(discord, request)
    given = request.form
    wrong = Wrong()
    check_command(wrong, given)
    refuse_if(wrong)
    key = (given.get("type", CHAT), given["name"])
    same = next((number for number, each in standing.items() if (each["type"], each["name"]) == key), None)
    if same is None:
        check_together(wrong, [*standing.values(), given], listed=False)
        refuse_if(wrong)
    number = same or discord.workspace.snowflake()
    standing[number] = _kept(discord, given, where, number)
    return Reply(200 if same else 201, standing[number])


def _one(discord: Discord, request: Request) -> tuple[int | None, dict[int, Json], int]:
    where, standing = _here(discord, request)
    if request.ids["command"] not in standing:
        raise Refused(10063)
    return where, standing, request.ids["command"]


@route("GET", EVERYWHERE + "/{command}")
@route("GET", IN_GUILD + "/{command}")
async def one(discord: Discord, request: Request) -> Any:
    _, standing, number = _one(discord, request)
    return standing[number]


@route("PATCH", EVERYWHERE + "/{command}")
@route("PATCH", IN_GUILD + "/{command}")
async def change(discord: Discord, request: Request) -> Any:
    where, standing, number = _one(discord, request)
    changed = {**standing[number], **request.form}
    wrong = Wrong()
    check_command(wrong, changed)
    refuse_if(wrong)
    standing[number] = _kept(discord, changed, where, number)
    return standing[number]


@route("DELETE", EVERYWHERE + "/{command}")
@route("DELETE", IN_GUILD + "/{command}")
async def delete(discord: Discord, request: Request) -> None:
    _, standing, number = _one(discord, request)
    del standing[number]
