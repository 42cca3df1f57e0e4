"""Discord on loopback: the API, the gateway and the files behind one address."""

from __future__ import annotations

import asyncio
import json
from fnmatch import fnmatchcase
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

from aiohttp import web

from tests.discord import (
    api,
    permissions,
    routes_commands,
    routes_interactions,
    routes_messages,
    routes_places,
)
from tests.discord.core import Call, Discord
from tests.discord.faults import Fault, Held, How
from tests.discord.people import Person
from tests.discord.permissions import Overwrite
from tests.discord.portal import Application, Intent
from tests.discord.wire import API, read
from tests.discord.workspace import SETUP, Channel, Guild, Member, Role, User, Workspace

ROUTES = (routes_commands, routes_interactions, routes_messages, routes_places)
"""Their import has registered every route there is."""
_TASKS = ("discord.py: ", "CommandTree-invoker", "discord-ui-")
"""How discord.py calls what it does about an event."""


class DiscordServer(Discord):
    """A Discord to point ``DISCORD_API_URL`` at. An asynchronous context manager."""

    def __init__(self, app: Application | None = None, workspace: Workspace | None = None) -> None:
        super().__init__(app, workspace)
        self._runner: web.AppRunner | None = None
        self._people: dict[int, Person] = {}
        self._busy = 0

    async def __aenter__(self) -> Self:
        site = web.Application(client_max_size=32 * 1024 * 1024)
        site.router.add_get("/gateway", self._socket)
        site.router.add_get("/gateway/", self._socket)
        site.router.add_get("/attachments/{attachment}/{name}", self._file)
        site.router.add_route("*", API + "/{path:.*}", self._api)
        self._runner = web.AppRunner(site, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        listening = web.TCPSite(self._runner, "127.0.0.1", 0)
        await listening.start()
        port = self._runner.addresses[0][1]
        self.url = self.payloads.url = f"http://127.0.0.1:{port}"
        self.gateway.url = f"ws://127.0.0.1:{port}/gateway"
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.faults.clear()
        await self.gateway.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @property
    def api_url(self) -> str:
        """What ``DISCORD_API_URL`` is set to."""
        return f"{self.url}{API}"

    # --- who and where -------------------------------------------------------------------------

    def add_guild(self, name: str = "Harbor School") -> Guild:
        """Make a guild that the bot is in, with a role of the bot's own. Its owner is nobody we meet."""
        owner = self.workspace.add_user(User(id=self.workspace.snowflake(SETUP), name=f"Owner of {name}"))
        guild = self.workspace.add_guild(name, owner.id)
        guild.members[owner.id] = Member(user=owner.id)
        bot = self.app.bot_user
        role = self.workspace.add_role(guild, self.app.name, permissions.BOT, managed_by=bot)
        self.join(guild, Member(user=bot, roles=[role.id]))
        return guild

    @property
    def guild(self) -> Guild:
        """The guild, where there is one; it comes into being when first needed."""
        return next(iter(self.workspace.guilds.values()), None) or self.add_guild()

    def add_user(
        self,
        name: str,
        *,
        nick: str = "",
        locale: str = "en-US",
        guild: Guild | None = None,
        outside: bool = False,
        owner: bool = False,
        may: str = "",
        **more: Any,
    ) -> Person:
        """Let somebody join a guild; ``outside`` lets them only have an account.

        ``may`` names what they may do beside what everybody may, such as ``"manage_guild"``.
        """
        account = User(id=self.workspace.snowflake(SETUP), name=name, locale=locale, **more)
        self.workspace.add_user(account)
        if not outside:
            where = guild or self.guild
            member = Member(user=account.id, nick=nick)
            if may:
                member.roles.append(self.workspace.add_role(where, may, permissions.bits(may)).id)
            if owner:
                where.owner = account.id
            self.join(where, member)
        return self.user(account.id)

    def user(self, user: int) -> Person:
        """Somebody's hands and eyes."""
        if user not in self.workspace.users:
            raise KeyError(user)
        return self._people.setdefault(user, Person(self, user))

    def add_channel(
        self, name: str, *, guild: Guild | None = None, only: tuple[Person, ...] = (), bot: bool = True
    ) -> Channel:
        """Make a channel; with ``only`` a private one. The bot sees it unless ``bot`` is false."""
        where = guild or self.guild
        channel = self.workspace.add_channel(where, name)
        if only or not bot:
            view = permissions.VIEW
            channel.overwrites.append(Overwrite(where.id, deny=view if only else 0))
            channel.overwrites += [Overwrite(each.id, allow=view) for each in only]
            allowed = (
                Overwrite(self.app.bot_user, allow=view) if bot else Overwrite(self.app.bot_user, deny=view)
            )
            channel.overwrites.append(allowed)
        self.gateway.tell("CHANNEL_CREATE", self.payloads.channel(channel), intents=Intent.GUILDS)
        return channel

    def grant(self, person: Person, may: str, *, guild: Guild | None = None) -> Role:
        """Give somebody a role that lets them do more, such as ``"administrator"``."""
        where = guild or self.guild
        role = self.workspace.add_role(where, may, permissions.bits(may))
        told = {"guild_id": str(where.id), "role": self.payloads.role(role)}
        self.gateway.tell("GUILD_ROLE_CREATE", told, intents=Intent.GUILDS)
        member = where.members[person.id]
        member.roles.append(role.id)
        self.changed_member(where, member)
        return role

    def deny(self, channel: Channel, what: str, user: int = 0) -> None:
        """Take something away from the bot, or from somebody, in a channel."""
        target = user or self.app.bot_user
        standing = next((each for each in channel.overwrites if each.target == target), Overwrite(target))
        if standing in channel.overwrites:
            channel.overwrites.remove(standing)
        denied = permissions.bits(what)
        changed = Overwrite(target, standing.allow & ~denied, standing.deny | denied)
        channel.overwrites.append(changed)
        self.changed_channel(channel)

    def hold_gateway(self) -> Held:
        """Let the next one who connects to the gateway wait."""
        return self.faults.hold("GET /gateway")

    async def settled(self, seconds: float = 30) -> None:
        """Wait until the bot has read all events and done all it does about them.

        It sees what discord.py does in this process. A call that is being held is not waited for.
        """
        async with asyncio.timeout(seconds):
            while True:
                await self.gateway.taken()
                running = [task for task in asyncio.all_tasks() if _is_work(task)]
                if self.faults.holding or not (running or self._busy):
                    return
                if running:
                    await asyncio.wait(running, timeout=0.05, return_when=asyncio.FIRST_COMPLETED)
                else:
                    await asyncio.sleep(0)

    def called(self, route: str) -> list[Call]:
        """All calls of a route, by a pattern such as ``POST /channels/*/messages``."""
        return [each for each in self.calls if fnmatchcase(each.route, route)]

    # --- HTTP ----------------------------------------------------------------------------------

    async def _api(self, request: web.Request) -> web.StreamResponse:
        self._busy += 1
        try:
            return await self._answer(request)
        finally:
            self._busy -= 1

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        asked = await read(request)
        fault = self.faults.take(f"{asked.method} {asked.path}", self._about(asked))
        if fault is not None and fault.how is How.HOLD and fault.held is not None:
            await fault.held.wait()
        if fault is not None and fault.how is How.DROP:
            self._note(asked, None, 0)
            return _broken(request)
        headers = _headers(asked)
        if fault is not None and fault.how in (How.LIMITED, How.ERROR, How.STATUS):
            status, answer = _failed(fault, headers)
        else:
            status, answer = await self._call(asked)
        if fault is not None and fault.how is How.DROP_AFTER:
            self._note(asked, None, 0)
            return _broken(request)
        self._note(asked, answer, status)
        if fault is not None and fault.how is How.STATUS:
            return web.Response(status=status, text="<html>upstream</html>", content_type="text/html")
        if status == 204:
            return web.Response(status=204, headers=headers)
        # discord.py takes only this very content type for JSON, without a charset.
        headers["Content-Type"] = "application/json"
        return web.Response(status=status, body=json.dumps(answer).encode(), headers=headers)

    async def _call(self, asked: api.Request) -> tuple[int, Any]:
        """Do what is asked, or say in Discord's words why not."""
        try:
            found, named = api.find(asked.method, asked.path)
            if not found.open:
                api.check_token(self, asked.authorization)
            if asked.problem is not None:
                raise asked.problem
            ids = {name: api.to_snowflake(value, name) for name, value in named.items() if name != "token"}
            full = api.Request(
                **{**vars(asked), "route": found.name, "ids": ids, "token": unquote(named.get("token", ""))}
            )
            answer = await found.run(self, full)
        except api.Refused as refused:
            return refused.status, refused.answer
        if isinstance(answer, api.Reply):
            return answer.status, answer.body
        return (204, None) if answer is None else (200, answer)

    def _about(self, asked: api.Request) -> set[int]:
        """The ids of whom and what a call is about, for faults."""
        found = {int(part) for part in asked.path.split("/") if part.isdigit()}
        for part in asked.path.split("/"):
            found |= {each.user for each in self.interactions.values() if each.token == part}
        for channel in list(found):
            where = self.workspace.find_channel(channel)
            if where is not None and where.recipient is not None:
                found.add(where.recipient)
        if isinstance(asked.given, dict) and str(asked.given.get("recipient_id", "")).isdigit():
            found.add(int(asked.given["recipient_id"]))
        return found

    def _note(self, asked: api.Request, answer: Any, status: int) -> None:
        self.calls.append(Call(asked.method, asked.path, asked.given, self.now(), answer, status))

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        fault = self.faults.take("GET /gateway", set())
        if fault is not None and fault.held is not None:
            await fault.held.wait()
        elif fault is not None:
            return _broken(request)
        return await self.gateway.serve(request)

    async def _file(self, request: web.Request) -> web.Response:
        wanted = int(request.match_info["attachment"])
        for channel in self.workspace.channels:
            for message in [*channel.messages.values(), *channel.ephemeral.values()]:
                for each in message.attachments:
                    if each.id == wanted:
                        return web.Response(body=each.data, content_type=each.content_type)
        raise web.HTTPNotFound


def _is_work(task: asyncio.Task[Any]) -> bool:
    timeouts = "discord-ui-view-timeout"
    name = task.get_name()
    return name.startswith(_TASKS) and not name.startswith(timeouts) and task is not asyncio.current_task()


def _headers(asked: api.Request) -> dict[str, str]:
    """Rate limit headers of a bucket that is never empty."""
    return {
        "X-RateLimit-Limit": "1000",
        "X-RateLimit-Remaining": "999",
        "X-RateLimit-Reset-After": "1.000",
        "X-RateLimit-Reset": "1.000",
        "X-RateLimit-Bucket": f"{abs(hash((asked.method, asked.path.split('/')[1]))):032x}",
        "Via": "1.1 loopback",
    }


def _failed(fault: Fault, headers: dict[str, str]) -> tuple[int, Any]:
    match fault.how:
        case How.LIMITED:
            headers["Retry-After"] = f"{fault.after:g}"
            headers["X-RateLimit-Scope"] = "global" if fault.everywhere else "user"
            headers["X-RateLimit-Remaining"] = "0"
            if fault.everywhere:
                headers["X-RateLimit-Global"] = "true"
            message = "You are being rate limited."
            return 429, {"message": message, "retry_after": fault.after, "global": fault.everywhere}
        case How.ERROR:
            refused = api.Refused(fault.code, fault.message, status=fault.status)
            return refused.status, refused.answer
        case _:
            return fault.status, None


def _broken(request: web.Request) -> web.StreamResponse:
    """Hang up without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
