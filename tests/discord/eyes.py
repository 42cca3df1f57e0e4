"""What somebody sees on Discord: messages as they stand, in channels and in direct messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.discord import markdown, shown
from tests.discord.components import Type
from tests.discord.shown import Control, Piece, Question
from tests.discord.workspace import Channel, Guild, Message, User

if TYPE_CHECKING:
    from tests.discord.server import DiscordServer


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A message as it stands in front of somebody. ``only_me`` marks an ephemeral one."""

    channel: Channel
    message: Message
    pieces: tuple[Piece, ...]
    author: str
    notification: str
    mine: bool
    by_app: bool

    @property
    def only_me(self) -> bool:
        return self.message.only_for is not None

    @property
    def controls(self) -> list[Control]:
        """What can be pressed or chosen from."""
        return [piece for piece in self.pieces if isinstance(piece, Control)]

    @property
    def buttons(self) -> list[str]:
        """The labels of its buttons that can be pressed."""
        return [each.label for each in self.controls if each.kind == "button" and not each.disabled]

    @property
    def lists(self) -> list[Control]:
        """Its lists."""
        return [each for each in self.controls if each.type != Type.BUTTON]

    @property
    def lines(self) -> list[str]:
        """All that is read on it but for buttons and lists."""
        return [piece for piece in self.pieces if isinstance(piece, str) and piece]

    @property
    def text(self) -> str:
        """All that is read on it, from top to bottom, a button as ``[label]``."""
        found = (piece.control if isinstance(piece, Question) else piece for piece in self.pieces)
        return "\n".join(piece if isinstance(piece, str) else piece.text for piece in found)


class Eyes:
    """One account's eyes."""

    def __init__(self, discord: DiscordServer, user: int) -> None:
        self.discord = discord
        self.id = user

    @property
    def account(self) -> User:
        return self.discord.workspace.users[self.id]

    @property
    def mention_text(self) -> str:
        """What stands for this person in a text."""
        return f"<@{self.id}>"

    @property
    def direct(self) -> Channel:
        """The direct messages with the app, as a channel."""
        return self.discord.workspace.direct(self.id)

    @property
    def dm(self) -> list[Seen]:
        """The direct messages with the app, the oldest first."""
        return self.messages(self.direct)

    def messages(self, channel: Channel | None = None) -> list[Seen]:
        """What this person sees in a channel, the oldest first."""
        where = channel or self.direct
        return [self.see(where, each) for each in self.discord.workspace.visible_to(self.id, where)]

    def see(self, channel: Channel, message: Message) -> Seen:
        """A message in this person's eyes."""
        guild = self.discord.workspace.guild_of(channel)
        mine = message.author == self.id
        name = self._reader(guild)
        return Seen(
            channel=channel,
            message=message,
            pieces=tuple(shown.pieces(message, name)),
            author=self.discord.workspace.name_of(message.author, guild),
            notification="" if mine else shown.notification(message, name),
            mine=mine,
            by_app=message.author == self.discord.app.bot_user,
        )

    @property
    def everything(self) -> list[Seen]:
        """All messages in front of this person in all channels, the oldest first."""
        found = [seen for channel in self.places for seen in self.messages(channel)]
        return sorted(found, key=lambda seen: seen.message.id)

    @property
    def places(self) -> list[Channel]:
        """The channels that this person can see."""
        workspace = self.discord.workspace
        seen = [
            channel
            for guild in workspace.guilds.values()
            for channel in guild.channels.values()
            if workspace.can(self.id, channel, "view_channel")
        ]
        return [*seen, self.direct]

    def read(self, sign: str, named: int) -> str:
        """What stands on the screen for a mention."""
        return self._reader(None)(sign, named)

    def _reader(self, guild: Guild | None) -> markdown.Name:
        workspace = self.discord.workspace

        def name(sign: str, named: int) -> str:
            if sign == "#":
                place = workspace.find_channel(named)
                return f"#{place.name}" if place else "#unknown"
            if sign == "@&":
                role = guild.roles.get(named) if guild else None
                return f"@{role.name}" if role else "@unknown-role"
            return f"@{workspace.name_of(named, guild)}" if named in workspace.users else "@unknown-user"

        return name
