"""The vocabulary between the bot and every platform: events in, cards and forms out.

Only plain frozen data and the standard library. An adapter turns a platform's payload into an
:class:`Event` and a :class:`Card` or :class:`Form` into a platform's payload; handlers know nothing
else of chat. Limits are the lowest common ones of the supported platforms (Slack's Block Kit and
Discord's components) and are checked when an object is made, so that whatever exists can be shown.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

# Lowest common limits, in characters unless said otherwise.
FORM_TITLE = 24  # Slack modal title and submit
INPUT_LABEL = 45  # Discord modal label
INPUT_HELP = 100  # Discord label description
FORM_INPUTS = 5  # Discord modal
OPTIONS = 25  # Discord select
OPTION_TEXT = 75  # Slack option text
BUTTON_TEXT = 75  # Slack button text
BUTTONS = 5  # Discord action row
TEXT_INPUT = 3_000  # Slack text input
TEXT_BLOCK = 3_000  # Slack section text
FIELDS = 10  # Slack section fields
FIELD_TEXT = 1_000  # Discord embed field value
CARD_TITLE = 150  # Slack header
CARD_TEXT = 4_000  # Discord components, all text of one message together
CARD_BLOCKS = 20
LINK = 500
CARD_ROWS = 5  # Discord action rows of a message: rows of buttons and lists together
CUSTOM_ID = 100  # Discord custom id


class VocabularyError(ValueError):
    """A card, form or part of one that some platform could not show. Always a programming mistake."""


def _check(condition: bool, message: str) -> None:
    if not condition:
        raise VocabularyError(message)


def _limit(what: str, value: str, most: int, least: int = 1) -> None:
    _check(least <= len(value) <= most, f"{what} has {len(value)} characters; allowed are {least} to {most}")


_UNSAFE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def clean(text: str) -> str:
    """Replace what no database or wire format can carry (NUL, control characters, lone surrogates).

    Each becomes U+FFFD, so that a reader sees that something stood there. All else is kept as it is.
    """
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text)


# --- events in ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class User:
    """Somebody on a platform, whether on the roster or not.

    ``platform`` and ``workspace`` together name the connection; ``id`` is the platform's own id.
    """

    platform: str
    workspace: str
    id: str


class PlaceKind(StrEnum):
    """Where something was said: a direct message with the bot, or a channel that others read too."""

    DIRECT = "direct"
    CHANNEL = "channel"


@dataclass(frozen=True)
class Place:
    """A conversation, by the platform's own id."""

    kind: PlaceKind
    id: str


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something a person did. ``dedupe_key`` is the same for every delivery of the same deed.

    ``at`` is when the person did it (aware, UTC), which may be long before it arrives.
    """

    dedupe_key: str
    user: User
    place: Place
    at: datetime

    @property
    def words(self) -> str:
        """Everything the person wrote in this event, for screening; empty if nothing."""
        return ""


@dataclass(frozen=True, kw_only=True)
class CommandUsed(Event):
    """A slash command; ``text`` is all that stood behind its name."""

    name: str
    text: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", clean(self.text))

    @property
    def words(self) -> str:
        return self.text


@dataclass(frozen=True, kw_only=True)
class TextPosted(Event):
    """A message, or an edit of one (``edited``), in a direct message or a channel the bot is in.

    ``to_bot``: in a channel, it calls the bot by its name, so it is read whether or not the channel is.
    """

    text: str
    message_id: str
    edited: bool = False
    to_bot: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", clean(self.text))

    @property
    def words(self) -> str:
        return self.text


@dataclass(frozen=True, kw_only=True)
class MessageRaised(Event):
    """A message that somebody points out with the platform's own menu on it, whoever wrote it.

    ``name`` is what the menu's entry is registered under; ``author`` is the platform's id of who wrote the
    message, and ``author_name`` what they are called there, if the platform told.
    """

    name: str
    text: str
    message_id: str
    author: str = ""
    author_name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", clean(self.text))
        object.__setattr__(self, "author_name", clean(self.author_name))

    @property
    def by_another(self) -> bool:
        """Whether somebody else than the one who points it out wrote it."""
        return self.author != self.user.id

    @property
    def words(self) -> str:
        return self.text


@dataclass(frozen=True, kw_only=True)
class ButtonPressed(Event):
    """A button or a select's option. ``action`` is the custom id that the card was made with.

    ``value`` is the chosen option's value where it was a select, else empty.
    """

    action: str
    value: str = ""


@dataclass(frozen=True, kw_only=True)
class FormSubmitted(Event):
    """A filled form. What was typed is a string; what was chosen, one or several, a tuple of values.

    Only what was typed are words: an option's value is ours. An input that was left empty is missing.
    ``closed``: the platform has closed the form already, so errors cannot be shown in it.
    """

    form: str
    values: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    closed: bool = False

    def __post_init__(self) -> None:
        cleaned = {
            key: clean(value) if isinstance(value, str) else tuple(clean(item) for item in value)
            for key, value in self.values.items()
        }
        object.__setattr__(self, "values", {key: value for key, value in cleaned.items() if value})

    @property
    def words(self) -> str:
        return "\n".join(value for value in self.values.values() if isinstance(value, str))

    def text(self, name: str) -> str:
        """The trimmed text or the one chosen value of an input; empty where it was left out."""
        value = self.values.get(name, "")
        if isinstance(value, tuple):
            return value[0] if len(value) == 1 else ""
        return value.strip()

    def choices(self, name: str) -> tuple[str, ...]:
        """The chosen values of a multiple choice; empty where none was chosen."""
        value = self.values.get(name, ())
        return (value,) if isinstance(value, str) else value


# --- custom ids --------------------------------------------------------------------------------


def action(name: str, *arguments: str | int) -> str:
    """Build a custom id: a registered name and database ids (or fixed words), never a person's words."""
    parts = [name, *(str(argument) for argument in arguments)]
    _check(all(part and ":" not in part for part in parts), "a custom id's parts hold no colon")
    custom_id = ":".join(parts)
    _limit("a custom id", custom_id, CUSTOM_ID)
    return custom_id


