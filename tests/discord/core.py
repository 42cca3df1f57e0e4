"""What ties a workspace to its app: messages, who is told of them, and what people ask of the app."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from tests.discord import permissions
from tests.discord.faults import Faults
from tests.discord.gateway import Gateway, Session
from tests.discord.payloads import Payloads
from tests.discord.portal import Application, Intent
from tests.discord.workspace import Channel, Guild, Json, Kind, Member, Message, User, Workspace

FIRST_ANSWER_SECONDS = 3.0
FOLLOW_UP_SECONDS = 900.0
"""https://docs.discord.com/developers/interactions/receiving-and-responding"""
NONCE_SECONDS = 120.0
SIZE_LIMIT = 10 * 1024 * 1024
COMMAND, COMPONENT, AUTOCOMPLETE, SUBMITTED = 2, 3, 4, 5


@dataclass(frozen=True)
class Call:
    """One call of the API, and what it was answered with (status 0 where the connection broke)."""

    method: str
    path: str
    given: Any
    at: float
    answer: Any
    status: int

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def route(self) -> str:
        """Method and path, as faults and ``called`` have them."""
        return f"{self.method} {self.path}"


@dataclass(kw_only=True)
class Interaction:
    """Something that somebody asked of the app, and how it was answered first (``answer`` is its type)."""

    id: int
    token: str
    kind: int
    user: int
    channel: Channel
    at: float
    data: Json
    message: Message | None = None
    locale: str = "en-US"
    answer: int = 0
    given: Json = field(default_factory=dict)
    original: int | None = None
    thinking: bool = False
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def metadata(self) -> Json:
        """What a message says of where it comes from, but for who asked."""
        return {"id": str(self.id), "type": self.kind}


