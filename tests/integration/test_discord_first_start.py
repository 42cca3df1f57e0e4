"""The first start on Discord: which server, which adults, and one programme however many platforms."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot import discord as on_discord
from bot.clock import SystemClock
from bot.first_start import FirstAdult, make_sure
from bot.settings import Settings, SetupProblem
from storage import programmes, roster
from storage.db import Database
from storage.programmes import Programme
from storage.roster import Entry
from storage.sealed import Keys
from storage.words import Platform, Role
from tests.discord import DiscordServer, Person
from tests.integration.discord_team import no_waiting

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    with no_waiting():
        async with DiscordServer() as server:
            yield server


@pytest.fixture
def rivera(discord: DiscordServer) -> Person:
    discord.add_guild("Harbor School")
    return discord.add_user("trivera", nick="Ms. Rivera")


async def start(discord: DiscordServer, database: Database, *coordinators: Person | str) -> str:
    """What a starting bot does before it listens. Returns the server that it serves."""
    named = [each if isinstance(each, str) else f"discord:{each.id}" for each in coordinators]
    settings = Settings(
        discord_token=discord.app.token,
        discord_api_url=discord.api_url,
        handrail_coordinators=",".join(named),
    )
    async with on_discord.connect(settings) as connection:
        return (await on_discord.prepare(connection, settings, database, SystemClock())).guild.name


async def found(database: Database) -> tuple[list[Programme], list[Entry]]:
    """Every programme, and everybody on the first one's list."""
    async with database.read() as tx:
        every = await programmes.all_programmes(tx)
        return every, await roster.entries(tx, every[0].id) if every else []


async def platforms(database: Database, discord: DiscordServer) -> set[int]:
    """The programmes that talk on either platform."""
    async with database.read() as tx:
        places = [(Platform.DISCORD, str(discord.guild.id)), (Platform.SLACK, "T1")]
        talks = [await programmes.at(tx, *place) for place in places]
    assert all(talks)
    return {each[1].id for each in talks if each}


# --- which server ------------------------------------------------------------------------------


async def test_a_bot_that_is_in_no_server_says_how_to_invite_it(
    discord: DiscordServer, database: Database
) -> None:
    with pytest.raises(SetupProblem, match="oauth2/authorize") as raised:
        await start(discord, database)
    assert f"client_id={discord.app.id}" in str(raised.value)
    assert await found(database) == ([], [])


async def test_the_only_server_is_the_one(discord: DiscordServer, database: Database, rivera: Person) -> None:
    assert await start(discord, database, rivera) == "Harbor School"


async def test_of_several_it_is_the_one_of_the_coordinators(
    discord: DiscordServer, database: Database, rivera: Person
) -> None:
    second = discord.add_guild("Hilltop College")
    other = discord.add_user("Dr. Tanaka", guild=second)
    assert await start(discord, database, other) == "Hilltop College"


async def test_of_several_without_a_hint_none_is_guessed(
    discord: DiscordServer, database: Database, rivera: Person
) -> None:
    discord.add_guild("Hilltop College")
    stranger = discord.add_user("Nobody", outside=True)
    for coordinators in ((), (stranger,)):
        with pytest.raises(SetupProblem, match="HANDRAIL_COORDINATORS"):
            await start(discord, database, *coordinators)
    assert await found(database) == ([], [])


async def test_a_server_where_a_programme_talks_already_stays_the_one(
    discord: DiscordServer, database: Database, rivera: Person
) -> None:
    await start(discord, database, rivera)
    second = discord.add_guild("Hilltop College")
    other = discord.add_user("Dr. Tanaka", guild=second)
    assert await start(discord, database, other) == "Harbor School"
    assert len((await found(database))[0]) == 1


async def test_a_token_that_is_not_taken_is_said(
    discord: DiscordServer, database: Database, rivera: Person
) -> None:
    discord.app.token_works = False
    with pytest.raises(SetupProblem, match="does not accept DISCORD_TOKEN"):
        await start(discord, database, rivera)


# --- which adults ------------------------------------------------------------------------------


async def test_the_first_adult_has_the_nickname_of_the_server(
    discord: DiscordServer, database: Database, rivera: Person
) -> None:
    await start(discord, database, rivera)
    [programme], [adult] = await found(database)
    assert programme.name == "Harbor School"
    assert (adult.name, adult.roles) == ("Ms. Rivera", {Role.COORDINATOR})
    assert [user for _, user in adult.accounts] == [str(rivera.id)]


async def test_several_adults_are_all_coordinators_and_other_platforms_are_left_alone(
    discord: DiscordServer, database: Database, rivera: Person
) -> None:
    okafor = discord.add_user("Sam Okafor")
    await start(discord, database, rivera, "slack:U77", okafor)
    [_], adults = await found(database)
    assert [adult.name for adult in adults] == ["Ms. Rivera", "Sam Okafor"]


async def test_an_adult_whom_discord_does_not_know_is_kept_by_another_name(
    discord: DiscordServer, database: Database, rivera: Person
) -> None:
    await start(discord, database, "discord:4040404040404040")
    [_], [adult] = await found(database)
    assert adult.name == "Coordinator"


async def test_a_second_start_changes_nothing(
    discord: DiscordServer, database: Database, rivera: Person
) -> None:
    await start(discord, database, rivera)
    first = await found(database)
    await rivera.rename("T. Rivera-Lopez")
    discord.guild.name = "Another name"
    await start(discord, database, rivera, discord.add_user("Sam Okafor"))
    assert await found(database) == first, "from the first start on it is looked after in chat"


async def test_processes_that_start_at_once_make_one_programme(
    discord: DiscordServer, database: Database, database_url: str, keys: Keys, rivera: Person
) -> None:
    others = [Database(database_url, keys) for _ in range(2)]
    await asyncio.gather(*(start(discord, each, rivera) for each in (database, *others)))
    for each in others:
        await each.close()
    every, adults = await found(database)
    assert len(every) == 1
    assert [adult.name for adult in adults] == ["Ms. Rivera"]


# --- a team that talks on Slack already --------------------------------------------------------


async def on_slack(database: Database, name: str) -> None:
    """A programme that was set up on Slack."""
    adults = [FirstAdult("U1", name, "Europe/Paris")]
    await make_sure(database, Platform.SLACK, "T1", team_name="Harbor", coordinators=adults, now=NOW)


async def test_it_is_one_programme_on_two_platforms_and_one_adult_with_two_accounts(
    discord: DiscordServer, database: Database, rivera: Person
) -> None:
    await on_slack(database, "ms. rivera")
    await start(discord, database, rivera)
    [programme], [adult] = await found(database)
    assert programme.name == "Harbor", "what was set up stays as it is"
    assert sorted(user for _, user in adult.accounts) == sorted([str(rivera.id), "U1"])
    assert await platforms(database, discord) == {programme.id}


async def test_an_adult_of_another_name_is_another_coordinator(
    discord: DiscordServer, database: Database, rivera: Person
) -> None:
    await on_slack(database, "Sam Okafor")
    await start(discord, database, rivera)
    [_], adults = await found(database)
    assert sorted(adult.name for adult in adults) == ["Ms. Rivera", "Sam Okafor"]


async def test_starting_again_adds_nobody(discord: DiscordServer, database: Database, rivera: Person) -> None:
    await on_slack(database, "Ms. Rivera")
    for _ in range(2):
        await start(discord, database, rivera)
    every, adults = await found(database)
    assert (len(every), len(adults)) == (1, 1)
