"""Sending on Slack: direct messages by user id, which carry their outbox id where only apps can see it.

https://docs.slack.dev/messaging/message-metadata
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable

from slack_sdk.web.async_client import AsyncWebClient

from adapters.base import Address, Ambiguous, Outgoing, Rejected, Sent, Unreachable
from adapters.slack import render
from adapters.slack.client import called
from adapters.slack.parse import PLATFORM
from handlers.chat import Card

EVENT = "handrail"
"""The type of our messages' metadata."""
LOOK = 2.0
"""Seconds that a look for a message may take."""
LOOKED_AT = 100
"""The newest messages of a conversation among which one is looked for: a repeat follows within a minute."""
REMEMBERED = 5_000
"""Conversations whose id is remembered. It never changes for a person."""
QUIET: render.Json = {"unfurl_links": False, "unfurl_media": False}
"""Nothing that stands in a message makes Slack fetch a page about it."""


class SlackAdapter:
    """Sends to one Slack workspace. Satisfies :class:`adapters.base.Adapter`.

    Nothing is tried again in here: the outbox knows what a page's lease allows, and what goes before what.
    """

    platform = PLATFORM

    def __init__(self, client: AsyncWebClient, workspaces: Iterable[str]) -> None:
        self.client = client
        self.workspaces = frozenset(workspaces)
        self._conversations: OrderedDict[str, str] = OrderedDict()

    async def send(self, message: Outgoing) -> Sent:
        """Hand over a message. Raises one of :class:`~adapters.base.SendError`."""
        channel = await self.conversation(message.to.user)
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
        return Sent(f"{answer['channel']}:{answer['ts']}")

    async def update(self, to: Address, reference: str, card: Card) -> None:  # noqa: ARG002
        """Replace a sent message; its metadata stays, since none is given."""
        channel, ts = _split(reference)
        await called(self.client.chat_update(channel=channel, ts=ts, **render.message(card)))

    async def delete(self, to: Address, reference: str) -> None:  # noqa: ARG002
        """Take a sent message away. One that is gone already is as it should be."""
        channel, ts = _split(reference)
        try:
            await called(self.client.chat_delete(channel=channel, ts=ts))
        except Rejected as error:
            if str(error) != "message_not_found":
                raise

    async def find(self, to: Address, outbox_id: int) -> Sent | None:
        """Look whether a message with this outbox id already stands in the conversation."""
        try:
            async with asyncio.timeout(LOOK):
                channel = await self.conversation(to.user)
                answer = await called(
                    self.client.conversations_history(
                        channel=channel, limit=LOOKED_AT, include_all_metadata=True
                    )
                )
        except TimeoutError as error:
            raise Ambiguous("the look took too long") from error
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
        if known is not None:
            return known
        answer = await called(self.client.conversations_open(users=user))
        channel: str = answer["channel"]["id"]
        self._conversations[user] = channel
        if len(self._conversations) > REMEMBERED:
            self._conversations.popitem(last=False)
        return channel


def _split(reference: str) -> tuple[str, str]:
    channel, separator, ts = reference.partition(":")
    if not separator:
        raise Rejected("not a message of Slack's")
    return channel, ts
