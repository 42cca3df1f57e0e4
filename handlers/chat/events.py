"""Events in: what somebody did."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from handlers.chat.limits import clean


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


class Rank(StrEnum):
    """What a platform says of somebody: they administer the workspace or server, they do not, or nothing."""

    ADMINISTRATOR = "administrator"
    MEMBER = "member"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Membership:
    """What a platform says of whoever acts, now. Name and time zone are empty where it does not tell."""

    rank: Rank
    name: str = field(default="", repr=False)
    time_zone: str = ""


@dataclass(frozen=True, kw_only=True)
class CommandUsed(Event):
    """A slash command; ``text`` is all that stood behind its name.

    ``membership`` is there only where it matters for this very command who administers the workspace.
    """

    name: str
    text: str = ""
    membership: Membership | None = None

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
        # An empty line ends a sentence, so that "none" below says nothing about what was written above.
        return "\n\n".join(value for value in self.values.values() if isinstance(value, str))

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
