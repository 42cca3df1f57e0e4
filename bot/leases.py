"""Work that one process at a time does: it holds a lease in the database, and others stand by.

A holder renews its lease every few seconds. Once it is told that another one has it, it stops; a standby
takes over within 20 s. Where the database does not answer, nobody can tell, and the last holder goes on: that
two hear the same does no harm, for what they hear counts once, but that nobody listens does.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import uuid4

import structlog

from storage import leases
from storage.db import Database, DatabaseUnavailable

log = structlog.get_logger(__name__)

LENGTH = timedelta(seconds=15)
RENEW = 5.0
"""Seconds between renewals, and between a standby's looks."""
MARGIN = timedelta(seconds=5)
"""From this long before its lease is over, a holder asks before each piece of work if it still has it."""
TAKE = 2.0
"""Seconds that the database may take to answer: the lease runs out meanwhile."""

Pause = Callable[[float], Awaitable[None]]


class Holding:
    """One process's part in some work, which runs while the lease is held and is cancelled when it is not."""

    def __init__(
        self,
        database: Database,
        name: str,
        *,
        work: Callable[[], Awaitable[None]],
        clock: Callable[[], datetime],
        pause: Pause = asyncio.sleep,
    ) -> None:
        self.holder = str(uuid4())
        self._database = database
        self._name = name
        self._work = work
        self._clock = clock
        self._pause = pause
        # Until when it was held when last heard of; ``None`` where it never was, or another process has it.
        self._until: datetime | None = None
        self._unanswered_at: datetime | None = None

    @property
    def holds(self) -> bool:
        """Whether this process surely holds it now."""
        return self._until is not None and self._clock() < self._until - MARGIN

    async def run(self) -> None:
        """Stand by, work, stand by again, until cancelled."""
        try:
            while True:
                await self._take()
                if self._until is not None:
                    await self._work_while_held()
                await self._pause(RENEW)
        finally:
            await self._give_back()

    async def is_over(self) -> bool:
        """Whether the work is another process's by now. Ask before each piece of it.

        A process that stood still (suspended, frozen) goes on in the middle of its work, long before its next
        renewal. Where the database does not answer, it is not known to be over, and no piece of work waits
        for it again until the next renewal should have asked.
        """
        if not self.holds and self._until is not None and not self._just_asked:
            await self._take()
        return self._until is None

    @property
    def _just_asked(self) -> bool:
        """Whether the database left a question unanswered so lately that it is not asked again yet."""
        since = timedelta(seconds=RENEW + TAKE)
        return self._unanswered_at is not None and abs(self._clock() - self._unanswered_at) < since

    async def is_held(self) -> bool:
        """Whether any process holds it. Raises :class:`~storage.db.DatabaseUnavailable`."""
        async with self._database.read() as tx:
            found = await leases.held(tx, self._name)
        return found is not None and found.until > self._clock()

    async def _work_while_held(self) -> None:
        log.info("lease_taken", lease=self._name)
        working = asyncio.ensure_future(self._work())
        renewing = asyncio.create_task(self._renew())
        try:
            await asyncio.wait({working, renewing}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (working, renewing):
                task.cancel()
            results = await asyncio.gather(working, renewing, return_exceptions=True)
        if isinstance(results[0], Exception):
            log.error("work_ended", lease=self._name, reason=str(results[0]), kind=type(results[0]).__name__)
        await self._give_back()

    async def _renew(self) -> None:
        """Return when another process has the lease."""
        while self._until is not None:
            await self._pause(RENEW)
            await self._take()
        log.warning("lease_lost", lease=self._name)

    async def _take(self) -> None:
        """Take or renew. Where the database takes nothing, what was held lasts until another has it."""
        try:
            async with asyncio.timeout(TAKE), self._database.write() as tx:
                taken = await leases.take(tx, self._name, self.holder, now=self._clock(), length=LENGTH)
        except (DatabaseUnavailable, TimeoutError):
            await self._look()
        else:
            self._until, self._unanswered_at = taken.until if taken else None, None

    async def _look(self) -> None:
        """A database that takes nothing (a full disk) may still tell who holds it."""
        try:
            async with asyncio.timeout(TAKE), self._database.read() as tx:
                found = await leases.held(tx, self._name)
        except (DatabaseUnavailable, TimeoutError):
            found = None
        if self._until is not None and self._unanswered_at is None:
            log.warning("lease_not_renewed", lease=self._name)
        self._unanswered_at = self._clock()
        if found is not None and found.holder != self.holder and found.until > self._clock():
            self._until = None

    async def _give_back(self) -> None:
        if self._until is None:
            return
        try:
            async with asyncio.timeout(TAKE), self._database.write() as tx:
                await leases.give_back(tx, self._name, self.holder, now=self._clock())
        except (DatabaseUnavailable, TimeoutError):
            return
        self._until = None
