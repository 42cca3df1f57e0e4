"""What a platform's folder in ``adapters/`` shows about itself so that the contract tests can try it.

Each platform has a module here with its folder's name, whose ``CONTRACT`` satisfies :class:`Contract`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from adapters.base import Adapter, Address
from handlers.chat import Card, Event, Form
from tests.scenarios.driver import Driver, Player


class Contract(Protocol):
    """One platform, seen from a test."""

    def adapter(self) -> Adapter:
        """A fresh adapter that reaches one person."""

    def person(self) -> Address:
        """That person."""

    def nobody(self) -> Address:
        """Somebody who is not there."""

    def shown_card(self, card: Card) -> str:
        """All that a person can read on a card: texts, labels, alternative texts."""

    def shown_form(self, form: Form, errors: Mapping[str, str]) -> str:
        """All that a person can read on a form."""

    def events(self, deed: str, at: datetime) -> Mapping[str, Event]:
        """The events that the platform's payloads of one deed become, by name.

        ``command`` (/checkin with "30m went well"), ``message`` ("hello"), ``edit`` (to "hello again"),
        ``button`` ("case.ack:1:now"), ``select`` ("checkin.pick", 7), ``form`` ("checkin", with the text
        "fine" in ``note``, "P-7K2M" in ``peer``, ("a", "b") in ``done`` and the person of :meth:`person`
        picked in ``who``).
        """

    def driver(self, players: Sequence[Player]) -> Driver:
        """A fresh platform on which these people are, for ``tests/scenarios``."""
