"""The adults' own channel: told without a name and without a case when a page did not reach one of them."""

import pytest

from adapters.base import Address, Outgoing, Sent, Unreachable
from handlers.chat import Reply
from storage.db import Database
from tests.stage import RecordingPlatform, Stage, only_card, words_of

TOLD = "A page did not arrive"


class _WithChannels(RecordingPlatform):
    """The same with a channel, whose messages stand under its name."""

    async def send(self, message: Outgoing) -> Sent:
        if message.to.channel and message.to.channel != "team":
            raise Unreachable("no such channel")
        return await super().send(message)


@pytest.fixture
async def chosen(database: Database) -> Stage:
    stage = await Stage.open(database, platform=_WithChannels())
    (notice,) = await stage.command("rivera", "/handrail alerts here", channel=True)
    assert isinstance(notice, Reply)
    assert not notice.private
    assert "names nobody and no case" in words_of(notice.card)
    return stage


async def test_a_page_to_closed_messages_is_told_in_the_adults_channel_without_a_word_of_the_case(
    chosen: Stage,
) -> None:
    chosen.platform.fails["rivera"] = Unreachable("closed")
    await chosen.command("maya", "/urgent i want to die tonight")
    (alert,) = chosen.inbox("#team")
    said = words_of(alert)
    assert TOLD in said
    for word in ("E-1", "Maya", "Rivera", "die"):
        assert word not in said
    assert len(chosen.inbox("okafor")) == 1, "the ladder climbs as it always does"


async def test_it_is_told_once_a_climb(chosen: Stage) -> None:
    chosen.platform.fails |= {"rivera": Unreachable("closed"), "okafor": Unreachable("closed")}
    await chosen.command("maya", "/urgent")
    await chosen.wait(20)
    assert len(chosen.inbox("#team")) == 1


async def test_a_page_that_arrives_is_told_nowhere_else(chosen: Stage) -> None:
    await chosen.command("maya", "/urgent")
    assert chosen.inbox("#team") == []


async def test_nothing_is_told_of_a_case_that_somebody_is_left_out_of(chosen: Stage) -> None:
    chosen.platform.fails["okafor"] = Unreachable("closed")
    await chosen.write("maya", "ms rivera hits me when nobody is there")
    await chosen.wait(20)
    assert chosen.inbox("rivera") == []
    assert chosen.inbox("#team") == []


async def test_only_a_coordinator_chooses_and_may_end_it(chosen: Stage) -> None:
    refused = only_card(await chosen.command("maya", "/handrail alerts here", channel=True))
    assert "for coordinators" in words_of(refused)
    ended = only_card(await chosen.command("rivera", "/handrail no alerts"))
    assert "No channel is told any more" in words_of(ended)
    chosen.platform.fails["rivera"] = Unreachable("closed")
    await chosen.command("maya", "/urgent")
    assert chosen.inbox("#team") == []


async def test_in_direct_messages_it_says_where_to_type_it(stage: Stage) -> None:
    answer = only_card(await stage.command("rivera", "/handrail alerts here"))
    assert "Type it in the channel" in words_of(answer)


def test_a_channels_address_is_no_persons() -> None:
    assert Address("web", "sandbox", "#team").channel == "team"
    assert Address("web", "sandbox", "maya").channel == ""
