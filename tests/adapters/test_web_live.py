"""The sandbox over HTTP: its clock, and the stream that tells browsers what changes."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import timedelta

import pytest
from starlette.types import Message as AsgiMessage

from adapters.web.live import stream
from handlers.chat import PlaceKind
from tests.adapters.web_stage import Stage


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    async with stage.browser:
        yield stage


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
