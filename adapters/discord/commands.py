"""The application's commands, made from the registry; sent to Discord only where it has other ones.

Commands that are sent anew are gone for a moment, and Discord counts how often one does.
https://docs.discord.com/developers/interactions/application-commands
"""

from typing import Any

import discord

from adapters.discord.client import call
from handlers.registry import Command, Registry, Typed

Json = dict[str, Any]
COMMANDS = "/applications/{application_id}/commands"
OPTION_SUMMARY = 100
_SLASH, _ON_MESSAGE = 1, 3
_TEXT, _WHOLE_NUMBER = 3, 4
_PLACES: Json = {"contexts": [0, 1], "integration_types": [0]}
"""In the server and in messages with the bot; added by a server, not by a person for themself."""
_KEPT = ("type", "name", "description", "options", "contexts", "integration_types")


def commands(registry: Registry) -> list[Json]:
    """Everything that can be typed after a slash, and the entries of a message's menu."""
    slash = [_command(entry) for entry in sorted(registry.commands.values(), key=lambda entry: entry.name)]
    menu = [
        {"type": _ON_MESSAGE, "name": entry.label, "description": "", "options": [], **_PLACES}
        for entry in registry.on_messages.values()
    ]
    return [*slash, *menu]


def _command(entry: Command) -> Json:
    return {
        "type": _SLASH,
        "name": entry.name,
        "description": entry.summary,
        "options": [_option(typed) for typed in options_of(entry)],
        **_PLACES,
    }


def options_of(entry: Command) -> tuple[Typed, ...]:
    """The boxes of a command; one for the whole text where the registry names no parts."""
    if entry.typed or not entry.argument:
        return entry.typed
    return (Typed("text", entry.argument),)


def _option(typed: Typed) -> Json:
    return {
        "type": _WHOLE_NUMBER if typed.number else _TEXT,
        "name": typed.name,
        "description": typed.summary[:OPTION_SUMMARY],
        "required": False,
        **({"autocomplete": True} if typed.complete else {}),
    }


async def sync(client: discord.Client, application: str, registry: Registry) -> bool:
    """Let Discord have these commands. Returns whether it had others.

    Raises one of :class:`adapters.base.SendError`.
    """
    wanted = commands(registry)
    there = await call(client, "GET", COMMANDS, application_id=application)
    if _comparable(there) == _comparable(wanted):
        return False
    await call(client, "PUT", COMMANDS, application_id=application, body=wanted)
    return True


def _comparable(entries: list[Json]) -> list[Json]:
    kept = [{name: _plain(entry.get(name)) for name in _KEPT} for entry in entries]
    return sorted(kept, key=lambda entry: (str(entry["type"]), str(entry["name"])))


def _plain(value: Any) -> Any:
    """Without what Discord adds by itself: empty lists, false, null."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items() if each not in (None, False, [], {})}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value or ""
