"""The platforms that the environment names, each behind the same few lines, for :mod:`bot.run`."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from starlette.routing import BaseRoute

from adapters.base import Adapter
from bot import discord, discord_gateway, slack
from bot.app import App
from bot.clock import Clock
from bot.settings import Settings, SetupProblem
from storage.db import Database


class Platform(Protocol):
    """One platform that this process has a token for."""

    adapter: Adapter

    @property
    def where(self) -> str:
        """Where people find the bot, for the person who started it."""

    async def prepare(self, database: Database, clock: Clock) -> None:
        """Make sure that a programme talks there. Raises :class:`SetupProblem`."""

    def listening(self, app: App) -> AbstractAsyncContextManager[Sequence[BaseRoute]]:
        """Take what people do while inside; what has to be served over HTTP for it."""


Join = Callable[[Settings], AbstractAsyncContextManager[Platform]]


def joining(settings: Settings) -> list[Join]:
    """How each platform is joined that has a token. Raises :class:`SetupProblem` where none has."""
    found: list[Join] = []
    if settings.slack_bot_token:
        found.append(on_slack)
    if settings.discord_token:
        found.append(on_discord)
    if not found:
        raise SetupProblem(
            "No platform is configured, so there is nobody to talk to. Set one of these and start again:\n"
            "  SLACK_BOT_TOKEN    your Slack app's bot token, from api.slack.com/apps (README)\n"
            "  DISCORD_TOKEN      your Discord bot's token, from discord.com/developers (README)\n"
            "To see Handrail without them, run: python -m bot demo"
        )
    return found


@asynccontextmanager
async def on_slack(settings: Settings) -> AsyncIterator[Platform]:
    """Slack, reached with the environment's tokens."""
    async with slack.connect(settings) as connection:
        yield _Slack(connection, settings)


@asynccontextmanager
async def on_discord(settings: Settings) -> AsyncIterator[Platform]:
    """Discord, reached with the environment's token."""
    async with discord.connect(settings) as connection:
        yield _Discord(connection, settings)


class _Slack:
    def __init__(self, connection: slack.SlackConnection, settings: Settings) -> None:
        self.adapter: Adapter = connection.adapter
        self._connection = connection
        self._settings = settings

    @property
    def where(self) -> str:
        name = f"in the Slack workspace {self._connection.standing.team_name}"
        if self._settings.slack_app_token:
            return f"{name}, over Socket Mode"
        base = self._settings.public_url.rstrip("/") or "https://<this server>"
        return f"{name}, which has to reach {base}/slack/events"

    async def prepare(self, database: Database, clock: Clock) -> None:
        await slack.prepare(self._connection, self._settings, database, clock)

    @asynccontextmanager
    async def listening(self, app: App) -> AsyncIterator[Sequence[BaseRoute]]:
        front = slack.front(self._connection, self._settings, app)
        missed = slack.catch_up(self._connection, front, app)
        try:
            async with slack.listening(front, missed, self._settings):
                yield [] if self._settings.slack_app_token else front.routes()
        finally:
            await front.close()


class _Discord:
    adapter: Adapter

    def __init__(self, connection: discord.DiscordConnection, settings: Settings) -> None:
        self._connection = connection
        self._settings = settings
        self._server: discord.DiscordServer

    @property
    def where(self) -> str:
        return f"on the Discord server {self._server.guild.name}"

    async def prepare(self, database: Database, clock: Clock) -> None:
        self._server = await discord.prepare(self._connection, self._settings, database, clock)
        self.adapter = self._server.adapter

    @asynccontextmanager
    async def listening(self, app: App) -> AsyncIterator[Sequence[BaseRoute]]:
        front = discord.front(self._server, self._settings, app)
        missed = discord.catch_up(self._server, front, app)
        try:
            async with discord_gateway.listening(self._connection, front, missed, self._settings, app):
                yield []
        finally:
            await front.close()
