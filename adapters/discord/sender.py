"""Sending on Discord: direct messages by user id, over HTTP, so that every process can.

A message carries its outbox id as its nonce: within some minutes Discord answers a second one of the same
nonce with the first, so a page that is sent again after a time-out stands there once.
https://docs.discord.com/developers/resources/message#create-message

The history tells no nonce, so a card with buttons carries the same number as the id of its first row, which
nobody sees and Discord keeps. By it a card is found that may have arrived.
https://docs.discord.com/developers/components/reference#anatomy-of-a-component
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from io import BytesIO

import discord

from adapters.base import (
    Address,
    Ambiguous,
    AuthFailed,
    Outgoing,
    Rejected,
    Sent,
    Unreachable,
)
from adapters.discord import render
from adapters.discord.client import call
from adapters.discord.errors import UNKNOWN_MESSAGE
from adapters.discord.parse import PLATFORM
from handlers.chat import Card

REMEMBERED = 5_000
"""Conversations whose id is remembered. It never changes for a person."""
LOOK = 2.0
"""Seconds that a look for a message may take."""
LOOKED_AT = 100
"""The newest messages of a conversation among which one is looked for: as many as Discord gives at once."""
NUMBERED_FROM = 10**9
"""Added to the outbox id in a row's id: rows that carry no number of ours are numbered by Discord, from 1."""
LAST_NUMBER = 2**31 - 1
"""The highest id that a row may have."""
MESSAGES = "/channels/{channel_id}/messages"
MESSAGE = "/channels/{channel_id}/messages/{message_id}"


class DiscordAdapter:
    """Sends to people of one Discord server. Satisfies :class:`adapters.base.Adapter`."""

    platform = PLATFORM

    def __init__(self, client: discord.Client, workspaces: Iterable[str]) -> None:
        self.client = client
        self.workspaces = frozenset(workspaces)
        self._conversations: OrderedDict[str, str] = OrderedDict()

    async def send(self, message: Outgoing) -> Sent:
        """Hand over a message. Raises one of :class:`~adapters.base.SendError`."""
        channel = message.to.channel or await self.conversation(message.to.user)
        once = {"nonce": str(message.id), "enforce_nonce": True}
        try:
            sent = await self.post(channel, message.card, **_numbered(message), **once)
        except Unreachable:
            self._conversations.pop(message.to.user, None)
            raise
        return Sent(f"{channel}:{sent}")

    async def post(self, channel: str, card: Card, **more: object) -> str:
        """Put a card into a conversation. Returns the message's id."""
        answer = await call(
            self.client,
            "POST",
            MESSAGES,
            channel_id=channel,
            body={**render.message(card), **more},
            files=files_of(card),
        )
        return str(answer["id"])

    async def update(self, to: Address, reference: str, card: Card) -> None:  # noqa: ARG002
        """Replace a sent message."""
        channel, message = _split(reference)
        await call(
            self.client,
            "PATCH",
            MESSAGE,
            channel_id=channel,
            message_id=message,
            body=render.message(card),
            files=files_of(card),
        )

    async def delete(self, to: Address, reference: str) -> None:  # noqa: ARG002
        """Take a sent message away. One that is gone already is as it should be."""
        channel, message = _split(reference)
        try:
            await call(self.client, "DELETE", MESSAGE, channel_id=channel, message_id=message)
        except Rejected as error:
            if not str(error).endswith(f"code_{UNKNOWN_MESSAGE}"):
                raise

    async def find(self, to: Address, outbox_id: int) -> Sent | None:
        """Look whether a card with this outbox id already stands in the conversation.

        A card without buttons is never found: within minutes Discord knows it by its nonce.
        """
        try:
            async with asyncio.timeout(LOOK):
                channel = to.channel or await self.conversation(to.user)
                found = await call(
                    self.client, "GET", MESSAGES, channel_id=channel, query={"limit": LOOKED_AT}
                )
        except TimeoutError as error:
            raise Ambiguous("the look took too long") from error
        except (AuthFailed, Unreachable, Rejected) as error:
            # That it cannot be looked for says nothing of whether it can be sent.
            raise Ambiguous(str(error)) from None
        number = _row_id(outbox_id)
        for message in found:
            if number in [row["id"] for row in message.get("components", ()) if row.get("id")]:
                return Sent(f"{channel}:{message['id']}")
        return None

    async def conversation(self, user: str) -> str:
        """The id of the direct messages with somebody; opened if there are none yet.

        That it opens proves nothing: closed messages are told only when something is sent.
        """
        known = self._conversations.get(user)
        if known is not None:
            return known
        if not user.isdigit():
            raise Unreachable("no account of Discord's")
        answer = await call(self.client, "POST", "/users/@me/channels", body={"recipient_id": user})
        channel = str(answer["id"])
        self._conversations[user] = channel
        if len(self._conversations) > REMEMBERED:
            self._conversations.popitem(last=False)
        return channel


def _numbered(message: Outgoing) -> render.Json:
    """A message's rows of buttons, the first of which carries its outbox id."""
    rows, number = render.message(message.card)["components"], _row_id(message.id)
    if not rows or number is None:
        return {}
    return {"components": [{**rows[0], "id": number}, *rows[1:]]}


def _row_id(outbox_id: int) -> int | None:
    """``None`` for what has no outbox row: its numbers are below zero."""
    number = NUMBERED_FROM + outbox_id
    return number if outbox_id > 0 and number <= LAST_NUMBER else None


def files_of(card: Card) -> list[discord.File] | None:
    """The files that go along with a card's message."""
    pictures = render.pictures(card)
    return [discord.File(BytesIO(png), render.PICTURE) for png in pictures] or None


def _split(reference: str) -> tuple[str, str]:
    channel, separator, message = reference.partition(":")
    if not (separator and channel.isdigit() and message.isdigit()):
        raise Rejected("not a message of Discord's")
    return channel, message
