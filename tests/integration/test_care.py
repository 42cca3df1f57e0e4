"""Care after a case: the day's checklist, a debrief for the helper, a look back; and quiet cases."""

import pytest

from handlers.chat import Card
from storage import people
from storage.words import Role
from tests.stage import Stage, button_of, only_card, only_form, words_of

TONIGHT = "he told me he wants to kill himself tonight"
ABOUT_ME = "I want to kill myself tonight"
POSSIBLE = "I feel so hopeless"
HOUR, DAY, WEEK = 60, 24 * 60, 7 * 24 * 60
OUTCOMES = ("Talked with", "Support plan", "Referred", "Emergency services", "not a concern", "Report")


async def urgent(stage: Stage, text: str = TONIGHT, user: str = "maya") -> Card:
    return (await stage.command(user, f"/urgent {text}"))[0].card


async def with_the_student(stage: Stage, user: str = "rivera") -> None:
    await stage.press(user, "case.ack:1:now")
    await stage.press(user, "case.seen:1:yes")


async def close(stage: Stage, user: str = "rivera", outcome: str = "referred") -> None:
    form = only_form(await stage.press(user, "case.close:1"))
    await stage.submit(user, form, outcome=outcome, report="made", parents="told")


def new_titles(stage: Stage, user: str, before: int = 0) -> list[str]:
    return [card.title for card in stage.inbox(user)[before:]]


# --- the same day ------------------------------------------------------------------------------


async def test_with_the_student_the_adults_card_becomes_the_days_checklist(stage: Stage):
    await urgent(stage)
    await stage.press("rivera", "case.ack:1:now")
    card = words_of(only_card(await stage.press_last("rivera", "I'm with the student")))
    for step in ("authorities", "parents", "Tell only", "who goes on"):
        assert step in card
    assert "[Close with an outcome]" in card


async def test_a_reminder_comes_the_same_day_and_then_every_day_until_it_is_closed(stage: Stage):
    await urgent(stage)
    await with_the_student(stage)
    before = len(stage.inbox("rivera"))
    await stage.wait(4 * HOUR - 1)
    assert new_titles(stage, "rivera", before) == []
    await stage.wait(1)
    assert new_titles(stage, "rivera", before) == ["E-1 · still open"]
    await stage.wait(DAY)
    assert new_titles(stage, "rivera", before) == ["E-1 · still open"] * 2
    assert stage.inbox("okafor") == []
    await close(stage)
    await stage.wait(3 * DAY)
    assert len(stage.inbox("rivera")) == before + 2


async def test_from_the_second_day_on_the_reminder_goes_to_everybody_on_the_ladder(stage: Stage):
    await urgent(stage)
    await with_the_student(stage)
    await stage.wait(2 * DAY + 4 * HOUR)
    assert new_titles(stage, "okafor") == ["E-1 · still open"]


async def test_the_question_of_the_day_after_wakes_nobody_and_speaks_of_the_case_as_it_is_then(stage: Stage):
    await stage.wait(13.5 * HOUR)  # 23:30 at the school
    await urgent(stage)
    await with_the_student(stage)
    await stage.wait(DAY + 5 * HOUR)
    assert "How are you today?" not in new_titles(stage, "maya")
    await close(stage)
    await stage.wait(5 * HOUR)
    assert new_titles(stage, "maya").count("How are you today?") == 1
    debrief = next(card for card in stage.inbox("maya") if card.title == "How are you today?")
    assert "was handled by an adult" in words_of(debrief)


# --- the helper, a day later -------------------------------------------------------------------


async def test_a_day_later_the_helper_is_told_handled_only_if_it_is_closed(stage: Stage):
    await urgent(stage)
    await with_the_student(stage)
    await close(stage)
    await stage.wait(DAY - 1)
    assert "How are you today?" not in new_titles(stage, "maya")
    await stage.wait(1)
    debrief = words_of(stage.inbox("maya")[-1])
    assert debrief.startswith("How are you today?")
    assert "was handled by an adult" in debrief


async def test_else_that_an_adult_still_has_it(stage: Stage):
    await urgent(stage)
    await with_the_student(stage)
    await stage.wait(DAY)
    debrief = words_of(stage.inbox("maya")[-1])
    assert "an adult still has it" in debrief
    assert "handled" not in debrief


async def test_where_nobody_has_it_the_helper_is_not_told_that_somebody_does(stage: Stage):
    await urgent(stage)
    await stage.wait(DAY)
    debrief = next(card for card in stage.inbox("maya") if card.title == "How are you today?")
    assert "still has it" not in words_of(debrief)
    assert "handled" not in words_of(debrief)


@pytest.mark.parametrize("outcome", ["talked", "support_plan", "referred", "emergency", "not_a_concern"])
async def test_nothing_of_the_outcome_ever_reaches_the_helper(stage: Stage, outcome: str):
    await urgent(stage)
    await with_the_student(stage)
    await close(stage, outcome=outcome)
    await stage.wait(8 * DAY)
    await stage.press("maya", "debrief:1:talk")
    await stage.press("maya", "writer.card:1")
    for told in OUTCOMES:
        assert told not in stage.sees("maya")


