"""Embeds as Discord checks them.

https://docs.discord.com/developers/resources/message#embed-object-embed-limits
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.discord.shapes import Json, Path, Wrong

MOST = 10
CHARACTERS = 6_000


def check_embeds(wrong: Wrong, embeds: Any, path: Path) -> None:
    """Every limit of a message's embeds, and of all of them together."""
    total = 0
    for number, given in enumerate(wrong.items(embeds, path, MOST)):
        here = (*path, number)
        embed = wrong.fields(given, here)
        if embed is not None:
            _check(wrong, embed, here)
            total += size(embed)
    if total > CHARACTERS:
        wrong.add(path, "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {CHARACTERS}")


def _check(wrong: Wrong, embed: Json, path: Path) -> None:
    wrong.text(embed.get("title"), (*path, "title"), 256)
    wrong.text(embed.get("description"), (*path, "description"), 4_096)
    wrong.link(embed.get("url"), (*path, "url"))
    wrong.number(embed.get("color"), (*path, "color"), 0, 0xFFFFFF)
    if embed.get("timestamp") is not None:
        _check_time(wrong, embed["timestamp"], (*path, "timestamp"))
    for number, field in enumerate(wrong.items(embed.get("fields"), (*path, "fields"), 25)):
        here = (*path, "fields", number)
        found = wrong.fields(field, here)
        if found is not None:
            wrong.text(found.get("name"), (*here, "name"), 256, 1)
            wrong.text(found.get("value"), (*here, "value"), 1_024, 1)
            wrong.flag(found.get("inline"), (*here, "inline"))
    for name, most in (("author", 256), ("footer", 2_048)):
        part = embed.get(name)
        if part is not None and wrong.fields(part, (*path, name)) is not None:
            key = "name" if name == "author" else "text"
            wrong.text(part.get(key), (*path, name, key), most, 1)
            wrong.link(part.get("icon_url"), (*path, name, "icon_url"))
    for name in ("image", "thumbnail"):
        picture = embed.get(name)
        if picture is not None and wrong.fields(picture, (*path, name)) is not None:
            if picture.get("url") is None:
                wrong.required((*path, name, "url"))
            wrong.link(picture.get("url"), (*path, name, "url"))
    if not any(
        embed.get(key) for key in ("title", "description", "fields", "author", "footer", "image")
    ) and (not embed.get("thumbnail")):
        wrong.required((*path, "description"))


def _check_time(wrong: Wrong, value: Any, path: Path) -> None:
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        wrong.add(path, "DATE_TIME_TYPE_PARSE", f"Could not parse {value}. Should be ISO8601.")


def size(embed: Json) -> int:
    """The characters that count together: title, description, fields, footer and author."""
    texts = [embed.get("title"), embed.get("description")]
    texts += [(embed.get("author") or {}).get("name"), (embed.get("footer") or {}).get("text")]
    for field in embed.get("fields") or []:
        if isinstance(field, dict):
            texts += [field.get("name"), field.get("value")]
    return sum(len(each) for each in texts if isinstance(each, str))


def kept(embed: Json) -> Json:
    """An embed as it stands in a message."""
    return {"type": "rich", **{key: value for key, value in embed.items() if value is not None}}
