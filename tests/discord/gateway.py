"""The gateway: sessions, what they are told, how they are resumed, and how they end.

https://docs.discord.com/developers/events/gateway and, for opcodes and close codes,
https://docs.discord.com/developers/topics/opcodes-and-status-codes
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from itertools import count
from typing import Any

from aiohttp import WSMsgType, web

from tests.discord.payloads import Payloads
from tests.discord.portal import KNOWN_INTENTS, Application, Intent
from tests.discord.sessions import Connection, Session
from tests.discord.workspace import Json, Workspace

__all__ = ["Gateway", "Session"]

HEARTBEAT_MS = 41_250
RESUME_SECONDS = 300.0
"""How long a session waits to be resumed. Discord does not say; it is some minutes."""
FINAL = frozenset({1000, 1001, 4004, 4010, 4011, 4012, 4013, 4014})
"""Close codes after which a session cannot be resumed."""


class Gateway:
    """Every session of one app. Each is told of everything that it asked for, however many there are."""

    def __init__(self, workspace: Workspace, app: Application, payloads: Payloads) -> None:
        self.workspace = workspace
        self.app = app
        self.payloads = payloads
        self.url = ""
        self.sessions: list[Session] = []
        self.connections: list[Connection] = []
        self.received: list[Json] = []
        """All that clients sent, in its order."""
        self.closed: list[int] = []
        """The codes with which connections ended, whoever closed them."""
        self.acknowledges = True
        """Whether heartbeats are answered."""
        self.identified = 0
        self.resumed = 0
        self._changed = asyncio.Condition()
        self._numbers = count(1)

    # --- what the suite asks for ---------------------------------------------------------------

    @property
    def live(self) -> list[Session]:
        """The sessions that are connected now."""
        return [each for each in self.sessions if each.connection is not None]

    async def connected(self, times: int = 1) -> None:
        """Wait until sessions were begun or resumed so many times altogether, and one is connected."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.identified + self.resumed >= times and bool(self.live))

    async def disconnected(self) -> None:
        """Wait until no session is connected any more."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self.connections)

    def tell(self, kind: str, data: Json | Callable[[Session], Json], *, intents: int = 0) -> None:
        """Tell every session that asked for such events."""
        for session in self.sessions:
            if not session.over and session.wants(intents):
                session.tell(kind, data(session) if callable(data) else data)

    async def taken(self) -> None:
        """Wait until every connected client has read what was sent to it."""
        await asyncio.gather(*(each.taken() for each in list(self.connections)))

    def kill(self, code: int = 4000) -> None:
        """Close every connection with this code."""
        for each in list(self.connections):
            each.close(code)

    def cut(self) -> None:
        """Break every connection without a word."""
        for each in list(self.connections):
            transport = each.socket._req.transport if each.socket._req is not None else None
            if transport is not None:
                transport.abort()

    def ask_to_reconnect(self) -> None:
        """Ask every client to go and come back, as Discord does every few hours."""
        for each in list(self.connections):
            each.send({"op": 7, "d": None})

    def lose_sessions(self) -> None:
        """Forget every session: what is resumed is refused, and what was missed is gone."""
        for each in self.sessions:
            each.over = True

    def invalidate(self, *, resumable: bool = False) -> None:
        """Tell every client that its session is no good."""
        for each in self.live:
            each.over = each.over or not resumable
            if each.connection is not None:
                each.connection.send({"op": 9, "d": resumable})

    def ask_for_heartbeat(self) -> None:
        """Ask every client for a heartbeat now."""
        for each in list(self.connections):
            each.send({"op": 1, "d": None})

    # --- one connection ------------------------------------------------------------------------

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection from its beginning to its end."""
        # Pings are answered by hand, so that the answers to our own are seen.
        socket = web.WebSocketResponse(autoping=False, max_msg_size=4096, timeout=1)
        await socket.prepare(request)
        compression = request.query.get("compress", "")
        connection = Connection(socket, compressed=compression == "zlib-stream")
        self.connections.append(connection)
        try:
            if request.query.get("v") != "10" or request.query.get("encoding") != "json":
                connection.close(4012)
            elif compression not in ("", "zlib-stream"):
                connection.close(4002)
            else:
                connection.send({"op": 10, "d": {"heartbeat_interval": HEARTBEAT_MS, "_trace": []}})
            await self._listen(connection)
        finally:
            await self._left(connection)
        return socket

    async def _listen(self, connection: Connection) -> None:
        async for message in connection.socket:
            if message.type is WSMsgType.PONG:
                connection.answered(bytes(message.data))
            elif message.type is WSMsgType.PING:
                await connection.socket.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                try:
                    given = json.loads(message.data)
                    opcode = given["op"]
                except (ValueError, KeyError, TypeError):
                    connection.close(4002)
                    continue
                self.received.append(given)
                await self._obey(connection, opcode, given.get("d"))

    async def _obey(self, connection: Connection, opcode: int, data: Any) -> None:
        match opcode:
            case 1:
                if self.acknowledges:
                    connection.send({"op": 11, "d": None})
            case 2 | 6 if connection.session is not None:
                connection.close(4005)
            case 2:
                await self._identify(connection, data)
            case 6:
                await self._resume(connection, data)
            case 3 | 4 | 8 if connection.session is None:
                connection.close(4003)
            case 8:
                self._members(connection, data)
            case 3 | 4:
                pass
            case _:
                connection.close(4001)

    async def _identify(self, connection: Connection, data: Json) -> None:
        intents = data.get("intents")
        if not self._knows(data.get("token")):
            connection.close(4004)
            return
        if not isinstance(intents, int) or intents & ~KNOWN_INTENTS:
            connection.close(4013)
            return
        privileged = Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES | Intent.MESSAGE_CONTENT
        if intents & privileged & ~self.app.granted:
            connection.close(4014)
            return
        session = Session(id=f"{next(self._numbers):032x}", intents=intents)
        self.sessions.append(session)
        self._attach(connection, session)
        session.tell("READY", self.payloads.ready(session.id, self.url))
        if session.wants(Intent.GUILDS):
            for guild in self.workspace.guilds.values():
                if self.app.bot_user in guild.members:
                    everybody = session.wants(Intent.GUILD_PRESENCES)
                    session.tell("GUILD_CREATE", self.payloads.guild_created(guild, everybody=everybody))
        self.identified += 1
        await self._note()

    async def _resume(self, connection: Connection, data: Json) -> None:
        if not self._knows(data.get("token")):
            connection.close(4004)
            return
        wanted = data.get("session_id")
        session = next((each for each in self.sessions if each.id == wanted and not each.over), None)
        if session is not None and session.left_at is not None:
            session.over = self.workspace.now() - session.left_at > RESUME_SECONDS
        if session is None or session.over:
            connection.send({"op": 9, "d": False})
            return
        seen = data.get("seq")
        if not isinstance(seen, int) or seen > session.sequence:
            connection.close(4007)
            return
        if session.connection is not None:
            session.connection.close(4000)
        self._attach(connection, session)
        for event in session.events[seen:]:
            connection.send(event)
        session.tell("RESUMED", {"_trace": []})
        self.resumed += 1
        await self._note()

    def _members(self, connection: Connection, data: Json) -> None:
        """Tell of a guild's members: https://docs.discord.com/developers/events/gateway-events"""
        session = connection.session
        guild = self.workspace.guilds.get(int(data.get("guild_id", 0)))
        if session is None or guild is None:
            return
        wanted, query = data.get("user_ids"), data.get("query")
        if wanted is None and not query and not session.wants(Intent.GUILD_MEMBERS):
            # The whole list is only for those with the intent.
            connection.close(4014)
            return
        found = list(guild.members.values())
        if wanted is not None:
            ids = {int(each) for each in (wanted if isinstance(wanted, list) else [wanted])}
            found = [each for each in found if each.user in ids]
        elif query:
            names = self.workspace.name_of
            found = [each for each in found if names(each.user, guild).lower().startswith(query.lower())]
        chunk: Json = {
            "guild_id": str(guild.id),
            "members": [self.payloads.member(guild, each) for each in found],
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": [],
        }
        if data.get("nonce"):
            chunk["nonce"] = data["nonce"]
        session.tell("GUILD_MEMBERS_CHUNK", chunk)

    def _knows(self, token: Any) -> bool:
        return self.app.token_works and isinstance(token, str) and token == self.app.token

    def _attach(self, connection: Connection, session: Session) -> None:
        session.connection = connection
        session.left_at = None
        connection.session = session

    async def _left(self, connection: Connection) -> None:
        self.connections.remove(connection)
        await connection.end()
        code = connection.ended_with or int(connection.socket.close_code or 1006)
        self.closed.append(code)
        session = connection.session
        if session is not None and session.connection is connection:
            session.connection = None
            session.left_at = self.workspace.now()
            session.over = session.over or code in FINAL
        await self._note()

    async def _note(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def close(self) -> None:
        """End everything."""
        self.lose_sessions()
        for each in list(self.connections):
            await each.socket.close(code=1001)
