"""The sandbox over HTTP: what each person sees of what is said, edited and taken away."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from uuid import uuid4

import pytest

from handlers.chat import CommandUsed, Effect, Event, PlaceKind, Reply, TextPosted
from tests.adapters.web_stage import Stage, card


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    async with stage.browser:
        yield stage


# --- saying ---


async def test_a_message_becomes_an_event_and_its_answer_stands_below(stage: Stage) -> None:
    stage.bot.effects = [Reply(card("Menu"))]
    answer = await stage.do("say", text="hello")
    assert (answer.status_code, answer.json()) == (200, {})
    (event,) = stage.bot.events
    assert isinstance(event, TextPosted)
    assert event.at == stage.clock.now()
    assert stage.seen("maya") == ["hello", "Menu"]
    assert stage.last_id("maya") != event.message_id
    assert event.message_id in stage.sandbox.view("maya", PlaceKind.DIRECT).messages
    assert stage.seen("leo") == stage.seen("rivera") == []


async def test_a_message_stands_there_while_the_bot_still_thinks(stage: Stage) -> None:
    thinking, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(_event: Event) -> Sequence[Effect]:
        thinking.set()
        await go_on.wait()
        return [Reply(card("Done"))]

    stage.bot.answer = slowly
    sending = asyncio.create_task(stage.do("say", text="hello"))
    await thinking.wait()
    assert stage.seen("maya") == ["hello"]
    go_on.set()
    assert (await sending).status_code == 200
    assert stage.seen("maya") == ["hello", "Done"]


async def test_private_answers_in_the_channel_are_seen_by_their_reader_alone(stage: Stage) -> None:
    stage.bot.effects = [Reply(card("For Maya")), Reply(card("For everybody"), private=False)]
    await stage.do("say", text="hello team", tab="channel")
    assert stage.seen("maya", "channel") == ["hello team", "For Maya", "For everybody"]
    for other in ("leo", "rivera"):
        assert stage.seen(other, "channel") == ["hello team", "For everybody"]
    page = (await stage.browser.get("/")).text
    assert page.count("For Maya") == 1
    assert page.count("For everybody") == 3
    assert page.count("Only you can see this") == 1


async def test_a_command_in_the_channel_is_seen_by_its_writer_alone(stage: Stage) -> None:
    stage.bot.effects = [Reply(card("Told"))]
    await stage.do("say", text="/urgent on the roof", tab="channel")
    (event,) = stage.bot.events
    assert isinstance(event, CommandUsed)
    assert stage.seen("maya", "channel") == ["/urgent on the roof", "Told"]
    assert stage.seen("leo", "channel") == []


@pytest.mark.parametrize("tab", ["direct", "channel"])
async def test_a_failing_bot_loses_nothing(stage: Stage, tab: str) -> None:
    async def fail(_event: Event) -> Sequence[Effect]:
        raise RuntimeError("the words themselves")

    stage.bot.answer = fail
    deed = str(uuid4())
    answer = await stage.do("say", text="hello", tab=tab, deed=deed)
    assert answer.status_code == 500
    assert answer.json()["error"].endswith("please try again.")
    assert "words" not in answer.text
    assert stage.seen("maya", tab) == []
    # The same deed sent again is the same message and the same event.
    stage.bot.answer = None
    assert (await stage.do("say", text="hello", tab=tab, deed=deed)).status_code == 200
    assert stage.seen("maya", tab) == ["hello"]
    assert stage.bot.events[0] == stage.bot.events[1]


async def test_the_same_deed_twice_stands_there_once(stage: Stage) -> None:
    deed = str(uuid4())
    for _ in range(2):
        await stage.do("say", text="hello", deed=deed)
    assert stage.seen("maya") == ["hello"]
    assert stage.bot.events[0].dedupe_key == stage.bot.events[1].dedupe_key


async def test_no_ones_words_are_logged(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    async def fail(event: Event) -> Sequence[Effect]:
        raise RuntimeError(event.words)

    stage.bot.answer = fail
    await stage.do("say", text="a secret")
    assert "RuntimeError" in caplog.text
    assert "secret" not in caplog.text


# --- editing ---


async def test_an_edit_changes_the_message_for_everybody(stage: Stage) -> None:
    await stage.do("say", text="helo", tab="channel")
    message = stage.last_id("maya", "channel")
    answer = await stage.do("edit", text="hello", tab="channel", message=message)
    assert answer.status_code == 200
    event = stage.bot.events[-1]
    assert isinstance(event, TextPosted)
    assert (event.edited, event.message_id, event.text) == (True, message, "hello")
    assert event.dedupe_key != stage.bot.events[0].dedupe_key
    for user in ("maya", "leo", "rivera"):
        assert stage.seen(user, "channel") == ["hello"]
        assert stage.sandbox.view(user, PlaceKind.CHANNEL).messages[message].edited


async def test_only_ones_own_text_can_be_edited(stage: Stage) -> None:
    stage.bot.effects = [Reply(card("Menu"))]
    await stage.do("say", text="/note")
    command, menu = list(stage.sandbox.view("maya", PlaceKind.DIRECT).messages)
    await stage.do("say", text="mine", tab="channel")
    mine = next(iter(stage.sandbox.view("maya", PlaceKind.CHANNEL).messages))
    before = len(stage.bot.events)
    for person, tab, message in (
        ("maya", "direct", menu),
        ("maya", "direct", command),
        ("maya", "direct", "no-such-message"),
        ("leo", "channel", mine),
    ):
        answer = await stage.do("edit", person, tab, text="changed", message=message)
        assert answer.status_code == 409
    assert len(stage.bot.events) == before


async def test_a_failed_edit_is_taken_back(stage: Stage) -> None:
    async def fail(_event: Event) -> Sequence[Effect]:
        raise RuntimeError

    await stage.do("say", text="before")
    stage.bot.answer = fail
    message = stage.last_id("maya")
    assert (await stage.do("edit", text="after", message=message)).status_code == 500
    assert stage.seen("maya") == ["before"]
    assert not stage.sandbox.view("maya", PlaceKind.DIRECT).messages[message].edited


# --- taking away ---


async def test_ones_own_message_can_be_taken_away_from_everybody(stage: Stage) -> None:
    await stage.do("say", text="posted too fast", tab="channel")
    await stage.do("say", text="this one stays", tab="channel")
    message = next(iter(stage.sandbox.view("leo", PlaceKind.CHANNEL).messages))
    before = len(stage.bot.events)
    answer = await stage.do("delete", tab="channel", message=message)
    assert (answer.status_code, answer.json()) == (200, {})
    for user in ("maya", "leo", "rivera"):
        assert stage.seen(user, "channel") == ["this one stays"]
    assert len(stage.bot.events) == before, "the bot is told nothing: what it has kept stays kept"
    assert (await stage.do("delete", tab="channel", message=message)).status_code == 409


async def test_only_ones_own_text_can_be_taken_away(stage: Stage) -> None:
    stage.bot.effects = [Reply(card("Menu"))]
    await stage.do("say", text="/note")
    command, menu = list(stage.sandbox.view("maya", PlaceKind.DIRECT).messages)
    await stage.do("say", text="mine", tab="channel")
    mine = next(iter(stage.sandbox.view("maya", PlaceKind.CHANNEL).messages))
    for person, tab, message in (
        ("maya", "direct", menu),
        ("maya", "direct", command),
        ("maya", "direct", mine),
        ("maya", "direct", "no-such-message"),
        ("leo", "channel", mine),
        ("leo", "direct", command),
    ):
        assert (await stage.do("delete", person, tab, message=message)).status_code == 409
    assert stage.seen("maya") == ["/note", "Menu"]
    assert stage.seen("leo", "channel") == ["mine"]
