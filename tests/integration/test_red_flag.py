"""The main job: a disclosure reaches the coordinator, climbs until somebody has it, and closes."""

import pytest

from adapters.base import Unreachable
from handlers.chat import FormErrors, OpenForm
from tests.stage import Stage, button_of, only_card, only_form, words_of

DISCLOSURE = "P-7K2M listening 20m he told me he wants to kill himself tonight"


async def test_a_disclosure_in_a_check_in_pages_the_coordinator_at_once_and_nobody_else(stage: Stage):
    await stage.command("maya", f"/checkin {DISCLOSURE}")

    page = stage.inbox("rivera")
    assert len(page) == 1
    assert "Self-harm" in words_of(page[0])
    assert "found by screening" in words_of(page[0])
    assert "Maya" in words_of(page[0])
    assert stage.inbox("okafor") == []
    assert stage.inbox("leo") == []


async def test_a_page_shows_no_word_of_the_note_and_a_constant_notification(stage: Stage):
    await stage.command("maya", f"/checkin {DISCLOSURE} zanzibar")

    page = stage.inbox("rivera")[0]
    for word in ("zanzibar", "kill", "tonight", "P-7K2M"):
        assert word not in words_of(page)
    assert page.fallback == "Urgent peer concern. Open Handrail."


async def test_the_helper_is_told_what_to_do_and_the_check_in_is_logged(stage: Stage):
    effects = await stage.command("maya", f"/checkin {DISCLOSURE}")

    advice, logged = (words_of(effect.card) for effect in effects)
    assert "Ms. Rivera is being told now" in advice
    assert "911" in advice
    assert "555-0114" in advice
    assert "Don't promise to keep it secret" in advice
    assert "Logged" in logged or "I don't know P-7K2M yet" in logged


async def test_the_ladder_climbs_while_nobody_answers(stage: Stage):
    await stage.command("maya", "/urgent")
    assert [len(stage.inbox(user)) for user in ("rivera", "okafor")] == [1, 0]

    await stage.wait(2)
    assert [len(stage.inbox(user)) for user in ("rivera", "okafor")] == [2, 0]
    assert "No answer yet: call or go" in stage.sees("maya")

    await stage.wait(3)
    assert [len(stage.inbox(user)) for user in ("rivera", "okafor")] == [3, 1]

    await stage.wait(5)
    assert [len(stage.inbox(user)) for user in ("rivera", "okafor")] == [4, 2]
    assert "Get any adult near you, now" in stage.sees("maya")

    await stage.wait(50)  # every five minutes in the first hour
    assert len(stage.inbox("okafor")) == 12
    await stage.wait(60)  # every fifteen after
    assert len(stage.inbox("okafor")) == 16


async def test_an_acknowledgement_stops_the_pages_updates_every_card_and_tells_the_helper(stage: Stage):
    await stage.command("maya", "/urgent")
    await stage.wait(5)
    await stage.press_last("okafor", "In 10 minutes")

    for user in ("rivera", "okafor"):
        assert all("I can't]" not in words_of(card) for card in stage.inbox(user))
    assert "Mr. Okafor has it" in words_of(stage.inbox("rivera")[0])
    assert "Mr. Okafor says: there in 10 minutes." in stage.sees("maya")
    before = len(stage.inbox("rivera"))
    await stage.wait(14)
    assert len(stage.inbox("rivera")) == before


async def test_without_an_answer_to_are_you_with_the_student_a_new_climb_starts(stage: Stage):
    await stage.command("maya", "/urgent")
    await stage.press_last("rivera", "I've got it")
    await stage.wait(15)
    assert "Are you with the student?" in words_of(stage.inbox("rivera")[-1])
    await stage.wait(5)
    assert "somebody needs you" in words_of(stage.inbox("rivera")[-1])
    assert "paged again" in stage.sees("maya")


async def test_i_cant_pages_the_backup_at_once(stage: Stage):
    await stage.command("maya", "/urgent")
    await stage.press_last("rivera", "I can't")
    assert len(stage.inbox("okafor")) == 1


async def test_closed_direct_messages_climb_at_once_and_the_timeline_says_so(stage: Stage):
    stage.platform.fails["rivera"] = Unreachable("closed")
    await stage.command("maya", "/urgent")
    assert len(stage.inbox("okafor")) == 1


async def test_nobody_reachable_tells_the_helper_within_the_same_moment(stage: Stage):
    stage.platform.fails["rivera"] = stage.platform.fails["okafor"] = Unreachable("closed")
    await stage.command("maya", "/urgent")
    assert "Get any adult near you, now" in stage.sees("maya")


async def test_the_note_is_shown_privately_to_the_ladder_only(stage: Stage):
    await stage.command("maya", f"/checkin {DISCLOSURE}")
    show = button_of(stage.inbox("rivera")[0], "Show the note")

    assert "kill himself tonight" in words_of(only_card(await stage.press("rivera", show)))
    refused = words_of(only_card(await stage.press("leo", show)))
    assert "kill" not in refused
    assert "for coordinators" in refused


async def test_a_case_closes_only_with_an_outcome(stage: Stage):
    await stage.command("maya", "/urgent")
    await stage.press_last("rivera", "I've got it")
    form = only_form(await stage.press_last("rivera", "Close with an outcome"))

    wrong = await stage.submit("rivera", form, outcome="talked", report="not_required", parents="told")
    assert isinstance(wrong[0], FormErrors)
    assert "note" in wrong[0].errors

    done = await stage.submit(
        "rivera", form, outcome="talked", report="not_required", parents="told", note="nothing to report"
    )
    assert "closed" in words_of(only_card(done))
    assert "closed" in words_of(stage.inbox("rivera")[0])
    late = await stage.submit("rivera", form, outcome="talked", report="made", parents="told")
    assert "closed already" in words_of(only_card(late))
    pages = len(stage.inbox("okafor"))
    await stage.wait(24 * 60)
    assert len(stage.inbox("okafor")) == pages


@pytest.mark.parametrize("presses", [2])
async def test_a_button_pressed_twice_changes_nothing_more(stage: Stage, presses: int):
    await stage.command("maya", "/urgent")
    got_it = button_of(stage.inbox("rivera")[0], "I've got it")
    for _ in range(presses):
        assert "You have it" in words_of(only_card(await stage.press("rivera", got_it)))
    assert "already" in words_of(only_card(await stage.press("okafor", got_it)))


async def test_opening_a_form_is_the_answer_to_a_bare_check_in(stage: Stage):
    effects = await stage.command("maya", "/checkin")
    assert isinstance(effects[0], OpenForm)
    assert len(effects[0].form.inputs) == 5
