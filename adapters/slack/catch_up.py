"""After a downtime: what was written meanwhile is read from the conversations, and taken like any message.

Slack repeats an event three times within some minutes and then never again, and over a socket that is not
there it sends nothing at all.

https://docs.slack.dev/apis/events-api#retries and https://docs.slack.dev/reference/methods/conversations.history
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from adapters.base import SendError
from adapters.catch_up import Pause, as_it_stands, patiently, read_since, worth_another_look
from adapters.slack.client import called
from adapters.slack.parse import Deed, Installed, written

log = structlog.get_logger(__name__)

PAGE = 200


@dataclass(frozen=True)
class Reading:
    """What is read: opted-in channels with the time since when, and how far conversations were read."""

    channels: Mapping[str, datetime]
    seen: Mapping[str, datetime]


class CatchUp:
    """Reads what was missed. One look at a time."""

    def __init__(
        self,
        client: AsyncWebClient,
        installed: Installed,
        *,
        take: Callable[[Deed], Awaitable[object]],
        reading: Callable[[], Awaitable[Reading]],
        clock: Callable[[], datetime],
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._client = client
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
            try:
                direct = [place async for place in self._direct_messages()]
            except SendError as error:
                log.warning("direct_messages_not_listed", reason=str(error))
                self.look_again |= worth_another_look(error)
                direct = [place for place in reading.seen if place.startswith("D")]
            for channel in [*reading.channels, *direct]:
                try:
                    taken += await self._read(channel, reading)
                except SendError as error:
                    log.warning("conversation_not_read", reason=str(error))
                    self.look_again |= worth_another_look(error)
            return taken

    async def _read(self, channel: str, reading: Reading) -> int:
        now = self._clock()
        seen = reading.seen.get(channel)
        since = read_since(now, opted_in=reading.channels.get(channel), seen=seen)
        found = [message async for message in self._messages(channel, since)]
        deeds = 0
        for message in sorted(found, key=lambda each: str(each.get("ts", ""))):
            deed = self._deed(message, channel, seen)
            if deed is not None and deed.event.at >= since:
                await self._take(deed)
                deeds += 1
        return deeds

    def _deed(self, message: Mapping[str, Any], channel: str, seen: datetime | None) -> Deed | None:
        change = {"subtype": "message_changed", "message": message}
        posted = written(message, self._installed, self._clock(), channel=channel)
        edited = written(change, self._installed, self._clock(), channel=channel)
        return as_it_stands(posted, edited, seen)

    async def _messages(self, channel: str, since: datetime) -> AsyncIterator[Mapping[str, Any]]:
        """What was written in a conversation since a moment, with the replies to it."""
        oldest = f"{since.timestamp():.6f}"
        async for message in self._pages("conversations.history", "messages", channel=channel, oldest=oldest):
            yield message
            if message.get("reply_count") and str(message.get("latest_reply", "")) > oldest:
                thread = message["ts"]
                async for reply in self._pages(
                    "conversations.replies", "messages", channel=channel, ts=thread, oldest=oldest
                ):
                    if reply.get("ts") != thread:
                        yield reply

    async def _direct_messages(self) -> AsyncIterator[str]:
        """Every conversation that somebody has with the bot, also of people on no roster."""
        async for place in self._pages("users.conversations", "channels", types="im"):
            if place.get("user") != self._installed.bot_user:
                yield place["id"]

    async def _pages(self, method: str, name: str, **arguments: Any) -> AsyncIterator[Mapping[str, Any]]:
        cursor = ""
        while True:
            asked = {**arguments, "limit": PAGE, **({"cursor": cursor} if cursor else {})}
            answer = await patiently(partial(self._ask, method, asked), self._pause)
            for item in answer.get(name) or ():
                yield item
            cursor = (answer.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return

    async def _ask(self, method: str, arguments: dict[str, Any]) -> Any:
        return await called(self._client.api_call(method, http_verb="GET", params=arguments))
