"""After a downtime: what was written meanwhile is read from the conversations, and taken like any message.

Discord repeats nothing: what its gateway brought while nobody listened is gone, unless the session could be
resumed. Each message has the same key whether it comes as an event or is read here, so reading generously
costs nothing: the last day before the newest message that was seen is read again, for edits and for what
was lost.

Discord does not list a bot's conversations, so those of everybody on the roster are opened by user id.
https://docs.discord.com/developers/resources/message#get-channel-messages
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import discord
import structlog

from adapters.base import Ambiguous, RateLimited, SendError
from adapters.discord.client import call
from adapters.discord.errors import send_error
from adapters.discord.parse import Deed, Installed, written
from adapters.discord.sender import DiscordAdapter

log = structlog.get_logger(__name__)

AGAIN = timedelta(days=1)
"""What is read again before the newest message that was seen."""
OLDEST = timedelta(days=3)
"""Older messages are left alone: their writers have found another way, and marks of them are dropped soon."""
_DIRECT = 1
"""The type of a channel between two: https://docs.discord.com/developers/resources/channel"""
PATIENCE = 60.0
"""Seconds that Discord's wish to be asked later is followed at once; longer ones end this look."""

Answer = TypeVar("Answer")
Pause = Callable[[float], Awaitable[None]]


@dataclass(frozen=True)
class Reading:
    """What is read: opted-in channels with the time since when, whose messages, how far each was read."""

    channels: Mapping[str, datetime]
    people: Sequence[str]
    seen: Mapping[str, datetime]


class CatchUp:
    """Reads what was missed. One look at a time."""

    def __init__(
        self,
        adapter: DiscordAdapter,
        installed: Installed,
        *,
        take: Callable[[Deed], Awaitable[object]],
        reading: Callable[[], Awaitable[Reading]],
        clock: Callable[[], datetime],
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._adapter = adapter
        self._installed = installed
        self._take = take
        self._reading = reading
        self._clock = clock
        self._pause = pause
        self._looking = asyncio.Lock()
        self.look_again = False
        """Whether the last look left something out that could be read a little later."""

    async def look(self) -> int:
        """Take every message that is not older than it has to be. Returns how many were handed on."""
        async with self._looking:
            reading = await self._reading()
            taken, self.look_again = 0, False
            for channel in reading.channels:
                taken += await self._safely(channel, reading, direct=False)
            async for channel in self._direct_messages(reading):
                taken += await self._safely(channel, reading, direct=True)
            return taken

    async def _direct_messages(self, reading: Reading) -> AsyncIterator[str]:
        """The conversations of everybody on the roster, and those of others who wrote to the bot before."""
        known = set(reading.channels)
        for person in reading.people:
            try:
                channel = await self._patiently(partial(self._adapter.conversation, person))
            except SendError as error:
                log.warning("conversation_not_opened", reason=str(error))
                self.look_again |= isinstance(error, Ambiguous | RateLimited)
                continue
            known.add(channel)
            yield channel
        for channel in reading.seen:
            if channel not in known and await self._is_direct(channel):
                yield channel

    async def _is_direct(self, channel: str) -> bool:
        """Whether a place is somebody's messages with the bot, and no channel that was opted out."""
        asking = partial(call, self._adapter.client, "GET", "/channels/{channel_id}", channel_id=channel)
        try:
            about = await self._patiently(asking)
        except SendError:
            return False
        return bool(about.get("type") == _DIRECT)

    async def _safely(self, channel: str, reading: Reading, *, direct: bool) -> int:
        try:
            return await self._patiently(partial(self._read, channel, reading, direct=direct))
        except SendError as error:
            log.warning("conversation_not_read", reason=str(error))
            self.look_again |= isinstance(error, Ambiguous | RateLimited)
            return 0

    async def _read(self, channel: str, reading: Reading, *, direct: bool) -> int:
        now = self._clock()
        seen = reading.seen.get(channel)
        since = max(now - OLDEST, reading.channels.get(channel, now - OLDEST))
        if seen is not None:
            since = max(since, seen - AGAIN)
        deeds = 0
        async for message in self._messages(channel, since):
            deed = self._as_it_stands(message, seen, direct=direct)
            if deed is not None and deed.event.at >= since:
                await self._take(deed)
                deeds += 1
        return deeds

    def _as_it_stands(self, message: discord.Message, seen: datetime | None, *, direct: bool) -> Deed | None:
        """A message as it is now: as the edit that it has had, if it had been seen before that.

        Where it had not been, it is a message by the name of its edit; by its own name, the edit would be
        another deed when it is read again.
        """
        posted = written(message, self._installed, direct=direct)
        edited = written(message, self._installed, direct=direct, edited=True)
        if posted is None or edited is None:
            return posted
        if seen is not None and message.created_at <= seen:
            return edited
        return replace(posted, event=replace(posted.event, dedupe_key=edited.event.dedupe_key))

    async def _messages(self, channel: str, since: datetime) -> AsyncIterator[discord.Message]:
        place = self._adapter.client.get_partial_messageable(int(channel))
        try:
            async for message in place.history(limit=None, after=since, oldest_first=True):
                yield message
        except (discord.DiscordException, OSError, TimeoutError) as error:
            raise send_error(error) from None

    async def _patiently(self, asking: Callable[[], Awaitable[Answer]]) -> Answer:
        while True:
            try:
                return await asking()
            except RateLimited as error:
                if error.after > PATIENCE:
                    raise
                await self._pause(error.after)
