"""discord.py's objects to events. Pure: what happened in, an event and the ways to answer it out.

``None`` means that nobody did anything which the bot has to know: another bot wrote, somebody joined, a link
was embedded, or it happened in a server that is not ours. Direct messages belong to no server; they are ours,
for the bot serves one server only.

https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object and
https://docs.discord.com/developers/resources/message#message-object
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import discord

from adapters import base
from handlers.chat import (
    CUSTOM_ID,
    ButtonPressed,
    CommandUsed,
    FormSubmitted,
    Membership,
    MessageRaised,
    Place,
    PlaceKind,
    Rank,
    TextPosted,
    User,
)
from handlers.registry import Registry

PLATFORM = "discord"
_SLASH = 1
_WRITTEN = frozenset({discord.MessageType.default, discord.MessageType.reply})
_ENTITY = re.compile(r"<(@[!&]?|#|a?:)([^<>\s]*)>")


class Surface(StrEnum):
    """Where a deed was done, which decides how it can be answered."""

    TEXT = "text"
    COMMAND = "command"
    CARD = "card"
    FORM = "form"


@dataclass(frozen=True, kw_only=True)
class Way:
    """How a deed can be answered. What does not apply is empty.

    ``interaction`` and ``token`` answer once within 3 s and more for 15 minutes. ``on_card``: the deed, or
    the form that it sent, began on a message of ours, which can be replaced; ``fleeting``: which stands in
    no history.
    """

    surface: Surface
    user: str
    channel: str
    direct: bool
    interaction: str = ""
    token: str = field(default="", repr=False)
    on_card: bool = False
    fleeting: bool = False


@dataclass(frozen=True)
class Deed(base.Deed):
    """Something a person did, and how to answer it."""

    way: Way


@dataclass(frozen=True)
class Installed:
    """Where and as whom the bot stands: its server, its application and its own user."""

    guild: str
    application: str
    bot_user: str

    def user(self, user_id: int | str) -> User:
        """Somebody as seen from our server, whether a member or not."""
        return User(PLATFORM, self.guild, str(user_id))


# --- interactions ------------------------------------------------------------------------------


def interaction(happened: discord.Interaction, installed: Installed, registry: Registry) -> Deed | None:
    """A slash command, a button, a list's option, a sent form or an entry of a message's menu."""
    data: Mapping[str, Any] = happened.data or {}
    if not is_ours(happened, installed):
        return None
    match happened.type.value, data.get("type", _SLASH):
        case (2, 1):
            return _command(happened, data, installed, registry)
        case (2, 3):
            return _raised(happened, data, installed, registry)
        case (3, _):
            return _pressed(happened, data, installed)
        case (5, _):
            return _submitted(happened, data, installed)
        case _:
            return None


def is_ours(happened: discord.Interaction, installed: Installed) -> bool:
    """Whether this was done in our server or in somebody's messages with the bot."""
    return happened.guild_id is None or str(happened.guild_id) == installed.guild


def _command(
    happened: discord.Interaction, data: Mapping[str, Any], installed: Installed, registry: Registry
) -> Deed:
    command = registry.commands.get(data["name"])
    shapes = {typed.name: typed.shape for typed in command.typed} if command else {}
    given = [
        shapes.get(option["name"], "{}").format(readable(str(option.get("value", ""))))
        for option in data.get("options") or ()
    ]
    # In one line, as people type it where there are no typed options.
    event = CommandUsed(**_common(happened, installed), name=data["name"], text=" ".join(given))
    return Deed(event, way(Surface.COMMAND, happened))


def ranked(deed: Deed, happened: discord.Interaction) -> Deed:
    """A command with whether whoever used it may manage the server. In direct messages Discord does not say.

    https://docs.discord.com/developers/resources/guild#guild-member-object ("permissions")
    """
    if not isinstance(deed.event, CommandUsed):
        return deed
    may, rank = happened.permissions, Rank.UNKNOWN
    if happened.guild_id is not None:
        rank = Rank.ADMINISTRATOR if may.administrator or may.manage_guild else Rank.MEMBER
    said = Membership(rank, happened.user.display_name)
    return replace(deed, event=replace(deed.event, membership=said))


def _raised(
    happened: discord.Interaction, data: Mapping[str, Any], installed: Installed, registry: Registry
) -> Deed:
    about = data["resolved"]["messages"][data["target_id"]]
    author = about.get("author") or {}
    # Discord tells only what the entry is called on the screen.
    names = {entry.label: entry.name for entry in registry.on_messages.values()}
    event = MessageRaised(
        **_common(happened, installed),
        name=names.get(data["name"], data["name"]),
        text=_whole(about),
        message_id=about["id"],
        author=str(author.get("id", "")),
        author_name=author.get("global_name") or author.get("username") or "",
    )
    return Deed(event, way(Surface.COMMAND, happened))


