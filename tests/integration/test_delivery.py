"""How sending can fail, and what follows: nothing is lost, nothing doubled in silence, pages never wait."""

import asyncio
from datetime import timedelta

import pytest

from adapters.base import (
    Address,
    Ambiguous,
    AuthFailed,
    Outgoing,
    RateLimited,
    Rejected,
    SendError,
    Sent,
    Unreachable,
)
from storage import sending
from storage.db import Database
from storage.words import Lane, Platform
from tests.integration.moody import QUESTION, Moody, another, reasons, states, urgent, wait_seconds
from tests.stage import RecordingPlatform, Stage, words_of


@pytest.fixture
def moody() -> Moody:
    return Moody()


@pytest.fixture
async def stage(database: Database, moody: Moody) -> Stage:
    return await Stage.open(database, platform=moody)


# --- how sending can fail ----------------------------------------------------------------------


async def test_a_rate_limited_page_waits_as_long_as_it_was_told_and_then_goes_out(stage: Stage, moody: Moody):
    moody.moods["rivera"] = [RateLimited(30)]
    await stage.command("maya", "/urgent")
    await wait_seconds(stage, 29)
    assert stage.inbox("rivera") == []
    await wait_seconds(stage, 1)
    assert len(stage.inbox("rivera")) == 1
    assert moody.looked == 0, "a refused message cannot have arrived"


async def test_a_rate_limit_for_one_person_delays_nobody_else(stage: Stage, moody: Moody):
    moody.moods["rivera"] = [RateLimited(600)] * 4
    await stage.command("maya", "/urgent")
    await stage.wait(5)
    assert stage.inbox("rivera") == []
    assert len(stage.inbox("okafor")) == 1


async def test_ten_minutes_of_limits_on_everything_lose_no_page_and_double_none(
    stage: Stage, moody: Moody, monkeypatch: pytest.MonkeyPatch
):
    send, over = moody.send, stage.clock.now() + timedelta(minutes=10)

    async def limited(message: Outgoing) -> Sent:
        if stage.clock.now() < over:
            raise RateLimited(30)
        return await send(message)

    monkeypatch.setattr(moody, "send", limited)
    for user in ("maya", "leo"):
        await stage.command(user, "/urgent")
    for _ in range(22):
        await wait_seconds(stage, 30)
    for adult in ("rivera", "okafor"):
        assert {state for state, _ in await states(stage, adult)} == {"sent"}
        pages = moody.inboxes[adult]
        assert {page.card.title.split(" ")[0] for page in pages} == {"E-1", "E-2"}
        assert len({page.outbox_id for page in pages}) == len(pages)
        assert not any("Possibly sent twice" in words_of(page.card) for page in pages)


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (Unreachable("closed"), "failed"),
        (AuthFailed("token"), "failed"),
        (Rejected("bad"), "set_aside"),
        (ValueError("a mistake of the adapter"), "set_aside"),
    ],
    ids=["unreachable", "auth_failed", "rejected", "failed"],
)
async def test_a_page_that_cannot_arrive_climbs_at_once_and_the_timeline_says_why(
    stage: Stage, moody: Moody, error: SendError, state: str, request: pytest.FixtureRequest
):
    moody.moods["rivera"] = [error]
    await stage.command("maya", "/urgent")
    assert len(stage.inbox("okafor")) == 1
    assert await states(stage, "rivera") == [(state, False)]
    reason = request.node.callspec.id.split("-")[-1]
    assert ("unreachable", reason) in await reasons(stage)
    # Five minutes later everybody is paged, and this time it arrives.
    await stage.wait(5)
    assert len(stage.inbox("rivera")) == 1


async def test_an_address_that_works_again_is_paged_first_again(stage: Stage, moody: Moody):
    moody.moods["rivera"] = [Unreachable("closed")]
    await stage.command("maya", "/urgent")
    await stage.wait(10)  # everybody: now it works
    await stage.press_last("okafor", "I've got it")
    before = len(stage.inbox("okafor"))
    await stage.press_last("okafor", "I can't after all")
    assert words_of(stage.inbox("rivera")[-1]).startswith("E-1 · Immediate")
    assert len(stage.inbox("okafor")) == before, "the first step is the coordinator's alone again"


@pytest.mark.parametrize("arrived", [True, False])
async def test_what_may_have_arrived_is_looked_for_before_it_is_sent_again(
    stage: Stage, moody: Moody, arrived: bool
):
    moody.moods["rivera"] = [Ambiguous("timed out")]
    moody.arrives_all_the_same = arrived
    await stage.command("maya", "/urgent")
    await wait_seconds(stage, 2)
    assert moody.looked == 1
    assert len(stage.inbox("rivera")) == 1, "once, either way"
    assert await states(stage, "rivera") == [("sent", not arrived)]
    # Either way the message is known well enough to be updated.
    await stage.press_last("rivera", "I've got it")
    assert "You have it" in words_of(stage.inbox("rivera")[0])


