"""The one composition root: everything is made and joined here, and nowhere else."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from adapters.base import Adapter, RateLimited
from adapters.fallback import Fallback
from bot.clock import Clock, Ticks
from bot.delivery import Delivery
from bot.metrics import Metrics
from bot.settings import DatabaseNotReady, Settings, SetupProblem
from handlers.due import keep_house, run_due
from handlers.intake import Intake
from handlers.registry import load
from handlers.screening import screen
from storage import fallbacks, schema
from storage.db import Database, DatabaseProblem, DatabaseUnavailable

TICK = 1.0
"""Seconds between looks at what is due."""
HOUSEKEEPING = 3600.0


@dataclass
class App:
    """A running bot's parts. ``running`` starts the clock and delivery, and stops them again."""

    database: Database
    clock: Clock
    adapters: Sequence[Adapter]
    fallback: Fallback
    metrics: Metrics
    delivery: Delivery
    intake: Intake
    ticks: Ticks
    started: datetime = field(init=False)
    ticking: bool = True
    checks: list[Callable[[], Awaitable[str]]] = field(default_factory=list)
    """What else has to be in order before a page can go out: each tells what is not, or nothing."""

    def __post_init__(self) -> None:
        self.started = self.clock.now()

    async def tick(self) -> None:
        """Do what is due now, and let it be sent."""
        async with self.database.read() as tx:
            found = await fallbacks.workspaces(tx)
        if found - self.fallback.workspaces:  # at the start, or when somebody has set up the first address
            self.fallback.get_ready()
        self.fallback.workspaces = found
        if await run_due(self.database, self.clock.now(), self.delivery.workspaces):
            self.delivery.wake()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Tick (unless another process does) and deliver while inside."""
        if self.ticking:
            await keep_house(self.database, self.clock.now())
            self.ticks.every(TICK, "due", self.tick)
            self.ticks.every(HOUSEKEEPING, "house", lambda: keep_house(self.database, self.clock.now()))
        self.ticks.start()
        sending = asyncio.create_task(self.delivery.run())
        try:
            yield
        finally:
            self.ticks.stop()
            sending.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sending


def assemble(database: Database, clock: Clock, adapters: Sequence[Adapter]) -> App:
    """Join a bot's parts around a database that is open and up to date."""
    screen("")  # loads the rules now, not with the first event
    metrics = Metrics()
    fallback = Fallback(lambda workspace, user: _fallback_url(database, workspace, user))
    delivery = Delivery(database, [*adapters, fallback], clock.now, metrics)
    intake = Intake(database, load(), clock.now, delivery.wake, fallback)
    return App(database, clock, adapters, fallback, metrics, delivery, intake, Ticks(clock))


async def _fallback_url(database: Database, workspace: str, user: str) -> str | None:
    try:
        async with database.read() as tx:
            return await fallbacks.fallback_url(tx, workspace, user)
    except DatabaseUnavailable:
        raise RateLimited(TICK) from None  # nothing was sent: it is tried again in a moment


async def open_database(settings: Settings, *, migrate: bool) -> Database:
    """Open the database that the environment names, with its keys, up to date and writable.

    Raises :class:`SetupProblem` with what to do where it cannot be used; :class:`DatabaseNotReady` where the
    settings are right and only the database is not.
    """
    try:
        database = Database(settings.database_url, settings.keys())
    except DatabaseProblem as problem:
        raise SetupProblem(str(problem)) from None
    if not _has_folder(database):
        raise DatabaseNotReady(_unusable(database))
    try:
        if migrate:
            await schema.migrate(database)
        elif not await schema.is_current(database):
            raise DatabaseNotReady("The database is not up to date. Run: python -m bot migrate")
        await database.check_keys()
    except DatabaseProblem as problem:
        await database.close()
        raise SetupProblem(str(problem)) from None
    except DatabaseUnavailable:
        await database.close()
        raise DatabaseNotReady(_unusable(database)) from None
    except SetupProblem:
        await database.close()
        raise
    return database


def _has_folder(database: Database) -> bool:
    """Whether a SQLite file could be made where it is named; asked before a driver thread starts to try."""
    uri = database.url.query.get("uri") == "true"
    return database.file is None or uri or database.file.parent.is_dir()


def _unusable(database: Database) -> str:
    if database.file is not None:
        return (
            f"The database file {database.file} cannot be opened and written. Check that the folder exists, "
            "that the user who runs Handrail may write the file and the folder, and that the disk is not "
            "full. Nothing was changed."
        )
    where = f"{database.url.host or 'localhost'}:{database.url.port or 5432}"
    return (
        f"PostgreSQL at {where} cannot be reached or refuses. Check DATABASE_URL, that the server runs, "
        "and that the user may create tables there. Nothing was changed."
    )
