"""The one composition root: everything is made and joined here, and nowhere else."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from adapters.base import Adapter, RateLimited
from adapters.fallback import Fallback, channel_of
from bot.clock import Clock, Ticks
from bot.delivery import Delivery
from bot.emergency import Emergency
from bot.leases import Holding
from bot.metrics import Metrics
from bot.settings import DatabaseNotReady, Settings, SetupProblem
from handlers.due import keep_house, run_due
from handlers.intake import Intake
from handlers.links import Links
from handlers.pages import Pages
from handlers.registry import load
from handlers.screening import screen
from handlers.visits import Visits
from storage import fallbacks, programmes, schema, shared
from storage.db import Database, DatabaseProblem, DatabaseUnavailable

TICK = 1.0
"""Seconds between looks at what is due."""
HOUSEKEEPING = 3600.0
LOOK = 30.0
"""Seconds between looks at the roster for the moment in which the database is away."""


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
    links: Links
    visits: Visits
    started: datetime = field(init=False)
    ticking: bool = True
    emergency: Emergency | None = None
    gateway: Holding | None = None
    """The lease of Discord's gateway, where this process stands by to hold it."""
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
        if self.emergency is not None:
            await self.emergency.refresh(self.database)
            self.ticks.every(LOOK, "emergency", self._be_ready)
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
            if self.emergency is not None:
                await self.emergency.close()

    async def _be_ready(self) -> None:
        """Let what was kept in an emergency be taken; keep the roster for the next one."""
        if self.emergency is not None:
            await self.emergency.replay(self.database, self.intake.receive)
            await self.emergency.refresh(self.database)


def assemble(
    database: Database,
    clock: Clock,
    adapters: Sequence[Adapter],
    emergency: Emergency | None = None,
    *,
    public_url: str = "",
) -> App:
    """Join a bot's parts around a database that is open and up to date.

    ``public_url`` is where people reach its pages from outside; empty: pages carry no links.
    """
    screen("words to begin with")  # loads rules and weights now, not with the first event
    metrics = Metrics()
    links = Links(database, public_url, clock.now)
    fallback = Fallback(lambda workspace, user: _fallback_url(database, workspace, user), links.line)
    delivery = Delivery(database, [*adapters, fallback], clock.now, metrics)
    links.wake = delivery.wake
    pages = Pages(database.keys, public_url, clock.now)
    intake = Intake(database, load(), clock.now, delivery.wake, fallback, emergency, pages)
    ticks = Ticks(clock)
    return App(
        database,
        clock,
        adapters,
        fallback,
        metrics,
        delivery,
        intake,
        ticks,
        links,
        Visits(database, pages, clock.now),
        emergency=emergency,
    )


async def keep_shared(database: Database, urls: Sequence[str]) -> None:
    """Let pages go to the addresses that the environment names, and to no others that it named before."""
    addresses = [(channel_of(url), url) for url in urls]
    async with database.write() as tx:
        every = await programmes.all_programmes(tx)
        await shared.keep(tx, addresses, [programme.id for programme in every])


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