async def test_a_rate_limit_on_the_second_try_does_not_forget_that_the_first_may_have_arrived(
    stage: Stage, moody: Moody
):
    moody.moods["rivera"] = [Ambiguous("timed out")]
    moody.arrives_all_the_same = True
    moody.looks = [RateLimited(5)]
    await stage.command("maya", "/urgent")
    await wait_seconds(stage, 2)
    await wait_seconds(stage, 5)
    assert len(stage.inbox("rivera")) == 1
    assert await states(stage, "rivera") == [("sent", False)]


@pytest.mark.parametrize("look", [Ambiguous("timed out"), TimeoutError()])
async def test_where_looking_fails_it_is_sent_again_and_marked(stage: Stage, moody: Moody, look: Exception):
    moody.moods["rivera"] = [Ambiguous("timed out")]
    moody.looks = [look]
    await stage.command("maya", "/urgent")
    await wait_seconds(stage, 2)
    assert len(stage.inbox("rivera")) == 1
    assert await states(stage, "rivera") == [("sent", True)]


@pytest.mark.parametrize("look", [RateLimited(60), Unreachable("gone"), AuthFailed("no"), ValueError("bug")])
async def test_nothing_that_goes_wrong_in_looking_keeps_a_page_waiting(
    stage: Stage, moody: Moody, look: Exception
):
    moody.moods["rivera"] = [Ambiguous("timed out")]
    moody.looks = [look]
    await stage.command("maya", "/urgent")
    await wait_seconds(stage, 2)
    assert len(stage.inbox("rivera")) == 1
    assert await states(stage, "rivera") == [("sent", True)]
    assert stage.inbox("okafor") == []


async def test_a_look_that_is_limited_again_and_again_keeps_no_page_waiting(stage: Stage, moody: Moody):
    moody.moods["rivera"] = [Ambiguous("timed out")]
    moody.looks = [RateLimited(9) for _ in range(100)]
    await stage.command("maya", "/urgent")
    for _ in range(20):
        await wait_seconds(stage, 1)
    assert len(stage.inbox("rivera")) == 1
    assert await states(stage, "rivera") == [("sent", True)]


# --- processes that die, or work side by side --------------------------------------------------


async def claim_like_a_process_that_dies(stage: Stage) -> int:
    async with stage.app.database.write() as tx:
        claimed = await sending.claim(
            tx,
            lane=Lane.PAGES,
            workspaces=[(Platform.WEB, "sandbox")],
            claim="dead",
            now=stage.clock.now(),
        )
    return len(claimed)


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_page_of_a_process_that_died_is_sent_by_another_that_looks_first(
    stage: Stage, moody: Moody, arrived: bool
):
    await stage.app.intake.receive(urgent(stage))
    assert await claim_like_a_process_that_dies(stage) == 1
    if arrived:
        await moody.send(Outgoing(1, Address("web", "sandbox", "rivera"), QUESTION))
    stage.clock.moment += sending.LEASE / 2
    await another(stage).drain()
    assert len(stage.inbox("rivera")) == arrived, "the claim still holds"
    stage.clock.moment += sending.LEASE / 2
    await another(stage).drain()
    assert moody.looked == 1
    assert len(stage.inbox("rivera")) == 1
    assert await states(stage, "rivera") == [("sent", not arrived)]


async def test_a_process_that_wakes_up_after_its_claim_ran_out_changes_nothing(stage: Stage, moody: Moody):
    reached, release = moody.hold("rivera")
    await stage.app.intake.receive(urgent(stage))
    moody.moods["rivera"] = [None, Unreachable("too late to matter")]
    slow = asyncio.create_task(stage.app.delivery.drain())
    await reached.wait()
    stage.clock.moment += sending.LEASE
    other = RecordingPlatform()
    await another(stage, other).drain()
    assert len(other.inboxes["rivera"]) == 1
    moody.moods["rivera"].pop(0)
    release.set()
    await slow
    assert await states(stage, "rivera") == [("sent", True)]
    assert stage.inbox("okafor") == [], "its failure no longer counts"


async def test_a_slow_process_sends_nothing_more_on_a_claim_that_ran_out(stage: Stage, moody: Moody):
    reached, release = moody.hold("rivera")
    for user in ("maya", "leo"):
        await stage.app.intake.receive(urgent(stage, user))
    slow = asyncio.create_task(stage.app.delivery.send_due(Lane.PAGES))
    await reached.wait()
    stage.clock.moment += sending.LEASE
    other = RecordingPlatform()
    await another(stage, other).drain()
    assert len(other.inboxes["rivera"]) == 2
    release.set()
    await slow
    assert len(stage.inbox("rivera")) == 1, "the one that was under way, no other"


async def test_two_processes_that_send_at_once_send_each_page_once(stage: Stage, moody: Moody):
    senders = [f"stranger{number}" for number in range(4)]
    for user in senders:
        await stage.app.intake.receive(urgent(stage, user))
    await asyncio.gather(*(another(stage).drain() for _ in range(3)))
    assert len(stage.inbox("rivera")) == len(senders)
    assert len({card.title for card in stage.inbox("rivera")}) == len(senders)
