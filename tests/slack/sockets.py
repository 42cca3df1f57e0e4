"""Socket Mode: connections that the app opens, envelopes to it and acknowledgements back."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from aiohttp import WSMsgType, web

from tests.slack.deliver import Answer, Attempt, What


@dataclass(eq=False)
class Connection:
    """One open socket. ``pending`` are envelopes that were not acknowledged yet, by their id."""

    socket: web.WebSocketResponse
    pending: dict[str, asyncio.Future[Any]] = field(default_factory=dict)

    def lost(self) -> None:
        """Nothing more will be acknowledged."""
        for waiting in self.pending.values():
            if not waiting.done():
                waiting.set_result(Answer(status=0, reason="connection_failed"))


class Sockets:
    """All connections of one app. An envelope goes to the one that was opened last."""

    def __init__(self, app_id: str) -> None:
        self.app_id = app_id
        self.tickets: set[str] = set()
        self.connections: list[Connection] = []
        self.opened = 0
        self.unknown_acks: list[str] = []
        self._changed = asyncio.Condition()

    def ticket(self) -> str:
        """What makes an address good for one connection."""
        made = uuid4().hex
        self.tickets.add(made)
        return made

    async def connected(self, times: int = 1) -> None:
        """Wait until the app has connected so many times altogether and is connected now."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.opened >= times and self.connections)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection from its beginning to its end."""
        ticket = request.query.get("ticket", "")
        if ticket not in self.tickets:
            raise web.HTTPForbidden(text="no such connection")
        self.tickets.discard(ticket)
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        connection = Connection(socket)
        number = len(self.connections) + 1
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": number,
                "debug_info": {
                    "host": "applink-loopback",
                    "build_number": 1,
                    "approximate_connection_time": 18_060,
                },
                "connection_info": {"app_id": self.app_id},
            }
        )
        await self._note(connection, there=True)
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledged(connection, json.loads(message.data))
        finally:
            await self._note(connection, there=False)
            connection.lost()
        return socket

    async def _note(self, connection: Connection, *, there: bool) -> None:
        async with self._changed:
            if there:
                self.connections.append(connection)
                self.opened += 1
            elif connection in self.connections:
                self.connections.remove(connection)
            self._changed.notify_all()

    def _acknowledged(self, connection: Connection, message: dict[str, Any]) -> None:
        waiting = connection.pending.pop(message.get("envelope_id", ""), None)
        if waiting is None:
            self.unknown_acks.append(message.get("envelope_id", ""))
        elif not waiting.done():
            waiting.set_result(Answer(message.get("payload")))

    async def bring(self, attempt: Attempt) -> Answer:
        """Send an envelope and wait for its acknowledgement."""
        if not self.connections:
            return Answer(status=0, reason="connection_failed")
        connection = self.connections[-1]
        envelope: dict[str, Any] = {
            "envelope_id": str(uuid4()),
            "type": attempt.what.value,
            "payload": attempt.payload,
            "accepts_response_payload": _takes_answer(attempt),
        }
        if attempt.what is What.EVENT:
            envelope |= {"retry_attempt": attempt.number, "retry_reason": attempt.reason}
        waiting: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        connection.pending[envelope["envelope_id"]] = waiting
        try:
            await connection.socket.send_json(envelope)
        except ConnectionError:
            return Answer(status=0, reason="connection_failed")
        answer: Answer = await waiting
        return answer if envelope["accepts_response_payload"] else Answer(None, answer.status, answer.reason)

    async def refresh(self, *, reason: str = "refresh_requested") -> None:
        """Ask every connection to go and come back, and close it, as Slack does every few hours."""
        for connection in list(self.connections):
            farewell = {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-loopback"}}
            await connection.socket.send_json(farewell)

    async def cut(self) -> None:
        """Close every connection without a word."""
        for connection in list(self.connections):
            await connection.socket.close()

    async def close(self) -> None:
        await self.cut()


def _takes_answer(attempt: Attempt) -> bool:
    return attempt.what is What.COMMAND or attempt.payload.get("type") == "view_submission"