async def test_a_helper_who_was_in_danger_is_asked_in_words_of_their_own(stage: Stage):
    await urgent(stage, ABOUT_ME)
    await with_the_student(stage)
    await stage.wait(DAY)
    debrief = words_of(stage.inbox("maya")[-1])
    assert debrief.startswith("How are you today?")
    assert "Yesterday you told us how you were." in debrief
    assert "What you raised" not in debrief


@pytest.mark.parametrize("closed", [True, False])
async def test_id_like_to_talk_reaches_the_adult_who_has_the_case_and_nobody_else(stage: Stage, closed: bool):
    await urgent(stage)
    await stage.wait(5)
    await with_the_student(stage, "okafor")
    if closed:
        await close(stage, "okafor")
    await stage.wait(DAY)
    before = len(stage.inbox("rivera"))
    answer = words_of(only_card(await stage.press_last("maya", "I'd like to talk")))
    assert "asked to find a time with you" in answer
    card = words_of(stage.inbox("okafor")[-1])
    assert card.startswith("E-1 · a debrief")
    assert "Maya would like to talk" in card
    assert len(stage.inbox("rivera")) == before
    await stage.press("maya", "debrief:1:talk")
    assert new_titles(stage, "okafor").count("E-1 · a debrief") == 1, "once, however often it is tapped"


async def test_where_the_adult_who_had_it_is_gone_the_wish_to_talk_reaches_the_ladder(stage: Stage):
    await urgent(stage)
    await with_the_student(stage)
    await close(stage)
    await stage.wait(DAY)
    async with stage.app.database.write() as tx:
        await people.suspend(tx, 3)
    await stage.press_last("maya", "I'd like to talk")
    assert new_titles(stage, "okafor")[-1] == "E-1 · a debrief"


async def test_im_all_right_tells_nobody(stage: Stage):
    await urgent(stage)
    await with_the_student(stage)
    await stage.wait(DAY)
    before = len(stage.inbox("rivera"))
    assert "Thank you" in words_of(only_card(await stage.press_last("maya", "I'm all right")))
    assert len(stage.inbox("rivera")) == before


async def test_somebody_off_the_roster_is_offered_a_debrief_too(stage: Stage):
    await urgent(stage, user="sam")
    await with_the_student(stage)
    await stage.wait(DAY)
    await stage.press_last("sam", "I'd like to talk")
    assert "somebody not on the roster would like to talk" in words_of(stage.inbox("rivera")[-1]).lower()


async def test_who_said_no_to_the_question_is_offered_nothing(stage: Stage):
    await stage.write("maya", POSSIBLE)
    await stage.press("maya", "ask.no:1")
    await stage.wait(9 * DAY)
    assert [title for title in new_titles(stage, "maya") if "today" in title] == []


# --- the student, a week later -----------------------------------------------------------------


async def closed_a_week_ago(stage: Stage, *, days: int = 0, outcome: str = "referred") -> int:
    """Close a case after so many days, and let the week go by but a minute; how many cards she has then."""
    await urgent(stage)
    await with_the_student(stage)
    await stage.wait(days * DAY)
    await close(stage, outcome=outcome)
    await stage.wait(WEEK - 1)
    return len(stage.inbox("rivera"))


@pytest.mark.parametrize("days", [0, 3])
async def test_a_week_after_the_closing_the_adult_is_asked_how_the_student_is(stage: Stage, days: int):
    before = await closed_a_week_ago(stage, days=days)
    assert "E-1 · a week later" not in new_titles(stage, "rivera")
    await stage.wait(1)
    assert new_titles(stage, "rivera", before) == ["E-1 · a week later"]
    assert "E-1 · a week later" not in new_titles(stage, "okafor")
    await stage.press_last("rivera", "Looked in on them")
    await stage.wait(30 * DAY)
    assert new_titles(stage, "rivera", before) == ["E-1 · a week later"]


async def test_the_adult_who_closed_it_is_the_one_who_is_asked(stage: Stage):
    await urgent(stage)
    await stage.wait(5)
    await with_the_student(stage, "rivera")
    await close(stage, "okafor")
    await stage.wait(WEEK)
    assert new_titles(stage, "okafor")[-1] == "E-1 · a week later"
    assert "E-1 · a week later" not in new_titles(stage, "rivera")


async def test_not_yet_asks_again_the_next_day_until_it_was_done(stage: Stage):
    before = await closed_a_week_ago(stage)
    await stage.wait(1)
    for asked in (1, 2, 3):
        assert new_titles(stage, "rivera", before) == ["E-1 · a week later"] * asked
        assert "tomorrow" in words_of(only_card(await stage.press_last("rivera", "Not yet")))
        await stage.wait(DAY - 1)
        assert len(new_titles(stage, "rivera", before)) == asked
        await stage.wait(1)
    await stage.press_last("rivera", "Looked in on them")
    await stage.wait(3 * DAY)
    assert len(new_titles(stage, "rivera", before)) == 4


