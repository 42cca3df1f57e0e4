"""Each of Discord's refusals is one of ours, and says nothing of what was to be sent."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from adapters.base import (
    Address,
    Ambiguous,
    AuthFailed,
    Outgoing,
    RateLimited,
    Rejected,
    SendError,
    Unreachable,
)
from adapters.discord.client import open_client
from adapters.discord.errors import AUTH, UNREACHABLE, send_error
from adapters.discord.sender import DiscordAdapter
from handlers.chat import Card, Text
from tests.discord import DiscordServer, Person
from tests.integration.discord_team import no_waiting

CARD = Card("Title", (Text("her words"),), "fallback")
MESSAGES = "POST /channels/*/messages"
CODES: dict[tuple[int, int], type[SendError]] = {
    (10003, 404): Unreachable,
    (10013, 404): Unreachable,
    (50001, 403): Unreachable,
    (50007, 403): Unreachable,
    (50013, 403): Unreachable,
    (50278, 403): Unreachable,
    (0, 401): AuthFailed,
    (40001, 401): AuthFailed,
    (40002, 403): AuthFailed,
    (40003, 400): RateLimited,
    (50035, 400): Rejected,
    (10008, 404): Rejected,
    (99999, 400): Rejected,
}


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    with no_waiting():
        async with DiscordServer() as server:
            yield server


@pytest.fixture
def maya(discord: DiscordServer) -> Person:
    return discord.add_user("Maya")


@pytest.fixture
def to_maya(maya: Person) -> Address:
    return Address("discord", str(maya.discord.guild.id), str(maya.id))


@pytest.fixture
async def adapter(discord: DiscordServer, maya: Person) -> AsyncIterator[DiscordAdapter]:
    async with open_client(discord.app.token, discord.api_url) as client:
        yield DiscordAdapter(client, {str(discord.guild.id)})


@pytest.mark.parametrize(("code", "status"), CODES)
async def test_each_code_has_its_meaning(
    discord: DiscordServer, adapter: DiscordAdapter, to_maya: Address, code: int, status: int
) -> None:
    discord.faults.refuse(MESSAGES, code, "about her words", status=status)
    with pytest.raises(SendError) as raised:
        await adapter.send(Outgoing(1, to_maya, CARD))
    assert type(raised.value) is CODES[code, status]
    assert "her words" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert discord.app.token not in str(raised.value)


def test_no_code_means_two_things() -> None:
    assert UNREACHABLE.isdisjoint(AUTH)


async def test_discords_wish_to_wait_is_handed_on_at_once(
    discord: DiscordServer, adapter: DiscordAdapter, to_maya: Address
) -> None:
    discord.faults.limit(MESSAGES, after=17)
    with pytest.raises(RateLimited) as raised:
        await adapter.send(Outgoing(1, to_maya, CARD))
    assert raised.value.after == 17
    assert len(discord.called(MESSAGES)) == 1, "it is not asked on"


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_server_that_fails_may_have_taken_it(
    discord: DiscordServer, adapter: DiscordAdapter, to_maya: Address, status: int
) -> None:
    discord.faults.status(status, MESSAGES, times=9)
    with pytest.raises(Ambiguous):
        await adapter.send(Outgoing(1, to_maya, CARD))


async def test_what_never_left_is_no_possible_repeat() -> None:
    key = aiohttp.client_reqrep.ConnectionKey("h", 1, False, None, None, None, None)
    assert isinstance(send_error(aiohttp.ClientConnectorError(key, OSError())), RateLimited)
    assert isinstance(send_error(TimeoutError()), Ambiguous)
    assert isinstance(send_error(aiohttp.ServerDisconnectedError()), Ambiguous)
    assert isinstance(send_error(AttributeError()), Rejected)


async def test_the_same_outbox_id_is_the_same_message(
    discord: DiscordServer, adapter: DiscordAdapter, maya: Person, to_maya: Address
) -> None:
    first = await adapter.send(Outgoing(41, to_maya, CARD))
    assert await adapter.send(Outgoing(41, to_maya, CARD)) == first
    assert await adapter.send(Outgoing(42, to_maya, CARD)) != first
    assert len(maya.dm) == 2
    await adapter.delete(to_maya, first.reference)
    await adapter.delete(to_maya, first.reference)
    assert len(maya.dm) == 1, "one that is gone already is as it should be"


@pytest.mark.parametrize("user", ["U1", "", "1a"])
async def test_what_is_no_account_of_discords_is_not_reached(adapter: DiscordAdapter, user: str) -> None:
    with pytest.raises(Unreachable):
        await adapter.send(Outgoing(1, Address("discord", "1", user), CARD))


@pytest.mark.parametrize("reference", ["", "1", "1:", ":2", "a:b"])
async def test_a_reference_that_is_none_is_refused(
    adapter: DiscordAdapter, to_maya: Address, reference: str
) -> None:
    with pytest.raises(Rejected):
        await adapter.update(to_maya, reference, CARD)
