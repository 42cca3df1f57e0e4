"""Cards out: messages, of a closed set of blocks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from handlers.chat.limits import (
    BUTTON_TEXT,
    BUTTONS,
    CARD_BLOCKS,
    CARD_ROWS,
    CARD_TEXT,
    CARD_TITLE,
    CUSTOM_ID,
    FIELD_TEXT,
    FIELDS,
    LINK,
    OPTION_TEXT,
    OPTIONS,
    TEXT_BLOCK,
    check,
    limit,
)


class TextStyle(StrEnum):
    """How a text block looks. Text itself is always plain: markup in it is shown, never obeyed."""

    PLAIN = "plain"
    STRONG = "strong"
    QUIET = "quiet"
    QUOTE = "quote"


@dataclass(frozen=True)
class Text:
    """A paragraph (or several, split by newlines) of plain text."""

    text: str
    style: TextStyle = TextStyle.PLAIN

    def __post_init__(self) -> None:
        limit("a text block", self.text, TEXT_BLOCK)


@dataclass(frozen=True)
class Fields:
    """Short facts as pairs of label and value."""

    pairs: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        check(1 <= len(self.pairs) <= FIELDS, f"fields: 1 to {FIELDS} pairs, not {len(self.pairs)}")
        for label, value in self.pairs:
            limit("a field's label", label, OPTION_TEXT)
            limit("a field's value", value, FIELD_TEXT)


@dataclass(frozen=True)
class Account:
    """Somebody's account, as the platform that the card is read on shows it: for people on no roster.

    ``user`` is that platform's own id, so nobody is called by a name that they no longer have.
    """

    label: str
    user: str

    def __post_init__(self) -> None:
        limit("an account's label", self.label, OPTION_TEXT)
        limit("an account's id", self.user, CUSTOM_ID)


@dataclass(frozen=True)
class Link:
    """A page that opens in the reader's browser. Its address is one that Handrail made, never a person's."""

    label: str
    url: str

    def __post_init__(self) -> None:
        limit("a link's label", self.label, OPTION_TEXT)
        limit("a link's address", self.url, LINK)
        check(re.fullmatch(r"https?://[^\s()<>\[\]]+", self.url) is not None, "a link leads to a web page")


@dataclass(frozen=True)
class Image:
    """A PNG with a text for those who cannot see it."""

    png: bytes
    alt: str

    def __post_init__(self) -> None:
        check(self.png.startswith(b"\x89PNG"), "an image is a PNG")
        limit("an image's alternative text", self.alt, FIELD_TEXT)


@dataclass(frozen=True)
class Divider:
    """A line between blocks."""


class ButtonStyle(StrEnum):
    """How loud a button is. At most one primary or danger button a card reads best."""

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True)
class Button:
    """A button; pressing it arrives as :class:`ButtonPressed` with the same ``action``."""

    label: str
    action: str
    style: ButtonStyle = ButtonStyle.PLAIN

    def __post_init__(self) -> None:
        limit("a button's label", self.label, BUTTON_TEXT)
        limit("a custom id", self.action, CUSTOM_ID)


@dataclass(frozen=True)
class Buttons:
    """One row of buttons."""

    buttons: tuple[Button, ...]

    def __post_init__(self) -> None:
        check(1 <= len(self.buttons) <= BUTTONS, f"1 to {BUTTONS} buttons a row, not {len(self.buttons)}")


@dataclass(frozen=True)
class Option:
    """One choice of a select, a choice or a multiple choice."""

    value: str
    label: str

    def __post_init__(self) -> None:
        limit("an option's value", self.value, CUSTOM_ID)
        limit("an option's label", self.label, OPTION_TEXT)


def check_options(options: Sequence[Option]) -> None:
    """Refuse a list that some platform could not show."""
    check(1 <= len(options) <= OPTIONS, f"1 to {OPTIONS} options, not {len(options)}")
    check(len({option.value for option in options}) == len(options), "options have different values")


@dataclass(frozen=True)
class Select:
    """A list in a card; choosing arrives as :class:`ButtonPressed` with the option's value."""

    placeholder: str
    action: str
    options: tuple[Option, ...]

    def __post_init__(self) -> None:
        limit("a select's placeholder", self.placeholder, OPTION_TEXT)
        limit("a custom id", self.action, CUSTOM_ID)
        check_options(self.options)


Block = Text | Fields | Account | Link | Image | Divider | Buttons | Select


@dataclass(frozen=True)
class Card:
    """A message. ``fallback`` is all that a notification shows: no name and no word of a note in it."""

    title: str
    blocks: tuple[Block, ...]
    fallback: str

    def __post_init__(self) -> None:
        limit("a card's title", self.title, CARD_TITLE)
        limit("a card's fallback", self.fallback, CARD_TITLE)
        check(len(self.blocks) <= CARD_BLOCKS, f"a card has at most {CARD_BLOCKS} blocks")
        rows = [block for block in self.blocks if isinstance(block, Buttons | Select)]
        check(len(rows) <= CARD_ROWS, f"a card has at most {CARD_ROWS} rows of buttons and lists")
        total = len(self.title) + sum(text_length(block) for block in self.blocks)
        check(total <= CARD_TEXT, f"a card holds at most {CARD_TEXT} characters, not {total}")
        actions = [
            button.action for block in self.blocks if isinstance(block, Buttons) for button in block.buttons
        ]
        actions += [block.action for block in self.blocks if isinstance(block, Select)]
        check(len(set(actions)) == len(actions), "each button of a card does something else")


def text_length(block: Block) -> int:
    """Characters of a block that count towards what one card holds."""
    match block:
        case Text(text=text):
            return len(text)
        case Fields(pairs=pairs):
            return sum(len(label) + len(value) for label, value in pairs)
        case Link(label=label, url=url):
            return len(label) + len(url)
        case _:
            return 0
