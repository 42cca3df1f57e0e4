"""What a person reads where Slack parses its markup: mentions by name, links by label, stars as bold."""

from __future__ import annotations

import re
from collections.abc import Callable

Name = Callable[[str, str], str]
"""Tells what stands for a user (``@``) or a channel (``#``), given the sign and the id."""

_CODE = re.compile(r"```(.*?)```|`([^`\n]+)`", re.DOTALL)
_ENTITY = re.compile(r"<([^<>\n]+)>")
_QUOTED = re.compile(r"^(?:&gt;|>) ?", re.MULTILINE)
_EMOJI = re.compile(r":([a-z0-9_+-]+):")
_KNOWN_EMOJI = {
    "+1": "👍",
    "bell": "🔔",
    "heart": "❤️",
    "rotating_light": "🚨",
    "smile": "😄",
    "warning": "⚠️",
    "wave": "👋",
    "white_check_mark": "✅",
    "x": "❌",
}
_STYLES = [
    re.compile(rf"(?<![\w{sign}])\{sign}(?=\S)([^{sign}\n]*?\S)\{sign}(?![\w{sign}])") for sign in "*_~"
]


def unescape(text: str) -> str:
    """The three characters that Slack escapes, as they are read."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def escape(text: str) -> str:
    """What somebody types, as it goes over the wire."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def emoji(text: str) -> str:
    """Emoji for their names, where this Slack knows them."""
    return _EMOJI.sub(lambda found: _KNOWN_EMOJI.get(found[1], found[0]), text)


def shown(text: str, name: Name) -> str:
    """A text as it is read: what is markup is obeyed and not seen."""
    pieces, end = [], 0
    for code in _CODE.finditer(text):
        pieces.append(_formatted(text[end : code.start()], name))
        pieces.append(unescape(code[1] if code[1] is not None else code[2]))
        end = code.end()
    return "".join([*pieces, _formatted(text[end:], name)])


def _formatted(text: str, name: Name) -> str:
    # What stands for a mention or a link is put in last: an underscore in a name is no markup.
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(_entity(found[1], name))
        return f"\0{len(kept) - 1}\0"

    text = _ENTITY.sub(keep, _QUOTED.sub("", text))
    for style in _STYLES:
        text = style.sub(r"\1", text)
    text = unescape(emoji(text))
    return re.sub("\0(\\d+)\0", lambda found: kept[int(found[1])], text)


def _entity(inside: str, name: Name) -> str:
    target, _, label = inside.partition("|")
    if target.startswith(("@", "#")):
        return name(target[0], target[1:])
    if target.startswith("!"):
        word = target[1:].partition("^")[0]
        return unescape(label) if label else f"@{word}"
    return unescape(label or target.removeprefix("mailto:"))
