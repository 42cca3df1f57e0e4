"""Slack: what the adapter makes is checked and read as Slack would, what it reads is as Slack sends it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any
from zlib import crc32

from slack_sdk.web.async_client import AsyncWebClient

from adapters.base import Adapter, Address
from adapters.slack import parse, render
from adapters.slack.sender import SlackAdapter
from handlers.chat import Card, Event, Form, MultiChoice, Option, PlaceKind, TextInput, UserInput
from tests.scenarios.driver import Driver, Player
from tests.scenarios.drivers.slack import SlackDriver, SocketDriver
from tests.scenarios.world import MakeDriver
from tests.slack import api, methods_chat, methods_places, methods_rest
from tests.slack.blockkit import check_blocks, check_view
from tests.slack.core import Slack, answered
from tests.slack.modal import Modal
from tests.slack.people import Person
from tests.slack.workspace import Json, Message, User, Workspace

METHODS = (methods_chat, methods_places, methods_rest)
MAYA = "U001"
CHECK_IN = Form(
    "checkin",
    "Check in",
    (
        TextInput(name="note", label="Note", multiline=True),
        TextInput(name="peer", label="Peer"),
        MultiChoice(name="done", label="Done", options=(Option("a", "First"), Option("b", "Second"))),
        UserInput(name="who", label="Who"),
    ),
    "Send",
)


class _AtOnce(AsyncWebClient):
    """The real client, whose calls reach the workspace without a connection to be closed."""

    def __init__(self, slack: Slack) -> None:
        super().__init__(slack.app.bot_token, retry_handlers=[])
        self._slack = slack

    async def _request(self, *, http_verb: str, api_url: str, req_args: Any) -> dict[str, Any]:
        typed = req_args.get("json") is not None
        given = req_args.get("json") or req_args.get("params") or req_args.get("data") or {}
        method = api_url.rpartition("/")[2]
        asked = api.Request(method, _as_sent(given, typed=typed), typed, self.token or "")
        return {"data": await api.call(self._slack, asked), "headers": {}, "status_code": 200}


def _as_sent(given: Mapping[str, Any], *, typed: bool) -> Json:
    return {name: value if typed else str(value) for name, value in given.items() if value is not None}


def _slack(**more: Any) -> Slack:
    slack = Slack(workspace=Workspace(**more))
    slack.workspace.add_user(User(id=MAYA, real_name="Maya"))
    return slack


@dataclass(frozen=True)
class _Deed:
    """One deed's payloads, the same each time they are made."""

    slack: Slack
    at: datetime

    @classmethod
    def named(cls, name: str, at: datetime) -> "_Deed":
        slack = _slack(now=at.timestamp)
        # Ids and times are counted; here they begin where the deed's name says.
        slack.workspace._numbers = count(crc32(name.encode()) % 1_000_000)
        return cls(slack, at)

    @property
    def installed(self) -> parse.Installed:
        return parse.Installed(self.slack.workspace.team, self.slack.app.bot_user)

    def command(self) -> Json:
        trigger, place = self.slack.workspace.trigger(MAYA), self.slack.direct(MAYA)
        arguments = ("/checkin", "30m went well", self.slack.workspace.users[MAYA], place)
        return dict(self.slack.payloads.command(*arguments, trigger=trigger, answer_to="https://slack.test"))

    def message(self, text: str) -> Message:
        return Message(ts=self.slack.workspace.moment(), user=MAYA, text=text)

    def posted(self) -> Json:
        return self.slack.payloads.posted(self.message("hello"), self.slack.direct(MAYA))

    def edited(self) -> Json:
        before = self.message("hello")
        now = Message(ts=before.ts, user=MAYA, text="hello again", edited_at=self.slack.workspace.moment())
        return self.slack.payloads.changed(now, before, self.slack.direct(MAYA))

    def used(self, action: Json) -> Json:
        message = self.message("a card")
        message.by_app = True
        return self.slack.payloads.pressed_on_message(
            self.slack.workspace.users[MAYA],
            (self.slack.direct(MAYA), message),
            {"block_id": "b1", **action},
            trigger=self.slack.workspace.trigger(MAYA),
            answer_to="https://slack.test",
        )

    def submitted(self) -> Json:
        direct = self.slack.direct(MAYA)
        view = self.slack.push(MAYA, render.view(CHECK_IN, render.Origin(PlaceKind.DIRECT, direct.id)))
        modal = Modal(self.slack, MAYA, view)
        modal.fill("Note", "fine")
        modal.fill("Peer", "P-7K2M")
        modal.fill("Done", ["First", "Second"])
        modal.fill("Who", MAYA)
        trigger = self.slack.workspace.trigger(MAYA, view.id)
        return self.slack.payloads.submitted(self.slack.workspace.users[MAYA], view, trigger)


class _Slack:
    drivers: Mapping[str, MakeDriver] = {"slack-http": SlackDriver, "slack-socket": SocketDriver}

    def adapter(self) -> Adapter:
        slack = _slack()
        return SlackAdapter(_AtOnce(slack), {slack.workspace.team})

    def person(self) -> Address:
        return Address("slack", Workspace().team, MAYA)

    def nobody(self) -> Address:
        return Address("slack", Workspace().team, "U999")

    def shown_card(self, card: Card) -> str:
        slack, made = _slack(), render.message(card)
        assert check_blocks(made["blocks"], lambda _: False) == []
        blocks = slack.workspace.with_ids(made["blocks"])
        message = Message(ts="1.000001", user=slack.app.bot_user, text=made["text"], blocks=blocks)
        return Person(slack, MAYA).see(slack.direct(MAYA), message).text

    def shown_form(self, form: Form, errors: Mapping[str, str]) -> str:
        slack, made = _slack(), render.view(form, render.Origin(PlaceKind.DIRECT))
        assert check_view(made, "modal", lambda _: False) == []
        view = slack.push(MAYA, made)
        view.errors = render.errors(errors)["errors"]
        return Modal(slack, MAYA, view).text

    def events(self, deed: str, at: datetime) -> Mapping[str, Event]:
        made = _Deed.named(deed, at)
        button = {"type": "button", "action_id": "case.ack:1:now"}
        option = {"text": {"type": "plain_text", "text": "Seven"}, "value": "7"}
        chosen = {"action_id": "checkin.pick", **answered({"type": "static_select"}, option)}
        read = {
            "command": parse.command(made.command(), made.installed, at),
            "message": parse.posted(made.posted(), made.installed, at),
            "edit": parse.posted(made.edited(), made.installed, at),
            "button": parse.pressed(made.used(button), made.installed, at),
            "select": parse.pressed(made.used(chosen), made.installed, at),
            "form": parse.submitted(made.submitted(), made.installed, at),
        }
        assert [name for name, found in read.items() if found is None] == []
        return {name: found.event for name, found in read.items() if found is not None}

    def driver(self, players: Sequence[Player]) -> Driver:
        return SlackDriver(players)


CONTRACT = _Slack()