@pytest.mark.parametrize("days", [0, 3])
async def test_after_checked_not_a_concern_nobody_is_asked_a_week_later(stage: Stage, days: int):
    before = await closed_a_week_ago(stage, days=days, outcome="not_a_concern")
    await stage.wait(3 * DAY)
    assert new_titles(stage, "rivera", before) == []
    assert "E-1 · a week later" not in new_titles(stage, "rivera")


@pytest.mark.parametrize("days", [0, 3])
async def test_a_case_that_was_opened_again_counts_its_week_from_its_last_closing(stage: Stage, days: int):
    await urgent(stage)
    await with_the_student(stage)
    await close(stage)
    await stage.wait(days * DAY + HOUR)
    await stage.press("maya", "writer.left_out:1", value="3")
    await stage.wait(2 * DAY)
    await with_the_student(stage, "okafor")
    await close(stage, "okafor")
    before = len(stage.inbox("okafor"))
    await stage.wait(WEEK - 1)
    assert "E-1 · a week later" not in new_titles(stage, "okafor", before)
    await stage.wait(1)
    assert "E-1 · a week later" in new_titles(stage, "okafor", before)
    assert stage.inbox("rivera") == [], "never the one who was left out meanwhile"


async def test_what_fell_due_while_the_bot_was_away_comes_once(stage: Stage):
    await urgent(stage)
    await with_the_student(stage)
    await close(stage)
    await stage.jump(2 * WEEK)
    await stage.tick()
    assert new_titles(stage, "maya").count("How are you today?") == 1
    assert new_titles(stage, "rivera").count("E-1 · a week later") == 1
    await stage.tick()
    assert new_titles(stage, "rivera").count("E-1 · a week later") == 1


async def test_of_two_joined_cases_the_people_are_asked_once(stage: Stage):
    await stage.command("maya", "/urgent")
    await urgent(stage)
    await stage.press("maya", "writer.same:2:1")
    await with_the_student(stage)
    await close(stage)
    await stage.wait(9 * DAY)
    assert new_titles(stage, "maya").count("How are you today?") == 1
    assert new_titles(stage, "rivera").count("E-1 · a week later") == 1
    assert "E-2 · a week later" not in new_titles(stage, "rivera")


# --- words in a channel that may mean less -----------------------------------------------------


async def quiet(stage: Stage) -> Card:
    """Words in the channel whose writer stays silent; returns the question that they got."""
    question = (await stage.write("maya", POSSIBLE, channel=True))[0].card
    await stage.wait(9.9)
    assert stage.inbox("rivera") == []
    await stage.wait(0.1)
    assert new_titles(stage, "rivera") == ["E-1 · Soon · Maya needs you"]
    return question


async def test_silence_in_a_channel_tells_one_adult_once_and_the_ladder_waits_half_an_hour(stage: Stage):
    await quiet(stage)
    await stage.wait(29.9)
    assert len(stage.inbox("rivera")) == 1
    assert stage.inbox("okafor") == []
    await stage.wait(0.1)
    assert len(stage.inbox("rivera")) == 2
    await stage.wait(15)
    assert stage.inbox("okafor") != []
    await stage.wait(15)
    assert "Get any adult near you, now" in stage.sees("maya")


async def test_an_adult_who_opens_the_note_wakes_nobody_for_a_day(stage: Stage):
    await quiet(stage)
    await stage.press_last("rivera", "Show the note")
    await stage.wait(DAY - 11)
    assert len(stage.inbox("rivera")) == 1
    assert stage.inbox("okafor") == []
    await stage.wait(11)
    assert len(stage.inbox("rivera")) == 2, "it is not forgotten either"


async def test_the_writer_who_says_yes_meanwhile_starts_the_ladder(stage: Stage):
    question = await quiet(stage)
    await stage.press("maya", button_of(question, "Yes"))
    assert len(stage.inbox("rivera")) == 2
    await stage.wait(5)
    assert len(stage.inbox("rivera")) == 3


async def test_the_adult_who_has_it_is_asked_like_in_any_other_case(stage: Stage):
    await quiet(stage)
    await stage.press_last("rivera", "I've got it")
    await stage.wait(15)
    assert new_titles(stage, "rivera")[-1] == "E-1 · Are you with Maya?"


async def test_the_adult_who_cannot_passes_it_on_at_once(stage: Stage):
    await quiet(stage)
    await stage.press_last("rivera", "I can't")
    assert new_titles(stage, "okafor") == ["E-1 · Soon · Maya needs you"]


async def test_the_second_coordinator_is_not_woken_for_a_word_in_a_channel(stage: Stage):
    await stage.add("santos", "Ms. Santos", Role.COORDINATOR)
    await quiet(stage)
    await stage.wait(29)
    assert stage.inbox("santos") == stage.inbox("okafor") == []


async def test_the_same_words_in_a_direct_message_climb_without_waiting(stage: Stage):
    await stage.write("maya", POSSIBLE)
    await stage.wait(10 + 5)
    assert len(stage.inbox("rivera")) == 2
