"""What the bot can do, by name: one decorated function each.

Every platform takes its commands, buttons and forms from here, and so do the help text and the tests.
"""

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import handlers
from handlers.chat import ButtonPressed, Card, CommandUsed, Event, FormSubmitted, MessageRaised, Option
from handlers.context import Arguments, Context, Effects
from handlers.languages import Say
from handlers.supervision_questions import Questionnaire
from storage.words import About, Role, Urgency

CommandHandler = Callable[[Context, CommandUsed], Awaitable[Effects]]
ButtonHandler = Callable[[Context, ButtonPressed, Arguments], Awaitable[Effects]]
PromptCard = Callable[[Say, int], Card]
FormHandler = Callable[[Context, FormSubmitted, Arguments], Awaitable[Effects]]
RaisedHandler = Callable[[Context, MessageRaised], Awaitable[Effects]]
SHORTCUT = 24
"""Characters of a shortcut's label (Slack's limit; Discord's is 32)."""


@dataclass(frozen=True)
class Said:
    """What an event says by itself about a concern, before anybody reads its words.

    ``urgency`` is what the person chose; ``about`` is whom such an event is about where its words do not
    tell; ``check_in`` is the check-in that the words belong to, if it exists already; ``case`` is the case
    that they were asked for. ``quoted``: the words are somebody else's, so they are never about who sends
    them.
    """

    urgency: Urgency = Urgency.NONE
    about: About = About.UNKNOWN
    check_in: int | None = None
    case: int | None = None
    quoted: bool = False


EVERYBODY = frozenset(Role)
"""Also who reads figures only."""
Says = Callable[[Event, Arguments], Said]


def says_nothing(_event: Event, _arguments: Arguments) -> Said:
    """The event chooses no urgency; only its words may raise one."""
    return Said()


@dataclass(frozen=True)
class Rights:
    """Who may use something, and what using it says.

    ``roles`` empty: everybody on the roster but observers, who read figures only. ``anyone``: also people who
    are not on it, or are suspended.
    ``screened`` is false only for what the roles' own people write about a case they have: it would page
    them for their own report. Whoever else sends it is screened all the same. ``remembered`` is
    false for what leaves no mark that it was done, when and by whom: doing it twice must change nothing.
    ``loads`` takes long when it is first called; it is called before the transaction, which everybody else
    would wait for.
    """

    roles: frozenset[Role] = frozenset()
    anyone: bool = False
    says: Says = says_nothing
    screened: bool = True
    remembered: bool = True
    loads: Callable[[], object] | None = None


Complete = Callable[[Context, str], Awaitable[Sequence[Option]]]
"""What could be meant by the beginning of a word, for platforms that complete while one types."""


@dataclass(frozen=True)
class Typed:
    """One part of what stands behind a command, for platforms where each part has a box of its own.

    ``shape`` is how the part is written in one line; ``number``: it is a whole number.
    """

    name: str
    summary: str
    shape: str = "{}"
    number: bool = False
    complete: Complete | None = None


@dataclass(frozen=True)
class Command:
    """A slash command. ``argument`` describes the text behind it ("" if it takes none).

    Both texts are in English and marked; the help says them in the reader's language. ``shortcut`` is its
    label where a platform also offers commands in a menu ("" if it is not offered there). ``typed`` are the
    parts of the argument; empty where it is one text.
    """

    name: str
    summary: str
    argument: str
    handler: CommandHandler
    rights: Rights
    shortcut: str = ""
    typed: tuple[Typed, ...] = ()


@dataclass(frozen=True)
class OnMessage:
    """An entry in the menu that a platform shows on every message. Its texts are in English."""

    name: str
    label: str
    summary: str
    handler: RaisedHandler
    rights: Rights


@dataclass(frozen=True)
class Prompt:
    """A question that goes out by itself. ``cron``: when, in five fields, by the programme's clock.

    ``card`` makes the question in a language, from the id of its round; ``roles`` are whom it goes to.
    ``asks`` is what can be answered, in a round that is open for days; ``None``: nothing is. ``cron`` empty:
    it is there for a coordinator to start or to plan.
    """

    name: str
    cron: str
    roles: frozenset[Role]
    card: PromptCard
    asks: Questionnaire | None = None


