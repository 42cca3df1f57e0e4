"""Messages that cannot be sent, updates that wait for their page, and lanes that do not wait at all."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text, update

from adapters.base import Address, Ambiguous, Outgoing, RateLimited, Sent, Unreachable
from bot.delivery import SEND_TIMEOUT
from handlers.chat import ButtonPressed, Card
from storage import outbox, people, programmes, sending
from storage.db import Database
from storage.models import OutboxRow
from storage.outbox import NewMessage
from storage.words import Lane, Platform, Role
from tests.integration.moody import QUESTION, QUESTION_JSON, Moody, reasons, states, urgent, wait_seconds
from tests.stage import Stage, button_of, words_of


@pytest.fixture
def moody() -> Moody:
    return Moody()


@pytest.fixture
async def stage(database: Database, moody: Moody) -> Stage:
    return await Stage.open(database, platform=moody)


# --- rows that cannot be sent ------------------------------------------------------------------


@pytest.mark.parametrize("broken", ["{", "[]", '{"title": ""}', None], ids=["cut", "list", "empty", "sealed"])
async def test_a_broken_message_is_set_aside_climbs_and_blocks_nobody(stage: Stage, broken: str | None):
    await stage.app.intake.receive(urgent(stage))
    async with stage.app.database.write() as tx:
        if broken is None:
            await tx.execute(text("UPDATE outbox SET card = :card"), {"card": b"no key opens this"})
        else:
            await tx.execute(update(OutboxRow).values(card=broken))
    await stage.app.intake.receive(urgent(stage, "leo"))
    await stage.app.delivery.drain()
    assert [card.title.split(" ")[0] for card in stage.inbox("rivera")] == ["E-2"]
    assert [card.title.split(" ")[0] for card in stage.inbox("okafor")] == ["E-1"]
    assert ("unreachable", "failed") in await reasons(stage)


async def test_a_page_for_a_platform_that_no_process_serves_climbs_after_ten_seconds(stage: Stage):
    async with stage.app.database.write() as tx:
        slack = await programmes.connect(tx, 1, Platform.SLACK, "T1")
        absent = await people.add(tx, programme_id=1, name="Mx. Absent", roles=[Role.COORDINATOR])
        await people.add_account(tx, absent, slack.id, "U1")
        await tx.execute(text("UPDATE roles SET position = 0 WHERE person_id = :id"), {"id": absent})
    await stage.command("maya", "/urgent")
    assert stage.inbox("okafor") == []
    await wait_seconds(stage, 9.9)
    assert stage.inbox("okafor") == []
    await wait_seconds(stage, 0.1)
    assert len(stage.inbox("okafor")) == 1
    assert len(stage.inbox("rivera")) == 1, "the next coordinator stands in"
    assert ("unreachable", "unclaimed") in await reasons(stage)


# --- updates -----------------------------------------------------------------------------------


async def test_an_update_waits_for_the_page_that_it_changes(stage: Stage, moody: Moody):
    await stage.command("maya", "/urgent")
    moody.moods["rivera"] = [Ambiguous("timed out")]
    await stage.wait(2)  # the second page hangs
    await stage.press("rivera", button_of(stage.inbox("rivera")[0], "I've got it"))
    assert len(stage.inbox("rivera")) == 1
    assert "You have it" in words_of(stage.inbox("rivera")[0])
    await wait_seconds(stage, 2)
    assert len(stage.inbox("rivera")) == 2
    assert "You have it" in words_of(stage.inbox("rivera")[1]), "it came late and was made true"


async def test_the_update_of_a_page_that_never_arrives_waits_for_nothing(stage: Stage, moody: Moody):
    await stage.command("maya", "/urgent")
    moody.moods["rivera"] = [Ambiguous("timed out"), Unreachable("closed")]
    await stage.wait(2)
    await stage.press("rivera", button_of(stage.inbox("rivera")[0], "I've got it"))
    await wait_seconds(stage, 4)
    async with stage.app.database.read() as tx:
        assert await sending.oldest_unsent(tx, Lane.PAGES, stage.clock.now()) is None, (
            "else never ready again"
        )


async def test_a_page_that_nobody_began_to_send_is_dropped_once_somebody_has_it(stage: Stage, moody: Moody):
    moody.moods["okafor"] = [RateLimited(60)]
    await stage.command("maya", "/urgent")
    await stage.wait(5)
    await stage.press_last("rivera", "I've got it")
    await stage.wait(2)
    assert stage.inbox("okafor") == []
    assert await states(stage, "okafor") == [("dropped", False)]


# --- lanes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("prompted", ["leo", "rivera"])
async def test_a_page_goes_out_while_the_other_lane_hangs(stage: Stage, moody: Moody, prompted: str):
    """Whoever the prompt goes to, also the very adult who is paged."""
    reached, release = moody.hold(prompted)
    async with stage.app.database.write() as tx:
        prompt = NewMessage(
            key="prompt:1",
            lane=Lane.REST,
            connection_id=1,
            user=prompted,
            card=QUESTION_JSON,
            due_at=stage.clock.now(),
        )
        await outbox.add(tx, [prompt], stage.clock.now())
    running = asyncio.create_task(stage.app.delivery.run())
    async with asyncio.timeout(10):
        await reached.wait()
        paged, go_on = moody.hold("rivera")
        go_on.set()
        await stage.app.intake.receive(urgent(stage))
        async with asyncio.timeout(SEND_TIMEOUT / 2):  # not only once the prompt was given up
            await paged.wait()
        assert all(card.title != QUESTION.title for card in stage.inbox(prompted))
        release.set()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_of_those_who_are_paged_together_nobody_waits_for_somebody_else(stage: Stage, moody: Moody):
    await stage.command("maya", "/urgent")
    await stage.wait(4)
    reached, release = moody.hold("rivera")
    stage.clock.moment += timedelta(minutes=1)
    await stage.app.tick()
    draining = asyncio.create_task(stage.app.delivery.drain())
    async with asyncio.timeout(10):
        await reached.wait()
        while not stage.inbox("okafor"):
            await asyncio.sleep(0)
    release.set()
    await draining


# --- one person's queue ------------------------------------------------------------------------


async def test_pages_that_a_slow_platform_left_untried_follow_at_once_and_are_no_repeats(
    stage: Stage, moody: Moody, monkeypatch: pytest.MonkeyPatch
):
    for user in ("maya", "leo", "stranger", "another"):
        await stage.app.intake.receive(urgent(stage, user))
    send, began = moody.send, stage.clock.now()

    async def slow(message: Outgoing) -> Sent:
        stage.clock.moment += timedelta(seconds=4)
        return await send(message)

    monkeypatch.setattr(moody, "send", slow)
    await stage.app.delivery.drain()
    assert await states(stage, "rivera") == [("sent", False)] * 4
    assert moody.looked == 0
    assert stage.clock.now() - began == timedelta(seconds=16), "nothing waited for a claim to run out"


async def test_what_may_have_gone_is_still_looked_for_after_it_was_given_back_untried(
    stage: Stage, moody: Moody, monkeypatch: pytest.MonkeyPatch
):
    moody.arrives_all_the_same = True
    moody.moods["rivera"] = [Ambiguous("timed out")]
    await stage.command("maya", "/urgent")
    await stage.app.intake.receive(urgent(stage, "leo"))
    send = moody.send

    async def slow(message: Outgoing) -> Sent:
        stage.clock.moment += timedelta(seconds=8)
        return await send(message)

    monkeypatch.setattr(moody, "send", slow)
    stage.clock.moment += timedelta(seconds=2)
    await stage.app.delivery.drain()
    assert moody.looked == 1
    assert await states(stage, "rivera") == [("sent", False)] * 2
    assert len(stage.inbox("rivera")) == 2


@pytest.fixture
async def updates(stage: Stage, moody: Moody, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ms. Rivera has six cards, each about to be updated. What is done to her from then on, in its order."""
    people = [f"stranger{number}" for number in range(6)]
    for user in people:
        await stage.app.intake.receive(urgent(stage, user))
    await stage.app.delivery.drain()
    done: list[str] = []
    update, send = moody.update, moody.send

    async def updated(to: Address, reference: str, card: Card) -> None:
        if to.user == "rivera":
            done.append("update")
            await asyncio.sleep(0.02)
        await update(to, reference, card)

    async def sent(message: Outgoing) -> Sent:
        if message.to.user == "rivera":
            done.append("page")
        return await send(message)

    monkeypatch.setattr(moody, "update", updated)
    monkeypatch.setattr(moody, "send", sent)
    for case in range(1, 7):
        await stage.app.intake.receive(
            ButtonPressed(**stage._common("rivera", ""), action=f"case.ack:{case}:now")
        )
    return done


async def test_a_page_goes_before_the_updates_that_waited_first(stage: Stage, updates: list[str]):
    await stage.app.intake.receive(urgent(stage, "maya"))
    await stage.app.delivery.drain()
    assert updates == ["page", *["update"] * 6]


async def test_a_page_that_is_written_while_updates_go_out_is_the_next(stage: Stage, updates: list[str]):
    running = asyncio.create_task(stage.app.delivery.run())
    async with asyncio.timeout(10):
        while not updates:
            await asyncio.sleep(0)
        await stage.app.intake.receive(urgent(stage, "maya"))
        while len(updates) < 7:
            await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert "page" in updates[:4]
