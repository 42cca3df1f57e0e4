"""What a handler is given besides the event."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from handlers.chat import Effect
from handlers.languages import Say, say_in
from handlers.pages import Page, Pages
from handlers.refusals import Refusal, Refused
from storage.cases import Case
from storage.db import Tx
from storage.people import Person
from storage.programmes import Connection, Programme

Effects = list[Effect]


@dataclass(frozen=True)
class Raised:
    """A case that the event's words opened or joined, committed together with its page."""

    case: Case
    note_id: int
    joined: bool


class FallbackAddresses(Protocol):
    """Knows what an address beside chat looks like (mail, push, SMS, calls)."""

    def get_ready(self) -> None:
        """An address is about to be typed: begin to load what reads it, without waiting for it."""

    async def takes(self, url: str) -> bool:
        """Whether a message could be sent there, as far as the address itself tells."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """One transaction's view: who acts, in which programme, when, and what their words have raised.

    ``person`` is ``None`` for somebody who is not on the roster; ``pages`` makes links to small pages.
    """

    tx: Tx
    now: datetime
    programme: Programme
    connection: Connection
    person: Person | None
    raised: Raised | None
    addresses: FallbackAddresses
    pages: Pages | None = None

    def link(self, page: Page, *numbers: int) -> str:
        """The address of a small page beside chat; empty where people could not reach it."""
        return self.pages.link(page, *numbers) if self.pages else ""

    @property
    def member(self) -> Person:
        """The person who acts. Raises :class:`Refused` if not on the roster."""
        if self.person is None:
            raise Refused(Refusal.NOT_ON_ROSTER)
        return self.person

    @property
    def say(self) -> Say:
        """Speaks the acting person's language: their own if they chose one, else the programme's."""
        return say_in((self.person.locale if self.person else "") or self.programme.locale)

    @property
    def local_zone(self) -> ZoneInfo:
        """The programme's time zone, in which people are told times."""
        return ZoneInfo(self.programme.time_zone)


@dataclass(frozen=True)
class Arguments:
    """What stands behind the name in a custom id."""

    words: tuple[str, ...]

    def number(self, index: int) -> int:
        """A database id. Raises :class:`Refused` (an old button) if there is none."""
        number = self.number_or_none(index)
        if number is None:
            raise Refused(Refusal.OLD_BUTTON)
        return number

    def number_or_none(self, index: int) -> int | None:
        """A database id; ``None`` if there is none."""
        word = self.words[index] if index < len(self.words) else ""
        # A longer number fits no id column and would fail in the database instead of here.
        return int(word) if word.isascii() and word.isdigit() and len(word) <= 9 else None

    def word(self, index: int) -> str:
        """A fixed word. Raises :class:`Refused` (an old button) if there is none."""
        if index >= len(self.words):
            raise Refused(Refusal.OLD_BUTTON)
        return self.words[index]
