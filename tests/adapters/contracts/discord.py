"""Discord: what the adapter makes is checked as Discord would, what it reads is as Discord sends it."""

import json
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from types import SimpleNamespace
from typing import Any
from zlib import crc32

import discord
from discord.http import Route

from adapters.base import Adapter, Address
from adapters.discord import parse, render
from adapters.discord.parse import Deed, Installed
from adapters.discord.sender import DiscordAdapter
from handlers.chat import Card, Event, Form, MultiChoice, Option, TextInput, UserInput
from handlers.registry import load
from tests.discord import DiscordServer, Message, Modal, Person
from tests.discord.api import Request, Upload
from tests.discord.core import COMMAND, COMPONENT, SUBMITTED
from tests.discord.workspace import Channel, Json
from tests.scenarios.driver import Driver, Player
from tests.scenarios.drivers.discord import DiscordDriver

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


class _AtOnce:
    """Stands where discord.py's HTTP client stands; its calls reach the server without a connection."""

    def __init__(self, server: DiscordServer) -> None:
        self._server = server

    async def request(self, route: Route, *, files: Any = None, form: Any = None, **given: Any) -> Any:
        body = given.get("json") or {}
        if form:
            body = json.loads(next(part["value"] for part in form if part["name"] == "payload_json"))
        asked = Request(
            method=route.method,
            path=route.url.removeprefix(Route.BASE),
            query={name: str(value) for name, value in (given.get("params") or {}).items()},
            given=body,
            files={
                at: Upload(file.filename, file.fp.read(), "image/png") for at, file in enumerate(files or ())
            },
            authorization=f"Bot {self._server.app.token}",
        )
        status, answer = await self._server._call(asked)
        if status >= 400:
            raise discord.HTTPException(SimpleNamespace(status=status, reason=""), answer)  # type: ignore[arg-type]
        return answer


def _server() -> tuple[DiscordServer, Person]:
    server = DiscordServer()
    server.workspace.now = lambda: 1_772_463_600.0
    return server, server.add_user("Maya")


def _adapter(server: DiscordServer) -> DiscordAdapter:
    client: Any = SimpleNamespace(http=_AtOnce(server))
    return DiscordAdapter(client, {str(server.guild.id)})


@dataclass(frozen=True)
class _Deed:
    """One deed's payloads, the same each time they are made."""

    server: DiscordServer
    maya: Person

    @classmethod
    def named(cls, name: str, at: datetime) -> "_Deed":
        server, maya = _server()
        server.workspace.now = at.timestamp
        # Ids are counted; here they begin where the deed's name says.
        server.workspace._numbers = count(crc32(name.encode()) % 4_000)
        return cls(server, maya)

    @property
    def installed(self) -> Installed:
        app = self.server.app
        return Installed(str(self.server.guild.id), str(app.id), str(app.bot_user))

    def interaction(self, kind: int, data: Json, message: Message | None = None) -> Deed | None:
        asked = self.server.ask(self.maya.id, self.maya.direct, kind, data, message)
        happened: discord.Interaction = discord.Interaction(
            data=self.server._asked(asked),  # type: ignore[arg-type]
            state=_state(),
        )
        return parse.interaction(happened, self.installed, load())

    def command(self) -> Deed | None:
        given = [{"name": "note", "type": 3, "value": "30m went well"}]
        return self.interaction(COMMAND, {"id": "1", "name": "checkin", "type": 1, "options": given})

    def used(self, data: Json) -> Deed | None:
        return self.interaction(COMPONENT, data, self.message("a card", self.server.app.bot_user))

    def submitted(self) -> Deed | None:
        modal = _modal(self.server, self.maya, render.modal(CHECK_IN))
        modal.fill("Note", "fine")
        modal.fill("Peer", "P-7K2M")
        modal.fill("Done", ["First", "Second"])
        modal.fill("Who", "Maya")
        return self.interaction(SUBMITTED, {"custom_id": modal.custom_id, "components": modal._submitted()})

    def message(self, text: str, author: int = 0) -> Message:
        return Message(
            id=self.server.workspace.snowflake(),
            channel=self.maya.direct.id,
            author=author or self.maya.id,
            at=self.server.now(),
            content=text,
        )

    def written(self, *, edited: bool) -> Deed | None:
        message = self.message("hello again" if edited else "hello")
        if edited:
            message.edited_at = self.server.now()
        payload = self.server.payloads.message(message, self.maya.direct)
        state = _state()
        place = discord.PartialMessageable(state, self.maya.direct.id)
        found = discord.Message(state=state, channel=place, data=payload)  # type: ignore[arg-type]
        return parse.written(found, self.installed, direct=True, edited=edited)


def _state() -> Any:
    return discord.Client(intents=discord.Intents.none())._connection


def _modal(server: DiscordServer, person: Person, made: Json) -> Modal:
    """A modal as Discord shows it, after it was checked."""
    asked = server.ask(person.id, person.direct, COMMAND, {"id": "1", "name": "checkin", "type": 1})
    at = f"/interactions/{asked.id}/{asked.token}/callback"
    answer = {"type": 9, "data": made}
    _run(_AtOnce(server).request(Route("POST", at), json=answer))
    modal = person.modal
    assert modal is not None
    return modal


def _run(doing: Coroutine[Any, Any, Any]) -> Any:
    """The end of something that waits for nothing, also inside a running loop."""
    try:
        doing.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waits for something")


class _Discord:
    def adapter(self) -> Adapter:
        return _adapter(_server()[0])

    def person(self) -> Address:
        server, maya = _server()
        return Address("discord", str(server.guild.id), str(maya.id))

    def nobody(self) -> Address:
        server, _ = _server()
        return Address("discord", str(server.guild.id), "1")

    def shown_card(self, card: Card) -> str:
        server, maya = _server()
        place: Channel = maya.direct
        _run(_adapter(server).post(str(place.id), card))
        return maya.dm[-1].text

    def shown_form(self, form: Form, errors: Mapping[str, str]) -> str:
        # The errors of a form stand on a card of their own, since Discord has closed it: handlers.mending.
        server, maya = _server()
        return "\n".join([_modal(server, maya, render.modal(form)).text, *errors.values(), form.submit])

    def events(self, deed: str, at: datetime) -> Mapping[str, Event]:
        made = _Deed.named(deed, at)
        button = {"component_type": 2, "custom_id": "case.ack:1:now"}
        chosen = {"component_type": 3, "custom_id": "checkin.pick", "values": ["7"]}
        read = {
            "command": made.command(),
            "message": made.written(edited=False),
            "edit": made.written(edited=True),
            "button": made.used(button),
            "select": made.used(chosen),
            "form": made.submitted(),
        }
        assert [name for name, found in read.items() if found is None] == []
        return {name: found.event for name, found in read.items() if found is not None}

    def driver(self, players: Sequence[Player]) -> Driver:
        return DiscordDriver(players)


CONTRACT = _Discord()
