"""Each of Slack's refusals is one of ours, and a failed look or hand-over says so in the right way."""

import asyncio
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
from adapters.slack.client import open_client
from adapters.slack.errors import AUTH, REJECTED, UNREACHABLE, send_error
from adapters.slack.sender import SlackAdapter
from handlers.chat import Card, Text
from tests.slack import SlackServer

CARD = Card("Title", (Text("her words"),), "fallback")
MAYA = Address("slack", "T0HARBOR", "U1")
ERRORS = {
    "channel_not_found": Unreachable,
    "user_not_found": Unreachable,
    "user_disabled": Unreachable,
    "cannot_dm_bot": Unreachable,
    "not_in_channel": Unreachable,
    "is_archived": Unreachable,
    "ratelimited": RateLimited,
    "token_revoked": AuthFailed,
    "invalid_auth": AuthFailed,
    "not_authed": AuthFailed,
    "account_inactive": AuthFailed,
    "missing_scope": AuthFailed,
    "msg_too_long": Rejected,
    "invalid_blocks": Rejected,
    "message_not_found": Rejected,
    "cant_update_message": Rejected,
    "internal_error": Ambiguous,
    "something_new": Ambiguous,
}


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer() as server:
        server.add_user("U1", "Maya")
        yield server


@pytest.fixture
async def adapter(slack: SlackServer) -> AsyncIterator[SlackAdapter]:
    async with open_client(slack.app.bot_token, slack.api_url) as client:
        yield SlackAdapter(client, {"T0HARBOR"})


@pytest.mark.parametrize("code", ERRORS)
async def test_each_code_has_its_meaning(slack: SlackServer, adapter: SlackAdapter, code: str) -> None:
    slack.faults.refuse("chat.postMessage", code)
    with pytest.raises(SendError) as raised:
        await adapter.send(Outgoing(1, MAYA, CARD))
    assert type(raised.value) is ERRORS[code]
    assert "her words" not in str(raised.value)
    assert slack.app.bot_token not in str(raised.value)


def test_no_code_means_two_things() -> None:
    assert UNREACHABLE.isdisjoint(AUTH)
    assert UNREACHABLE.isdisjoint(REJECTED)
    assert AUTH.isdisjoint(REJECTED)


async def test_slacks_wish_to_wait_is_handed_on(slack: SlackServer, adapter: SlackAdapter) -> None:
    slack.faults.limit("chat.postMessage", after=17)
    with pytest.raises(RateLimited) as raised:
        await adapter.send(Outgoing(1, MAYA, CARD))
    assert raised.value.after == 17


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_server_that_fails_may_have_taken_it(
    slack: SlackServer, adapter: SlackAdapter, status: int
) -> None:
    slack.faults.status(status, "chat.postMessage")
    with pytest.raises(Ambiguous):
        await adapter.send(Outgoing(1, MAYA, CARD))
    assert len(slack.called("chat.postMessage")) == 1, "nothing is tried again in here"


def test_what_never_left_is_no_possible_repeat() -> None:
    refused = aiohttp.ClientConnectorError(
        aiohttp.client_reqrep.ConnectionKey("h", 1, False, None, None, None, None), OSError()
    )
    assert isinstance(send_error(refused), RateLimited)
    assert isinstance(send_error(TimeoutError()), Ambiguous)
    assert isinstance(send_error(aiohttp.ServerDisconnectedError()), Ambiguous)


async def test_a_message_that_broke_off_is_found_by_its_outbox_id(
    slack: SlackServer, adapter: SlackAdapter
) -> None:
    sent = await adapter.send(Outgoing(41, MAYA, CARD))
    assert await adapter.find(MAYA, 41) == sent
    assert await adapter.find(MAYA, 42) is None
    await adapter.update(MAYA, sent.reference, CARD)
    assert await adapter.find(MAYA, 41) == sent, "it is still known after it was changed"
    await adapter.delete(MAYA, sent.reference)
    await adapter.delete(MAYA, sent.reference)
    assert await adapter.find(MAYA, 41) is None


async def test_a_look_takes_two_seconds_at_most(
    slack: SlackServer, adapter: SlackAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.sender.LOOK", 0.2)
    slack.faults.hold("conversations.history")
    async with asyncio.timeout(30):
        with pytest.raises(Ambiguous):
            await adapter.find(MAYA, 1)
