"""The app as it is set up in the developer portal: its token, its privileged intents, its commands."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

Json = dict[str, Any]


class Intent(IntEnum):
    """Kinds of events that a gateway session asks for.

    https://docs.discord.com/developers/events/gateway#gateway-intents
    """

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    DIRECT_MESSAGES = 1 << 12
    MESSAGE_CONTENT = 1 << 15


PRIVILEGED = {
    "members": Intent.GUILD_MEMBERS,
    "presences": Intent.GUILD_PRESENCES,
    "message_content": Intent.MESSAGE_CONTENT,
}
"""The intents that must be switched on in the portal."""
KNOWN_INTENTS = (1 << 26) - 1
_FLAGS = {"presences": 1 << 13, "members": 1 << 15, "message_content": 1 << 19}


@dataclass(frozen=True)
class Sync:
    """One time that all commands were put in place: for a guild, or everywhere (``guild`` is none)."""

    guild: int | None
    names: tuple[str, ...]


@dataclass
class Application:
    """One app with its bot. ``intents`` are the privileged ones that the portal grants.

    ``token_works`` is false once the token was reset.
    """

    name: str = "Handrail"
    id: int = 1_100_000_000_000_000_001
    bot_user: int = 1_100_000_000_000_000_001
    token: str = "MTEwMDAw.loop.back"
    public_key: str = "c0ffee" * 10 + "c0ff"
    intents: set[str] = field(default_factory=lambda: {"message_content"})
    token_works: bool = True
    commands: dict[int | None, dict[int, Json]] = field(default_factory=dict)
    """Registered commands by guild (none: everywhere) and id."""
    syncs: list[Sync] = field(default_factory=list)

    @property
    def flags(self) -> int:
        """The app's flags, which tell what the portal grants."""
        return sum(_FLAGS[name] for name in self.intents)

    @property
    def granted(self) -> int:
        """The privileged intents that a session may ask for."""
        return sum(PRIVILEGED[name] for name in self.intents)

    def usable(self, guild: int | None, kind: int = 1) -> list[Json]:
        """The commands of one kind that are offered in a guild, or in direct messages.

        https://docs.discord.com/developers/interactions/application-commands
        """
        everywhere = self.commands.get(None, {}).values()
        own = self.commands.get(guild, {}).values() if guild is not None else ()
        here = 0 if guild is not None else 1
        offered = [each for each in everywhere if here in contexts(each)]
        found = {each["name"]: each for each in [*offered, *own] if each["type"] == kind}
        return list(found.values())


def contexts(command: Json) -> list[int]:
    """Where a command is offered: 0 in guilds, 1 in direct messages with the app."""
    if command.get("contexts") is not None:
        return list(command["contexts"])
    return [0] if command.get("dm_permission") is False else [0, 1, 2]
