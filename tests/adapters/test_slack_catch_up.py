"""What was written while the bot was away is read, each message once, and nobody's but people's."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from adapters.slack.catch_up import CatchUp, Reading
from adapters.slack.client import open_client
from adapters.slack.parse import Deed, Installed
from handlers.chat import TextPosted
from tests.slack import SlackServer

READ, OTHER = "C1READ", "C2OTHER"


class Taken:
    """Takes deeds as intake does: each key once."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._keys: set[str] = set()

    async def __call__(self, deed: Deed) -> None:
        assert isinstance(deed.event, TextPosted)
        if deed.event.dedupe_key not in self._keys:
            self._keys.add(deed.event.dedupe_key)
            self.texts.append(deed.event.text)


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer() as server:
        for user in ("U1", "U2"):
            server.add_user(user, user)
        for channel in (READ, OTHER):
            server.workspace.add_channel(channel, channel.lower(), "U1", "U2", server.app.bot_user)
        yield server


@pytest.fixture
async def missed(slack: SlackServer) -> AsyncIterator[tuple[CatchUp, Taken]]:
    taken = Taken()

    async def reading() -> Reading:
        return Reading({READ: datetime.now(UTC) - timedelta(days=1)}, {})

    async with open_client(slack.app.bot_token, slack.api_url) as client:
        installed = Installed(slack.workspace.team, slack.app.bot_user)
        yield (
            CatchUp(client, installed, take=taken, reading=reading, clock=lambda: datetime.now(UTC)),
            taken,
        )


async def test_direct_messages_and_opted_in_channels_are_read(
    slack: SlackServer, missed: tuple[CatchUp, Taken]
) -> None:
    look, taken = missed
    await slack.user("U1").write("to the bot")
    parent = await slack.user("U2").write("in the channel", READ)
    await slack.user("U1").write("a reply", READ, thread=parent.ts)
    await slack.user("U1").write("nobody opted this in", OTHER)
    await look.look()
    assert sorted(taken.texts) == ["a reply", "in the channel", "to the bot"]
    await look.look()
    assert len(taken.texts) == 3, "each message once"


async def test_it_is_read_in_the_order_in_which_it_was_written(
    slack: SlackServer, missed: tuple[CatchUp, Taken]
) -> None:
    look, taken = missed
    for number in range(3):
        await slack.user("U1").write(f"message {number}")
    await look.look()
    assert taken.texts == ["message 0", "message 1", "message 2"]


async def test_one_conversation_that_cannot_be_read_stops_no_other(
    slack: SlackServer, missed: tuple[CatchUp, Taken]
) -> None:
    look, taken = missed
    await slack.user("U1").write("in the channel", READ)
    await slack.user("U1").write("to the bot")
    slack.faults.refuse("conversations.history", "not_in_channel", channel=READ)
    await look.look()
    assert taken.texts == ["to the bot"]
