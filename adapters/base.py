"""What every platform's adapter is: the sending half as a protocol, and the ways sending can fail.

The receiving half needs no protocol: an adapter is given a :data:`Receive` and calls it with events.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from handlers.chat import Card, Effect, Event

Receive = Callable[[Event], Awaitable[Sequence[Effect]]]
"""Takes one event and returns the answers to its writer, after all facts have been committed."""

Asks = Callable[[Event], Awaitable[bool]]
"""Whether the bot wants to know, for this very event, who administers the workspace."""


@dataclass(frozen=True)
class Deed:
    """Something a person did; each platform's own says how to answer it."""

    event: Event


@dataclass(frozen=True)
class Address:
    """Somebody's direct messages on one connection: ``user`` is the platform's id of the person.

    A channel of the adults is written as ``#`` and its id.
    """

    platform: str
    workspace: str
    user: str

    @property
    def channel(self) -> str:
        """The channel's id; empty for a person."""
        return self.user.removeprefix("#") if self.user.startswith("#") else ""


@dataclass(frozen=True)
class Outgoing:
    """One message to send. ``id`` is the outbox row's, for platforms that can drop a repeat by it."""

    id: int
    to: Address
    card: Card


@dataclass(frozen=True)
class Sent:
    """What the platform calls the message, so that it can be updated or deleted later."""

    reference: str


class SendError(Exception):
    """A message did not go out, or may not have. Its text never holds a name or a word of the message."""


class RateLimited(SendError):
    """The platform asks to wait ``after`` seconds before trying this destination again."""

    def __init__(self, after: float) -> None:
        super().__init__(f"rate limited for {after:g} s")
        self.after = after


class Unreachable(SendError):
    """This person cannot be reached here: direct messages closed, account gone, left the workspace."""


class AuthFailed(SendError):
    """The platform does not accept our token (or lacks a scope): nobody can be reached there."""


class Ambiguous(SendError):
    """Timed out or cut off after sending: it may have arrived, or not."""


class Rejected(SendError):
    """The platform refuses this very message; sending it again would fail again."""


class Adapter(Protocol):
    """Sends to one platform. Each method raises one of the :class:`SendError` family and nothing else."""

    platform: str
    workspaces: frozenset[str]
    """The workspaces this process holds tokens for; only their messages are claimed."""

    async def send(self, message: Outgoing) -> Sent:
        """Hand over a message."""

    async def update(self, to: Address, reference: str, card: Card) -> None:
        """Replace a sent message."""

    async def delete(self, to: Address, reference: str) -> None:
        """Take a sent message away where the platform allows it, else blank it."""

    async def find(self, to: Address, outbox_id: int) -> Sent | None:
        """Look (for at most 2 s) whether a message with this outbox id already stands there."""
