"""Sending on Slack: direct messages by user id, which carry their outbox id where only apps can see it.

https://docs.slack.dev/messaging/message-metadata
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from adapters.base import (
    Address,
    Ambiguous,
    AuthFailed,
    Outgoing,
    RateLimited,
    Rejected,
    SendError,
    Sent,
    Unreachable,
)
from adapters.slack import pictures, render
from adapters.slack.client import called
from adapters.slack.parse import PLATFORM
from handlers.chat import Card

log = structlog.get_logger(__name__)

EVENT = "handrail"
"""The type of our messages' metadata."""
LOOK = 2.0
"""Seconds that a look for a message may take."""
LOOKED_AT = 100
"""The newest messages of a conversation among which one is looked for: a repeat follows within a minute."""
REMEMBERED = 5_000
"""Conversations whose id is remembered. It never changes for a person."""
THERE = 60.0
"""Seconds for which somebody is believed to be there still. A ladder's pages are further apart."""
ASK = 2.0
"""Seconds that asking whether somebody is there may take; a message does not wait longer for the answer."""
QUIET: render.Json = {"unfurl_links": False, "unfurl_media": False}
"""Nothing that stands in a message makes Slack fetch a page about it."""


@dataclass(frozen=True)
class _Known:
    """Somebody's conversation, and when Slack last said that they are there."""

    channel: str
    at: float


class SlackAdapter:
    """Sends to one Slack workspace. Satisfies :class:`adapters.base.Adapter`.

    Nothing is tried again in here: the outbox knows what a page's lease allows, and what goes before what.
    ``clock`` counts seconds; ``taken_away`` is called with whose messages one was deleted from.
    """

    platform = PLATFORM

    def __init__(
        self,
        client: AsyncWebClient,
        workspaces: Iterable[str],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.client = client
        self.workspaces = frozenset(workspaces)
        self.taken_away: Callable[[str], None] = lambda _user: None
        self._clock = clock
        self._conversations: OrderedDict[str, _Known] = OrderedDict()
        self._ask_again = 0.0

    async def send(self, message: Outgoing) -> Sent:
        """Hand over a message. Raises one of :class:`~adapters.base.SendError`."""
        channel = message.to.channel or await self._there(message.to.user)
        metadata = {"event_type": EVENT, "event_payload": {"outbox": message.id}}
        try:
            answer = await called(
                self.client.chat_postMessage(
                    channel=channel, metadata=metadata, **render.message(message.card), **QUIET
                )
            )
        except Unreachable:
            self._conversations.pop(message.to.user, None)
            raise
        await self._picture(answer["channel"], message.card)
        return Sent(f"{answer['channel']}:{answer['ts']}")

    async def _picture(self, channel: str, card: Card) -> None:
        """Show a card's picture. The card has arrived and says in words what there is to see."""
        try:
            await pictures.show(self.client, channel, card)
        except SendError as error:
            log.warning("picture_not_shown", reason=str(error))

    async def update(self, to: Address, reference: str, card: Card) -> None:  # noqa: ARG002
        """Replace a sent message; its metadata stays, since none is given."""
        channel, ts = _split(reference)
        await called(self.client.chat_update(channel=channel, ts=ts, **render.message(card)))

    async def delete(self, to: Address, reference: str) -> None:
        """Take a sent message away. One that is gone already is as it should be."""
        channel, ts = _split(reference)
        try:
            await called(self.client.chat_delete(channel=channel, ts=ts))
        except Rejected as error:
            if str(error) != "message_not_found":
                raise
        self.taken_away(to.user)

    async def find(self, to: Address, outbox_id: int) -> Sent | None:
        """Look whether a message with this outbox id already stands in the conversation."""
        try:
            async with asyncio.timeout(LOOK):
                channel = to.channel or await self.conversation(to.user)
                answer = await called(
                    self.client.conversations_history(
                        channel=channel, limit=LOOKED_AT, include_all_metadata=True
                    )
                )
        except TimeoutError as error:
            raise Ambiguous("the look took too long") from error
        except (AuthFailed, Unreachable, Rejected) as error:
            # That it cannot be looked for says nothing of whether it can be sent.
            raise Ambiguous(str(error)) from None
        for message in answer.get("messages", ()):
            metadata = message.get("metadata") or {}
            if (
                metadata.get("event_type") == EVENT
                and metadata.get("event_payload", {}).get("outbox") == outbox_id
            ):
                return Sent(f"{channel}:{message['ts']}")
        return None

    async def conversation(self, user: str) -> str:
        """The id of the direct messages with somebody; opened if there are none yet."""
        known = self._conversations.get(user)
        return known.channel if known is not None else await self._open(user)

    async def _there(self, user: str) -> str:
        """Where to write to somebody who is still there. Raises :class:`Unreachable` if they are not.

        Slack takes messages to whoever was deactivated without a word, and a page that nobody can read must
        climb; only opening the conversation tells. Where Slack does not let itself be asked now, the message
        goes all the same: it takes a person's id as well as a conversation's.
        """
        known, now = self._conversations.get(user), self._clock()
        if known is not None and now - known.at < THERE:
            return known.channel
        if now >= self._ask_again:
            try:
                async with asyncio.timeout(ASK):
                    return await self._open(user)
            except Unreachable:
                self._conversations.pop(user, None)
                raise
            except RateLimited as error:
                self._ask_again = now + error.after
            except (SendError, TimeoutError):
                pass  # sending tells whether this was more than a bad moment
        return known.channel if known is not None else user

    async def _open(self, user: str) -> str:
        answer = await called(self.client.conversations_open(users=user))
        channel: str = answer["channel"]["id"]
        self._conversations[user] = _Known(channel, self._clock())
        if len(self._conversations) > REMEMBERED:
            self._conversations.popitem(last=False)
        return channel


def _split(reference: str) -> tuple[str, str]:
    channel, separator, ts = reference.partition(":")
    if not separator:
        raise Rejected("not a message of Slack's")
    return channel, ts
