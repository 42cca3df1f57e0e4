"""After a downtime: what was written meanwhile is read from the conversations, and taken like any message.

Discord repeats nothing: what its gateway brought while nobody listened is gone, unless the session could be
resumed.

Discord does not list a bot's conversations, so those of everybody on the roster are opened by user id.
https://docs.discord.com/developers/resources/message#get-channel-messages
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import discord
import structlog

from adapters.base import SendError
from adapters.catch_up import Pause, as_it_stands, patiently, read_since, worth_another_look
from adapters.discord.client import call
from adapters.discord.errors import send_error
from adapters.discord.parse import Deed, Installed, written
from adapters.discord.sender import DiscordAdapter

log = structlog.get_logger(__name__)

_DIRECT = 1
"""The type of a channel between two: https://docs.discord.com/developers/resources/channel"""


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
                channel = await patiently(partial(self._adapter.conversation, person), self._pause)
            except SendError as error:
                log.warning("conversation_not_opened", reason=str(error))
                self.look_again |= worth_another_look(error)
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
            about = await patiently(asking, self._pause)
        except SendError:
            return False
        return bool(about.get("type") == _DIRECT)

    async def _safely(self, channel: str, reading: Reading, *, direct: bool) -> int:
        try:
            return await patiently(partial(self._read, channel, reading, direct=direct), self._pause)
        except SendError as error:
            log.warning("conversation_not_read", reason=str(error))
            self.look_again |= worth_another_look(error)
            return 0

    async def _read(self, channel: str, reading: Reading, *, direct: bool) -> int:
        now = self._clock()
        seen = reading.seen.get(channel)
        since = read_since(now, opted_in=reading.channels.get(channel), seen=seen)
        deeds = 0
        async for message in self._messages(channel, since):
            posted = written(message, self._installed, direct=direct)
            edited = written(message, self._installed, direct=direct, edited=True)
            deed = as_it_stands(posted, edited, seen)
            if deed is not None and deed.event.at >= since:
                await self._take(deed)
                deeds += 1
        return deeds

    async def _messages(self, channel: str, since: datetime) -> AsyncIterator[discord.Message]:
        place = self._adapter.client.get_partial_messageable(int(channel))
        try:
            async for message in place.history(limit=None, after=since, oldest_first=True):
                yield message
        except (discord.DiscordException, OSError, TimeoutError) as error:
            raise send_error(error) from None
