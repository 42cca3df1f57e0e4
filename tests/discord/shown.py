"""A message as a person reads it: lines, buttons with their labels, lists with their options."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.discord import markdown
from tests.discord.components import LINK_STYLE, SELECTS, Type
from tests.discord.markdown import Name
from tests.discord.workspace import Json, Message


@dataclass(frozen=True)
class Choice:
    """One option as it is shown, and the value that Discord sends back."""

    label: str
    value: str
    description: str = ""
    chosen: bool = False


@dataclass(frozen=True, kw_only=True)
class Control:
    """Something to press, to choose from or to fill in. ``label``: a button's text, a list's placeholder."""

    type: int
    label: str
    custom_id: str
    element: Json
    choices: tuple[Choice, ...] = ()

    @property
    def kind(self) -> str:
        """What it is, in a word."""
        if self.type == Type.BUTTON:
            return "link" if self.element["style"] == LINK_STYLE else "button"
        return _WORDS[Type(self.type)]

    @property
    def disabled(self) -> bool:
        return bool(self.element.get("disabled"))

    @property
    def required(self) -> bool:
        """Whether a modal cannot be sent without it."""
        return self.element.get("required", True) is not False

    @property
    def several(self) -> bool:
        """Whether more than one option can be chosen."""
        if self.type == Type.CHECKBOXES:
            return True
        return (self.element.get("max_values") or 1) > 1

    @property
    def text(self) -> str:
        """It and its options, as they are read."""
        if self.type == Type.BUTTON:
            return f"[{self.label}]"
        options = ", ".join(choice.label for choice in self.choices)
        return f"({self.label}: {options})" if options else f"({self.label})"


_WORDS = {
    Type.STRING_SELECT: "list",
    Type.USER_SELECT: "people",
    Type.ROLE_SELECT: "roles",
    Type.MENTIONABLE_SELECT: "people and roles",
    Type.CHANNEL_SELECT: "channels",
    Type.TEXT_INPUT: "text",
    Type.UPLOAD: "upload",
    Type.RADIO: "options",
    Type.CHECKBOXES: "checkboxes",
    Type.CHECKBOX: "checkbox",
}


@dataclass(frozen=True, kw_only=True)
class Question:
    """A modal's label or row: what is asked, with its help, and the control to answer it with."""

    label: str
    hint: str
    control: Control
    path: int
    """Its number among the modal's components."""

    @property
    def optional(self) -> bool:
        return not self.control.required


Piece = str | Control | Question


def pieces(message: Message, name: Name) -> Iterator[Piece]:
    """All that can be read and used, from top to bottom."""
    if message.loading:
        yield "(is thinking)"
    if message.content:
        yield markdown.shown(message.content, name)
    for embed in message.embeds:
        yield from _embed(embed, name)
    shown_by_components = {url for each in message.components for url in _urls(each)}
    for attachment in message.attachments:
        if f"attachment://{attachment.filename}" not in shown_by_components:
            yield attachment.description or attachment.filename
    yield from laid_out(message.components, name)


def _embed(embed: Json, name: Name) -> Iterator[str]:
    if embed.get("author"):
        yield embed["author"]["name"]
    for key in ("title", "description"):
        if embed.get(key):
            yield markdown.shown(embed[key], name)
    for field in embed.get("fields") or []:
        yield markdown.shown(field["name"], name)
        yield markdown.shown(field["value"], name)
    if embed.get("footer"):
        yield embed["footer"]["text"]


def _urls(component: Json) -> Iterator[str]:
    for key in ("media", "file"):
        if isinstance(component.get(key), dict):
            yield component[key]["url"]
    inner = [*component.get("components", []), *component.get("items", []), component.get("accessory")]
    for each in inner:
        if each:
            yield from _urls(each)


def laid_out(components: Sequence[Json], name: Name) -> Iterator[Piece]:
    """Components from top to bottom."""
    for each in components:
        match each["type"]:
            case Type.TEXT:
                yield markdown.shown(each["content"], name)
            case Type.ROW | Type.CONTAINER:
                yield from laid_out(each["components"], name)
            case Type.SECTION:
                yield from laid_out([*each["components"], each["accessory"]], name)
            case Type.GALLERY:
                yield from (item["description"] for item in each["items"] if item.get("description"))
            case Type.THUMBNAIL:
                if each.get("description"):
                    yield each["description"]
            case Type.FILE:
                yield str(each["file"]["url"]).rpartition("/")[2]
            case Type.SEPARATOR:
                pass
            case _:
                yield control(each)


def control(element: Json) -> Control:
    """An interactive component as it is shown."""
    kind = element["type"]
    label = element.get("label") if kind == Type.BUTTON else element.get("placeholder")
    emoji = (element.get("emoji") or {}).get("name", "")
    if kind in SELECTS and not label:
        label = "Make a selection"
    words = f"{emoji} {label or ''}".strip() if kind == Type.BUTTON else label or ""
    return Control(
        type=kind,
        label=words,
        custom_id=element.get("custom_id", ""),
        element=element,
        choices=tuple(
            Choice(each["label"], each["value"], each.get("description") or "", bool(each.get("default")))
            for each in element.get("options") or []
        ),
    )


def notification(message: Message, name: Name) -> str:
    """What a locked screen shows of a message: its content, and where it has none whatever can be read.

    https://docs.discord.com/developers/resources/message#message-object-message-flags: a silent message
    shows nothing there, nor does one that only its reader sees.
    """
    if message.flags & (1 << 12) or message.only_for is not None:
        return ""
    if message.content:
        return markdown.shown(message.content, name)
    return " ".join(piece for piece in pieces(message, name) if isinstance(piece, str) and piece)
