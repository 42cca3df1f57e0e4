"""Where a scenario takes place: one programme behind one platform, and a clock that stands still.

Everything real runs: the platform's front, intake, handlers, storage, the ladder and delivery.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.app import App, assemble
from bot.clock import MovableClock
from bot.rehearsal import Rehearsal
from handlers.due import keep_house, next_due
from storage import checkins, people, programmes
from storage.db import Database
from storage.words import Role
from tests.scenarios.driver import Driver, Player

ZONE = ZoneInfo("America/New_York")
START = datetime(2026, 3, 2, 10, 0, tzinfo=ZONE).astimezone(UTC)
"""A Monday."""
PEER = "P-7K2M"
"""The one peer code that the programme knows from the start."""

MakeDriver = Callable[[Sequence[Player]], Driver]


@dataclass(frozen=True)
class Setting:
    """Who and what there is when a scenario begins."""

    players: tuple[Player, ...] = (
        Player("Maya", Role.HELPER),
        Player("Leo", Role.HELPER),
        Player("Ms. Rivera", Role.COORDINATOR),
        Player("Mr. Okafor", Role.BACKUP),
    )
    language: str = "en"
    channel_is_read: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """What everybody is called."""
        return tuple(player.name for player in self.players)

    def joined_by(self, name: str, role: Role | None) -> "Setting":
        """The same with somebody more."""
        return replace(self, players=(*self.players, Player(name, role)))

    def without(self, *roles: Role) -> "Setting":
        """The same without the people who have one of these roles."""
        return replace(self, players=tuple(player for player in self.players if player.role not in roles))

    def changed(self, name: str, **changes: object) -> "Setting":
        """The same with somebody changed."""
        players = tuple(
            replace(player, **changes) if player.name == name else player  # type: ignore[arg-type]
            for player in self.players
        )
        return replace(self, players=players)


class StillClock(MovableClock):
    """A clock that moves only when told."""

    def __init__(self) -> None:
        super().__init__()
        self._moment = START

    def now(self) -> datetime:
        return self._moment

    def set(self, moment: datetime) -> None:
        self._moment = moment


class World:
    """A programme, its people on their platform, and the bot between them."""

    def __init__(self, database: Database, driver: Driver) -> None:
        self.database = database
        self.driver = driver
        self.clock = StillClock()
        self.app: App

    async def start_bot(self) -> None:
        """Let a bot begin, as after a restart: all it knows stands in the database."""
        self.app = assemble(self.database, self.clock, [self.driver.adapter])
        await keep_house(self.database, self.clock.now())
        await self.driver.connect(self.app, Rehearsal(self.app, self.clock, ZONE))

    @property
    def local(self) -> datetime:
        """What the school's clocks show."""
        return self.clock.now().astimezone(ZONE)

    async def settle(self) -> None:
        """Let everything that is due be done and sent."""
        await self.app.tick()
        await self.app.delivery.drain()

    async def pass_time(self, until: datetime) -> AsyncIterator[None]:
        """Let time pass. Stops wherever something fell due, so that one can look; and at the end."""
        while (due := await next_due(self.database)) is not None and due <= until:
            self.clock.set(max(due, self.clock.now()))
            await self.settle()
            yield
        self.clock.set(until)
        await keep_house(self.database, until)
        await self.settle()
        yield

    async def be_away(self, until: datetime) -> None:
        """Let time pass without a bot; a new one begins at the end."""
        self.clock.set(until)
        await self.start_bot()
        await self.settle()


@asynccontextmanager
async def open_world(database: Database, setting: Setting, make_driver: MakeDriver) -> AsyncIterator[World]:
    """Put a scenario's programme into an empty database and open its platform."""
    driver = make_driver(setting.players)
    await _fill(database, setting, driver)
    world = World(database, driver)
    await world.start_bot()
    try:
        yield world
    finally:
        await driver.close()


async def _fill(database: Database, setting: Setting, driver: Driver) -> None:
    async with database.write() as tx:
        programme = await programmes.add(
            tx,
            name="Harbor School",
            time_zone=ZONE.key,
            locale=setting.language,
            room="Room 114",
            phone="555-0114",
            emergency_number="911",
            crisis_line="988",
            services=("tutoring", "listening"),
            now=START,
        )
        connection = await programmes.connect(tx, programme.id, driver.platform, driver.workspace)
        if setting.channel_is_read:
            await programmes.watch(tx, connection.id, driver.channel, START)
        await checkins.add_peer(tx, programme.id, PEER, START)
        for player in setting.players:
            if player.role is None:
                continue
            person = await people.add(
                tx,
                programme_id=programme.id,
                name=player.name,
                locale=player.language or setting.language,
                roles=[player.role],
            )
            await people.add_account(tx, person, connection.id, driver.user(player.name))
            if player.suspended:
                await people.suspend(tx, person)
