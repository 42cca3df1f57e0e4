"""The sandbox's clock: moving it lets everything that falls due on the way happen, in its order."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.app import App
from bot.clock import MovableClock
from handlers.due import next_due

MOST_STOPS = 40
"""Ladder steps played one by one in one move; what is due beyond is found at its end, as after a downtime."""


class Rehearsal:
    """Moves a bot's clock. Satisfies the sandbox page's idea of a clock."""

    def __init__(self, app: App, clock: MovableClock, zone: ZoneInfo) -> None:
        self._app = app
        self._clock = clock
        self.zone = zone

    def now(self) -> datetime:
        """The sandbox's time, aware and in UTC."""
        return self._clock.now()

    async def advance(self, by: timedelta) -> None:
        """Let time pass."""
        await self._move_to(self._clock.now() + by)

    async def advance_to_monday(self) -> None:
        """Let it be the next Monday, nine in the morning, in the programme's zone."""
        local = self._clock.now().astimezone(self.zone)
        monday = local.replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=-local.weekday())
        while monday <= local:
            monday += timedelta(days=7)
        await self._move_to(monday)

    async def _move_to(self, moment: datetime) -> None:
        for _ in range(MOST_STOPS):
            due = await next_due(self._app.database)
            if due is None or due > moment:
                break
            self._clock.set(max(due, self._clock.now()))
            await self._settle()
        self._clock.set(max(moment, self._clock.now()))
        await self._settle()

    async def _settle(self) -> None:
        await self._app.tick()
        await self._app.delivery.drain()
