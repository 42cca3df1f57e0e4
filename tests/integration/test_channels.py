"""A channel is read only once a coordinator has opted it in, and a notice there says so to everybody."""

import pytest
from sqlalchemy import delete

from handlers.chat import Reply
from storage import events, programmes
from storage.models import ChannelRow
from tests.stage import Stage, only_card, words_of

DISCLOSURE = "my friend told me he wants to die tonight"


@pytest.fixture
async def unwatched(stage: Stage) -> Stage:
    """A team whose channel nobody has opted in."""
    async with stage.app.database.write() as tx:
        await tx.execute(delete(ChannelRow))
    return stage


async def watched(stage: Stage) -> bool:
    async with stage.app.database.read() as tx:
        return await programmes.is_watched(tx, 1, "team")


async def test_nothing_is_read_before_a_channel_is_opted_in(unwatched: Stage):
    assert await unwatched.write("maya", DISCLOSURE, channel=True) == []
    assert unwatched.inbox("rivera") == []


async def test_opting_in_is_said_to_everybody_and_a_disclosure_is_answered_privately(unwatched: Stage):
    (notice,) = await unwatched.command("rivera", "/handrail watch", channel=True)
    assert isinstance(notice, Reply)
    assert not notice.private, "everybody in the channel sees it"
    told = words_of(notice.card)
    for words in (
        "Handrail reads along here",
        "reads every message in this channel",
        "brought to the coordinator",
        "a private answer",
        "Nothing else that is written here is kept",
        "call 911",
        "/handrail stop watching",
    ):
        assert words in told
    effects = await unwatched.write("maya", DISCLOSURE, channel=True)
    assert [isinstance(effect, Reply) and effect.private for effect in effects] == [True]
    assert len(unwatched.inbox("rivera")) == 1


@pytest.mark.parametrize("words", ["stop watching", "unwatch", "  Stop  Watching "])
async def test_opting_out_is_said_to_everybody_and_nothing_is_read_any_more(stage: Stage, words: str):
    (line,) = await stage.command("rivera", f"/handrail {words}", channel=True)
    assert isinstance(line, Reply)
    assert not line.private
    assert "no longer reads along" in words_of(line.card)
    assert not await watched(stage)
    assert await stage.write("maya", DISCLOSURE, channel=True) == []
    assert stage.inbox("rivera") == []


async def test_a_disclosure_in_a_command_is_taken_in_any_channel(unwatched: Stage):
    await unwatched.command("maya", f"/urgent {DISCLOSURE}", channel=True)
    assert len(unwatched.inbox("rivera")) == 1


async def test_twice_is_said_to_whoever_typed_it_alone(stage: Stage):
    (answer,) = await stage.command("rivera", "/handrail watch", channel=True)
    assert answer.private
    assert "already" in words_of(answer.card)
    await stage.command("rivera", "/handrail unwatch", channel=True)
    (answer,) = await stage.command("rivera", "/handrail stop watching", channel=True)
    assert answer.private
    assert "does not read along here" in words_of(answer.card)


@pytest.mark.parametrize("words", ["watch", "stop watching"])
async def test_a_direct_message_is_no_channel(stage: Stage, words: str):
    (answer,) = await stage.command("rivera", f"/handrail {words}")
    assert answer.private
    assert "Type it in the channel that is meant" in words_of(answer.card)
    assert await watched(stage)


@pytest.mark.parametrize("user", ["maya", "okafor"])
@pytest.mark.parametrize("words", ["watch", "stop watching"])
async def test_only_coordinators_opt_a_channel_in_or_out(stage: Stage, user: str, words: str):
    (answer,) = await stage.command(user, f"/handrail {words}", channel=True)
    assert answer.private
    assert "That is for coordinators" in words_of(answer.card)
    assert await watched(stage)


async def test_both_stand_in_the_audit_trail(stage: Stage):
    for words in ("unwatch", "watch", "watch"):
        await stage.command("rivera", f"/handrail {words}", channel=True)
    async with stage.app.database.read() as tx:
        trail = await events.audited(tx, "channel:team")
    assert [line.deed for line in trail] == ["channel_unwatched", "channel_watched"]


async def test_the_notice_is_in_the_teams_language(unwatched: Stage):
    await unwatched.press("rivera", "language", value="fr")
    (notice,) = await unwatched.command("rivera", "/handrail watch", channel=True)
    assert "Handrail reads along here" in words_of(notice.card)


async def test_an_unknown_word_gets_the_menu_and_what_can_stand_there(stage: Stage):
    shown = words_of(only_card(await stage.command("maya", "/handrail settings")))
    assert "[Check in]" in shown
    assert "setup, rota, agreement, words, watch, stop watching" in shown
    assert "setup, watch" not in words_of(only_card(await stage.command("maya", "/handrail")))


async def test_a_disclosure_behind_the_command_is_taken_as_one(stage: Stage):
    effects = await stage.command("maya", f"/handrail {DISCLOSURE}")
    assert len(stage.inbox("rivera")) == 1
    assert "setup, watch" not in "".join(words_of(effect.card) for effect in effects)
