"""Watching itself: asks the database every half minute whether a page is overdue, beside all code that pages.

What it finds is said to the adults directly, at most once an hour, and stands in ``/readyz``. Only while
all is well it tells a dead-man service (``HEARTBEAT_URL``) that it lives: silence raises the alarm there.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import aiohttp
import structlog

from bot.app import App
from bot.health import problems
from handlers.cards import emergency as cards
from storage.db import DatabaseUnavailable
from storage.overdue import overdue

log = structlog.get_logger(__name__)

EVERY = 30.0
"""Seconds between two looks."""
LATE = timedelta(seconds=60)
"""A page that has not gone out for so long is overdue."""
ALARM_AGAIN = timedelta(hours=1)
PING = aiohttp.ClientTimeout(total=10)

Ping = Callable[[], Awaitable[None]]


class Auditor:
    """Looks, tells, and pings. ``ping`` is what says "all is well"."""

    def __init__(self, app: App, ping: Ping | None = None) -> None:
        self._app = app
        self._ping = ping
        self._alarmed_at: datetime | None = None
        self._found = ""
        app.checks.append(self.trouble)
        app.ticks.every(EVERY, "audit", self.look)

    async def trouble(self) -> str:
        """What was overdue at the last look; empty if nothing was."""
        return self._found

    async def look(self) -> None:
        """One look."""
        now = self._app.clock.now()
        try:
            async with self._app.database.read() as tx:
                found = await overdue(tx, now - LATE)
        except DatabaseUnavailable:
            return  # said by /readyz, and what cannot be saved goes another way
        self._found = f"{found.pages} pages and {found.ladders} cases are overdue" if found.anything else ""
        if found.anything:
            log.error("pages_overdue", pages=found.pages, ladders=found.ladders)
            await self._alarm(now)
        elif self._ping is not None and not await problems(self._app):
            await self._ping()

    async def _alarm(self, now: datetime) -> None:
        if self._alarmed_at is not None and now - self._alarmed_at < ALARM_AGAIN:
            return
        self._alarmed_at = now
        if self._app.emergency is not None:
            await self._app.emergency.tell_everybody(cards.stuck, key=f"stuck:{now.isoformat()}")


def heartbeat(url: str) -> Ping:
    """Says "all is well" by asking for an address."""

    async def ping() -> None:
        try:
            async with aiohttp.ClientSession(timeout=PING) as session, session.get(url) as answer:
                if answer.status >= 400:
                    log.warning("heartbeat_refused", status=answer.status)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("heartbeat_not_sent", kind=type(error).__name__)

    return ping