def split_action(custom_id: str) -> tuple[str, tuple[str, ...]]:
    """Take a custom id apart again: its registered name and its arguments."""
    name, *arguments = custom_id.split(":")
    return name, tuple(arguments)


# --- cards out ---------------------------------------------------------------------------------


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
        _limit("a text block", self.text, TEXT_BLOCK)


@dataclass(frozen=True)
class Fields:
    """Short facts as pairs of label and value."""

    pairs: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        _check(1 <= len(self.pairs) <= FIELDS, f"fields: 1 to {FIELDS} pairs, not {len(self.pairs)}")
        for label, value in self.pairs:
            _limit("a field's label", label, OPTION_TEXT)
            _limit("a field's value", value, FIELD_TEXT)


@dataclass(frozen=True)
class Account:
    """Somebody's account, as the platform that the card is read on shows it: for people on no roster.

    ``user`` is that platform's own id, so nobody is called by a name that they no longer have.
    """

    label: str
    user: str

    def __post_init__(self) -> None:
        _limit("an account's label", self.label, OPTION_TEXT)
        _limit("an account's id", self.user, CUSTOM_ID)


@dataclass(frozen=True)
class Link:
    """A page that opens in the reader's browser. Its address is one that Handrail made, never a person's."""

    label: str
    url: str

    def __post_init__(self) -> None:
        _limit("a link's label", self.label, OPTION_TEXT)
        _limit("a link's address", self.url, LINK)
        _check(re.fullmatch(r"https?://[^\s()<>\[\]]+", self.url) is not None, "a link leads to a web page")


@dataclass(frozen=True)
class Image:
    """A PNG with a text for those who cannot see it."""

    png: bytes
    alt: str

    def __post_init__(self) -> None:
        _check(self.png.startswith(b"\x89PNG"), "an image is a PNG")
        _limit("an image's alternative text", self.alt, FIELD_TEXT)


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
        _limit("a button's label", self.label, BUTTON_TEXT)
        _limit("a custom id", self.action, CUSTOM_ID)


@dataclass(frozen=True)
class Buttons:
    """One row of buttons."""

    buttons: tuple[Button, ...]

    def __post_init__(self) -> None:
        _check(1 <= len(self.buttons) <= BUTTONS, f"1 to {BUTTONS} buttons a row, not {len(self.buttons)}")


@dataclass(frozen=True)
class Option:
    """One choice of a select, a choice or a multiple choice."""

    value: str
    label: str

    def __post_init__(self) -> None:
        _limit("an option's value", self.value, CUSTOM_ID)
        _limit("an option's label", self.label, OPTION_TEXT)


def _check_options(options: Sequence[Option]) -> None:
    _check(1 <= len(options) <= OPTIONS, f"1 to {OPTIONS} options, not {len(options)}")
    _check(len({option.value for option in options}) == len(options), "options have different values")


@dataclass(frozen=True)
class Select:
    """A list in a card; choosing arrives as :class:`ButtonPressed` with the option's value."""

    placeholder: str
    action: str
    options: tuple[Option, ...]

    def __post_init__(self) -> None:
        _limit("a select's placeholder", self.placeholder, OPTION_TEXT)
        _limit("a custom id", self.action, CUSTOM_ID)
        _check_options(self.options)


Block = Text | Fields | Account | Link | Image | Divider | Buttons | Select


