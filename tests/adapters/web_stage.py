"""The sandbox's routes with a bot that answers as it is told, for tests over HTTP."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
from starlette.applications import Starlette

from adapters.web import CommandInfo
from adapters.web.routes import routes
from adapters.web.sandbox import Sandbox, SandboxPerson
from handlers.chat import (
    Button,
    Buttons,
    Card,
    Effect,
    Event,
    Form,
    Option,
    PlaceKind,
    Select,
    Text,
    TextInput,
)

HOME = "http://127.0.0.1:8000"
OWN = {"X-Handrail": "sandbox"}
FORM = Form("note:4", "A note", (TextInput(name="note", label="Note", multiline=True),), "Save")
BUTTONS = Card(
    "Choose",
    (
        Buttons((Button("Yes", "answer:yes"), Button("No", "answer:no"))),
        Select("Pick one", "pick", (Option("7", "Seven"),)),
    ),
    "A question",
)


def card(title: str) -> Card:
    return Card(title, (Text("Words"),), "Something new")


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.zone = ZoneInfo("America/New_York")
        self.moment = datetime(2025, 11, 3, 19, 5, tzinfo=UTC)
        self.moves: list[object] = []

    def now(self) -> datetime:
        return self.moment

    async def advance(self, by: timedelta) -> None:
        self.moves.append(by)
        self.moment += by

    async def advance_to_monday(self) -> None:
        self.moves.append("monday")


class Bot:
    """Remembers what it was given, and answers what a test tells it to."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.answer: Callable[[Event], Awaitable[Sequence[Effect]]] | None = None
        self.effects: list[Effect] = []

    async def receive(self, event: Event) -> Sequence[Effect]:
        self.events.append(event)
        return await self.answer(event) if self.answer else self.effects


class Stage:
    """Three people, a bot, a clock and a browser."""

    def __init__(self) -> None:
        people = [
            SandboxPerson("maya", "Maya", "helper"),
            SandboxPerson("leo", "Leo", "helper"),
            SandboxPerson("rivera", "Ms. Rivera", "coordinator"),
        ]
        self.sandbox = Sandbox(people)
        self.bot = Bot()
        self.clock = Clock()
        commands = [CommandInfo("note", "what it is", "Write a note")]
        self.app = Starlette(
            routes=routes(self.sandbox, self.bot.receive, lambda: commands, self.clock, ["Say hello"])
        )
        self.browser = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app), base_url=HOME, headers=OWN | {"Origin": HOME}
        )

    async def do(self, what: str, person: str = "maya", tab: str = "direct", **more: Any) -> httpx.Response:
        payload = {"deed": str(uuid4()), "person": person, "tab": tab, **more}
        return await self.browser.post(f"/sandbox/{what}", json=payload)

    def seen(self, user: str, tab: str = "direct") -> list[str]:
        messages = self.sandbox.view(user, PlaceKind(tab)).messages.values()
        return [message.card.title if message.card else message.text for message in messages]

    def last_id(self, user: str, tab: str = "direct") -> str:
        return list(self.sandbox.view(user, PlaceKind(tab)).messages)[-1]
