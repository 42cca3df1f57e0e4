"""The suite's own Discord lets go wrong what it is asked to, against the real discord.py."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import Any

import aiohttp
import discord
import pytest

from tests.discord import DiscordServer

NOW = 1_772_463_600.0


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as made:
        made.workspace.now = lambda: NOW
        yield made


@pytest.fixture
async def client(server: DiscordServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[discord.Client]:
    """A client that is logged in and not connected: all is plain HTTP."""
    monkeypatch.setattr(discord.http.Route, "BASE", server.api_url)
    async with discord.Client(intents=discord.Intents.none(), max_ratelimit_timeout=30) as made:
        await made.login(server.app.token)
        yield made


async def refused(work: Awaitable[Any]) -> tuple[int, int]:
    with pytest.raises(discord.HTTPException) as caught:
        await work
    return caught.value.status, caught.value.code


async def test_rate_limits(server: DiscordServer, client: discord.Client) -> None:
    maya, leo = server.add_user("Maya"), server.add_user("Leo")
    server.faults.limit("POST /channels/*/messages", about=maya.id, after=0.01, times=2)
    user = await client.fetch_user(maya.id)
    await (await client.fetch_user(leo.id)).send("x")
    await user.send("x")
    assert [call.status for call in server.called("POST /channels/*/messages")] == [200, 429, 429, 200]
    server.faults.limit("*", after=40)
    with pytest.raises(discord.RateLimited) as limited:
        await user.send("x")
    assert limited.value.retry_after == 40
    server.faults.status(429)
    assert await refused(user.send("x")) == (429, 0)
    server.faults.limit("*", after=0.01, everywhere=True)
    await user.send("y")


async def test_broken_answers_and_connections(server: DiscordServer, client: discord.Client) -> None:
    maya = server.add_user("Maya")
    user = await client.fetch_user(maya.id)
    await user.create_dm()
    server.faults.status(503, "POST *")
    assert await refused(user.send("one")) == (503, 0)
    server.faults.drop("POST *")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await user.send("two")
    assert maya.dm == []
    server.faults.drop("POST *", done_first=True)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await user.send("three")
    assert [seen.text for seen in maya.dm] == ["three"]
    server.faults.refuse("POST *", 50013)
    assert await refused(user.send("four")) == (403, 50013)


async def test_a_call_that_is_held(server: DiscordServer, client: discord.Client) -> None:
    maya = server.add_user("Maya")
    user = await client.fetch_user(maya.id)
    held = server.faults.hold("POST /channels/*/messages", about=maya.id)
    sending = asyncio.create_task(user.send("x"))
    await held.arrived.wait()
    await server.settled()
    assert maya.dm == []
    held.let_go.set()
    await sending
    assert [seen.text for seen in maya.dm] == ["x"]