@dataclass
class Registry:
    """All that is registered."""

    commands: dict[str, Command] = field(default_factory=dict)
    buttons: dict[str, tuple[ButtonHandler, Rights]] = field(default_factory=dict)
    forms: dict[str, tuple[FormHandler, Rights]] = field(default_factory=dict)
    prompts: dict[str, Prompt] = field(default_factory=dict)
    on_messages: dict[str, OnMessage] = field(default_factory=dict)


registry = Registry()
"""The one registry; :func:`load` fills it."""

T = TypeVar("T")


def _once(table: dict[str, T], name: str, entry: T) -> None:
    if name in table:
        raise ValueError(f"{name} is registered twice")
    table[name] = entry


def command(
    name: str,
    *,
    summary: str,
    argument: str = "",
    roles: frozenset[Role] = frozenset(),
    anyone: bool = False,
    says: Says = says_nothing,
    shortcut: str = "",
    typed: tuple[Typed, ...] = (),
) -> Callable[[CommandHandler], CommandHandler]:
    """Register a slash command. Mark its texts; ``summary`` has at most 100 characters (Discord's limit)."""
    _check_label(shortcut)

    def register(handler: CommandHandler) -> CommandHandler:
        entry = Command(name, summary, argument, handler, Rights(roles, anyone, says), shortcut, typed)
        _once(registry.commands, name, entry)
        return handler

    return register


def on_message(
    name: str,
    *,
    label: str,
    summary: str,
    roles: frozenset[Role] = frozenset(),
    anyone: bool = False,
    says: Says = says_nothing,
) -> Callable[[RaisedHandler], RaisedHandler]:
    """Register an entry in the menu that a platform shows on every message."""
    _check_label(label)

    def register(handler: RaisedHandler) -> RaisedHandler:
        entry = OnMessage(name, label, summary, handler, Rights(roles, anyone, says))
        _once(registry.on_messages, name, entry)
        return handler

    return register


def _check_label(label: str) -> None:
    if len(label) > SHORTCUT:
        raise ValueError(f"a shortcut's label has at most {SHORTCUT} characters: {label}")


def button(
    name: str,
    *,
    roles: frozenset[Role] = frozenset(),
    anyone: bool = False,
    says: Says = says_nothing,
    remembered: bool = True,
    loads: Callable[[], object] | None = None,
) -> Callable[[ButtonHandler], ButtonHandler]:
    """Register what happens when a button (or a select) whose custom id starts with ``name`` is used."""

    def register(handler: ButtonHandler) -> ButtonHandler:
        rights = Rights(roles, anyone, says, remembered=remembered, loads=loads)
        _once(registry.buttons, name, (handler, rights))
        return handler

    return register


def form(
    name: str,
    *,
    roles: frozenset[Role] = frozenset(),
    anyone: bool = False,
    says: Says = says_nothing,
    screened: bool = True,
    remembered: bool = True,
) -> Callable[[FormHandler], FormHandler]:
    """Register what happens when a form whose id starts with ``name`` comes back."""

    def register(handler: FormHandler) -> FormHandler:
        rights = Rights(roles, anyone, says, screened, remembered)
        _once(registry.forms, name, (handler, rights))
        return handler

    return register


def prompt(
    name: str,
    *,
    cron: str = "",
    roles: frozenset[Role] = frozenset({Role.HELPER}),
    asks: Questionnaire | None = None,
) -> Callable[[PromptCard], PromptCard]:
    """Register a question that goes out by itself at fixed times, or when a coordinator says so."""

    def register(card: PromptCard) -> PromptCard:
        _once(registry.prompts, name, Prompt(name, cron, roles, card, asks))
        return card

    return register


def load() -> Registry:
    """Import every module of ``handlers``, so that everything decorated is registered."""
    for module in pkgutil.iter_modules(handlers.__path__, "handlers."):
        importlib.import_module(module.name)
    return registry
