"""A programme on the suite's own Slack: two helpers, a coordinator and a backup, in a workspace on loopback.

Everything real runs: slack-bolt, the adapter, intake, handlers, storage, the ladder and delivery. The clock
stands still until a test moves it, the platform's and the adapter's too.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import func, select
from starlette.applications import Starlette

from adapters.slack.app import SlackApp
from adapters.slack.install import standing
from adapters.slack.sender import SlackAdapter
from bot import slack as on_slack
from bot.app import App, assemble
from bot.delivery import Delivery
from bot.health import problems
from bot.metrics import Metrics
from bot.settings import Settings
from handlers.due import next_due
from storage.db import Database
from storage.models import Base, CaseRow, CheckInRow
from tests.scenarios.driver import Player
from tests.scenarios.drivers.slack import CHANNEL, SlackDriver
from tests.scenarios.world import Setting, World, open_world
from tests.slack import Message, Modal, Person, Seen, SlackServer
from tests.slack.deliver import Http
from tests.slack.workspace import Json

__all__ = [
    "ABOUT_A_PEER",
    "CHANNEL",
    "DANGER",
    "Team",
    "check_in",
    "everybody_told",
    "from_app",
    "open_team",
    "pages",
    "told",
]

DANGER = "I want to kill myself tonight"
ABOUT_A_PEER = "she told me she wants to kill herself tonight"


class TeamDriver(SlackDriver):
    """The scenarios' driver, whose adapter lives by the workspace's clock."""

    team = "T0HARBOR"

    def __init__(self, players: Sequence[Player]) -> None:
        super().__init__(players)
        self.workspace = self.server.workspace.team = self.team
        self.adapter = SlackAdapter(self.adapter.client, {self.team}, clock=self.server.now)

    @property
    def front(self) -> SlackApp:
        assert self._front is not None, "connect comes first"
        return self._front


class SocketTeamDriver(TeamDriver):
    """The same over Socket Mode."""

    socket_mode = True


class OtherTeamDriver(TeamDriver):
    """Another workspace, in which people and places happen to have the same ids."""

    team = "T0OTHER"


class Team:
    """The people, what they do and see, and what there is."""

    def __init__(self, world: World, driver: TeamDriver) -> None:
        self.world = world
        self.driver = driver

    # --- parts ---------------------------------------------------------------------------------

    @property
    def slack(self) -> SlackServer:
        return self.driver.server

    @property
    def app(self) -> App:
        return self.world.app

    @property
    def http(self) -> Http:
        assert isinstance(self.slack.deliverer.transport, Http)
        return self.slack.deliverer.transport

    def named(self, name: str) -> Person:
        """Somebody's hands and eyes."""
        return self.slack.user(self.driver.user(name))

    @property
    def maya(self) -> Person:
        return self.named("Maya")

    @property
    def leo(self) -> Person:
        return self.named("Leo")

    @property
    def rivera(self) -> Person:
        return self.named("Ms. Rivera")

    @property
    def okafor(self) -> Person:
        return self.named("Mr. Okafor")

    @property
    def settings(self) -> Settings:
        """The environment of a bot that talks in this workspace."""
        socket = self.driver.socket_mode
        return Settings(
            slack_bot_token=self.slack.app.bot_token,
            slack_api_url=self.slack.api_url,
            slack_signing_secret="" if socket else self.slack.app.signing_secret,
            slack_app_token=self.slack.app.app_token if socket else "",
        )

    # --- time and sending ----------------------------------------------------------------------

    async def settle(self) -> None:
        """Let everything that is due be done and sent, and every answer arrive."""
        await self.driver.settled()
        await self.world.settle()
        await self.driver.settled()

    async def wait(self, minutes: float) -> None:
        """Let time pass; what falls due on the way happens at its time."""
        until = self.world.clock.now() + timedelta(minutes=minutes)
        while (due := await next_due(self.world.database)) is not None and due <= until:
            self.world.clock.set(max(due, self.world.clock.now()))
            await self.settle()
        self.world.clock.set(until)
        await self.settle()

    def pass_seconds(self, seconds: float) -> None:
        """Let the clock go on while everything else stands still."""
        self.world.clock.set(self.world.clock.now() + timedelta(seconds=seconds))

    async def restart(self) -> None:
        """Another process takes over, with nothing but the database."""
        self.driver.adapter = SlackAdapter(
            self.driver.adapter.client, {self.driver.workspace}, clock=self.slack.now
        )
        await self.world.start_bot()
        await self.settle()

    async def second_front(self) -> Http:
        """The address of a second process beside this one, on the same database; to be closed."""
        app = assemble(self.world.database, self.world.clock, [self.driver.adapter])
        front = on_slack.front(await self.connection(), self.settings, app)
        passed = httpx.ASGITransport(Starlette(routes=list(front.routes())))
        client = httpx.AsyncClient(transport=passed)
        return Http(client, "http://second/slack/events", self.slack.app.signing_secret)

    def second_sender(self) -> Delivery:
        """Delivery as a second process beside this one would run it."""
        adapter = SlackAdapter(self.driver.adapter.client, {self.driver.workspace}, clock=self.slack.now)
        return Delivery(self.world.database, [adapter], self.world.clock.now, Metrics())

    async def problems(self) -> list[str]:
        """What ``/readyz`` would list."""
        return await problems(self.app)

    async def catch_up(self) -> int:
        """Read what was written while nobody listened."""
        connection = await self.connection()
        found = await on_slack.catch_up(connection, self.driver.front, self.app).look()
        await self.settle()
        return found

    async def connection(self) -> on_slack.SlackConnection:
        """The workspace as a starting bot finds it."""
        found = await standing(self.driver.adapter.client)
        return on_slack.SlackConnection(self.driver.adapter.client, found, self.driver.adapter)

    def event(self, person: Person, text: str) -> Json:
        """What Slack brings when somebody has written this to Handrail; nobody has brought it yet."""
        message = Message(ts=self.slack.workspace.moment(), user=person.id, text=text)
        return self.slack.payloads.posted(message, self.slack.direct(person.id))

    # --- what there is -------------------------------------------------------------------------

    async def cases(self) -> int:
        """How many cases there are."""
        return await self._count(CaseRow)

    async def check_ins(self) -> int:
        """How many check-ins there are."""
        return await self._count(CheckInRow)

    async def _count(self, row: Any) -> int:
        async with self.world.database.read() as tx:
            return await tx.scalar(select(func.count()).select_from(row)) or 0

    async def rows(self) -> dict[str, int]:
        """How many rows every table has."""
        async with self.world.database.read() as tx:
            return {
                table.name: await tx.scalar(select(func.count()).select_from(table)) or 0
                for table in Base.metadata.sorted_tables
            }


