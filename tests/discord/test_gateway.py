"""The suite's own Discord behaves: the gateway against the real discord.py."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import discord
import pytest
import yarl
from discord.gateway import DiscordWebSocket

from tests.discord import DiscordServer
from tests.discord.echo import Echo, running

NOW = 1_772_463_600.0


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as made:
        made.workspace.now = lambda: NOW
        yield made


@pytest.fixture
async def bot(server: DiscordServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Echo]:
    async with running(server, monkeypatch) as made:
        yield made


def heard(bot: Echo) -> list[str]:
    return [message.content for message in bot.heard]


async def test_what_a_session_is_told_first(server: DiscordServer, monkeypatch: pytest.MonkeyPatch) -> None:
    guild = server.guild
    maya = server.add_user("Maya", nick="M.")
    private = server.add_channel("adults", only=(maya,))
    async with running(server, monkeypatch) as bot:
        assert bot.user is not None
        assert bot.application_id == server.app.id
        [seen] = bot.guilds
        assert (seen.id, seen.name, seen.member_count) == (guild.id, "Harbor School", 3)
        assert [member.id for member in seen.members] == [server.app.bot_user]
        channel = seen.get_channel(private.id)
        assert channel is not None
        assert channel.permissions_for(seen.me).view_channel
        assert not channel.permissions_for(seen.me).manage_messages
    # discord.py means to say 1000; whoever reads its socket meanwhile is often faster and says 4000.
    assert server.gateway.closed in ([1000], [4000])


async def test_members_are_asked_for_over_the_gateway(
    server: DiscordServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.app.intents.add("members")
    maya = server.add_user("Maya")
    async with running(server, monkeypatch, discord.Intents(guilds=True, members=True)) as bot:
        assert {member.id for member in bot.guilds[0].members} >= {maya.id, server.app.bot_user}
        [found] = await bot.guilds[0].query_members("May")
        assert found.id == maya.id


async def test_a_wrong_token(server: DiscordServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discord.http.Route, "BASE", server.api_url)
    async with discord.Client(intents=discord.Intents.none()) as client:
        with pytest.raises(discord.LoginFailure):
            await client.login("wrong")


async def test_a_token_that_was_reset(server: DiscordServer, bot: Echo) -> None:
    server.app.token_works = False
    server.gateway.lose_sessions()
    server.gateway.kill()
    await server.gateway.disconnected()
    assert bot.connection is not None
    with pytest.raises(discord.ConnectionClosed) as closed:
        await bot.connection
    assert closed.value.code == 4004


async def test_intents_that_the_portal_does_not_grant(
    server: DiscordServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.app.intents.clear()
    monkeypatch.setattr(discord.http.Route, "BASE", server.api_url)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(server.gateway.url))
    async with discord.Client(intents=discord.Intents(message_content=True)) as client:
        await client.login(server.app.token)
        with pytest.raises(discord.PrivilegedIntentsRequired):
            await client.connect()
    assert server.gateway.closed == [4014]


async def test_without_the_intent_messages_in_channels_are_empty(
    server: DiscordServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.app.intents.clear()
    maya = server.add_user("Maya")
    team = server.add_channel("peer-team")
    intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
    async with running(server, monkeypatch, intents) as bot:
        await maya.write("hidden", team, files={"a.txt": b"x"})
        await maya.mention("seen", team)
        await maya.write("direct")
        await server.settled()
        assert heard(bot) == ["", f"<@{server.app.bot_user}> seen", "direct"]
        assert bot.heard[0].attachments == []
        channel = bot.get_partial_messageable(team.id)
        assert [each.content async for each in channel.history()] == [f"<@{server.app.bot_user}> seen", ""]


async def test_what_nobody_asked_for_is_not_told(
    server: DiscordServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    maya = server.add_user("Maya")
    team = server.add_channel("peer-team")
    async with running(server, monkeypatch, discord.Intents(guilds=True)) as bot:
        await maya.write("one", team)
        await maya.write("two")
        assert (await maya.command("echo", team, text="x")).taken, "interactions are always told"
        await server.settled()
        assert bot.heard == []


@pytest.mark.parametrize("how", ["kill", "reconnect", "cut", "invalid"])
async def test_what_was_missed_is_told_when_the_session_is_resumed(
    server: DiscordServer, bot: Echo, how: str
) -> None:
    maya = server.add_user("Maya")
    await maya.write("one")
    await server.settled()
    match how:
        case "kill":
            server.gateway.kill(4000)
        case "cut":
            server.gateway.cut()
        case "reconnect":
            server.gateway.ask_to_reconnect()
        case _:
            server.gateway.invalidate(resumable=True)
    await maya.write("two")
    await server.gateway.connected(2)
    await server.settled()
    assert (heard(bot), server.gateway.resumed) == (["one", "two"], 1)


async def test_what_was_missed_is_gone_where_the_session_is_lost(server: DiscordServer, bot: Echo) -> None:
    maya = server.add_user("Maya")
    server.gateway.lose_sessions()
    server.gateway.kill(4000)
    await server.gateway.disconnected()
    await maya.write("missed")
    await server.gateway.connected(2)
    await maya.write("heard")
    await server.settled()
    assert (heard(bot), server.gateway.identified, server.gateway.resumed) == (["heard"], 2, 0)
    history = [each.content async for each in (await bot.fetch_user(maya.id)).history()]
    assert history == ["You said: heard", "heard", "missed"]


async def test_a_session_waits_only_some_minutes(server: DiscordServer, bot: Echo) -> None:
    maya = server.add_user("Maya")
    held = server.hold_gateway()
    server.gateway.kill(4000)
    await held.arrived.wait()
    await maya.write("missed")
    server.workspace.now = lambda: NOW + 3_600
    held.let_go.set()
    await server.gateway.connected(2)
    await server.settled()
    assert (heard(bot), server.gateway.identified) == ([], 2)


async def test_two_connections_with_one_token_are_both_told(
    server: DiscordServer, bot: Echo, monkeypatch: pytest.MonkeyPatch
) -> None:
    maya = server.add_user("Maya")
    async with running(server, monkeypatch) as other:
        await maya.write("hello")
        await server.settled()
        assert heard(bot) == heard(other) == ["hello"]
        assert [seen.text for seen in maya.dm] == ["hello", "You said: hello", "You said: hello"]


async def test_heartbeats(server: DiscordServer, bot: Echo) -> None:
    server.gateway.ask_for_heartbeat()
    await server.settled()
    beats = [each for each in server.gateway.received if each["op"] == 1]
    while len(beats) < 2:
        await asyncio.sleep(0)
        beats = [each for each in server.gateway.received if each["op"] == 1]
    [session] = server.gateway.live
    assert beats[-1]["d"] == session.sequence
    server.gateway.acknowledges = False
    server.gateway.ask_for_heartbeat()


async def test_a_client_that_is_not_understood(server: DiscordServer) -> None:
    async def closed_with(*sent: Any, query: str = "v=10&encoding=json") -> int | None:
        async with session.ws_connect(f"{server.gateway.url}?{query}") as socket:
            for each in sent:
                await (socket.send_str(each) if isinstance(each, str) else socket.send_json(each))
            while not socket.closed:
                await socket.receive(timeout=5)
            return socket.close_code

    identify = {"op": 2, "d": {"token": server.app.token, "intents": 1}}
    async with aiohttp.ClientSession() as session:
        assert await closed_with(query="v=8&encoding=json") == 4012
        assert await closed_with("{") == 4002
        assert await closed_with({"op": 99, "d": None}) == 4001
        assert await closed_with({"op": 3, "d": {}}) == 4003
        assert await closed_with(identify, identify) == 4005
        assert await closed_with({"op": 2, "d": {"token": server.app.token, "intents": 1 << 30}}) == 4013
        assert await closed_with({"op": 2, "d": {"token": "x", "intents": 1}}) == 4004
        [*_, last] = server.gateway.sessions
        last.over = False
        resume = {"op": 6, "d": {"token": server.app.token, "session_id": last.id, "seq": 999}}
        assert await closed_with(resume) == 4007
