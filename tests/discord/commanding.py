"""Typing a slash command: its sub-commands, its options with their types, and what is not let through.

https://docs.discord.com/developers/interactions/application-commands#application-command-object
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.discord.commands import (
    BOOLEAN,
    CHANNEL,
    GROUP,
    INTEGER,
    NUMBER,
    PERSON,
    ROLE,
    STRING,
    SUBCOMMAND,
)
from tests.discord.modal import NotPossible
from tests.discord.workspace import Channel, Json

if TYPE_CHECKING:
    from tests.discord.people import Person

LONGEST = 6_000


@dataclass(frozen=True)
class Typed:
    """Who types which command where, with the words of its sub-command."""

    person: Person
    command: Json
    words: Sequence[str]
    channel: Channel


def filled(what: Typed, given: Mapping[str, Any]) -> Json:
    """A command's data, once it is sent."""
    data = _data(what.command)
    inner, place = _into(what, data)
    _check_names(inner, given)
    for option in inner.get("options") or []:
        if option["name"] in given:
            place.append(_option(what, option, given[option["name"]], data))
        elif option.get("required"):
            raise NotPossible(f"This option is required: {option['name']}")
    return data


def typed(what: Typed, focus: tuple[str, str], given: Mapping[str, Any]) -> Json:
    """A command's data while somebody types into one option."""
    data = _data(what.command)
    inner, place = _into(what, data)
    _check_names(inner, {**given, focus[0]: ""})
    for option in inner.get("options") or []:
        if option["name"] == focus[0]:
            if not option.get("autocomplete"):
                raise NotPossible(f"Nothing is suggested for {focus[0]}.")
            place.append({"name": focus[0], "type": option["type"], "value": focus[1], "focused": True})
        elif option["name"] in given:
            place.append(_option(what, option, given[option["name"]], data))
    return data


def _data(command: Json) -> Json:
    data: Json = {"id": command["id"], "name": command["name"], "type": command["type"], "options": []}
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    return data


def _into(what: Typed, data: Json) -> tuple[Json, list[Json]]:
    """The sub-command that the words name, and where its options go."""
    command = what.command
    inner, place = command, data["options"]
    for word in what.words:
        below = [each for each in inner.get("options") or [] if each["type"] in (SUBCOMMAND, GROUP)]
        found = next((each for each in below if each["name"] == word), None)
        if found is None:
            raise NotPossible(f"/{command['name']} has no “{word}”.")
        told: Json = {"name": word, "type": found["type"], "options": []}
        place.append(told)
        inner, place = found, told["options"]
    if any(each["type"] in (SUBCOMMAND, GROUP) for each in inner.get("options") or []):
        raise NotPossible(f"/{command['name']} alone cannot be used: it has sub-commands.")
    return inner, place


def _check_names(command: Json, given: Mapping[str, Any]) -> None:
    declared = {each["name"] for each in command.get("options") or []}
    if unknown := set(given) - declared:
        raise NotPossible(f"There is no option {sorted(unknown)}. There are: {sorted(declared)}.")


def _option(what: Typed, option: Json, given: Any, data: Json) -> Json:
    value = _one_of(option, given) if option.get("choices") else _value(what, option, given, data)
    return {"name": option["name"], "type": option["type"], "value": value}


def _one_of(option: Json, given: Any) -> Any:
    for choice in option["choices"]:
        if given in (choice["name"], choice["value"]):
            return choice["value"]
    offered = [choice["name"] for choice in option["choices"]]
    raise NotPossible(f"{option['name']} does not offer {given}. There are: {offered}.")


def _value(what: Typed, option: Json, given: Any, data: Json) -> Any:
    person, channel, name = what.person, what.channel, option["name"]
    match option["type"]:
        case kind if kind == STRING:
            text = str(given).strip()
            if not (option.get("min_length") or 1) <= len(text) <= (option.get("max_length") or LONGEST):
                raise NotPossible(f"{name} is too short or too long.")
            return text
        case kind if kind in (INTEGER, NUMBER):
            return _number(option, given)
        case kind if kind == BOOLEAN:
            if str(given).lower() not in ("true", "false"):
                raise NotPossible(f"{name} is either true or false.")
            return str(given).lower() == "true"
        case kind if kind == PERSON:
            user = person.known(str(getattr(given, "id", given)))
            _resolve(data, person.resolved([user], channel))
            return user
        case kind if kind == CHANNEL:
            place = given if isinstance(given, Channel) else person.discord.workspace.find_channel(int(given))
            if place is None or place not in person.places:
                raise NotPossible(f"{name} names no channel that {person.account.name} can see.")
            shown = person.discord.payloads.channel(place)
            may = str(person.discord.workspace.may(person.id, place))
            _resolve(data, {"channels": {str(place.id): {**shown, "permissions": may}}})
            return str(place.id)
        case kind if kind == ROLE:
            guild = person.discord.workspace.guild_of(channel)
            role = guild.roles.get(int(given)) if guild is not None else None
            if role is None:
                raise NotPossible(f"{name} names no role.")
            _resolve(data, {"roles": {str(role.id): person.discord.payloads.role(role)}})
            return str(role.id)
        case _:
            raise NotPossible(f"{name} is of a type that nobody here can fill in.")


def _number(option: Json, given: Any) -> int | float:
    try:
        value = int(given) if option["type"] == INTEGER else float(given)
    except ValueError:
        raise NotPossible(f"{option['name']} is a number.") from None
    least, most = option.get("min_value"), option.get("max_value")
    if (least is not None and value < least) or (most is not None and value > most):
        raise NotPossible(f"{option['name']} is from {least} to {most}.")
    return value


def _resolve(data: Json, found: Json) -> None:
    for kind, entries in found.items():
        data.setdefault("resolved", {}).setdefault(kind, {}).update(entries)
