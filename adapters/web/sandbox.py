"""The sandbox's own message history: what a chat platform's server would keep.

Everything lives in memory and on this computer. The :class:`Sandbox` is the sending half of the web
platform (the :class:`adapters.base.Adapter` protocol) and the place where people's own messages and the
bot's answers stand. Browsers learn of every change through :meth:`Sandbox.subscribe`.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from adapters.base import Address, Outgoing, Rejected, Sent, Unreachable
from handlers.chat import Card, Place, PlaceKind

KEPT = 200
"""Messages kept per view; older ones are dropped, and the view says so."""
WAITING = 500
"""Changes that may wait for one slow browser before it is told to fetch everything anew."""


@dataclass(frozen=True)
class SandboxPerson:
    """Somebody whose part can be played. ``role`` is shown as a badge and has no other meaning here."""

    user: str
    name: str
    role: str


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message. ``author`` is a person's user id, or empty for Handrail.

    Either ``card`` or ``text`` is set. ``command`` marks a slash command, which only its writer sees;
    ``only_for`` is the one reader of a private message in a channel; ``outbox`` is the row it was sent for.
    """

    id: str
    at: datetime
    author: str = ""
    text: str = ""
    card: Card | None = None
    command: bool = False
    edited: bool = False
    only_for: str = ""
    outbox: int | None = None


@dataclass
class View:
    """What one person sees in one place, oldest first."""

    messages: dict[str, Message] = field(default_factory=dict)
    dropped: bool = False


@dataclass(frozen=True)
class Shown:
    """A message is new in a view, or has changed."""

    user: str
    kind: PlaceKind
    message: Message


@dataclass(frozen=True)
class Gone:
    """A message left a view; ``dropped`` if only because too many newer ones came."""

    user: str
    kind: PlaceKind
    message_id: str
    dropped: bool = False


@dataclass(frozen=True)
class ClockMoved:
    """The clock was moved by hand."""


@dataclass(frozen=True)
class Resync:
    """Too much has happened to be told one by one: look at everything anew."""


Change = Shown | Gone | ClockMoved | Resync


def _system_time() -> datetime:
    return datetime.now(UTC)


