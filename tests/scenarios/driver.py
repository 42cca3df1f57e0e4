"""What a platform gives to the scenarios: a person's hands and eyes there, and nothing else.

A driver plays the platform's own server and everybody's client. It goes through the adapter's real front:
what people do arrives as the platform's payloads, and what they see is read from what the platform would
show. Programme, clock and delivery are :mod:`tests.scenarios.world`'s.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from adapters.base import Adapter
from bot.app import App
from bot.rehearsal import Rehearsal
from handlers.chat import PlaceKind
from storage.words import Platform, Role


@dataclass(frozen=True)
class Player:
    """Somebody in a scenario. Without a role: an account in the workspace that is not on the team.

    ``language`` is empty where they speak the programme's.
    """

    name: str
    role: Role | None
    suspended: bool = False
    language: str = ""


class CannotDo(Exception):
    """The platform itself does not let a person do that. The text says why."""


# --- what stands in front of a person -----------------------------------------------------------


@dataclass(frozen=True)
class ShownButton:
    """A button. ``handle`` is the driver's own way to find it again; so it is everywhere below."""

    label: str
    handle: str


@dataclass(frozen=True)
class ShownOption:
    """One option of a list or of a form's question."""

    label: str
    handle: str


@dataclass(frozen=True)
class ShownSelect:
    """A list in a message."""

    label: str
    handle: str
    options: tuple[ShownOption, ...]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One message as it stands in front of one person.

    ``author`` is a person's name, or empty for Handrail. ``mine`` tells whether its reader wrote it, and
    ``editable`` whether they may change it or take it away. ``notification`` is all that a locked
    screen shows of it. ``alone`` marks an answer in a channel that nobody else there can see.
    """

    handle: str
    place: PlaceKind
    author: str
    lines: tuple[str, ...]
    buttons: tuple[ShownButton, ...] = ()
    selects: tuple[ShownSelect, ...] = ()
    notification: str = ""
    mine: bool = False
    editable: bool = False
    alone: bool = False

    @property
    def text(self) -> str:
        """All that the person can read, a button as ``[label]``."""
        buttons = " ".join(f"[{button.label}]" for button in self.buttons)
        lists = [
            f"({select.label}: {', '.join(option.label for option in select.options)})"
            for select in self.selects
        ]
        return "\n".join([*self.lines, *lists, *([buttons] if buttons else [])])


class Answered(StrEnum):
    """How a form's question is answered."""

    TYPED = "typed"
    ONE = "one of its options"
    SEVERAL = "any of its options"


@dataclass(frozen=True, kw_only=True)
class ShownInput:
    """A question of a form. ``answer`` is what stands there now: one text, or handles of options."""

    label: str
    handle: str
    answered: Answered
    answer: tuple[str, ...] = ()
    options: tuple[ShownOption, ...] = ()
    required: bool = False
    longest: int = 0
    help: str = ""
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class ShownForm:
    """A form that a person has open."""

    handle: str
    title: str
    inputs: tuple[ShownInput, ...]
    submit: str

    @property
    def text(self) -> str:
        """All that the person can read, what is chosen marked with a cross."""
        lines = [self.title]
        for item in self.inputs:
            lines += [line for line in (item.label, item.help, item.error) if line]
            if item.answered is Answered.TYPED:
                lines += [text for text in item.answer if text]
            for option in item.options:
                lines.append(f"({'x' if option.handle in item.answer else ' '}) {option.label}")
        return "\n".join([*lines, f"[{self.submit}]"])


# --- the driver ---------------------------------------------------------------------------------


class Driver(Protocol):
    """One programme's people on one platform. People are named as in the scenario.

    What people do returns once the platform has taken it. It raises :class:`CannotDo` where the platform
    refuses.
    """

    platform: Platform
    workspace: str
    channel: str
    """The platform's id of the team's channel."""

    @property
    def adapter(self) -> Adapter:
        """The sending half, which the bot is given."""

    def user(self, person: str) -> str:
        """The platform's id of a person."""

    async def connect(self, app: App, rehearsal: Rehearsal) -> None:
        """Join the platform's front to a bot; again, to another one, after the bot was away."""

    async def close(self) -> None:
        """Let go of whatever is held."""

    async def write(self, person: str, place: PlaceKind, text: str) -> None:
        """Post a message."""

    async def command(self, person: str, place: PlaceKind, text: str) -> None:
        """Use a slash command; ``text`` begins with the slash."""

    async def edit(self, person: str, message: Shown, text: str) -> None:
        """Change one's own message."""

    async def delete(self, person: str, message: Shown) -> None:
        """Take one's own message away."""

    async def press(self, person: str, message: Shown, button: ShownButton) -> None:
        """Press a button."""

    async def choose(self, person: str, message: Shown, select: ShownSelect, option: ShownOption) -> None:
        """Choose an option of a list."""

    def form(self, person: str) -> ShownForm | None:
        """The form that a person has open."""

    async def submit(self, person: str, answers: Mapping[str, Sequence[str]]) -> None:
        """Send the open form: an answer for each input's handle, as in :class:`ShownInput`."""

    def close_form(self, person: str) -> None:
        """Close the open form without sending it."""

    def set_reachable(self, person: str, *, reachable: bool) -> None:
        """Open or close somebody's direct messages for the bot."""

    async def standing(self) -> Mapping[str, Sequence[Shown]]:
        """What stands in front of everybody now, by person, in each place the oldest first."""
