"""Guilds, channels and people, and what was written. It knows nothing of HTTP or of payloads."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from itertools import count
from typing import Any

from tests.discord import permissions
from tests.discord.permissions import ALL, Overwrite

Json = dict[str, Any]
EPOCH = 1_420_070_400_000
"""The first millisecond of 2015, from which snowflakes count."""
SETUP = 1_577_836_800.0
"""When accounts and places came to be: long before any test's clock."""


class Kind(IntEnum):
    """What sort of channel it is."""

    TEXT = 0
    DIRECT = 1


class Flag(IntEnum):
    """Flags of a message."""

    SUPPRESS_EMBEDS = 1 << 2
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    IS_COMPONENTS_V2 = 1 << 15


@dataclass(kw_only=True)
class User:
    """An account. ``dms_open`` is false for whoever takes no messages from a server's members."""

    id: int
    name: str
    handle: str = ""
    bot: bool = False
    locale: str = "en-US"
    dms_open: bool = True
    blocks_app: bool = False

    @property
    def username(self) -> str:
        """The name that is unique on all of Discord."""
        return self.handle or "".join(letter for letter in self.name.lower() if letter.isalnum())


@dataclass(kw_only=True)
class Member:
    """Somebody in one guild."""

    user: int
    nick: str = ""
    roles: list[int] = field(default_factory=list)
    joined_at: float = SETUP


@dataclass(kw_only=True)
class Role:
    """A role. The one with its guild's id is everybody's."""

    id: int
    name: str
    permissions: int = 0
    position: int = 0
    managed_by: int | None = None


@dataclass(kw_only=True)
class Attachment:
    """A file in a message."""

    id: int
    filename: str
    data: bytes
    content_type: str = "application/octet-stream"
    description: str = ""
    ephemeral: bool = False


@dataclass(kw_only=True)
class Message:
    """A message. ``only_for`` is the one reader of an ephemeral one."""

    id: int
    channel: int
    author: int
    at: float
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    type: int = 0
    edited_at: float | None = None
    nonce: str = ""
    only_for: int | None = None
    reply_to: int | None = None
    mentions: list[int] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    interaction: Json | None = None

    @property
    def loading(self) -> bool:
        """Whether it only says that the app is thinking."""
        return bool(self.flags & Flag.LOADING)


@dataclass(kw_only=True)
class Channel:
    """A channel of a guild, or somebody's direct messages with the app (``guild`` is none)."""

    id: int
    name: str
    kind: Kind = Kind.TEXT
    guild: int | None = None
    recipient: int | None = None
    overwrites: list[Overwrite] = field(default_factory=list)
    position: int = 0
    messages: dict[int, Message] = field(default_factory=dict)
    ephemeral: dict[int, Message] = field(default_factory=dict)

    @property
    def last_message(self) -> int | None:
        return max(self.messages, default=None)


@dataclass(kw_only=True)
class Guild:
    """A server, as people call it."""

    id: int
    name: str
    owner: int
    locale: str = "en-US"
    members: dict[int, Member] = field(default_factory=dict)
    roles: dict[int, Role] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)


class Workspace:
    """All of it. ``now`` is its clock, in seconds since 1970."""

    def __init__(self, *, now: Callable[[], float] = time.time) -> None:
        self.now = now
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.direct_messages: dict[int, Channel] = {}
        """Each person's direct messages with the app, by the person's id."""
        self._numbers = count(1)

    def snowflake(self, at: float | None = None) -> int:
        """An id that was not used before and tells its time: now, unless it is said when.

        https://docs.discord.com/developers/reference#snowflakes
        """
        moment = int((self.now() if at is None else at) * 1_000) - EPOCH
        return (moment << 22) | (next(self._numbers) & 0x3FFFFF)

    # --- people and places ---------------------------------------------------------------------

    def add_user(self, user: User) -> User:
        """Let somebody have an account."""
        self.users[user.id] = user
        return user

    def add_guild(self, name: str, owner: int, *, locale: str = "en-US") -> Guild:
        """Make a guild with everybody's role."""
        made = Guild(id=self.snowflake(SETUP), name=name, owner=owner, locale=locale)
        made.roles[made.id] = Role(id=made.id, name="@everyone", permissions=permissions.EVERYONE)
        self.guilds[made.id] = made
        return made

    def add_role(self, guild: Guild, name: str, granted: int, *, managed_by: int | None = None) -> Role:
        """Make a role."""
        made = Role(
            id=self.snowflake(SETUP),
            name=name,
            permissions=granted,
            position=len(guild.roles),
            managed_by=managed_by,
        )
        guild.roles[made.id] = made
        return made

    def add_channel(self, guild: Guild, name: str) -> Channel:
        """Make a channel that everybody in the guild can see."""
        made = Channel(id=self.snowflake(SETUP), name=name, guild=guild.id, position=len(guild.channels))
        guild.channels[made.id] = made
        return made

    def direct(self, user: int) -> Channel:
        """The direct messages between somebody and the app; they come into being when first needed."""
        if user not in self.direct_messages:
            made = Channel(id=self.snowflake(SETUP), name="", kind=Kind.DIRECT, recipient=user)
            self.direct_messages[user] = made
        return self.direct_messages[user]

    @property
    def channels(self) -> Iterator[Channel]:
        """Every channel there is."""
        for guild in self.guilds.values():
            yield from guild.channels.values()
        yield from self.direct_messages.values()

    def find_channel(self, channel: int) -> Channel | None:
        """A channel by its id."""
        return next((each for each in self.channels if each.id == channel), None)

    def guild_of(self, channel: Channel) -> Guild | None:
        """The guild that a channel belongs to."""
        return None if channel.guild is None else self.guilds.get(channel.guild)

    def shared_guilds(self, one: int, other: int) -> list[Guild]:
        """The guilds that two people are both in."""
        return [each for each in self.guilds.values() if one in each.members and other in each.members]

    def name_of(self, user: int, guild: Guild | None) -> str:
        """What somebody is called there."""
        member = guild.members.get(user) if guild is not None else None
        return (member.nick if member else "") or self.users[user].name

    # --- who may do what -----------------------------------------------------------------------

    def in_guild(self, user: int, guild: Guild) -> int:
        """What somebody may do in a guild."""
        member = guild.members.get(user)
        if member is None:
            return 0
        if guild.owner == user:
            return ALL
        found = guild.roles[guild.id].permissions
        for role in member.roles:
            found |= guild.roles[role].permissions if role in guild.roles else 0
        return ALL if found & permissions.ADMINISTRATOR else found

    def may(self, user: int, channel: Channel) -> int:
        """What somebody may do in a channel, as bits."""
        guild = self.guild_of(channel)
        if guild is None:
            return ALL if user == channel.recipient or self.users[user].bot else 0
        member = guild.members.get(user)
        if member is None:
            return 0
        base = self.in_guild(user, guild)
        return permissions.in_channel(base, guild.id, member.roles, user, channel.overwrites)

    def can(self, user: int, channel: Channel, permission: str) -> bool:
        """Whether somebody may do one thing in a channel."""
        return bool(self.may(user, channel) & permissions.NAMES[permission])

    # --- what is written -----------------------------------------------------------------------

    def visible_to(self, user: int, channel: Channel) -> list[Message]:
        """What somebody sees there, the oldest first."""
        if not self.can(user, channel, "view_channel"):
            return []
        own = [each for each in channel.ephemeral.values() if each.only_for == user]
        return sorted([*channel.messages.values(), *own], key=lambda each: each.id)


def stamp(at: float | None) -> str | None:
    """A moment as Discord writes it."""
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat()