class Sandbox:
    """One pretended workspace: everybody's direct messages with Handrail, and one team channel.

    ``closed`` holds users who take no direct messages, so that a page to them climbs.
    """

    def __init__(
        self,
        people: Sequence[SandboxPerson],
        workspace: str = "sandbox",
        channel: str = "team",
        channel_name: str = "peer-team",
        *,
        now: Callable[[], datetime] = _system_time,
    ) -> None:
        self.platform = "web"
        self.workspaces = frozenset({workspace})
        self.workspace = workspace
        self.channel = channel
        self.channel_name = channel_name
        self.people = {person.user: person for person in people}
        self.closed: set[str] = set()
        self.now = now
        self._views = {(user, kind): View() for user in self.people for kind in PlaceKind}
        self._subscribers: set[asyncio.Queue[Change]] = set()
        self._made = 0

    # --- reading -------------------------------------------------------------------------------

    def place(self, user: str, kind: PlaceKind) -> Place:
        """The conversation as events name it."""
        return Place(kind, self.channel if kind is PlaceKind.CHANNEL else f"direct-{user}")

    def view(self, user: str, kind: PlaceKind) -> View:
        """What this person sees there now."""
        return self._views[user, kind]

    def message(self, user: str, kind: PlaceKind, message_id: str) -> Message | None:
        """A message as this person sees it; ``None`` if it is not (or no longer) theirs to see."""
        return self._views[user, kind].messages.get(message_id)

    @contextmanager
    def subscribe(self) -> Iterator[asyncio.Queue[Change]]:
        """A queue of all changes from now on, for as long as the context lasts."""
        queue: asyncio.Queue[Change] = asyncio.Queue(WAITING)
        self._subscribers.add(queue)
        try:
            yield queue
        finally:
            self._subscribers.discard(queue)

    # --- what people do ------------------------------------------------------------------------

    def post(self, user: str, kind: PlaceKind, message_id: str, text: str, *, command: bool = False) -> None:
        """Put a person's own message in place. The same id again changes nothing."""
        if self.message(user, kind, message_id) is not None:
            return
        private = command and kind is PlaceKind.CHANNEL
        self._add(
            user,
            kind,
            Message(
                id=message_id,
                at=self.now(),
                author=user,
                text=text,
                command=command,
                only_for=user if private else "",
            ),
        )

    def change_text(self, message: Message, text: str, *, edited: bool = True) -> None:
        """Give a person's message another text, for everybody who sees it."""
        self._replace(message.id, text=text, edited=edited)

    def retract(self, message_id: str) -> None:
        """Take a message away from everybody."""
        for (user, kind), view in self._views.items():
            if view.messages.pop(message_id, None) is not None:
                self._publish(Gone(user, kind, message_id))

    def reply(self, user: str, kind: PlaceKind, card: Card, *, private: bool) -> None:
        """Show the bot's answer where the person acted; a private one in a channel to them alone."""
        only_for = user if private and kind is PlaceKind.CHANNEL else ""
        self._add(user, kind, Message(id=self._new_id(), at=self.now(), card=card, only_for=only_for))

    def change_card(self, message_id: str, card: Card) -> None:
        """Replace a card wherever it is seen."""
        self._replace(message_id, card=card)

    def clock_moved(self) -> None:
        """Tell the browsers to show the new time."""
        self._publish(ClockMoved())

    # --- the adapter: what the bot sends -------------------------------------------------------

    async def send(self, message: Outgoing) -> Sent:
        """Put a card into somebody's direct messages; a repeat of the same outbox row is dropped."""
        if message.to.channel:
            return self._send_to_all(message)
        self._check_address(message.to)
        if message.to.user in self.closed:
            raise Unreachable("direct messages are closed")
        if (standing := await self.find(message.to, message.id)) is not None:
            return standing
        shown = Message(id=self._new_id(), at=self.now(), card=message.card, outbox=message.id)
        self._add(message.to.user, PlaceKind.DIRECT, shown)
        return Sent(shown.id)

    def _send_to_all(self, message: Outgoing) -> Sent:
        if message.to.channel != self.channel:
            raise Unreachable("no such channel")
        shown = Message(id=self._new_id(), at=self.now(), card=message.card, outbox=message.id)
        self._add(next(iter(self.people)), PlaceKind.CHANNEL, shown)
        return Sent(shown.id)

    async def update(self, to: Address, reference: str, card: Card) -> None:
        """Replace a sent card."""
        self._check_address(to)
        standing = self.message(to.user, PlaceKind.DIRECT, reference)
        if standing is None or standing.author:
            raise Rejected("no such message")
        self._replace(reference, card=card)

    async def delete(self, to: Address, reference: str) -> None:
        """Take a sent card away; one that is gone already stays gone."""
        self._check_address(to)
        standing = self.message(to.user, PlaceKind.DIRECT, reference)
        if standing is not None and not standing.author:
            self.retract(reference)

    async def find(self, to: Address, outbox_id: int) -> Sent | None:
        """The message that an outbox row became, if it stands in the person's direct messages."""
        self._check_address(to)
        for message in self.view(to.user, PlaceKind.DIRECT).messages.values():
            if message.outbox == outbox_id:
                return Sent(message.id)
        return None

    # --- pieces --------------------------------------------------------------------------------

    def _check_address(self, to: Address) -> None:
        if to.platform != self.platform or to.workspace != self.workspace or to.user not in self.people:
            raise Unreachable("nobody of that name here")

    def _new_id(self) -> str:
        self._made += 1
        return f"handrail-{self._made}"

    def _add(self, user: str, kind: PlaceKind, message: Message) -> None:
        everybody = kind is PlaceKind.CHANNEL and not message.only_for
        for reader in self.people if everybody else (user,):
            view = self._views[reader, kind]
            view.messages[message.id] = message
            self._publish(Shown(reader, kind, message))
            if len(view.messages) > KEPT:
                oldest = next(iter(view.messages))
                del view.messages[oldest]
                view.dropped = True
                self._publish(Gone(reader, kind, oldest, dropped=True))

    def _replace(
        self, message_id: str, *, text: str | None = None, card: Card | None = None, edited: bool = False
    ) -> None:
        for (user, kind), view in self._views.items():
            old = view.messages.get(message_id)
            if old is None:
                continue
            # Assigning to a key that exists keeps its place in the order.
            changed = replace(old, card=card) if text is None else replace(old, text=text, edited=edited)
            view.messages[message_id] = changed
            self._publish(Shown(user, kind, changed))

    def _publish(self, change: Change) -> None:
        for queue in self._subscribers:
            if queue.full():
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(Resync())
            else:
                queue.put_nowait(change)
