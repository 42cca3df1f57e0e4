"""Block Kit as a person reads it: lines, buttons with their labels, lists with their options."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.slack import mrkdwn
from tests.slack.mrkdwn import Name

Json = dict[str, Any]


@dataclass(frozen=True)
class Choice:
    """One option as it is shown, and as Slack sends it back."""

    label: str
    value: str
    payload: Json
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class Control:
    """Something to press, to choose from or to fill in. ``label``: a button's text, a list's placeholder."""

    kind: str
    label: str
    block_id: str
    action_id: str
    element: Json
    choices: tuple[Choice, ...] = ()

    @property
    def text(self) -> str:
        """It and its options, as they are read."""
        if self.kind == "button":
            return f"[{self.label}]"
        options = ", ".join(choice.label for choice in self.choices)
        return f"({self.label}: {options})" if options else f"({self.label})"


@dataclass(frozen=True, kw_only=True)
class Question:
    """An input block: what is asked, with its help, and the control to answer it with."""

    label: str
    hint: str
    optional: bool
    control: Control


Piece = str | Control | Question


def plain(text: Json | None, name: Name) -> str:
    """A text object as it is read."""
    if not text:
        return ""
    words: str = text["text"]
    if text["type"] == "mrkdwn":
        return mrkdwn.shown(words, name)
    return words if text.get("emoji") is False else mrkdwn.emoji(words)


def pieces(blocks: Sequence[Json], name: Name) -> Iterator[Piece]:
    """All that can be read and used, from top to bottom."""
    for block in blocks:
        match block["type"]:
            case "header":
                yield plain(block["text"], name)
            case "section":
                yield from _section(block, name)
            case "context":
                yield from (_small(each, name) for each in block["elements"])
            case "rich_text":
                yield from _rich(block["elements"], name)
            case "image":
                if title := plain(block.get("title"), name):
                    yield title
                yield block["alt_text"]
            case "actions":
                yield from (control(each, block, name) for each in block["elements"])
            case "input":
                yield _question(block, name)


def _section(block: Json, name: Name) -> Iterator[Piece]:
    if "text" in block:
        yield plain(block["text"], name)
    yield from (plain(each, name) for each in block.get("fields", []))
    accessory = block.get("accessory")
    if accessory and accessory["type"] == "image":
        yield accessory["alt_text"]
    elif accessory:
        yield control(accessory, block, name)


def _small(element: Json, name: Name) -> str:
    return element["alt_text"] if element["type"] == "image" else plain(element, name)


def _question(block: Json, name: Name) -> Question:
    return Question(
        label=plain(block["label"], name),
        hint=plain(block.get("hint"), name),
        optional=block.get("optional", False),
        control=control(block["element"], block, name),
    )


def control(element: Json, block: Json, name: Name) -> Control:
    """An interactive element as it is shown."""
    label = element["text"] if element["type"] == "button" else element.get("placeholder")
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return Control(
        kind=element["type"],
        label=plain(label, name),
        block_id=block["block_id"],
        action_id=element["action_id"],
        element=element,
        choices=tuple(
            Choice(plain(each["text"], name), each["value"], each, plain(each.get("description"), name))
            for each in [*element.get("options", []), *grouped]
        ),
    )


# --- rich text ------------------------------------------------------------------------------------


def _rich(elements: Sequence[Json], name: Name) -> Iterator[str]:
    for each in elements:
        if each["type"] == "rich_text_list":
            for number, item in enumerate(each["elements"], 1 + each.get("offset", 0)):
                sign = f"{number}." if each["style"] == "ordered" else "•"
                yield f"{sign} {_run(item['elements'], name)}"
        else:
            yield _run(each["elements"], name)


def _run(elements: Sequence[Json], name: Name) -> str:
    return "".join(_inline(each, name) for each in elements)


def _inline(each: Json, name: Name) -> str:
    match each["type"]:
        case "text":
            return str(each["text"])
        case "link":
            return str(each.get("text") or each["url"])
        case "user":
            return name("@", each["user_id"])
        case "channel":
            return name("#", each["channel_id"])
        case "emoji":
            return mrkdwn.emoji(f":{each['name']}:")
        case _:
            return f"@{each['range']}"


def words(blocks: Sequence[Json], name: Name) -> str:
    """All text of blocks in one line, as Slack makes it up where a message has no ``text`` to notify with."""
    return " ".join(piece for piece in pieces(blocks, name) if isinstance(piece, str) and piece)