def from_app(person: Person) -> list[Seen]:
    """What Handrail has put into somebody's direct messages, ephemeral answers left aside."""
    return [seen for seen in person.dm if seen.by_app and not seen.only_me]


def pages(person: Person) -> list[Seen]:
    """The cards in somebody's direct messages on which a case can be taken, or is."""
    return [seen for seen in from_app(person) if seen.lines[0].startswith("E-")]


def told(person: Person) -> str:
    """All that stands in front of somebody that they have not written themselves."""
    return "\n---\n".join(seen.text for seen in person.everything if not seen.mine)


def everybody_told(team: Team) -> str:
    """All that anybody reads that was not written by a person."""
    people = [team.slack.user(user) for user, seen in team.slack.workspace.users.items() if not seen.is_bot]
    return "\n".join(seen.text for person in people for seen in person.everything if seen.by_app)


def check_in(person: Person, note: str = "", worried: str = "Not worried") -> Modal:
    """The form that somebody has open, filled in and not yet sent."""
    form = person.modal
    assert form is not None, f"no form in front of {person.account.name}"
    form.fill("How worried are you?", worried)
    form.fill("A note, if you like", note)
    return form


@asynccontextmanager
async def open_team(
    database: Database, *, setting: Setting | None = None, driver: type[TeamDriver] = TeamDriver
) -> AsyncIterator[Team]:
    """A programme in a workspace, with the bot running in it."""
    made: list[TeamDriver] = []

    def make(players: Sequence[Player]) -> TeamDriver:
        made.append(driver(players))
        return made[0]

    async with open_world(database, setting or Setting(), make) as world:
        yield Team(world, made[0])
