"""Time: the one source of "now", and the few fixed ticks by which what is due is found."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = structlog.get_logger(__name__)


class Clock(Protocol):
    """Tells the time, aware and in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class MovableClock:
    """The machine's clock plus an offset, for the sandbox and for rehearsals."""

    def __init__(self) -> None:
        self._offset = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def set(self, moment: datetime) -> None:
        """Let it be this moment now; time goes on from there."""
        self._offset = moment - datetime.now(UTC)


class Ticks:
    """Runs each job again and again at a fixed interval, never two runs of one job at once.

    A job that fails is logged and run again at the next tick. ``last`` holds when each last succeeded.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self.last: dict[str, datetime] = {}

    def every(self, seconds: float, name: str, job: Callable[[], Awaitable[object]]) -> None:
        """Add a job. Call before :meth:`start`."""

        async def run() -> None:
            try:
                await job()
            except Exception:
                log.error("tick_failed", tick=name, exc_info=True)
            else:
                self.last[name] = self._clock.now()

        self._scheduler.add_job(
            run, "interval", seconds=seconds, coalesce=True, max_instances=1, misfire_grace_time=None
        )

    def start(self) -> None:
        """Start ticking on the running event loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Stop ticking; a run under way is left to end."""
        self._scheduler.shutdown(wait=False)
