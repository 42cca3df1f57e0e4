"""A workspace: who and what there is, and what was written. It knows nothing of HTTP or of payloads."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from tests.slack.blockkit import elements_of

Json = dict[str, Any]
Moment = str
"""A message's or an event's ``ts``: seconds and a counter, which is also its name in its conversation."""


@dataclass(kw_only=True)
class User:
    """An account. ``team`` is empty where it belongs to this workspace, else the other one's id.

    ``hidden`` accounts are there, but the app cannot see them or open a conversation with them.
    """

    id: str
    real_name: str
    display_name: str = ""
    tz: str = "America/New_York"
    locale: str = "en-US"
    team: str = ""
    deleted: bool = False
    is_bot: bool = False
    is_restricted: bool = False
    is_admin: bool = False
    is_owner: bool = False
    is_primary_owner: bool = False
    hidden: bool = False

    @property
    def name(self) -> str:
        """What others see it called."""
        return self.display_name or self.real_name

    @property
    def handle(self) -> str:
        """The old-fashioned user name."""
        return "".join(letter for letter in self.real_name.lower() if letter.isalnum())

    def tz_offset(self, now: float) -> int:
        """Seconds east of Greenwich."""
        offset = datetime.fromtimestamp(now, UTC).astimezone(ZoneInfo(self.tz)).utcoffset()
        return int(offset.total_seconds()) if offset is not None else 0


class Kind(StrEnum):
    """What sort of conversation it is."""

    PUBLIC = "channel"
    PRIVATE = "group"
    DIRECT = "im"


@dataclass(kw_only=True)
class Message:
    """A message. ``text`` and ``blocks`` are as they go over the wire: escaped, with ``<@U1>`` for a name.

    ``by_app`` tells whether the installed app wrote it; ``only_for`` is the one reader of an ephemeral one.
    """

    ts: Moment
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    by_app: bool = False
    thread_ts: Moment = ""
    broadcast: bool = False
    metadata: Json | None = None
    edited_at: Moment = ""
    only_for: str = ""
    subtype: str = ""
    file_alts: tuple[str, ...] = ()


@dataclass(kw_only=True)
class Conversation:
    """A channel or a direct message. ``shared`` with another workspace by Slack Connect."""

    id: str
    name: str
    kind: Kind
    members: set[str] = field(default_factory=set)
    shared: bool = False
    archived: bool = False
    messages: dict[Moment, Message] = field(default_factory=dict)
    ephemeral: dict[Moment, Message] = field(default_factory=dict)

    def history(self) -> list[Message]:
        """What its main view shows, the newest first: of threads only what was sent there, too."""
        shown = (
            each
            for each in self.messages.values()
            if not each.thread_ts or each.thread_ts == each.ts or each.broadcast
        )
        return sorted(shown, key=lambda each: each.ts, reverse=True)

    def thread(self, ts: Moment) -> list[Message]:
        """A message and its replies, the oldest first."""
        found = (each for each in self.messages.values() if ts in (each.ts, each.thread_ts))
        return sorted(found, key=lambda each: each.ts)


@dataclass(kw_only=True)
class View:
    """A modal or a Home tab: ``payload`` as the app gave it, and what else Slack says of it."""

    id: str
    user: str
    payload: Json
    hash: str
    root_id: str = ""
    previous_id: str = ""
    answers: dict[tuple[str, str], Json] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    trouble: str = ""

    @property
    def blocks(self) -> list[Json]:
        """Its blocks, each with a ``block_id``."""
        blocks: list[Json] = self.payload["blocks"]
        return blocks


@dataclass
class Trigger:
    """A ``trigger_id``: good for 3 s and for one use."""

    user: str
    issued: float
    view: str = ""
    used: bool = False


@dataclass
class ResponseUrl:
    """Where an app may answer a deed: 30 minutes long and five times."""

    user: str
    conversation: str
    issued: float
    message: Moment = ""
    ephemeral: bool = False
    uses: int = 0


@dataclass(kw_only=True)
class Upload:
    """A file on its way: announced with its name, length and description, then sent, then shared."""

    id: str
    name: str
    length: int
    alt: str
    data: bytes = b""
    shared: bool = False


class Workspace:
    """All of it. ``now`` is its clock, in seconds since 1970."""

    def __init__(
        self,
        team: str = "T0HARBOR",
        name: str = "Harbor School",
        *,
        now: Callable[[], float] = time.time,
        locale: str = "en-US",
    ) -> None:
        self.team = team
        self.name = name
        self.locale = locale
        self.domain = "".join(letter for letter in name.lower() if letter.isalnum())
        self.now = now
        self.users: dict[str, User] = {}
        self.conversations: dict[str, Conversation] = {}
        self.modals: dict[str, list[View]] = {}
        """The modals that somebody has open, the topmost last."""
        self.homes: dict[str, View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.files: set[str] = set()
        """Ids of uploaded pictures that blocks may show."""
        self.uploads: dict[str, Upload] = {}
        """Files that an app began to upload, by id."""
        self._numbers = count(1)

    def number(self) -> int:
        """A number that was not used before."""
        return next(self._numbers)

    def moment(self) -> Moment:
        """A ``ts`` of now that was not used before and is later than all before in the same second."""
        return f"{int(self.now())}.{self.number() % 1_000_000:06}"

    # --- people and places ---------------------------------------------------------------------

    def add_user(self, user: User) -> User:
        """Let somebody join."""
        self.users[user.id] = user
        return user

    def add_channel(
        self, channel: str, name: str, *members: str, private: bool = False, shared: bool = False
    ) -> Conversation:
        """Make a channel with these members."""
        kind = Kind.PRIVATE if private else Kind.PUBLIC
        made = Conversation(id=channel, name=name, kind=kind, members=set(members), shared=shared)
        self.conversations[channel] = made
        return made

    def direct(self, user: str, bot: str) -> Conversation:
        """The direct messages between somebody and the app; they come into being when first needed."""
        for each in self.conversations.values():
            if each.kind is Kind.DIRECT and each.members == {user, bot}:
                return each
        made = Conversation(id=f"D0{user}", name="directmessage", kind=Kind.DIRECT, members={user, bot})
        self.conversations[made.id] = made
        return made

    def team_of(self, user: str) -> str:
        """The workspace somebody belongs to."""
        return self.users[user].team or self.team

    # --- what is written -----------------------------------------------------------------------

    def find_message(self, ts: Moment, conversation: str) -> Message | None:
        """A message that everybody there can see."""
        place = self.conversations.get(conversation)
        return place.messages.get(ts) if place else None

    def visible_to(self, user: str, place: Conversation) -> list[Message]:
        """What somebody sees there, threads included, the oldest first."""
        if user not in place.members:
            return []
        own = [each for each in place.ephemeral.values() if each.only_for == user]
        return sorted([*place.messages.values(), *own], key=lambda each: each.ts)

    def places_of(self, user: str) -> Iterator[Conversation]:
        """The conversations that somebody is in."""
        return (each for each in self.conversations.values() if user in each.members)

    # --- views ---------------------------------------------------------------------------------

    def find_view(self, view_id: str = "", external_id: str = "") -> View | None:
        """A view that stands open now."""
        standing = [view for stack in self.modals.values() for view in stack]
        for view in [*standing, *self.homes.values()]:
            if view_id and view.id == view_id:
                return view
            if external_id and view.payload.get("external_id") == external_id:
                return view
        return None

    def make_view(self, user: str, payload: Json, *, root: str = "", previous: str = "") -> View:
        """A view with ids where the app gave none."""
        made = f"V{self.number():08}"
        view = View(id=made, user=user, payload=payload, hash="", root_id=root or made, previous_id=previous)
        self.change_view(view, payload)
        return view

    def change_view(self, view: View, payload: Json) -> None:
        """Put other content into a view. What was answered stays where block and action are the same."""
        view.payload = {**payload, "blocks": self.with_ids(payload["blocks"])}
        view.hash = f"{int(self.now())}.{self.number():08x}"
        view.errors, view.trouble = {}, ""

    def with_ids(self, blocks: Sequence[Json]) -> list[Json]:
        """Blocks with block and action ids where the app gave none, as Slack keeps them."""
        filled = deepcopy(list(blocks))
        for block in filled:
            block.setdefault("block_id", self._id())
            for element in elements_of(block):
                element.setdefault("action_id", self._id())
        return filled

    def _id(self) -> str:
        return f"b{self.number():06}"

    # --- short-lived keys ----------------------------------------------------------------------

    def trigger(self, user: str, view: str = "") -> str:
        """A new ``trigger_id``."""
        made = f"{self.number()}.{int(self.now())}.{self.team.lower()}"
        self.triggers[made] = Trigger(user, self.now(), view)
        return made