class Discord:
    """Guilds and people with one app among them."""

    def __init__(self, app: Application | None = None, workspace: Workspace | None = None) -> None:
        self.app = app or Application()
        self.workspace = workspace or Workspace()
        self.workspace.add_user(User(id=self.app.bot_user, name=self.app.name, bot=True))
        self.payloads = Payloads(self.workspace, self.app)
        self.gateway = Gateway(self.workspace, self.app, self.payloads)
        self.faults = Faults()
        self.calls: list[Call] = []
        self.interactions: dict[int, Interaction] = {}
        self.modals: dict[int, Json] = {}
        """The modal that somebody has open: its payload, and the interaction it answered."""
        self.url = ""
        self._nonces: dict[tuple[str, int], Message] = {}
        self.patience = 3.0
        """Real seconds that an answer may take, beside the three of the workspace's clock."""

    def now(self) -> float:
        """The workspace's time, whoever sets it."""
        return self.workspace.now()

    # --- messages ------------------------------------------------------------------------------

    def publish(self, channel: Channel, message: Message) -> Message:
        """Put a message in place."""
        if message.only_for is not None:
            channel.ephemeral[message.id] = message
            return message
        channel.messages[message.id] = message
        self._tell("MESSAGE_CREATE", channel, message)
        if message.nonce:
            self._nonces[message.nonce, message.author] = message
        return message

    def change(self, channel: Channel, message: Message, *, edited: bool = True, **changes: Any) -> None:
        """Change a message, as its writer does, or Discord itself (``edited`` is false)."""
        for name, value in changes.items():
            setattr(message, name, value)
        if edited:
            message.edited_at = self.now()
        if message.only_for is None:
            self._tell("MESSAGE_UPDATE", channel, message)

    def remove(self, channel: Channel, message: Message) -> None:
        """Take a message away."""
        if message.only_for is not None:
            channel.ephemeral.pop(message.id, None)
            return
        channel.messages.pop(message.id, None)
        if self.workspace.can(self.app.bot_user, channel, "view_channel"):
            data = self.payloads.deleted(message, channel)
            self.gateway.tell("MESSAGE_DELETE", data, intents=_message_intent(channel))

    def _tell(self, kind: str, channel: Channel, message: Message) -> None:
        if not self.workspace.can(self.app.bot_user, channel, "view_channel"):
            return

        def told(session: Session) -> Json:
            return self.payloads.event(message, channel, read=session.wants(Intent.MESSAGE_CONTENT))

        self.gateway.tell(kind, told, intents=_message_intent(channel))

    def find_message(self, channel: Channel, message: int) -> Message | None:
        """A message by its id, an ephemeral one, too."""
        return channel.messages.get(message) or channel.ephemeral.get(message)

    # --- guilds --------------------------------------------------------------------------------

    def join(self, guild: Guild, member: Member) -> None:
        """Let somebody into a guild."""
        guild.members[member.user] = member
        if member.user == self.app.bot_user:
            data = self.payloads.guild_created(guild, everybody=False)
            self.gateway.tell("GUILD_CREATE", data, intents=Intent.GUILDS)
        else:
            self._tell_member("GUILD_MEMBER_ADD", guild, self.payloads.member(guild, member))

    def leave(self, guild: Guild, user: int) -> None:
        """Let somebody go."""
        guild.members.pop(user, None)
        if user == self.app.bot_user:
            self.gateway.tell("GUILD_DELETE", {"id": str(guild.id)}, intents=Intent.GUILDS)
        else:
            shown = self.payloads.user(self.workspace.users[user])
            self._tell_member("GUILD_MEMBER_REMOVE", guild, {"user": shown})

    def changed_member(self, guild: Guild, member: Member) -> None:
        """Tell of somebody's new nickname or roles."""
        self._tell_member("GUILD_MEMBER_UPDATE", guild, self.payloads.member(guild, member))

    def _tell_member(self, kind: str, guild: Guild, data: Json) -> None:
        if self.app.bot_user in guild.members:
            about = {**data, "guild_id": str(guild.id)}
            self.gateway.tell(kind, about, intents=Intent.GUILD_MEMBERS)

    def delete_channel(self, channel: Channel) -> None:
        """Take a channel away, with all that is in it."""
        guild = self.workspace.guild_of(channel)
        if guild is not None:
            del guild.channels[channel.id]
            self.gateway.tell("CHANNEL_DELETE", self.payloads.channel(channel), intents=Intent.GUILDS)

    def changed_channel(self, channel: Channel) -> None:
        """Tell of a channel's new name or overwrites."""
        self.gateway.tell("CHANNEL_UPDATE", self.payloads.channel(channel), intents=Intent.GUILDS)

    def reachable(self, user: int) -> bool:
        """Whether the app's direct messages reach somebody."""
        account = self.workspace.users[user]
        shared = self.workspace.shared_guilds(user, self.app.bot_user)
        return account.dms_open and not account.blocks_app and bool(shared)

    # --- asking --------------------------------------------------------------------------------

    def ask(
        self, user: int, channel: Channel, kind: int, data: Json, message: Message | None = None
    ) -> Interaction:
        """Bring an interaction to the app."""
        made = Interaction(
            id=self.workspace.snowflake(),
            token=uuid4().hex,
            kind=kind,
            user=user,
            channel=channel,
            at=self.now(),
            data=data,
            message=message,
            locale=self.workspace.users[user].locale,
        )
        self.interactions[made.id] = made
        self.gateway.tell("INTERACTION_CREATE", self._asked(made))
        return made

    def _asked(self, asked: Interaction) -> Json:
        """https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object"""
        guild = self.workspace.guild_of(asked.channel)
        shown: Json = {
            "id": str(asked.id),
            "application_id": str(self.app.id),
            "type": asked.kind,
            "data": asked.data,
            "token": asked.token,
            "version": 1,
            "channel_id": str(asked.channel.id),
            "channel": self.payloads.channel(asked.channel),
            "locale": asked.locale,
            "entitlements": [],
            "entitlement_sku_ids": [],
            "attachment_size_limit": SIZE_LIMIT,
        }
        if asked.message is not None:
            shown["message"] = self.payloads.message(asked.message, asked.channel)
        if guild is None:
            return {
                **shown,
                "user": self.payloads.user(self.workspace.users[asked.user]),
                "app_permissions": str(permissions.IN_DIRECT_MESSAGES),
                "authorizing_integration_owners": {"0": "0"},
                "context": 1,
            }
        bot = self.app.bot_user
        return {
            **shown,
            "guild_id": str(guild.id),
            "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
            "guild_locale": guild.locale,
            "member": self.payloads.asking_member(guild, asked.user, asked.channel),
            "app_permissions": str(self.workspace.may(bot, asked.channel)),
            "authorizing_integration_owners": {"0": str(guild.id)},
            "context": 0,
        }

    def same_nonce(self, nonce: str, author: int) -> Message | None:
        """A message that was written with this nonce shortly before.

        Discord looks back “a few minutes”; here it is :data:`NONCE_SECONDS`.
        """
        found = self._nonces.get((nonce, author))
        return found if found is not None and self.now() - found.at <= NONCE_SECONDS else None


def _message_intent(channel: Channel) -> int:
    return int(Intent.DIRECT_MESSAGES if channel.kind is Kind.DIRECT else Intent.GUILD_MESSAGES)
