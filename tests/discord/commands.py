"""Application commands as Discord checks them.

https://docs.discord.com/developers/interactions/application-commands
"""

from __future__ import annotations

import unicodedata
from typing import Any

from tests.discord.shapes import Json, Path, Wrong

CHAT, USER, MESSAGE = 1, 2, 3
SUBCOMMAND, GROUP = 1, 2
STRING, INTEGER, BOOLEAN, PERSON, CHANNEL, ROLE, MENTIONABLE, NUMBER, FILE = range(3, 12)
MOST = {CHAT: 100, USER: 5, MESSAGE: 5}
"""How many commands of each kind there may be, everywhere or in one guild."""
CHARACTERS = 8_000
_LISTED = """
    id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru uk hi th
    zh-CN ja zh-TW ko
"""
LOCALES = frozenset(_LISTED.split())
"""https://docs.discord.com/developers/reference#locales"""


def check_command(wrong: Wrong, given: Any, path: Path = ()) -> None:
    """One command with its options."""
    command = wrong.fields(given, path)
    if command is None:
        return
    kind = command.get("type", CHAT)
    if not wrong.choice(kind, (*path, "type"), {CHAT, USER, MESSAGE}):
        return
    if kind == CHAT:
        _name(wrong, command, path)
        wrong.text(command.get("description"), (*path, "description"), 100, 1)
        _localized(wrong, command, "description", path)
        _options(wrong, command, path, depth=0)
        if _size(command) > CHARACTERS:
            message = f"Command exceeds maximum size ({CHARACTERS})"
            wrong.add(path, "APPLICATION_COMMAND_TOO_LARGE", message)
    else:
        wrong.text(command.get("name"), (*path, "name"), 32, 1)
        if command.get("description"):
            message = "Context menu commands cannot have description"
            wrong.add((*path, "description"), "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_INVALID", message)
        if command.get("options"):
            message = "Context menu commands cannot have options"
            wrong.add((*path, "options"), "APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS_INVALID", message)
        _localized(wrong, command, "name", path)
    for where in wrong.items(command.get("contexts"), (*path, "contexts"), 3):
        wrong.choice(where, (*path, "contexts"), {0, 1, 2})


def check_together(wrong: Wrong, commands: list[Json], *, listed: bool) -> None:
    """What a set of commands must keep: numbers and names. ``listed`` tells of each by its place."""
    for kind, most in MOST.items():
        if sum(each.get("type", CHAT) == kind for each in commands) > most:
            message = f"Maximum number of application commands reached ({most})"
            wrong.add((), "APPLICATION_COMMANDS_MAX", message)
    names = [(each.get("type", CHAT), each.get("name")) for each in commands]
    places: list[Path] = [(number, "name") if listed else ("name",) for number in range(len(commands))]
    message = "Application command names must be unique"
    wrong.distinct(names, places, "APPLICATION_COMMANDS_DUPLICATE_NAME", message)


def _name(wrong: Wrong, given: Json, path: Path) -> None:
    here = (*path, "name")
    if wrong.text(given.get("name"), here, 32, 1) and not speakable(given["name"]):
        wrong.add(here, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    _localized(wrong, given, "name", path, spoken=True)


def speakable(name: str) -> bool:
    """Whether a command may be called so: letters, numbers, ``-``, ``_``, ``'``, and no capitals."""
    letters = all(each in "-_'" or unicodedata.category(each)[0] in "LNM" for each in name)
    return letters and name == name.lower()


def _localized(wrong: Wrong, given: Json, key: str, path: Path, *, spoken: bool = False) -> None:
    most = 32 if key == "name" else 100
    here = (*path, f"{key}_localizations")
    for locale, text in (given.get(f"{key}_localizations") or {}).items():
        if locale not in LOCALES:
            wrong.add((*here, locale), "LOCALE_INVALID", "This locale is not supported")
        elif wrong.text(text, (*here, locale), most, 1) and spoken and not speakable(text):
            wrong.add((*here, locale), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _options(wrong: Wrong, command: Json, path: Path, depth: int) -> None:
    given = wrong.items(command.get("options"), (*path, "options"), 25)
    optional = False
    places: list[Path] = []
    names: list[Any] = []
    for number, each in enumerate(given):
        here = (*path, "options", number)
        option = wrong.fields(each, here)
        if option is None:
            continue
        _name(wrong, option, here)
        wrong.text(option.get("description"), (*here, "description"), 100, 1)
        _localized(wrong, option, "description", here)
        kind = option.get("type")
        if not wrong.choice(kind, (*here, "type"), range(1, 12)):
            continue
        names.append(option.get("name"))
        places.append((*here, "name"))
        if kind in (SUBCOMMAND, GROUP):
            if depth >= 2 or (depth == 1 and kind == GROUP):
                message = "Sub-command option type is invalid"
                wrong.add((*here, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)
            else:
                _options(wrong, option, here, depth + (2 if kind == SUBCOMMAND else 1))
            continue
        if option.get("required") and optional:
            message = "Required options must be placed before non-required options"
            wrong.add(here, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
        optional = optional or not option.get("required")
        _values(wrong, option, here)
    message = "Option name already used"
    wrong.distinct(names, places, "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", message)
    groups = [each.get("type") in (SUBCOMMAND, GROUP) for each in given if isinstance(each, dict)]
    if any(groups) and not all(groups):
        message = "Sub-command and sub-command group option types are mutually exclusive to all other types"
        wrong.add((*path, "options"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)


def _values(wrong: Wrong, option: Json, path: Path) -> None:
    kind = option["type"]
    choices = wrong.items(option.get("choices"), (*path, "choices"), 25)
    if choices and kind not in (STRING, INTEGER, NUMBER):
        wrong.add((*path, "choices"), "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", "Choices are not valid")
    check_choices(wrong, choices, kind, (*path, "choices"))
    if option.get("autocomplete") and (choices or kind not in (STRING, INTEGER, NUMBER)):
        message = "Autocomplete is not valid here"
        wrong.add((*path, "autocomplete"), "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID", message)
    wrong.number(option.get("min_length"), (*path, "min_length"), 0, 6_000)
    wrong.number(option.get("max_length"), (*path, "max_length"), 1, 6_000)


def check_choices(wrong: Wrong, choices: list[Any], kind: int, path: Path) -> None:
    """The choices of an option, or what is suggested while somebody types."""
    for number, each in enumerate(choices):
        here = (*path, number)
        choice = wrong.fields(each, here)
        if choice is None:
            continue
        wrong.text(choice.get("name"), (*here, "name"), 100, 1)
        if kind == STRING:
            wrong.text(choice.get("value"), (*here, "value"), 100, 1)
        elif isinstance(choice.get("value"), bool) or not isinstance(choice.get("value"), int | float):
            message = f'Value "{choice.get("value")}" is not a number.'
            wrong.add((*here, "value"), "NUMBER_TYPE_COERCE", message)


def _size(given: Json) -> int:
    """The characters that count together: names, descriptions and values."""
    texts = [given.get("name"), given.get("description")]
    texts += [
        value for choice in given.get("choices") or [] for value in (choice.get("name"), choice.get("value"))
    ]
    own = sum(len(each) for each in texts if isinstance(each, str))
    return own + sum(_size(each) for each in given.get("options") or [] if isinstance(each, dict))
