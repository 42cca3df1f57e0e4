"""What a browser is told while it watches: everything at first, then each change."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from sse_starlette import ServerSentEvent

from adapters.web import render
from adapters.web.sandbox import Change, ClockMoved, Gone, Resync, Sandbox, Shown
from handlers.chat import PlaceKind

TICK = 0.25
"""Seconds between looks at the clock, which also runs by itself, and at whether the server is stopping."""


class SandboxClock(Protocol):
    """The programme's clock, which the sandbox shows and moves."""

    zone: ZoneInfo

    def now(self) -> datetime:
        """The time (aware, UTC)."""

    async def advance(self, by: timedelta) -> None:
        """Move on, doing on the way whatever falls due."""

    async def advance_to_monday(self) -> None:
        """Move on to the next Monday, nine o'clock local time."""


async def stream(
    sandbox: Sandbox, clock: SandboxClock, stopping: Callable[[], bool], tick: float = TICK
) -> AsyncIterator[ServerSentEvent]:
    """Events for one browser, until the server stops. One that comes back starts with everything anew."""
    with sandbox.subscribe() as changes:
        # Nothing is awaited between subscribing and looking, so nothing falls in between.
        shown = _time(clock)["label"]
        yield _everything(sandbox, clock)
        while not stopping():
            try:
                change = await asyncio.wait_for(changes.get(), tick)
            except TimeoutError:
                if _time(clock)["label"] == shown:
                    continue
                change = ClockMoved()
            shown = _time(clock)["label"] if isinstance(change, ClockMoved | Resync) else shown
            yield _event(change, sandbox, clock)


def _event(change: Change, sandbox: Sandbox, clock: SandboxClock) -> ServerSentEvent:
    match change:
        case Shown(user=user, kind=kind, message=message):
            html = render.message(message, user, sandbox.people, clock.zone)
            return _named("message", {"person": user, "tab": kind.value, "html": html})
        case Gone(user=user, kind=kind, message_id=message_id, dropped=dropped):
            data = {"person": user, "tab": kind.value, "id": message_id, "dropped": dropped}
            return _named("gone", data)
        case ClockMoved():
            return _named("clock", _time(clock))
        case Resync():
            return _everything(sandbox, clock)


def _everything(sandbox: Sandbox, clock: SandboxClock) -> ServerSentEvent:
    views = []
    for user in sandbox.people:
        for kind in PlaceKind:
            view = sandbox.view(user, kind)
            html = [
                render.message(message, user, sandbox.people, clock.zone)
                for message in view.messages.values()
            ]
            views.append({"person": user, "tab": kind.value, "messages": html, "dropped": view.dropped})
    return _named("everything", {"views": views, "clock": _time(clock)})


def _time(clock: SandboxClock) -> dict[str, str]:
    now = clock.now()
    return {"label": render.clock_label(now, clock.zone), "at": now.isoformat()}


def _named(name: str, data: object) -> ServerSentEvent:
    return ServerSentEvent(json.dumps(data), event=name, retry=1_000)
