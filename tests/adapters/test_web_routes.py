"""The sandbox over HTTP: who may ask, and what each person sees of what the bot answers."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest
from starlette.applications import Starlette
from starlette.types import Message as AsgiMessage

from adapters.base import Address, Outgoing
from adapters.web import CommandInfo
from adapters.web.live import stream
from adapters.web.routes import routes
from adapters.web.sandbox import Sandbox, SandboxPerson
from handlers.chat import (
    Button,
    ButtonPressed,
    Buttons,
    Card,
    CommandUsed,
    Effect,
    Event,
    Form,
    FormErrors,
    FormSubmitted,
    OpenForm,
    Option,
    PlaceKind,
    Reply,
    Select,
    Text,
    TextInput,
    TextPosted,
    UpdateCard,
)

HOME = "http://127.0.0.1:8000"
OWN = {"X-Handrail": "sandbox"}
POSTS = ("say", "edit", "delete", "press", "submit", "clock")
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


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    async with stage.browser:
        yield stage


# --- who may ask ---


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "LOCALHOST:9", "[::1]:8000", "127.0.0.1"])
async def test_this_computer_may_look(stage: Stage, host: str) -> None:
    answer = await stage.browser.get("/", headers={"Host": host})
    assert answer.status_code == 200
    assert "Message as Ms. Rivera" in answer.text


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example:80",
        "127.0.0.2",
        "",
        "evil@localhost",
    ],
)
@pytest.mark.parametrize("path", ["/", "/events", "/static/sandbox.js", "/sandbox/say"])
async def test_any_other_name_is_refused_everywhere(stage: Stage, host: str, path: str) -> None:
    method = "POST" if path.startswith("/sandbox") else "GET"
    answer = await stage.browser.request(method, path, headers={"Host": host})
    assert answer.status_code == 403
    assert stage.bot.events == []


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:8000", f"{HOME}1", ""])
async def test_another_sites_page_can_do_nothing(stage: Stage, origin: str) -> None:
    for what in POSTS:
        answer = await stage.browser.post(f"/sandbox/{what}", json={}, headers={"Origin": origin})
        assert answer.status_code == 403
    assert stage.bot.events == []


async def test_a_post_needs_our_own_header_and_json(stage: Stage) -> None:
    payload = {"deed": str(uuid4()), "person": "maya", "tab": "direct", "text": "hello"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(stage.app), base_url=HOME) as stranger:
        assert (await stranger.post("/sandbox/say", json=payload)).status_code == 403
        # No Origin at all is a program on this computer, which needs no browser to do harm.
        assert (await stranger.post("/sandbox/say", json=payload, headers=OWN)).status_code == 200
        assert (await stranger.post("/sandbox/say", data=payload, headers=OWN)).status_code == 400
    assert len(stage.bot.events) == 1


@pytest.mark.parametrize("path", ["/", "/static/sandbox.css"])
async def test_security_headers(stage: Stage, path: str) -> None:
    answer = await stage.browser.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] in ("no-store", "no-cache")


@pytest.mark.parametrize(
    "name",
    [
        "sandbox.css",
        "sandbox.js",
        "pane.js",
        "dialog.js",
        "completion.js",
        "wire.js",
        "theme.js",
        "handrail.svg",
    ],
)
async def test_the_pages_own_files_are_served(stage: Stage, name: str) -> None:
    assert (await stage.browser.get(f"/static/{name}")).status_code == 200


async def test_a_get_does_nothing(stage: Stage) -> None:
    for what in POSTS:
        assert (await stage.browser.get(f"/sandbox/{what}")).status_code == 405


# --- saying ---


async def test_a_message_becomes_an_event_and_its_answer_stands_below(stage: Stage) -> None:
    stage.bot.effects = [Reply(card("Menu"))]
    answer = await stage.do("say", text="hello")
    assert (answer.status_code, answer.json()) == (200, {})
    (event,) = stage.bot.events
    assert isinstance(event, TextPosted)
    assert event.at == stage.clock.now()
    assert stage.seen("maya") == ["hello", "Menu"]
    assert stage.last_id("maya") != event.message_id
    assert event.message_id in stage.sandbox.view("maya", PlaceKind.DIRECT).messages
    assert stage.seen("leo") == stage.seen("rivera") == []


async def test_a_message_stands_there_while_the_bot_still_thinks(stage: Stage) -> None:
    thinking, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(_event: Event) -> Sequence[Effect]:
        thinking.set()
        await go_on.wait()
        return [Reply(card("Done"))]

    stage.bot.answer = slowly
    sending = asyncio.create_task(stage.do("say", text="hello"))
    await thinking.wait()
    assert stage.seen("maya") == ["hello"]
    go_on.set()
    assert (await sending).status_code == 200
    assert stage.seen("maya") == ["hello", "Done"]


async def test_private_answers_in_the_channel_are_seen_by_their_reader_alone(stage: Stage) -> None:
    stage.bot.effects = [Reply(card("For Maya")), Reply(card("For everybody"), private=False)]
    await stage.do("say", text="hello team", tab="channel")
    assert stage.seen("maya", "channel") == ["hello team", "For Maya", "For everybody"]
    for other in ("leo", "rivera"):
        assert stage.seen(other, "channel") == ["hello team", "For everybody"]
    page = (await stage.browser.get("/")).text
    assert page.count("For Maya") == 1
    assert page.count("For everybody") == 3
    assert page.count("Only you can see this") == 1


async def test_a_command_in_the_channel_is_seen_by_its_writer_alone(stage: Stage) -> None:
    stage.bot.effects = [Reply(card("Told"))]
    await stage.do("say", text="/urgent on the roof", tab="channel")
    (event,) = stage.bot.events
    assert isinstance(event, CommandUsed)
    assert stage.seen("maya", "channel") == ["/urgent on the roof", "Told"]
    assert stage.seen("leo", "channel") == []


@pytest.mark.parametrize("tab", ["direct", "channel"])
async def test_a_failing_bot_loses_nothing(stage: Stage, tab: str) -> None:
    async def fail(_event: Event) -> Sequence[Effect]:
        raise RuntimeError("the words themselves")

    stage.bot.answer = fail
    deed = str(uuid4())
    answer = await stage.do("say", text="hello", tab=tab, deed=deed)
    assert answer.status_code == 500
    assert answer.json()["error"].endswith("please try again.")
    assert "words" not in answer.text
    assert stage.seen("maya", tab) == []
    # The same deed sent again is the same message and the same event.
    stage.bot.answer = None
    assert (await stage.do("say", text="hello", tab=tab, deed=deed)).status_code == 200
    assert stage.seen("maya", tab) == ["hello"]
    assert stage.bot.events[0] == stage.bot.events[1]


async def test_the_same_deed_twice_stands_there_once(stage: Stage) -> None:
    deed = str(uuid4())
    for _ in range(2):
        await stage.do("say", text="hello", deed=deed)
    assert stage.seen("maya") == ["hello"]
    assert stage.bot.events[0].dedupe_key == stage.bot.events[1].dedupe_key


async def test_no_ones_words_are_logged(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    async def fail(event: Event) -> Sequence[Effect]:
        raise RuntimeError(event.words)

    stage.bot.answer = fail
    await stage.do("say", text="a secret")
    assert "RuntimeError" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"\xff", b"[" * 50_000, b'"' + b"x" * 200_000 + b'"'], ids=range(6)
)
async def test_a_bad_body_is_refused_in_a_sentence(stage: Stage, body: bytes) -> None:
    for what in POSTS:
        answer = await stage.browser.post(
            f"/sandbox/{what}", content=body, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code == 400
        assert answer.json()["error"].endswith(".")
    assert stage.bot.events == []


# --- editing ---


async def test_an_edit_changes_the_message_for_everybody(stage: Stage) -> None:
    await stage.do("say", text="helo", tab="channel")
    message = stage.last_id("maya", "channel")
    answer = await stage.do("edit", text="hello", tab="channel", message=message)
    assert answer.status_code == 200
    event = stage.bot.events[-1]
    assert isinstance(event, TextPosted)
    assert (event.edited, event.message_id, event.text) == (True, message, "hello")
    assert event.dedupe_key != stage.bot.events[0].dedupe_key
    for user in ("maya", "leo", "rivera"):
        assert stage.seen(user, "channel") == ["hello"]
        assert stage.sandbox.view(user, PlaceKind.CHANNEL).messages[message].edited


async def test_only_ones_own_text_can_be_edited(stage: Stage) -> None:
    stage.bot.effects = [Reply(card("Menu"))]
    await stage.do("say", text="/note")
    command, menu = list(stage.sandbox.view("maya", PlaceKind.DIRECT).messages)
    await stage.do("say", text="mine", tab="channel")
    mine = next(iter(stage.sandbox.view("maya", PlaceKind.CHANNEL).messages))
    before = len(stage.bot.events)
    for person, tab, message in (
        ("maya", "direct", menu),
        ("maya", "direct", command),
        ("maya", "direct", "no-such-message"),
        ("leo", "channel", mine),
    ):
        answer = await stage.do("edit", person, tab, text="changed", message=message)
        assert answer.status_code == 409
    assert len(stage.bot.events) == before


async def test_a_failed_edit_is_taken_back(stage: Stage) -> None:
    async def fail(_event: Event) -> Sequence[Effect]:
        raise RuntimeError

    await stage.do("say", text="before")
    stage.bot.answer = fail
    message = stage.last_id("maya")
    assert (await stage.do("edit", text="after", message=message)).status_code == 500
    assert stage.seen("maya") == ["before"]
    assert not stage.sandbox.view("maya", PlaceKind.DIRECT).messages[message].edited


# --- taking away ---


async def test_ones_own_message_can_be_taken_away_from_everybody(stage: Stage) -> None:
    await stage.do("say", text="posted too fast", tab="channel")
    await stage.do("say", text="this one stays", tab="channel")
    message = next(iter(stage.sandbox.view("leo", PlaceKind.CHANNEL).messages))
    before = len(stage.bot.events)
    answer = await stage.do("delete", tab="channel", message=message)
    assert (answer.status_code, answer.json()) == (200, {})
    for user in ("maya", "leo", "rivera"):
        assert stage.seen(user, "channel") == ["this one stays"]
    assert len(stage.bot.events) == before, "the bot is told nothing: what it has kept stays kept"
    assert (await stage.do("delete", tab="channel", message=message)).status_code == 409


async def test_only_ones_own_text_can_be_taken_away(stage: Stage) -> None:
    stage.bot.effects = [Reply(card("Menu"))]
    await stage.do("say", text="/note")
    command, menu = list(stage.sandbox.view("maya", PlaceKind.DIRECT).messages)
    await stage.do("say", text="mine", tab="channel")
    mine = next(iter(stage.sandbox.view("maya", PlaceKind.CHANNEL).messages))
    for person, tab, message in (
        ("maya", "direct", menu),
        ("maya", "direct", command),
        ("maya", "direct", mine),
        ("maya", "direct", "no-such-message"),
        ("leo", "channel", mine),
        ("leo", "direct", command),
    ):
        assert (await stage.do("delete", person, tab, message=message)).status_code == 409
    assert stage.seen("maya") == ["/note", "Menu"]
    assert stage.seen("leo", "channel") == ["mine"]


# --- pressing ---


async def test_a_pressed_buttons_card_is_replaced(stage: Stage) -> None:
    sent = await stage.sandbox.send(Outgoing(1, Address("web", "sandbox", "rivera"), BUTTONS))
    stage.bot.effects = [UpdateCard(card("You have it"))]
    answer = await stage.do("press", "rivera", message=sent.reference, action="answer:yes")
    assert answer.status_code == 200
    (event,) = stage.bot.events
    assert isinstance(event, ButtonPressed)
    assert (event.action, event.value) == ("answer:yes", "")
    assert stage.seen("rivera") == ["You have it"]
    # The platform's own update still finds it.
    await stage.sandbox.update(Address("web", "sandbox", "rivera"), sent.reference, card("Closed"))
    assert stage.seen("rivera") == ["Closed"]


async def test_an_updated_channel_card_is_updated_for_everybody(stage: Stage) -> None:
    stage.sandbox.reply("maya", PlaceKind.CHANNEL, BUTTONS, private=False)
    stage.bot.effects = [UpdateCard(card("Answered"))]
    await stage.do("press", "leo", "channel", message=stage.last_id("leo", "channel"), action="answer:no")
    assert stage.seen("maya", "channel") == stage.seen("rivera", "channel") == ["Answered"]


async def test_a_selects_option_is_pressed(stage: Stage) -> None:
    stage.sandbox.reply("maya", PlaceKind.DIRECT, BUTTONS, private=True)
    await stage.do("press", message=stage.last_id("maya"), action="pick", value="7")
    (event,) = stage.bot.events
    assert isinstance(event, ButtonPressed)
    assert (event.action, event.value) == ("pick", "7")


@pytest.mark.parametrize(
    "press",
    [
        {"action": "answer:maybe"},
        {"action": "answer:yes", "value": "7"},
        {"action": "pick"},
        {"action": "pick", "value": "8"},
        {"action": "answer:yes", "message": "handrail-99"},
        {"action": "answer:yes", "tab": "channel"},
        {"action": "answer:yes", "person": "leo"},
    ],
)
async def test_what_is_not_on_a_card_that_one_sees_cannot_be_pressed(
    stage: Stage, press: dict[str, str]
) -> None:
    stage.sandbox.reply("maya", PlaceKind.DIRECT, BUTTONS, private=True)
    answer = await stage.do("press", **({"message": stage.last_id("maya")} | press))
    assert answer.status_code == 409
    assert stage.bot.events == []


# --- forms ---


async def test_a_command_opens_a_form_and_its_answers_land_where_it_was_opened(stage: Stage) -> None:
    stage.bot.effects = [Reply(card("First this")), OpenForm(FORM)]
    answer = await stage.do("say", text="/note", tab="channel")
    html = answer.json()["form"]
    assert 'data-form="note:4"' in html
    assert 'data-tab="channel"' in html
    assert 'data-message=""' in html
    stage.bot.effects = [Reply(card("Noted"))]
    answer = await stage.do("submit", tab="channel", form="note:4", message="", values={"note": "typed"})
    assert answer.json() == {}
    event = stage.bot.events[-1]
    assert isinstance(event, FormSubmitted)
    assert event.place.kind is PlaceKind.CHANNEL
    assert event.values == {"note": "typed"}
    assert stage.seen("maya", "channel") == ["/note", "First this", "Noted"]
    assert stage.seen("leo", "channel") == []


async def test_a_form_opened_by_a_button_remembers_its_card(stage: Stage) -> None:
    stage.sandbox.reply("maya", PlaceKind.DIRECT, BUTTONS, private=True)
    message = stage.last_id("maya")
    stage.bot.effects = [OpenForm(FORM)]
    answer = await stage.do("press", message=message, action="answer:yes")
    assert f'data-message="{message}"' in answer.json()["form"]
    stage.bot.effects = [UpdateCard(card("Filled"))]
    await stage.do("submit", form="note:4", message=message, values={})
    assert stage.seen("maya") == ["Filled"]


async def test_an_update_of_a_card_that_is_gone_or_not_ones_own_is_shown_anew(stage: Stage) -> None:
    stage.sandbox.reply("leo", PlaceKind.DIRECT, BUTTONS, private=True)
    stage.bot.effects = [UpdateCard(card("Filled"))]
    for message in ("", "handrail-99", stage.last_id("leo")):
        assert (await stage.do("submit", form="note:4", message=message, values={})).status_code == 200
    assert stage.seen("maya") == ["Filled"] * 3
    assert stage.seen("leo") == ["Choose"]


async def test_form_errors_come_back_with_everything_that_was_typed(stage: Stage) -> None:
    typed = "two lines\nof <b>words</b>"
    stage.bot.effects = [Reply(card("Told")), FormErrors(FORM, {"note": "Please say more."})]
    answer = await stage.do("submit", form="note:4", message="", values={"note": typed})
    html = answer.json()["form"]
    assert "two lines\nof &lt;b&gt;words&lt;/b&gt;</textarea>" in html
    assert "Please say more." in html
    assert 'aria-invalid="true"' in html
    # What a form's words set off is shown, whatever is wrong with the form.
    assert stage.seen("maya") == ["Told"]


async def test_a_failing_form_says_so(stage: Stage) -> None:
    async def fail(_event: Event) -> Sequence[Effect]:
        raise RuntimeError

    stage.bot.answer = fail
    answer = await stage.do("submit", form="note:4", message="", values={"note": "x"})
    assert answer.status_code == 500
    assert "form" not in answer.json()


async def test_what_other_platforms_cannot_show_is_an_error_here_too(stage: Stage) -> None:
    stage.sandbox.reply("maya", PlaceKind.DIRECT, BUTTONS, private=True)
    message = stage.last_id("maya")
    cases: list[tuple[Effect, str, dict[str, Any]]] = [
        (OpenForm(FORM), "say", {"text": "hello"}),
        (OpenForm(FORM), "submit", {"form": "note:4", "values": {}}),
        (UpdateCard(card("A")), "say", {"text": "/note"}),
        (FormErrors(FORM, {"note": "x"}), "press", {"message": message, "action": "answer:yes"}),
    ]
    for effect, what, payload in cases:
        stage.bot.effects = [Reply(card("Never shown")), effect]
        assert (await stage.do(what, **payload)).status_code == 500
    assert stage.seen("maya") == ["Choose"]


# --- the clock ---


async def test_the_clock_is_moved(stage: Stage) -> None:
    for move in ("2-minutes", "5-minutes", "1-day", "monday"):
        assert (await stage.browser.post("/sandbox/clock", json={"move": move})).status_code == 200
    assert stage.clock.moves == [timedelta(minutes=2), timedelta(minutes=5), timedelta(days=1), "monday"]
    await stage.do("say", text="hello")
    (message,) = stage.sandbox.view("maya", PlaceKind.DIRECT).messages.values()
    assert message.at == stage.clock.now() == stage.bot.events[0].at


async def test_an_unknown_move_is_refused(stage: Stage) -> None:
    assert (await stage.browser.post("/sandbox/clock", json={"move": "back"})).status_code == 400
    assert stage.clock.moves == []


# --- the stream ---


async def test_a_browser_hears_everything_first_and_then_each_change(stage: Stage) -> None:
    await stage.do("say", text="before")
    async with aclosing(stream(stage.sandbox, stage.clock, lambda: False)) as events:
        first = await anext(events)
        assert first.event == "everything"
        data = json.loads(first.data)
        assert data["clock"]["label"] == "Mon 3 Nov, 14:05"
        views = {(view["person"], view["tab"]): view["messages"] for view in data["views"]}
        assert len(views) == 6
        assert ["before" in html for html in views["maya", "direct"]] == [True]
        assert views["leo", "direct"] == []

        await stage.do("say", "leo", "direct", text="after")
        told = await anext(events)
        assert told.event == "message"
        data = json.loads(told.data)
        assert (data["person"], data["tab"]) == ("leo", "direct")
        assert "after" in data["html"]

        stage.sandbox.retract(stage.last_id("leo"))
        gone = await anext(events)
        assert gone.event == "gone"
        assert not json.loads(gone.data)["dropped"]

        await stage.browser.post("/sandbox/clock", json={"move": "5-minutes"})
        moved = await anext(events)
        assert moved.event == "clock"
        assert json.loads(moved.data)["label"] == "Mon 3 Nov, 14:10"


async def test_the_time_is_told_when_the_clock_runs_by_itself(stage: Stage) -> None:
    async with aclosing(stream(stage.sandbox, stage.clock, lambda: False, tick=0)) as events:
        await anext(events)
        stage.clock.moment += timedelta(minutes=1)
        moved = await anext(events)
        assert moved.event == "clock"
        assert json.loads(moved.data)["label"] == "Mon 3 Nov, 14:06"


async def test_the_stream_ends_when_the_server_stops(stage: Stage) -> None:
    stopping = asyncio.Event()
    async with aclosing(stream(stage.sandbox, stage.clock, stopping.is_set, tick=0)) as events:
        await anext(events)
        stopping.set()
        assert [event async for event in events] == []


async def test_the_stream_is_served_as_server_sent_events(stage: Stage) -> None:
    sent: list[AsgiMessage] = []
    begun, left = asyncio.Event(), asyncio.Event()

    async def receive() -> AsgiMessage:
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: AsgiMessage) -> None:
        sent.append(message)
        if message.get("body"):
            begun.set()

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "method": "GET",
        "path": "/events",
        "raw_path": b"/events",
        "root_path": "",
        "scheme": "http",
        "query_string": b"",
        "headers": [(b"host", b"localhost:8000")],
    }
    serving = asyncio.create_task(stage.app(scope, receive, send))
    await begun.wait()
    left.set()
    await serving
    headers = dict(sent[0]["headers"])
    assert headers[b"content-type"].startswith(b"text/event-stream")
    assert b"content-security-policy" in headers
    assert sent[1]["body"].startswith(b"event: everything")
