"""Slack's part of a running bot: the client, who we are there, and the front that takes what people do."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from adapters.base import AuthFailed, SendError
from adapters.slack.app import SlackApp
from adapters.slack.catch_up import CatchUp, Reading
from adapters.slack.client import open_client
from adapters.slack.install import Standing, standing, wrong_tokens
from adapters.slack.names import Profiles
from adapters.slack.sender import SlackAdapter
from bot.app import App
from bot.catching_up import Pause, read_after_gaps
from bot.clock import Clock
from bot.first_start import FirstAdult, make_sure
from bot.settings import Settings, SetupProblem
from bot.token_check import TokenCheck
from handlers import first_coordinator, home
from handlers.chat import Card, Event, User
from storage import last_seen, programmes
from storage.db import Database
from storage.words import Platform

log = structlog.get_logger(__name__)

NEEDED = frozenset({"chat:write"})
"""The scopes without which no page goes out."""
TRIES = (1.0, 2.0, 4.0)
"""Seconds between the first tries to reach Slack, for a machine whose network comes up with it."""


@dataclass(frozen=True)
class SlackConnection:
    """A workspace that this process has tokens for."""

    client: AsyncWebClient
    standing: Standing
    adapter: SlackAdapter


@asynccontextmanager
async def connect(settings: Settings) -> AsyncIterator[SlackConnection]:
    """Reach Slack with the tokens of the environment. Raises :class:`SetupProblem` with what to do."""
    wrong = wrong_tokens(settings.slack_bot_token, settings.slack_app_token, settings.slack_signing_secret)
    if wrong:
        raise SetupProblem(wrong)
    async with open_client(settings.slack_bot_token, settings.slack_api_url) as client:
        found = await _standing(client)
        if not found.is_bot:
            raise SetupProblem(
                "SLACK_BOT_TOKEN belongs to a person, not to an app. Copy the “Bot User OAuth Token”, which "
                "begins with xoxb-."
            )
        yield SlackConnection(client, found, SlackAdapter(client, {found.installed.team}))


async def _standing(client: AsyncWebClient) -> Standing:
    for pause in (*TRIES, None):
        try:
            return await standing(client)
        except AuthFailed as error:
            raise SetupProblem(
                f"Slack does not accept SLACK_BOT_TOKEN ({error}). At api.slack.com/apps open your app, then "
                "“OAuth & Permissions”. Install it to the workspace if it is not, and copy the “Bot User "
                "OAuth Token” once more."
            ) from None
        except SendError as error:
            if pause is None:
                raise SetupProblem(
                    f"Slack cannot be reached at {client.base_url} ({error}). Check this machine's network, "
                    "and SLACK_API_URL if it is set. Nothing was changed."
                ) from None
            await asyncio.sleep(pause)
    raise AssertionError("the last try returns or raises")


async def prepare(connection: SlackConnection, settings: Settings, database: Database, clock: Clock) -> None:
    """Make sure that a programme talks in the workspace."""
    profiles = Profiles(connection.client)
    adults = []
    for user in settings.coordinators("slack"):
        profile = await profiles.of(user)
        adults.append(FirstAdult(user, profile.name, profile.time_zone))
    await make_sure(
        database,
        Platform.SLACK,
        connection.standing.installed.team,
        team_name=connection.standing.team_name,
        coordinators=adults,
        now=clock.now(),
    )


def front(connection: SlackConnection, settings: Settings, app: App) -> SlackApp:
    """What takes people's deeds in the workspace and answers them."""

    async def home_of(user: User) -> Sequence[Card]:
        return await home.cards(app.database, app.fallback, user, app.clock.now())

    async def asks(event: Event) -> bool:
        return not settings.names_coordinators and await first_coordinator.asks(app.database, event)

    slack = SlackApp(
        client=connection.client,
        installed=connection.standing.installed,
        adapter=connection.adapter,
        receive=app.intake.receive,
        home=home_of,
        asks=asks,
        clock=app.clock.now,
        signing_secret=settings.slack_signing_secret,
    )

    async def connected() -> str:
        return "" if await slack.is_connected() else "Slack's socket is not connected"

    app.checks += [connected, _token(connection.client, app).trouble]
    connection.adapter.taken_away = slack.answers.show_home_anew
    return slack


def _token(client: AsyncWebClient, app: App) -> TokenCheck:
    async def ask() -> str:
        found = await standing(client)
        lacking = sorted(NEEDED.intersection(found.missing))
        return f"the Slack app lacks the scope {', '.join(lacking)}" if lacking else ""

    return TokenCheck("Slack", ask, app.clock.now)


def catch_up(connection: SlackConnection, slack: SlackApp, app: App, pause: Pause = asyncio.sleep) -> CatchUp:
    """What reads the messages that came while the bot was away."""
    team = connection.standing.installed.team

    async def reading() -> Reading:
        async with app.database.read() as tx:
            talks = await programmes.at(tx, Platform.SLACK, team)
            if talks is None:
                return Reading({}, {})
            watched = await last_seen.watched(tx, talks[0].id)
            seen = await last_seen.conversations(tx, talks[0].id)
        return Reading(
            {place.channel: place.at for place in watched}, {place.channel: place.at for place in seen}
        )

    return CatchUp(
        connection.client,
        connection.standing.installed,
        take=slack.take,
        reading=reading,
        clock=app.clock.now,
        pause=pause,
    )


@asynccontextmanager
async def listening(
    slack: SlackApp, missed: CatchUp, settings: Settings, pause: Pause = asyncio.sleep
) -> AsyncIterator[None]:
    """Take what people do while inside, and read what they did meanwhile: first, and after each gap.

    Raises :class:`SetupProblem` where Slack opens no socket.
    """
    gap = asyncio.Event()
    gap.set()
    reading = asyncio.create_task(read_after_gaps(missed, gap, pause))
    try:
        await _connect(slack, settings, gap.set)
        yield
    finally:
        reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reading


async def _connect(slack: SlackApp, settings: Settings, connected: Callable[[], None]) -> None:
    if not settings.slack_app_token:
        return
    try:
        await slack.connect(settings.slack_app_token, connected)
    except SendError as error:
        raise SetupProblem(
            f"Slack does not open a socket with SLACK_APP_TOKEN ({error}). At api.slack.com/apps open your "
            "app: switch “Socket Mode” on, and make an app-level token with the scope connections:write "
            "under “Basic Information”."
        ) from None