@dataclass(frozen=True)
class Card:
    """A message. ``fallback`` is all that a notification shows: no name and no word of a note in it."""

    title: str
    blocks: tuple[Block, ...]
    fallback: str

    def __post_init__(self) -> None:
        _limit("a card's title", self.title, CARD_TITLE)
        _limit("a card's fallback", self.fallback, CARD_TITLE)
        _check(len(self.blocks) <= CARD_BLOCKS, f"a card has at most {CARD_BLOCKS} blocks")
        rows = [block for block in self.blocks if isinstance(block, Buttons | Select)]
        _check(len(rows) <= CARD_ROWS, f"a card has at most {CARD_ROWS} rows of buttons and lists")
        total = len(self.title) + sum(_text_length(block) for block in self.blocks)
        _check(total <= CARD_TEXT, f"a card holds at most {CARD_TEXT} characters, not {total}")
        actions = [
            button.action for block in self.blocks if isinstance(block, Buttons) for button in block.buttons
        ]
        actions += [block.action for block in self.blocks if isinstance(block, Select)]
        _check(len(set(actions)) == len(actions), "each button of a card does something else")


def _text_length(block: Block) -> int:
    match block:
        case Text(text=text):
            return len(text)
        case Fields(pairs=pairs):
            return sum(len(label) + len(value) for label, value in pairs)
        case Link(label=label, url=url):
            return len(label) + len(url)
        case _:
            return 0


# --- forms out ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class TextInput:
    """A text box. ``most`` is the longest text it takes."""

    name: str
    label: str
    help: str = ""
    value: str = ""
    required: bool = False
    multiline: bool = False
    most: int = TEXT_INPUT

    def __post_init__(self) -> None:
        _check_input(self.name, self.label, self.help)
        _check(1 <= self.most <= TEXT_INPUT, f"a text input takes 1 to {TEXT_INPUT} characters")
        _limit("a text input's value", self.value, self.most, least=0)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Exactly one option (none if not required). ``value`` is the one chosen beforehand, if any."""

    name: str
    label: str
    options: tuple[Option, ...]
    help: str = ""
    value: str = ""
    required: bool = False

    def __post_init__(self) -> None:
        _check_input(self.name, self.label, self.help)
        _check_options(self.options)
        _check(
            not self.value or self.value in {option.value for option in self.options},
            "the value of a choice is one of its options",
        )


@dataclass(frozen=True, kw_only=True)
class MultiChoice:
    """Any number of options."""

    name: str
    label: str
    options: tuple[Option, ...]
    help: str = ""
    values: tuple[str, ...] = ()
    required: bool = False

    def __post_init__(self) -> None:
        _check_input(self.name, self.label, self.help)
        _check_options(self.options)
        _check(
            set(self.values) <= {option.value for option in self.options},
            "the values of a multiple choice are among its options",
        )


@dataclass(frozen=True, kw_only=True)
class UserInput:
    """One person of the platform, chosen with the platform's own picker, who need not be on the roster.

    ``value`` is the platform's id of the one chosen beforehand, if any. It comes back as a chosen value.
    """

    name: str
    label: str
    help: str = ""
    value: str = ""
    required: bool = False

    def __post_init__(self) -> None:
        _check_input(self.name, self.label, self.help)
        _limit("a chosen person's id", self.value, CUSTOM_ID, least=0)


Input = TextInput | Choice | MultiChoice | UserInput


def _check_input(name: str, label: str, help_text: str) -> None:
    _limit("an input's name", name, CUSTOM_ID)
    _limit("an input's label", label, INPUT_LABEL)
    _limit("an input's help", help_text, INPUT_HELP, least=0)


@dataclass(frozen=True)
class Form:
    """A modal form. ``id`` is a custom id whose name a ``@form`` handler is registered under."""

    id: str
    title: str
    inputs: tuple[Input, ...]
    submit: str

    def __post_init__(self) -> None:
        _limit("a form's id", self.id, CUSTOM_ID)
        _limit("a form's title", self.title, FORM_TITLE)
        _limit("a form's submit label", self.submit, FORM_TITLE)
        _check(1 <= len(self.inputs) <= FORM_INPUTS, f"a form has 1 to {FORM_INPUTS} inputs")
        names = [item.name for item in self.inputs]
        _check(len(set(names)) == len(names), "a form's inputs have different names")


# --- effects out -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reply:
    """Answer the person who acted; ``private`` means that nobody else in the place can see it.

    ``fleeting``: it holds somebody's words or a sealed name, so it never becomes a message that is kept.
    """

    card: Card
    private: bool = True
    fleeting: bool = False


@dataclass(frozen=True)
class OpenForm:
    """Open a form, as the only answer to a command or a button."""

    form: Form


@dataclass(frozen=True)
class UpdateCard:
    """Replace the card whose button was pressed."""

    card: Card


@dataclass(frozen=True)
class FormErrors:
    """The form was not taken: what to mend, by input name. Nothing that was typed is lost.

    ``forget`` are inputs in which stood what is not to be kept, such as a name where a code belongs.
    """

    form: Form
    errors: Mapping[str, str]
    forget: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        names = {item.name for item in self.form.inputs}
        _check(bool(self.errors) and set(self.errors) <= names, "errors name the form's inputs")


Effect = Reply | OpenForm | UpdateCard | FormErrors
