"""Whom a case turns out to be about loses it: by the writer's choice, by later words, by being joined."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from adapters.base import Ambiguous, RateLimited, Rejected, Unreachable
from handlers.chat import ButtonPressed
from storage.db import Database
from storage.models import OutboxRow
from storage.words import Deed, OutboxState
from tests.integration.left_out import (
    ABUSE,
    ABUSE_BY_NOBODY_NAMED,
    RIVERA,
    close,
    leave_out,
    open_stage,
    raised,
    rows_for,
    timeline,
)
from tests.integration.moody import Moody, states
from tests.stage import Stage, only_card, words_of


@pytest.fixture
def moody() -> Moody:
    return Moody()


@pytest.fixture
async def stage(database: Database, moody: Moody) -> Stage:
    return await open_stage(database, moody)


# --- chosen later ------------------------------------------------------------------------------


async def test_an_adult_who_is_left_out_later_loses_what_she_was_sent_and_the_next_is_paged_at_once(
    stage: Stage,
):
    card = await raised(stage, "/urgent")
    await stage.press("maya", "writer.about:1:else")
    await stage.wait(2)
    assert len(stage.inbox("rivera")) == 3, "two pages and one alert"
    assert stage.inbox("okafor") == []

    told = words_of(await leave_out(stage, "Ms. Rivera"))
    assert stage.inbox("rivera") == []
    assert words_of(stage.inbox("okafor")[0]).startswith("E-1 · Immediate")
    assert told.startswith("Mr. Okafor is being told now")
    assert "555-0114" in words_of(card)
    assert "555-0114" not in told
    assert ("left_out", RIVERA) in await timeline(stage)
    await stage.wait(8 * 60)
    assert stage.inbox("rivera") == []


async def test_where_she_had_it_the_others_are_paged_anew(stage: Stage):
    await raised(stage, "/urgent")
    await stage.press_last("rivera", "I've got it")
    await stage.press("rivera", "case.seen:1:yes")
    await leave_out(stage, "Ms. Rivera")
    assert stage.inbox("rivera") == []
    assert "somebody needs you" in words_of(stage.inbox("okafor")[-1])
    assert "being paged again" in words_of(stage.inbox("maya")[-1])
    assert "Not done" in words_of(only_card(await stage.press("rivera", "case.seen:1:yes")))
    await stage.wait(2)
    assert len(stage.inbox("okafor")) == 2


@pytest.mark.parametrize("holder", ["rivera", "okafor"])
async def test_where_she_had_closed_it_it_opens_again_for_the_others(stage: Stage, holder: str):
    await raised(stage, "/urgent")
    await stage.wait(5)
    await stage.press_last(holder, "I've got it")
    await close(stage, "rivera")
    assert "closed" in stage.inbox("okafor")[0].title

    card = words_of(await leave_out(stage, "Ms. Rivera"))
    assert card.startswith("Mr. Okafor is being told now")
    assert stage.inbox("rivera") == []
    assert "somebody needs you" in words_of(stage.inbox("okafor")[-1])
    before = len(stage.inbox("okafor"))
    await stage.wait(2)
    assert len(stage.inbox("okafor")) > before


async def test_where_another_adult_has_it_that_one_keeps_it(stage: Stage):
    await raised(stage, "/urgent")
    await stage.wait(5)
    await stage.press_last("okafor", "I've got it")
    await leave_out(stage, "Ms. Rivera")
    assert stage.inbox("rivera") == []
    assert "You have it" in words_of(stage.inbox("okafor")[0])
    assert "It may be about somebody on the team" in words_of(stage.inbox("okafor")[0])
    before = len(stage.inbox("okafor"))
    await stage.wait(10)
    assert len(stage.inbox("okafor")) == before


async def test_before_anybody_was_paged_the_question_already_offers_it(stage: Stage):
    question = (await stage.press("maya", "worried"))[0].card
    assert "[About an adult on the team]" in words_of(question)
    await leave_out(stage, "Ms. Rivera")
    await stage.wait(10)
    assert await rows_for(stage, RIVERA) == 0
    assert words_of(stage.inbox("okafor")[0]).startswith("E-1 · Soon")


async def test_more_than_one_can_be_left_out_and_who_is_is_not_offered_again(stage: Stage):
    await stage.outside_contact()
    await raised(stage, "/urgent")
    await leave_out(stage, "Ms. Rivera")
    question = words_of(only_card(await stage.press("maya", "writer.staff:1")))
    assert "Ms. Rivera" not in question
    assert "Mr. Okafor, Dr. Hale" in question
    await leave_out(stage, "Mr. Okafor")
    assert stage.inbox("rivera") == stage.inbox("okafor") == []
    assert words_of(stage.inbox("hale")[0]).startswith("E-1 · Immediate")


async def test_choosing_abuse_from_the_list_leaves_out_whom_the_words_named(stage: Stage):
    stage_alone = "/urgent I saw something with Ms. Rivera and Mr. Okafor that was not right"
    card = await raised(stage, stage_alone)
    assert len(stage.inbox("rivera")) == 1, "with both named and nothing known, somebody must be told"
    await stage.outside_contact()
    card = only_card(await stage.press("maya", "writer.about:1:else"))
    card = only_card(await stage.choose("maya", card, "Abuse"))
    assert stage.inbox("rivera") == stage.inbox("okafor") == []
    assert words_of(card).startswith("Dr. Hale is being told now")
    assert words_of(stage.inbox("hale")[0]).startswith("E-1 · Immediate")


# --- words that come later ---------------------------------------------------------------------


async def test_a_later_note_about_abuse_that_names_her_leaves_her_out_from_then_on(stage: Stage):
    await raised(stage, "/urgent P-7K2M is not well at all")
    await stage.press_last("rivera", "I've got it")
    await stage.command("maya", f"/checkin P-7K2M listening 20m {ABUSE}")
    assert stage.inbox("rivera") == []
    assert "E-2" not in stage.sees("maya")
    assert "somebody needs you" in words_of(stage.inbox("okafor")[-1])
    await stage.wait(4 * 60)
    assert stage.inbox("rivera") == []


@pytest.mark.parametrize("way", ["message", "add", "who"])
async def test_an_answer_that_names_her_in_a_case_about_abuse_is_never_passed_on_to_her(
    stage: Stage, way: str
):
    await raised(stage, f"/urgent {ABUSE_BY_NOBODY_NAMED}")
    assert len(stage.inbox("rivera")) == 1
    if way == "message":
        await stage.write("maya", "I lied, it was ms rivera")
    elif way == "add":
        await stage.submit("maya", "writer.add:1", text="I lied, it was ms rivera")
    else:
        await stage.submit("maya", "writer.where:1", who="it is Ms. Rivera who does it")
    assert stage.inbox("rivera") == []
    assert "Not done" in words_of(only_card(await stage.press("rivera", "case.note:1")))
    assert words_of(stage.inbox("okafor")[0]).startswith("E-1 · Immediate")
    note = words_of(only_card(await stage.press("okafor", "case.note:1")))
    assert "rivera" in note.lower()


async def test_more_words_of_another_category_that_name_her_leave_her_out_of_a_case_about_abuse(stage: Stage):
    await raised(stage, f"/urgent P-7K2M {ABUSE_BY_NOBODY_NAMED}")
    await stage.command("maya", "/checkin P-7K2M listening 5m she wants to die because of Ms. Rivera")
    assert stage.inbox("rivera") == []
    assert "E-2" not in stage.sees("maya")


async def test_earlier_words_that_named_her_count_once_it_is_about_abuse(stage: Stage):
    await raised(stage, "/urgent P-7K2M wants to die, Ms. Rivera knows why")
    assert len(stage.inbox("rivera")) == 1
    await stage.command("maya", f"/checkin P-7K2M listening 5m {ABUSE_BY_NOBODY_NAMED}")
    assert stage.inbox("rivera") == []


async def test_after_not_about_the_team_her_name_in_plain_words_does_not_leave_her_out_again(stage: Stage):
    await raised(stage, "/urgent her stepfather hits her, Ms. Rivera knows it already")
    assert stage.inbox("rivera") == []
    await stage.press("maya", "writer.nobody:1")
    assert stage.inbox("rivera") == [], "asked once more first"
    await stage.press("maya", "writer.put_back:1")
    await stage.write("maya", "Ms. Rivera is here with us now")
    assert stage.inbox("rivera")[-1].title == "E-1 · more words"
    await stage.command("maya", f"/urgent P-7K2M {ABUSE}")
    assert all(not card.title.startswith("E-2") for card in stage.inbox("rivera"))


async def test_in_other_cases_her_name_in_plain_words_leaves_her_where_she_is(stage: Stage):
    await raised(stage, "/urgent he wants to kill himself tonight")
    await stage.press_last("rivera", "I've got it")
    await stage.write("maya", "Ms. Rivera is here now, thank you")
    assert stage.inbox("rivera")[-1].title == "E-1 · more words"


# --- joined ------------------------------------------------------------------------------------


async def test_joined_cases_keep_away_whoever_one_of_them_keeps_away(stage: Stage):
    await raised(stage, "/urgent he told me he wants to die")
    await stage.press_last("rivera", "I've got it")
    await raised(stage, f"/urgent {ABUSE}")
    assert [card.title.split(" · ")[0] for card in stage.inbox("rivera")] == ["E-1"]
    await stage.press("maya", "writer.same:2:1")
    assert stage.inbox("rivera") == []
    assert "E-1 · Immediate · somebody needs you" in [card.title for card in stage.inbox("okafor")]
    await stage.wait(4 * 60)
    assert stage.inbox("rivera") == []


async def test_nor_does_she_learn_that_her_case_became_part_of_one_she_is_kept_from(stage: Stage):
    await raised(stage, f"/urgent {ABUSE}")
    await raised(stage, "/urgent he told me he wants to die")
    assert [card.title.split(" · ")[0] for card in stage.inbox("rivera")] == ["E-2"]
    await stage.press("okafor", "case.join:2", value="1")
    await stage.press("okafor", "case.ack:1:now")
    await stage.press("maya", "writer.same:2:1")
    assert stage.inbox("rivera") == [], "the case is gone, and nothing says where to"
    assert "E-2" not in words_of(only_card(await stage.press("rivera", "cases")))


# --- a card that is on its way -----------------------------------------------------------------


async def test_a_page_that_is_being_sent_this_moment_is_deleted_once_it_has_arrived(
    stage: Stage, moody: Moody
):
    reached, release = moody.hold("rivera")
    event_taken = asyncio.create_task(stage.command("maya", "/urgent"))
    async with asyncio.timeout(10):
        await reached.wait()
        question = (await stage.app.intake.receive(_press(stage, "writer.staff:1")))[0].card
        assert "Ms. Rivera" in words_of(question)
        await stage.app.intake.receive(_press(stage, "writer.left_out:1", str(RIVERA)))
        release.set()
        await event_taken
        await stage.app.delivery.drain()
    assert stage.inbox("rivera") == []
    assert words_of(stage.inbox("okafor")[0]).startswith("E-1 · Immediate")
    async with stage.app.database.read() as tx:
        left = await tx.scalars(
            select(OutboxRow.id).where(
                OutboxRow.person_id == RIVERA,
                OutboxRow.deed == Deed.SEND,
                OutboxRow.state == OutboxState.QUEUED,
            )
        )
        assert list(left) == []


async def test_a_page_that_may_have_arrived_is_looked_for_until_a_look_tells(stage: Stage, moody: Moody):
    """It timed out after it had arrived, she is left out, and the platform cannot be asked for a while."""
    moody.arrives_all_the_same = True
    moody.moods["rivera"] = [Ambiguous("timed out")]
    moody.looks = [Ambiguous("not now"), TimeoutError(), None]
    await raised(stage, f"/urgent {ABUSE_BY_NOBODY_NAMED}")
    assert len(stage.inbox("rivera")) == 1
    await leave_out(stage, "Ms. Rivera")
    for _ in range(4):
        await stage.wait(0.5)
    assert moody.looked == 3
    assert stage.inbox("rivera") == []


async def test_a_page_that_stands_there_twice_is_deleted_twice(stage: Stage, moody: Moody):
    """It arrived, could not be looked for, and was sent again; later the platform can be asked once more."""
    moody.arrives_all_the_same = True
    moody.moods["rivera"] = [Ambiguous("timed out")]
    moody.looks = [TimeoutError(), Ambiguous("not now")]
    await raised(stage, f"/urgent {ABUSE_BY_NOBODY_NAMED}")
    await stage.wait(0.1)
    assert len(stage.inbox("rivera")) == 2
    await leave_out(stage, "Ms. Rivera")
    await stage.wait(0.5)
    assert stage.inbox("rivera") == []


async def test_a_page_that_was_given_up_after_it_may_have_arrived_is_looked_for_too(
    stage: Stage, moody: Moody
):
    """It arrived, could not be looked for, and by the next try she took no messages any more."""
    moody.arrives_all_the_same = True
    moody.moods["rivera"] = [Ambiguous("timed out")]
    moody.looks = [TimeoutError()]
    await raised(stage, f"/urgent {ABUSE_BY_NOBODY_NAMED}")
    moody.arrives_all_the_same = False
    moody.moods["rivera"] = [Unreachable("closed"), Unreachable("closed")]
    await stage.wait(0.1)
    assert ("failed", True) in await states(stage, "rivera")
    assert len(stage.inbox("rivera")) == 1
    await leave_out(stage, "Ms. Rivera")
    await stage.wait(0.1)
    assert stage.inbox("rivera") == []


async def test_a_page_that_cannot_be_looked_for_at_all_is_let_go_after_a_day(stage: Stage, moody: Moody):
    moody.moods["rivera"] = [Ambiguous("timed out")]
    moody.looks = [Ambiguous("never") for _ in range(100)]
    await raised(stage, f"/urgent {ABUSE_BY_NOBODY_NAMED}")
    await leave_out(stage, "Ms. Rivera")
    await stage.wait(1)
    stage.clock.moment += timedelta(days=1)
    await stage.app.delivery.drain()
    looked = moody.looked
    stage.clock.moment += timedelta(hours=1)
    await stage.app.delivery.drain()
    assert moody.looked == looked
    assert "rivera" not in moody.inboxes


async def test_a_page_that_nobody_began_to_send_is_never_sent(stage: Stage):
    await stage.app.intake.receive(_press(stage, "worried"))
    await stage.app.intake.receive(_press(stage, "ask.danger:1"))
    await stage.app.intake.receive(_press(stage, "writer.left_out:1", str(RIVERA)))
    await stage.app.delivery.drain()
    assert "rivera" not in stage.platform.inboxes, "nothing ever arrived"
    assert len(stage.inbox("okafor")) == 1


async def test_a_deletion_that_still_waits_outlives_a_change_of_mind(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    """Left out, put back, and left out again, while the platform lets nothing be deleted."""
    await raised(stage, f"/urgent {ABUSE_BY_NOBODY_NAMED}")
    assert len(stage.inbox("rivera")) == 1
    with monkeypatch.context() as patch:

        async def busy(*_given: object) -> None:
            raise RateLimited(60)

        patch.setattr(stage.platform, "delete", busy)
        await leave_out(stage, "Ms. Rivera")
        await stage.press("maya", "writer.put_back:1")
        await leave_out(stage, "Ms. Rivera")
        assert stage.inbox("rivera")
    await stage.wait(2)
    assert stage.inbox("rivera") == []


async def test_a_deletion_that_came_to_nothing_is_asked_for_anew(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    await raised(stage, f"/urgent {ABUSE_BY_NOBODY_NAMED}")
    with monkeypatch.context() as patch:

        async def refused(*_given: object) -> None:
            raise Rejected("not now")

        patch.setattr(stage.platform, "delete", refused)
        await leave_out(stage, "Ms. Rivera")
    await stage.press("maya", "writer.put_back:1")
    await stage.wait(1)
    await leave_out(stage, "Ms. Rivera")
    await stage.wait(1)
    assert stage.inbox("rivera") == []


def _press(stage: Stage, action: str, value: str = "") -> ButtonPressed:
    return ButtonPressed(**stage._common("maya", ""), action=action, value=value)