def _pressed(happened: discord.Interaction, data: Mapping[str, Any], installed: Installed) -> Deed | None:
    values = data.get("values") or ()
    if len(data["custom_id"]) > CUSTOM_ID:
        return None
    event = ButtonPressed(
        **_common(happened, installed),
        action=data["custom_id"],
        value=values[0] if values else "",
    )
    return Deed(event, way(Surface.CARD, happened))


def _submitted(happened: discord.Interaction, data: Mapping[str, Any], installed: Installed) -> Deed:
    event = FormSubmitted(
        **_common(happened, installed),
        form=data["custom_id"],
        values=dict(_filled(data.get("components") or ())),
        closed=True,
    )
    return Deed(event, way(Surface.FORM, happened))


def _filled(components: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """What each input holds: typed text as it is, everything chosen as a tuple."""
    for outer in components:
        for item in [outer["component"]] if "component" in outer else outer.get("components", ()):
            if "values" in item:
                yield item["custom_id"], tuple(item["values"])
            else:
                yield item["custom_id"], item.get("value") or ""


def typing(happened: discord.Interaction) -> tuple[str, str, str] | None:
    """What somebody is typing for a command: its name, the box, and what stands in it so far."""
    data: Mapping[str, Any] = happened.data or {}
    for option in data.get("options") or ():
        if option.get("focused"):
            return data["name"], option["name"], str(option.get("value", ""))
    return None


def _common(happened: discord.Interaction, installed: Installed) -> dict[str, Any]:
    kind = PlaceKind.DIRECT if happened.guild_id is None else PlaceKind.CHANNEL
    return {
        "dedupe_key": f"interaction:{happened.id}",
        "user": installed.user(happened.user.id),
        "place": Place(kind, str(happened.channel_id or happened.user.id)),
        "at": happened.created_at,
    }


def way(surface: Surface, happened: discord.Interaction) -> Way:
    """How an interaction can be answered."""
    return Way(
        surface=surface,
        user=str(happened.user.id),
        channel=str(happened.channel_id or ""),
        direct=happened.guild_id is None,
        interaction=str(happened.id),
        token=happened.token,
        on_card=happened.message is not None,
        fleeting=happened.message is not None and happened.message.flags.ephemeral,
    )


# --- messages ----------------------------------------------------------------------------------


def written(
    message: discord.Message, installed: Installed, *, direct: bool, edited: bool = False
) -> Deed | None:
    """A message, or an edit of one, as the gateway brings it or as it is read later.

    The key is the message's own id (and the time of its edit), which both ways of reading it have.
    """
    author = message.author
    if author.bot or message.webhook_id is not None or message.type not in _WRITTEN:
        return None
    if edited and message.edited_at is None:
        return None  # a link was embedded, or the message was pinned: its words are the same
    text = "\n".join(filter(None, (message.content, *_forwarded(message))))
    mentioned = f"<@{installed.bot_user}>" in text or f"<@!{installed.bot_user}>" in text
    plain = readable(text, installed)
    if not plain and not mentioned:
        return None
    # What is said in a thread is said in the channel that it hangs on.
    channel = str(getattr(message.channel, "parent_id", None) or message.channel.id)
    key, at = f"message:{message.id}", message.created_at
    if edited and message.edited_at is not None:
        key, at = f"{key}:{message.edited_at.timestamp():.6f}", message.edited_at
    event = TextPosted(
        dedupe_key=key,
        user=installed.user(author.id),
        place=Place(PlaceKind.DIRECT if direct else PlaceKind.CHANNEL, channel),
        at=at,
        text=plain,
        message_id=str(message.id),
        edited=edited,
        to_bot=mentioned or direct,
    )
    return Deed(event, Way(surface=Surface.TEXT, user=str(author.id), channel=channel, direct=direct))


def _forwarded(message: discord.Message) -> Iterator[str]:
    """The words of a message that was forwarded: whoever does so passes them on."""
    for snapshot in message.message_snapshots:
        yield snapshot.content


def _whole(about: Mapping[str, Any]) -> str:
    """All words of a message that somebody points out, with those that it forwards."""
    forwarded = [
        str(each.get("message", {}).get("content", "")) for each in about.get("message_snapshots") or ()
    ]
    return readable("\n".join(filter(None, (str(about.get("content", "")), *forwarded))))


def readable(text: str, installed: Installed | None = None) -> str:
    """What stands on the screen for a message's text, without the mention of the bot itself."""
    own = f"@{installed.bot_user}" if installed else ""
    shown = _ENTITY.sub(lambda found: _entity(found[1], found[2]), text)
    return (shown.replace(own, " ") if own else shown).strip()


def _entity(kind: str, inside: str) -> str:
    if kind.endswith(":"):
        return f":{inside.partition(':')[0]}:"
    return f"{kind[0]}{inside}"


def moment(snowflake: str) -> datetime:
    """When something with this id was made."""
    return discord.utils.snowflake_time(int(snowflake))
