"""What ``doctor`` finds on Discord, and that each finding says how it is mended. No name stands in it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from io import StringIO

import pytest
from rich.console import Console

from bot import doctor
from bot.discord import invitation
from bot.first_start import FirstAdult, make_sure
from bot.settings import Settings
from storage import people, programmes
from storage.db import Database
from storage.sealed import Keys
from storage.words import Platform, Role
from tests.discord import DiscordServer

KEY = Keys.make()
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
TEST = "This is only a test."
Examine = Callable[..., Awaitable[tuple[int, str]]]


@pytest.fixture
def keys() -> Keys:
    return Keys([KEY])


@pytest.fixture
async def server(database: Database) -> AsyncIterator[DiscordServer]:
    """A server with a programme: two adults who can be paged, and a channel that is read."""
    async with DiscordServer() as discord:
        rivera, okafor = discord.add_user("Ms. Rivera"), discord.add_user("Mr. Okafor")
        team = discord.add_channel("peer-team")
        guild = str(discord.guild.id)
        adults = [FirstAdult(str(rivera.id), "Ms. Rivera")]
        programme = await make_sure(
            database,
            Platform.DISCORD,
            guild,
            team_name="Harbor School",
            coordinators=adults,
            now=NOW,
        )
        async with database.write() as tx:
            talks = await programmes.at(tx, Platform.DISCORD, guild)
            assert talks is not None
            backup = await people.add(tx, programme_id=programme.id, name="Mr. Okafor", roles=[Role.BACKUP])
            await people.add_account(tx, backup, talks[0].id, str(okafor.id))
            await programmes.watch(tx, talks[0].id, str(team.id), NOW)
        yield discord


def _settings(server: DiscordServer, database_url: str = "", **more: str) -> Settings:
    where = {"database_url": database_url, "handrail_keys": KEY} if database_url else {}
    given = {"discord_token": server.app.token, "discord_api_url": server.api_url, **more}
    return Settings(dyno="", **where, **given)


@pytest.fixture
def examine(database_url: str, server: DiscordServer) -> Examine:
    """Runs it as the command line does."""

    async def run(*, send: bool = False, **more: str) -> tuple[int, str]:
        said = StringIO()
        settings = _settings(server, database_url, **more)
        code = await doctor.run(settings, Console(file=said, width=300), send=send)
        for name in ("Rivera", "Okafor", server.app.token):
            assert name not in said.getvalue()
        return code, said.getvalue()

    return run


async def test_nothing_is_missing_on_discord(examine: Examine) -> None:
    _, said = await examine()
    assert "IN ORDER  Discord takes the token; the server is Harbor School." in said
    assert "IN ORDER  The message content intent is on" in said
    assert "IN ORDER  The bot may read all opted-in channels (1)." in said
    assert "Adult 1 (coordinator) has never got a message from Handrail." in said


async def test_a_wrong_token_and_a_server_that_is_away_are_told_apart(
    examine: Examine, server: DiscordServer
) -> None:
    code, said = await examine(discord_token="wrong.token.here")
    assert code == 1
    assert "Discord does not accept DISCORD_TOKEN." in said
    assert "Reset Token" in said
    code, said = await examine(discord_api_url="http://127.0.0.1:9/api/v10")
    assert code == 1
    assert "Discord cannot be reached at http://127.0.0.1:9/api/v10" in said
    assert server.called("POST *") == [], "looking changes nothing"


async def test_without_the_message_content_intent_it_says_what_still_works(
    examine: Examine, server: DiscordServer
) -> None:
    server.app.intents.discard("message_content")
    _, said = await examine()
    assert "TO LOOK AT  The message content intent is off" in said
    assert "Commands and direct messages work." in said


async def test_a_channel_that_cannot_be_read_is_named_with_what_is_missing(
    examine: Examine, server: DiscordServer
) -> None:
    (team,) = [each for each in server.guild.channels.values() if each.name == "peer-team"]
    server.deny(team, "read_message_history")
    code, said = await examine()
    assert code == 1
    assert "Opted-in channel 1 of 1: the bot lacks read_message_history." in said
    server.deny(team, "view_channel")
    assert "the bot lacks view_channel, read_message_history." in (await examine())[1]
    server.delete_channel(team)
    assert "the bot lacks view_channel, read_message_history." in (await examine())[1]


async def test_an_adult_who_left_the_server_is_told_and_how_to_mend_it(
    examine: Examine, server: DiscordServer
) -> None:
    rivera = next(user for user in server.workspace.users.values() if user.name == "Ms. Rivera")
    await server.user(rivera.id).leave()
    code, said = await examine()
    assert code == 1
    assert "Adult 1 (coordinator): the account is deactivated, or not of this server." in said
    assert "/roster add" in said


async def test_send_proves_that_each_adult_is_reached(examine: Examine, server: DiscordServer) -> None:
    people_here = [server.user(user.id) for user in server.workspace.users.values()]
    adults = [person for person in people_here if person.account.name in ("Ms. Rivera", "Mr. Okafor")]
    adults[1].close_dms()
    code, said = await examine(send=True)
    assert code == 1
    assert "Adult 1 (coordinator): a test message has arrived." in said
    assert "Adult 2 (backup): the test message did not arrive (unreachable)." in said
    assert "Privacy Settings" in said
    assert TEST in adults[0].dm[-1].text
    assert adults[1].dm == []


async def test_the_invitation_asks_for_the_fewest_permissions(server: DiscordServer) -> None:
    said = await invitation(_settings(server))
    assert f"client_id={server.app.id}" in said
    assert "scope=bot+applications.commands" in said
    assert "permissions=84992" in said  # view channels, send messages, embed links, read message history
    for permission in ("view_channel", "send_messages", "embed_links", "read_message_history"):
        assert permission in said
