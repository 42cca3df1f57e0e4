"""A programme on the suite's own Slack: two helpers, a coordinator and a backup, in a workspace on loopback.

Everything real runs: slack-bolt, the adapter, intake, handlers, storage, the ladder and delivery. The clock
stands still until a test moves it, the platform's and the adapter's too.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx
from starlette.applications import Starlette

from adapters.slack.app import SlackApp
from adapters.slack.install import standing
from adapters.slack.sender import SlackAdapter
from bot import slack as on_slack
from bot.app import assemble
from bot.delivery import Delivery
from bot.health import problems
from bot.metrics import Metrics
from bot.settings import Settings
from storage.db import Database
from tests.integration.team import PlatformTeam, from_app
from tests.scenarios.driver import Player
from tests.scenarios.drivers.slack import SlackDriver
from tests.scenarios.world import Setting, open_world
from tests.slack import Message, Person, Seen, SlackServer
from tests.slack.deliver import Http
from tests.slack.workspace import Json


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


class Team(PlatformTeam):
    """The people, what they do and see, and what there is."""

    driver: TeamDriver

    @property
    def slack(self) -> SlackServer:
        return self.driver.server

    @property
    def http(self) -> Http:
        assert isinstance(self.slack.deliverer.transport, Http)
        return self.slack.deliverer.transport

    def named(self, name: str) -> Person:
        """Somebody's hands and eyes."""
        return self.slack.user(self.driver.user(name))

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


def pages(person: Person) -> list[Seen]:
    """The cards in somebody's direct messages on which a case can be taken, or is."""
    return [seen for seen in from_app(person) if seen.lines[0].startswith("E-")]


def everybody_told(team: Team) -> str:
    """All that anybody reads that was not written by a person."""
    people = [team.slack.user(user) for user, seen in team.slack.workspace.users.items() if not seen.is_bot]
    return "\n".join(seen.text for person in people for seen in person.everything if seen.by_app)


@asynccontextmanager
async def open_team(
    database: Database, *, setting: Setting | None = None, driver: type[TeamDriver] = TeamDriver
) -> AsyncIterator[Team]:
    """A programme in a workspace, with the bot running in it."""
    async with open_world(database, setting or Setting(), driver) as world:
        yield Team(world)
