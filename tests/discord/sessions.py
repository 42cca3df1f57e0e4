"""Sessions of the gateway and the sockets that they are told over.

https://docs.discord.com/developers/events/gateway
"""

from __future__ import annotations

import asyncio
import json
import zlib
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from aiohttp import web

from tests.discord.workspace import Json

PATIENCE = 10.0
"""Real seconds that a client may take to read what was sent to it."""


@dataclass(kw_only=True)
class Session:
    """One session: what it asked for, and every event that it was to be told."""

    id: str
    intents: int
    events: list[Json] = field(default_factory=list)
    connection: Connection | None = None
    left_at: float | None = None
    over: bool = False

    @property
    def sequence(self) -> int:
        """The number of the last event."""
        return len(self.events)

    def wants(self, intents: int) -> bool:
        """Whether it asked for such events."""
        return not intents or bool(self.intents & intents)

    def tell(self, kind: str, data: Json) -> None:
        """Let it know of an event: now, or when it is resumed."""
        event = {"op": 0, "t": kind, "s": self.sequence + 1, "d": data}
        self.events.append(event)
        if self.connection is not None:
            self.connection.send(event)


class Connection:
    """One websocket. What is sent goes out in its order, compressed if it was asked for."""

    def __init__(self, socket: web.WebSocketResponse, *, compressed: bool) -> None:
        self.socket = socket
        self.session: Session | None = None
        self._zlib = zlib.compressobj() if compressed else None
        self._queue: asyncio.Queue[Any] = asyncio.Queue()
        self._pings: dict[bytes, asyncio.Event] = {}
        self._writer = asyncio.create_task(self._write())
        self.gone = asyncio.Event()
        self.ended_with = 0
        """The code with which it was closed from here."""

    def send(self, payload: Json) -> None:
        """Put a payload on its way."""
        self._queue.put_nowait(payload)

    def close(self, code: int) -> None:
        """Close it, after what was sent before."""
        self._queue.put_nowait(code)

    async def taken(self) -> None:
        """Wait until the client has read all that was sent so far.

        It answers a ping only after it has taken in what stood before it.
        """
        mark = uuid4().bytes
        self._pings[mark] = asyncio.Event()
        self._queue.put_nowait(mark)
        waits = [asyncio.create_task(self._pings[mark].wait()), asyncio.create_task(self.gone.wait())]
        await asyncio.wait(waits, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        for each in waits:
            each.cancel()
        self._pings.pop(mark, None)

    def answered(self, mark: bytes) -> None:
        """A ping came back."""
        if mark in self._pings:
            self._pings[mark].set()

    async def _write(self) -> None:
        try:
            while True:
                match await self._queue.get():
                    case int(code):
                        self.ended_with = code
                        await self.socket.close(code=code)
                    case bytes(mark):
                        await self.socket.ping(mark)
                    case payload:
                        await self._put(json.dumps(payload))
        except ConnectionError:
            self.gone.set()

    async def _put(self, text: str) -> None:
        if self._zlib is None:
            await self.socket.send_str(text)
        else:
            packed = self._zlib.compress(text.encode()) + self._zlib.flush(zlib.Z_SYNC_FLUSH)
            await self.socket.send_bytes(packed)

    async def end(self) -> None:
        """Nothing more will be sent."""
        self.gone.set()
        self._writer.cancel()
        await asyncio.gather(self._writer, return_exceptions=True)
