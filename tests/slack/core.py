"""What ties a workspace to its app: writing, changing and deleting messages, and who is told of it."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.slack import shown
from tests.slack.deliver import Answer, Deliverer, What
from tests.slack.faults import Faults
from tests.slack.installed import EVENT_SCOPES, InstalledApp, everything
from tests.slack.payloads import Payloads
from tests.slack.workspace import (
    Conversation,
    Json,
    Kind,
    Message,
    Moment,
    ResponseUrl,
    User,
    View,
    Workspace,
)

_MESSAGE_EVENTS = {
    Kind.PUBLIC: "message.channels",
    Kind.PRIVATE: "message.groups",
    Kind.DIRECT: "message.im",
}
SLACKBOT = "USLACKBOT"


@dataclass(frozen=True)
class Call:
    """One call of the Web API, and what it was answered with (``None`` where the connection broke)."""

    method: str
    arguments: Json
    token: str
    at: float
    answer: Json | None
    status: int = 200

    @property
    def ok(self) -> bool:
        return bool(self.answer and self.answer.get("ok"))


class Slack:
    """A workspace with one app in it."""

    def __init__(self, app: InstalledApp | None = None, workspace: Workspace | None = None) -> None:
        self.app = app or everything()
        self.workspace = workspace or Workspace()
        self.workspace.add_user(User(id=SLACKBOT, real_name="Slackbot", is_bot=True))
        self.workspace.add_user(User(id=self.app.bot_user, real_name=self.app.name, is_bot=True))
        self.payloads = Payloads(self.workspace, self.app)
        self.faults = Faults()
        self.deliverer = Deliverer(now=self.now)
        self.calls: list[Call] = []
        self.url = ""

    def ticket(self) -> str:
        """What makes the address of a socket good for one connection."""
        raise NotImplementedError

    def now(self) -> float:
        """The workspace's time, whoever sets it."""
        return self.workspace.now()

    # --- names ---------------------------------------------------------------------------------

    def name(self, sign: str, named: str) -> str:
        """What stands on the screen for a mention."""
        if sign == "#":
            place = self.workspace.conversations.get(named)
            return f"#{place.name}" if place else f"#{named}"
        user = self.workspace.users.get(named)
        return f"@{user.name}" if user else f"@{named}"

    def direct(self, user: str) -> Conversation:
        """Somebody's direct messages with the app."""
        return self.workspace.direct(user, self.app.bot_user)

    def aliases(self, channel: str) -> set[str]:
        """All ids that a conversation goes by: somebody's id means their direct messages."""
        place = self.workspace.conversations.get(channel)
        found = {channel} if channel else set()
        if place is not None and place.kind is Kind.DIRECT:
            found |= place.members - {self.app.bot_user}
        elif channel in self.workspace.users and channel != self.app.bot_user:
            found.add(f"D0{channel}")
        return found

    # --- messages ------------------------------------------------------------------------------

    def publish(self, place: Conversation, message: Message, *, tell: bool = True) -> Json | None:
        """Put a message in place. Returns what the app is to be told; ``tell`` lets it be told by itself."""
        if message.only_for:
            place.ephemeral[message.ts] = message
            return None
        place.messages[message.ts] = message
        payload = self.payloads.posted(message, place)
        return self._tell(place, payload, tell=tell)

    def change(
        self, place: Conversation, message: Message, *, tell: bool = True, edited: bool = True, **changes: Any
    ) -> Json | None:
        """Change a message, as its writer does, or Slack itself (``edited`` is false)."""
        before = deepcopy(message)
        for name, value in changes.items():
            setattr(message, name, value)
        if edited:
            message.edited_at = self.workspace.moment()
        if message.only_for:
            return None
        return self._tell(place, self.payloads.changed(message, before, place), tell=tell)

    def remove(self, place: Conversation, message: Message, *, tell: bool = True) -> Json | None:
        """Take a message away."""
        if message.only_for:
            place.ephemeral.pop(message.ts, None)
            return None
        place.messages.pop(message.ts, None)
        return self._tell(place, self.payloads.deleted(message, place), tell=tell)

    def _tell(self, place: Conversation, payload: Json, *, tell: bool) -> Json | None:
        if not self.hears(_MESSAGE_EVENTS[place.kind], place):
            return None
        if tell:
            self.deliverer.spawn(self.deliverer.bring(What.EVENT, payload))
        return payload

    def hears(self, event: str, place: Conversation | None = None) -> bool:
        """Whether the app is told of such an event there."""
        needed = EVENT_SCOPES[event]
        granted = event in self.app.events and (not needed or needed in self.app.scopes)
        return granted and (place is None or self.app.bot_user in place.members)

    async def tell(self, payload: Json | None) -> Answer | None:
        """Bring an event and wait for the answer."""
        return None if payload is None else await self.deliverer.bring(What.EVENT, payload)

    # --- where answers go ----------------------------------------------------------------------

    def answer_url(
        self, user: str, place: Conversation, message: Moment = "", *, ephemeral: bool = False
    ) -> str:
        """A new ``response_url``."""
        key = uuid4().hex
        made = ResponseUrl(user, place.id, self.workspace.now(), message, ephemeral)
        self.workspace.response_urls[key] = made
        return f"{self.url}/response/{key}"

    # --- views ---------------------------------------------------------------------------------

    def push(self, user: str, payload: Json) -> View:
        """Lay a modal over what somebody has open."""
        stack = self.workspace.modals.setdefault(user, [])
        root, previous = (stack[0].id, stack[-1].id) if stack else ("", "")
        view = self.workspace.make_view(user, payload, root=root, previous=previous)
        self._prefill(view)
        stack.append(view)
        return view

    def show_again(self, view: View, payload: Json) -> View:
        """Put other content into a view; what somebody filled in stays."""
        self.workspace.change_view(view, payload)
        self._prefill(view)
        return view

    def _prefill(self, view: View) -> None:
        """What every input holds: what was answered already, else what it begins with."""
        kept, view.answers = view.answers, {}
        for piece in shown.pieces(view.blocks, self.name):
            control = piece.control if isinstance(piece, shown.Question) else piece
            if isinstance(control, shown.Control) and control.kind not in ("button", "overflow"):
                key = (control.block_id, control.action_id)
                view.answers[key] = kept.get(key) or initial(control.element)


_VALUES: dict[str, tuple[str, str, Any]] = {
    "checkboxes": ("selected_options", "initial_options", []),
    "datepicker": ("selected_date", "initial_date", None),
    "multi_static_select": ("selected_options", "initial_options", []),
    "multi_users_select": ("selected_users", "initial_users", []),
    "number_input": ("value", "initial_value", None),
    "plain_text_input": ("value", "initial_value", None),
    "radio_buttons": ("selected_option", "initial_option", None),
    "static_select": ("selected_option", "initial_option", None),
    "users_select": ("selected_user", "initial_user", None),
}


def initial(element: Json) -> Json:
    """An input's state before anybody touched it."""
    key, begins, empty = _VALUES[element["type"]]
    return {"type": element["type"], key: element.get(begins, empty) or empty}


def answered(element: Json, value: Any) -> Json:
    """An input's state once it holds this value."""
    return {"type": element["type"], _VALUES[element["type"]][0]: value}


def held(state: Json) -> Any:
    """What an input's state holds."""
    return state[_VALUES[state["type"]][0]]
