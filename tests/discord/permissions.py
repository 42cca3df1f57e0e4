"""Who may do what where. https://docs.discord.com/developers/topics/permissions"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

NAMES: Mapping[str, int] = {
    "administrator": 1 << 3,
    "manage_channels": 1 << 4,
    "manage_guild": 1 << 5,
    "add_reactions": 1 << 6,
    "view_channel": 1 << 10,
    "send_messages": 1 << 11,
    "manage_messages": 1 << 13,
    "embed_links": 1 << 14,
    "attach_files": 1 << 15,
    "read_message_history": 1 << 16,
    "mention_everyone": 1 << 17,
    "use_external_emojis": 1 << 18,
    "manage_roles": 1 << 28,
    "manage_threads": 1 << 34,
    "use_application_commands": 1 << 31,
    "create_public_threads": 1 << 35,
    "send_messages_in_threads": 1 << 38,
    "moderate_members": 1 << 40,
}
"""The permissions that this Discord knows, by their names in discord.py."""
ALL = (1 << 51) - 1
ADMINISTRATOR = NAMES["administrator"]
VIEW = NAMES["view_channel"]


def bits(names: str | Iterable[str]) -> int:
    """Permissions from their names, given one by one or with spaces between."""
    found = 0
    for name in names.split() if isinstance(names, str) else names:
        found |= NAMES[name]
    return found


EVERYONE = bits(
    "view_channel send_messages embed_links attach_files read_message_history add_reactions"
    " use_application_commands create_public_threads send_messages_in_threads use_external_emojis"
)
"""What everybody may do in a new guild."""
BOT = EVERYONE
IN_DIRECT_MESSAGES = bits("attach_files embed_links mention_everyone use_external_emojis")
"""What an interaction says of an app in its direct messages."""


@dataclass(frozen=True)
class Overwrite:
    """What a channel allows and denies to a role or a member, by its id."""

    target: int
    allow: int = 0
    deny: int = 0


def in_channel(base: int, everyone: int, roles: Iterable[int], user: int, on: Iterable[Overwrite]) -> int:
    """What somebody may do in a channel: first everybody's overwrite, then the roles', then their own."""
    if base & ADMINISTRATOR:
        return ALL
    by_target = {each.target: each for each in on}
    found = base
    if everyone in by_target:
        found = found & ~by_target[everyone].deny | by_target[everyone].allow
    held = [by_target[role] for role in roles if role in by_target and role != everyone]
    allow, deny = 0, 0
    for each in held:
        allow, deny = allow | each.allow, deny | each.deny
    found = found & ~deny | allow
    if user in by_target:
        found = found & ~by_target[user].deny | by_target[user].allow
    # Who cannot see a channel can do nothing in it.
    return found if found & VIEW else 0
