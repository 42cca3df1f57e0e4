"""What a person reads where Discord parses its markup: mentions by name, links by label, stars as bold.

https://docs.discord.com/developers/reference#message-formatting
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

Name = Callable[[str, int], str]
"""Tells what stands for a user (``@``), a role (``@&``) or a channel (``#``), given the sign and the id."""

_CODE = re.compile(r"\\([^0-9A-Za-z\s])|```(?:[a-z]*\n)?(.*?)```|`([^`\n]+)`", re.DOTALL)
"""What stands as it is: signs behind a backslash, and code. Read from left to right, the first one wins."""
_ENTITY = re.compile(r"<(@[!&]?|#|t:|:|a:|/)([^<>\n]+)>")
_LINK = re.compile(r"\[([^\]\n]+)\]\(<?(https?://[^\s)>]+)>?(?: \"[^\"]*\")?\)")
_LINE = re.compile(r"^(?:#{1,3} |-# |>>> |> )", re.MULTILINE)
_BULLET = re.compile(r"^(\s*)[-*] (?=\S)", re.MULTILINE)
_STYLES = [
    re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", re.DOTALL),
    re.compile(r"__(?=\S)(.+?)(?<=\S)__", re.DOTALL),
    re.compile(r"~~(?=\S)(.+?)(?<=\S)~~", re.DOTALL),
    re.compile(r"\|\|(.+?)\|\|", re.DOTALL),
    re.compile(r"\*(?=[^\s*])(.+?)(?<=[^\s*])\*", re.DOTALL),
    re.compile(r"(?<!\w)_(?=[^\s_])(.+?)(?<=[^\s_])_(?!\w)", re.DOTALL),
]


def shown(text: str, name: Name) -> str:
    """A text as it is read: what is markup is obeyed and not seen."""
    # What is not to be looked at again stands aside while the rest is formatted.
    kept: list[str] = []

    def keep(value: str) -> str:
        kept.append(value)
        return f"\0{len(kept) - 1}\0"

    text = _CODE.sub(lambda found: keep(next(part for part in found.groups() if part is not None)), text)
    text = _ENTITY.sub(lambda found: keep(_entity(found[1], found[2], name)), text)
    text = _LINK.sub(r"\1", text)
    text = _LINE.sub("", text)
    text = _BULLET.sub(r"\1• ", text)
    for style in _STYLES:
        text = style.sub(r"\1", text)
    while "\0" in text:
        text = re.sub("\0(\\d+)\0", lambda found: kept[int(found[1])], text)
    return text


def _entity(sign: str, inside: str, name: Name) -> str:
    match sign:
        case "@" | "@!" | "@&" | "#" if inside.isdigit():
            return name(sign.replace("!", ""), int(inside))
        case "t:":
            moment = datetime.fromtimestamp(int(inside.partition(":")[0]), UTC)
            return f"{moment:%Y-%m-%d %H:%M} UTC"
        case "/":
            return "/" + inside.rpartition(":")[0]
        case ":" | "a:":
            return f":{inside.partition(':')[0]}:"
        case _:
            return f"<{sign}{inside}>"
