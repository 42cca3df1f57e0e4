"""The first start in a workspace: the adults whom the environment names, and one programme however often."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.slack.manifest import manifest
from bot import slack as on_slack
from bot.clock import SystemClock
from bot.settings import Settings, SetupProblem
from handlers.registry import load
from storage import programmes, roster
from storage.db import Database
from storage.programmes import Programme
from storage.roster import Entry
from storage.sealed import Keys
from storage.words import Role
from tests.slack import InstalledApp, SlackServer


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    app = InstalledApp.from_manifest(manifest(load(), public_url="https://handrail.example"))
    async with SlackServer(app) as server:
        server.add_user("U1", "Teresa Rivera", display_name="Ms. Rivera", tz="Europe/Paris")
        server.add_user("U2", "Sam Okafor", tz="America/Chicago")
        yield server


async def start(slack: SlackServer, database: Database, coordinators: str = "slack:U1") -> None:
    """What a starting bot does before it listens."""
    settings = Settings(
        slack_bot_token=slack.app.bot_token,
        slack_api_url=slack.api_url,
        slack_signing_secret=slack.app.signing_secret,
        handrail_coordinators=coordinators,
    )
    async with on_slack.connect(settings) as connection:
        await on_slack.prepare(connection, settings, database, SystemClock())


async def found(database: Database) -> tuple[list[Programme], list[Entry]]:
    """Every programme, and everybody on the first one's list."""
    async with database.read() as tx:
        every = await programmes.all_programmes(tx)
        return every, await roster.entries(tx, every[0].id) if every else []


async def test_the_first_adult_has_the_name_and_the_time_zone_that_slack_shows(
    slack: SlackServer, database: Database
) -> None:
    await start(slack, database)
    [programme], [adult] = await found(database)
    assert programme.name == "Harbor School"
    assert programme.time_zone == "Europe/Paris"
    assert (adult.name, adult.roles) == ("Ms. Rivera", {Role.COORDINATOR})
    assert [user for _, user in adult.accounts] == ["U1"]


async def test_several_adults_are_all_coordinators_and_other_platforms_are_left_alone(
    slack: SlackServer, database: Database
) -> None:
    await start(slack, database, "slack:U1, discord:77 ,slack:U2,")
    [_], adults = await found(database)
    assert [adult.name for adult in adults] == ["Ms. Rivera", "Sam Okafor"]
    assert {frozenset(adult.roles) for adult in adults} == {frozenset({Role.COORDINATOR})}


@pytest.mark.parametrize(("zone", "taken"), [("", "America/Chicago"), ("Mars/Olympus", "America/Chicago")])
async def test_the_next_adults_time_zone_counts_where_the_first_has_none(
    slack: SlackServer, database: Database, zone: str, taken: str
) -> None:
    slack.workspace.users["U1"].tz = zone or "UTC"
    payload = slack.payloads.user
    slack.payloads.user = lambda user: payload(user) | ({"tz": zone} if user.id == "U1" else {})  # type: ignore[method-assign]
    await start(slack, database, "slack:U1,slack:U2")
    [programme], _ = await found(database)
    assert programme.time_zone == taken


async def test_a_second_start_changes_nothing(slack: SlackServer, database: Database) -> None:
    await start(slack, database)
    first = await found(database)
    slack.workspace.users["U1"].display_name = "T. Rivera-Lopez"
    slack.workspace.users["U1"].tz = "Asia/Tokyo"
    slack.workspace.name = "Another name"
    await start(slack, database, "slack:U1,slack:U2")
    assert await found(database) == first, "from the first start on it is looked after in chat"


async def test_a_programme_that_has_no_coordinator_is_given_one(
    slack: SlackServer, database: Database
) -> None:
    await start(slack, database, "")
    [programme], adults = await found(database)
    assert (adults, programme.time_zone) == ([], "UTC")
    await start(slack, database, "slack:U2")
    [_], adults = await found(database)
    assert [adult.name for adult in adults] == ["Sam Okafor"]


async def test_processes_that_start_at_once_make_one_programme(
    slack: SlackServer, database: Database, database_url: str, keys: Keys
) -> None:
    others = [Database(database_url, keys) for _ in range(3)]
    await asyncio.gather(*(start(slack, each, "slack:U1,slack:U2") for each in (database, *others)))
    for each in others:
        await each.close()
    every, adults = await found(database)
    assert len(every) == 1
    assert sorted(adult.name for adult in adults) == ["Ms. Rivera", "Sam Okafor"]


@pytest.mark.parametrize("trouble", ["nobody of that id", "no scope for names", "too many questions"])
async def test_a_name_that_slack_does_not_tell_keeps_nobody_off_the_list(
    slack: SlackServer, database: Database, trouble: str
) -> None:
    if trouble == "no scope for names":
        slack.app.scopes.remove("users:read")
    if trouble == "too many questions":
        slack.faults.limit("users.info")
    user = "U404" if trouble == "nobody of that id" else "U1"
    await start(slack, database, f"slack:{user}")
    [_], [adult] = await found(database)
    assert adult.name == "Coordinator"
    assert [account for _, account in adult.accounts] == [user]


@pytest.mark.parametrize("written", ["U1", "slack", "slack:", "teams:U1", "slack;U1"])
async def test_adults_that_are_written_wrongly_are_said_and_nothing_is_made(
    slack: SlackServer, database: Database, written: str
) -> None:
    with pytest.raises(SetupProblem, match="slack:U012AB3CD"):
        await start(slack, database, written)
    assert await found(database) == ([], [])
