"""Two cases that are one, and one that is two: who joins and splits them, and that no words are lost."""

import pytest

from handlers.chat import Card
from handlers.refusals import Refusal
from storage import cases
from storage.words import Role
from tests.stage import Stage, button_of, only_card, only_form, words_of

DYING = "he told me he wants to die"
TONIGHT = "he told me he wants to kill himself tonight"
ABOUT_ME = "I want to kill myself tonight"


async def raised(stage: Stage, text: str, user: str = "maya") -> Card:
    """Raise a case; returns the card of whoever raised it."""
    return (await stage.command(user, text))[0].card


def titles(stage: Stage, user: str = "rivera") -> list[str]:
    return [card.title for card in stage.inbox(user)]


async def note_of(stage: Stage, case: int = 1, user: str = "rivera") -> str:
    """All parts of the notes of a case, as an adult reads them page by page."""
    card = only_card(await stage.press(user, f"case.note:{case}"))
    text = words_of(card)
    while "[Next]" in words_of(card):
        card = only_card(await stage.press(user, button_of(card, "Next")))
        text += words_of(card)
    return text


async def with_the_student(stage: Stage, case: int = 1, user: str = "rivera") -> None:
    """An adult has a case and is there, so that nothing more falls due for hours."""
    await stage.press(user, f"case.ack:{case}:now")
    await stage.press(user, f"case.seen:{case}:yes")


async def assert_paging_stopped(stage: Stage, case: str, user: str = "rivera") -> None:
    """No more pages about a case come within an hour."""
    before = sum(title.startswith(case) for title in titles(stage, user))
    await stage.wait(60)
    assert sum(title.startswith(case) for title in titles(stage, user)) == before


# --- the same peer code ------------------------------------------------------------------------


async def test_the_same_code_joins_the_open_case_and_alerts(stage: Stage):
    await raised(stage, f"/checkin P-7K2M listening 20m {DYING}")
    card = await raised(stage, "/checkin P-7K2M listening 5m he says it again, he wants to die")
    assert words_of(card).startswith("Added to E-1.")
    assert titles(stage) == ["E-1 · Soon · somebody needs you", "E-1 · a new note"]
    note = await note_of(stage)
    assert DYING in note
    assert "he says it again" in note


async def test_a_code_that_is_chosen_in_the_form_joins_too(stage: Stage):
    asked = only_card(await stage.command("maya", "/checkin P-7K2M tutoring 30m"))
    await stage.press("maya", button_of(asked, "Log it"))
    await raised(stage, f"/urgent P-7K2M {DYING}")
    form = only_form(await stage.command("maya", "/checkin"))
    effects = await stage.submit("maya", form, peer="P-7K2M", concern="soon", note="she told me too")
    assert words_of(effects[0].card).startswith("Added to E-1.")


@pytest.mark.parametrize(("minutes", "joins"), [(29, True), (31, False)])
async def test_half_an_hour_later_the_same_code_is_a_case_of_its_own(stage: Stage, minutes: int, joins: bool):
    await raised(stage, f"/urgent P-7K2M {DYING}")
    await with_the_student(stage)
    await stage.wait(minutes)
    card = await raised(stage, "/urgent P-7K2M says it again, he wants to die")
    assert ("Added to E-1." in words_of(card)) is joins
    assert any(title.startswith("E-2") for title in titles(stage)) is not joins


async def test_another_helpers_words_about_the_same_code_are_a_case_of_their_own(stage: Stage):
    await raised(stage, f"/urgent P-7K2M {DYING}")
    await raised(stage, f"/urgent P-7K2M {DYING}", "leo")
    assert titles(stage) == [
        "E-1 · Immediate · somebody needs you",
        "E-2 · Immediate · somebody needs you",
    ]


async def test_two_disclosures_about_two_peers_within_minutes_are_two_cases_and_two_pages(stage: Stage):
    await raised(stage, f"/urgent P-7K2M {DYING}")
    await stage.wait(1)
    card = await raised(stage, "/checkin P-8M3Q listening 20m she told me she wants to die")
    assert "Same person" not in words_of(card), "two codes are two people"
    assert [title.split(" · ")[0] for title in titles(stage)] == ["E-1", "E-2"]
    assert "E-2" in words_of(only_card(await stage.press("rivera", "cases")))
    assert "P-8M3Q" in await note_of(stage, 2)
    assert "P-8M3Q" not in await note_of(stage, 1)


async def test_a_third_note_finds_its_peers_case_past_one_about_the_helper(stage: Stage):
    await raised(stage, f"/urgent P-7K2M {DYING}")
    await raised(stage, f"/urgent P-7K2M knows that {ABOUT_ME}")
    assert titles(stage)[-1] == "E-2 · Immediate · Maya needs you"
    card = await raised(stage, "/urgent P-7K2M says it again, he wants to die")
    assert words_of(card).startswith("Added to E-1.")


# --- "same person as" --------------------------------------------------------------------------


async def two_cases(stage: Stage) -> Card:
    """A case without a word (E-1), and one that tells more (E-2); returns the second card."""
    await raised(stage, "/urgent")
    return await raised(stage, f"/checkin P-7K2M listening 20m {DYING}")


async def test_words_without_a_code_open_their_own_case_and_the_card_asks(stage: Stage):
    await raised(stage, f"/urgent P-7K2M {DYING}")
    card = await raised(stage, f"/urgent {TONIGHT}")
    assert "[Same person as E-1]" in words_of(card)
    assert titles(stage)[-1] == "E-2 · Immediate · somebody needs you"


async def test_pressing_it_makes_one_case_with_the_whole_story_and_the_adult_hears_of_it(stage: Stage):
    card = await two_cases(stage)
    joined = only_card(await stage.press("maya", button_of(card, "Same person as E-1")))
    assert words_of(joined).startswith("Added to E-1. Ms. Rivera is being told now")
    _, second, *news = stage.inbox("rivera")
    assert second.title == "E-2 · now part of another case"
    assert [card.title.split(" · ")[0] for card in news] == ["E-1"]
    assert "Concern: Self-harm" in words_of(news[0])
    assert "[I can't]" in words_of(news[0])
    whole = words_of(only_card(await stage.press("rivera", button_of(second, "Show the whole case"))))
    assert whole.startswith("E-1 · Immediate")
    note = await note_of(stage)
    assert DYING in note
    assert "(no words: the helper pressed the button)" in note
    assert "P-7K2M" in note


async def test_the_joined_case_asks_for_nothing_more(stage: Stage):
    card = await two_cases(stage)
    await stage.press("maya", button_of(card, "Same person as E-1"))
    await assert_paging_stopped(stage, "E-2")
    await assert_paging_stopped(stage, "E-2", "okafor")
    assert any(title.startswith("E-1 · Immediate") for title in titles(stage, "okafor"))
    listed = words_of(only_card(await stage.press("rivera", "cases")))
    assert "E-1" in listed
    assert "E-2" not in listed
    assert "Cases opened: 1" in words_of(only_card(await stage.press("rivera", "week")))


async def test_an_urgency_that_was_higher_is_the_whole_ones(stage: Stage):
    await raised(stage, f"/checkin P-7K2M listening 20m {DYING}")
    card = await raised(stage, f"/urgent {TONIGHT}")
    await stage.press("maya", button_of(card, "Same person as E-1"))
    assert titles(stage)[-1] == "E-1 · Immediate · somebody needs you"
    before = len(titles(stage))
    await stage.wait(2)
    assert len(titles(stage)) > before


async def test_tapping_it_twice_does_it_once(stage: Stage):
    same = button_of(await two_cases(stage), "Same person as E-1")
    for _ in range(2):
        answer = words_of(only_card(await stage.press("maya", same)))
        assert answer.startswith("Added to E-1.")
    assert len(stage.inbox("rivera")) == 3


async def test_buttons_on_cards_from_before_still_do_what_they_say(stage: Stage):
    card = await two_cases(stage)
    page = stage.inbox("rivera")[1]
    await stage.press("maya", "writer.with:2:yes")
    alert = stage.inbox("rivera")[-1]
    assert alert.title == "E-2 · more to know"
    await stage.press("maya", button_of(card, "Same person as E-1"))
    note = words_of(only_card(await stage.press("rivera", button_of(alert, "Show the note"))))
    assert DYING in note
    taken = words_of(only_card(await stage.press("rivera", button_of(page, "I've got it"))))
    assert taken.startswith("E-1 · You have it")
    await assert_paging_stopped_for_quarter(stage)


async def assert_paging_stopped_for_quarter(stage: Stage) -> None:
    before = len(stage.inbox("rivera"))
    await stage.wait(14)
    assert len(stage.inbox("rivera")) == before


async def test_what_the_helper_answers_on_a_card_from_before_reaches_the_whole_case(stage: Stage):
    card = await two_cases(stage)
    await stage.press("maya", button_of(card, "Same person as E-1"))
    await stage.press("maya", button_of(card, "With me now"))
    assert "With the helper now: Yes" in words_of(stage.inbox("rivera")[0])
    await stage.submit("maya", "writer.where:2", where="room 12")
    assert "room 12" in await note_of(stage)
    await stage.submit("maya", "writer.add:2", text=TONIGHT)
    assert TONIGHT in await note_of(stage)
    assert "E-3" not in stage.sees("rivera")


async def test_three_cases_become_one_step_by_step(stage: Stage):
    await two_cases(stage)
    card = await raised(stage, f"/urgent {TONIGHT}")
    await stage.press("maya", button_of(card, "Same person as E-2"))
    await stage.press("maya", "writer.same:2:1")
    note = await note_of(stage)
    assert DYING in note
    assert TONIGHT in note
    for old in (2, 3):
        await stage.press("maya", f"writer.with:{old}:{'yes' if old == 2 else 'no'}")
        assert words_of(only_card(await stage.press("rivera", f"case.show:{old}"))).startswith("E-1 · ")
    assert "With the helper now: No" in words_of(stage.inbox("rivera")[0])
    await assert_paging_stopped(stage, "E-3")


async def test_an_edit_of_a_message_whose_case_was_joined_reaches_the_whole_case(stage: Stage):
    await raised(stage, "/urgent")
    await stage.write("maya", DYING, message="m1")
    await stage.press("maya", "writer.same:2:1")
    await stage.press("rivera", "case.ack:1:now")
    await stage.write("maya", f"{TONIGHT}, by the lockers", message="m1", edited=True)
    assert "E-3" not in stage.sees("rivera")
    assert "somebody needs you" in titles(stage)[-1], "worse words page again"
    assert titles(stage)[-1].startswith("E-1")
    assert "by the lockers" in await note_of(stage)


async def test_a_later_note_with_the_code_of_a_joined_case_finds_the_whole_one(stage: Stage):
    card = await two_cases(stage)
    await stage.press("maya", button_of(card, "Same person as E-1"))
    later = await raised(stage, "/checkin P-7K2M listening 5m he says it again, he wants to die")
    assert words_of(later).startswith("Added to E-1.")
    assert "Peer: P-7K2M" in await note_of(stage)


async def test_a_question_that_was_still_open_can_be_part_of_an_earlier_case(stage: Stage):
    await raised(stage, f"/urgent {TONIGHT}")
    await stage.write("maya", "he feels like a burden to everybody")
    await stage.press("maya", "writer.same:2:1")
    await assert_paging_stopped(stage, "E-2")
    assert "a burden" in await note_of(stage)


# --- never joined ------------------------------------------------------------------------------


async def test_words_about_the_helper_and_about_a_peer_are_two_cases_even_with_one_code(stage: Stage):
    await raised(stage, f"/urgent P-7K2M {DYING}")
    card = await raised(stage, f"/urgent P-7K2M was with me. {ABOUT_ME}")
    assert "Same person" not in words_of(card)
    assert titles(stage) == [
        "E-1 · Immediate · somebody needs you",
        "E-2 · Immediate · Maya needs you",
    ]


@pytest.mark.parametrize("form", ["writer.add", "writer.where"])
async def test_nor_are_they_when_they_come_in_a_form_about_the_other_one(stage: Stage, form: str):
    await raised(stage, f"/urgent {DYING}")
    await stage.press_last("rivera", "I've got it")
    effects = await stage.submit("maya", f"{form}:1", text=ABOUT_ME, where="room 12", who=ABOUT_ME)
    assert "We're glad you told us." in words_of(effects[0].card)
    assert "E-2 · Immediate · Maya needs you" in titles(stage)


async def test_a_case_that_was_not_clear_takes_the_side_of_the_words_that_come(stage: Stage):
    await raised(stage, "/urgent")
    await stage.submit("maya", "writer.add:1", text=ABOUT_ME)
    assert titles(stage) == ["E-1 · Immediate · Maya needs you"] * 2, "also the page from before"
    await raised(stage, f"/urgent {DYING}")
    assert words_of(only_card(await stage.press("maya", "writer.same:2:1"))) == (
        f"Not done\n{Refusal.NOT_ONE_PERSON.value}"
    )


@pytest.mark.parametrize(("user", "action"), [("maya", "writer.same:2:1"), ("rivera", "case.join:2")])
@pytest.mark.parametrize("between", [False, True], ids=["at once", "by way of a third"])
async def test_nobody_joins_a_case_about_its_writer_to_one_about_somebody_else(
    stage: Stage, user: str, action: str, between: bool
):
    await raised(stage, f"/urgent {TONIGHT}")
    await raised(stage, f"/urgent {ABOUT_ME}")
    if between:
        await stage.wait(11)
        await raised(stage, "/urgent")
        await stage.press("maya", "writer.same:3:1")
    refused = words_of(only_card(await stage.press(user, action, value="1")))
    assert refused == f"Not done\n{Refusal.NOT_ONE_PERSON.value}"
    listed = words_of(only_card(await stage.press("rivera", "cases")))
    assert "E-1" in listed
    assert "E-2" in listed


async def test_a_coordinator_is_not_offered_what_cannot_be_joined(stage: Stage):
    await raised(stage, f"/urgent {TONIGHT}")
    await raised(stage, f"/urgent {ABOUT_ME}")
    await raised(stage, f"/urgent {DYING}", "leo")
    await stage.press("rivera", "case.ack:3:now")
    more = words_of(only_card(await stage.press("rivera", "case.more:3")))
    assert "E-1" in more
    assert "E-2" not in more


# --- by a coordinator's hand -------------------------------------------------------------------


async def test_a_coordinator_joins_two_helpers_cases_about_one_person(stage: Stage):
    await raised(stage, f"/urgent {TONIGHT}")
    await raised(stage, f"/urgent {DYING}", "leo")
    await stage.press("rivera", "case.ack:2:now")
    more = only_card(await stage.press("rivera", "case.more:2"))
    joined = words_of(only_card(await stage.choose("rivera", more, "E-1")))
    assert joined.startswith("E-1 · You have it"), "who had one of them has the whole"
    assert TONIGHT in await note_of(stage)
    assert DYING in await note_of(stage)
    await assert_paging_stopped(stage, "E-2")
    assert "Ms. Rivera has it" in stage.sees("maya")


async def two_helpers_one_case(stage: Stage) -> None:
    """Maya's E-1 and Leo's E-2 are one case now, which nobody has yet."""
    await raised(stage, f"/urgent {TONIGHT}")
    await raised(stage, f"/urgent {DYING}", "leo")
    await stage.press("rivera", "case.join:2", value="1")


async def test_both_helpers_hear_how_it_goes_on_with_what_they_raised(stage: Stage):
    await two_helpers_one_case(stage)
    await stage.wait(2)
    for user in ("maya", "leo"):
        assert "No answer yet" in stage.inbox(user)[-1].title
    await stage.press_last("rivera", "By phone")
    assert stage.inbox("maya")[-1].title == "Ms. Rivera has it (E-1)"
    assert stage.inbox("leo")[-1].title == "Ms. Rivera has it (E-2)", "by the name that Leo knows it by"
    what_now = only_card(await stage.press_last("leo", "What to do now"))
    assert words_of(what_now).startswith("Ms. Rivera has it")


async def test_a_helper_whose_case_was_joined_to_one_that_somebody_has_is_told_so(stage: Stage):
    await raised(stage, f"/urgent {TONIGHT}")
    await with_the_student(stage)
    await raised(stage, f"/urgent {TONIGHT} again", "leo")
    before = len(stage.inbox("maya"))
    await stage.press("rivera", "case.join:2", value="1")
    assert stage.inbox("leo")[-1].title == "Ms. Rivera has it (E-2)"
    assert len(stage.inbox("maya")) == before


async def test_both_helpers_answers_reach_the_whole_case(stage: Stage):
    await two_helpers_one_case(stage)
    await stage.press("leo", "writer.with:2:yes")
    assert "With the helper now: Yes" in words_of(stage.inbox("rivera")[0])
    told = words_of(only_card(await stage.write("leo", "room 12, by the lockers")))
    assert told.startswith("Added to E-1.")
    await stage.submit("leo", "writer.add:2", text="he has stopped crying")
    await stage.submit("maya", "writer.add:1", text="his sister comes to fetch him")
    note = await note_of(stage)
    for words in ("room 12", "he has stopped crying", "his sister comes"):
        assert words in note
    assert "somebody else's" in words_of(only_card(await stage.press("sam", "writer.with:2:yes")))


async def test_neither_sees_the_others_cases(stage: Stage):
    await raised(stage, "/urgent")
    await raised(stage, f"/urgent {TONIGHT}")
    await raised(stage, f"/urgent {DYING}", "leo")
    await stage.press("rivera", "case.join:3", value="2")
    assert "Same person as E-1" not in words_of(only_card(await stage.press("leo", "writer.card:3")))
    assert "Same person as E-1" in words_of(only_card(await stage.press("maya", "writer.card:2")))


async def test_both_helpers_are_offered_a_debrief_and_each_may_wish_to_talk(stage: Stage):
    await two_helpers_one_case(stage)
    await with_the_student(stage)
    await stage.wait(24 * 60)
    for user, name in (("maya", "Maya"), ("leo", "Leo")):
        assert stage.inbox(user)[-1].title == "How are you today?"
        await stage.press_last(user, "I'd like to talk")
        assert f"{name} would like to talk" in words_of(stage.inbox("rivera")[-1])


async def test_joining_into_a_case_that_somebody_has_alerts_that_one(stage: Stage):
    await raised(stage, "/urgent")
    await stage.wait(5)
    await stage.press_last("okafor", "I've got it")
    card = await raised(stage, f"/checkin P-7K2M listening 20m {DYING}")
    before = len(stage.inbox("okafor"))
    await stage.press("maya", button_of(card, "Same person as E-1"))
    assert titles(stage, "okafor")[before:] == ["E-1 · a new note"]
    await assert_paging_stopped(stage, "E-2")


async def test_joining_a_case_that_somebody_has_gives_them_the_whole(stage: Stage):
    card = await two_cases(stage)
    await with_the_student(stage, 2)
    await stage.press("maya", button_of(card, "Same person as E-1"))
    assert "E-1 · You have it" in titles(stage)
    assert "Ms. Rivera has it" in stage.sees("maya")
    before = len(stage.inbox("okafor"))
    await stage.wait(14)
    assert len(stage.inbox("okafor")) == before, "nobody is paged while she has it"


async def test_where_two_adults_have_one_each_nobody_loses_it(stage: Stage):
    card = await two_cases(stage)
    await stage.wait(15)
    await with_the_student(stage, 1, "rivera")
    await with_the_student(stage, 2, "okafor")
    await stage.press("maya", button_of(card, "Same person as E-1"))
    assert "E-1 · You have it" in titles(stage)
    async with stage.app.database.read() as tx:
        case = await cases.get(tx, 1, 1)
    assert case is not None
    assert case.acknowledged_by == 3


async def test_who_stands_on_only_one_ladder_joins_nothing(stage: Stage):
    await raised(stage, "/urgent")
    await stage.add("santos", "Ms. Santos", Role.COORDINATOR)
    await raised(stage, f"/urgent {TONIGHT}", "leo")
    refused = words_of(only_card(await stage.press("santos", "case.join:2", value="1")))
    assert refused == f"Not done\n{Refusal.NOT_ON_LADDER.value}"


# --- split off ---------------------------------------------------------------------------------


async def two_notes(stage: Stage) -> Card:
    """One case with two notes; returns the newer one, as the coordinator who has the case reads it."""
    await raised(stage, f"/checkin P-7K2M listening 20m {DYING}")
    await stage.press_last("rivera", "I've got it")
    await raised(stage, "/checkin P-7K2M listening 5m she told me that she wants to die, too")
    return only_card(await stage.press("rivera", "case.note:1"))


async def test_a_note_is_split_off_and_whoever_did_it_has_the_new_case(stage: Stage):
    note = await two_notes(stage)
    answer = only_card(await stage.press("rivera", button_of(note, "It is about somebody else")))
    assert "E-2" in words_of(answer)
    opened = words_of(only_card(await stage.press("rivera", button_of(answer, "Open E-2"))))
    assert opened.startswith("E-2 · You have it")
    assert "Helper: Maya" in opened
    assert "she wants to die, too" in await note_of(stage, 2)
    assert "she wants to die, too" not in await note_of(stage, 1)
    assert DYING in await note_of(stage, 1)
    assert "Ms. Rivera has it (E-2)" in stage.sees("maya"), "the helper is told"
    listed = words_of(only_card(await stage.press("rivera", "cases")))
    assert "E-1" in listed
    assert "E-2" in listed
    await stage.wait(15)
    assert "E-2 · Are you with the student?" in titles(stage)


async def test_a_split_case_is_paged_like_any_other_if_nobody_goes(stage: Stage):
    note = await two_notes(stage)
    await stage.press("rivera", button_of(note, "It is about somebody else"))
    await stage.wait(20)
    assert "E-2 · Soon · somebody needs you" in titles(stage)
    await stage.wait(15)
    assert "E-2 · Soon · somebody needs you" in titles(stage, "okafor")


@pytest.mark.parametrize("split_off", ["with the flags", "plain"])
async def test_both_parts_go_on_even_where_one_of_them_holds_no_flag(stage: Stage, split_off: str):
    await raised(stage, f"/urgent {TONIGHT}")
    await stage.write("maya", "my other friend sits in room 12 and cries")
    newest = only_card(await stage.press("rivera", "case.note:1"))
    oldest = only_card(await stage.press("rivera", button_of(newest, "Next")))
    note = newest if split_off == "plain" else oldest
    await stage.press("rivera", button_of(note, "It is about somebody else"))
    for case in (1, 2):
        shown = words_of(only_card(await stage.press("rivera", f"case.show:{case}")))
        assert shown.startswith(f"E-{case} · ")
        assert "Concern: " in shown
    before = len(stage.inbox("okafor"))
    await stage.wait(45)
    paged = {title.split(" · ")[0] for title in titles(stage, "okafor")[before:]}
    assert paged == {"E-1", "E-2"}


async def test_the_last_note_of_a_case_cannot_be_split_off(stage: Stage):
    await raised(stage, f"/urgent {TONIGHT}")
    await stage.press_last("rivera", "I've got it")
    assert "about somebody else" not in words_of(only_card(await stage.press("rivera", "case.note:1")))
    refused = words_of(only_card(await stage.press("rivera", "case.split:1:1")))
    assert refused.startswith("Not done")


async def test_what_was_joined_by_mistake_can_be_split_again(stage: Stage):
    card = await two_cases(stage)
    await stage.press("maya", button_of(card, "Same person as E-1"))
    note = only_card(await stage.press("rivera", "case.note:1"))
    await stage.press("rivera", button_of(note, "It is about somebody else"))
    assert DYING in await note_of(stage, 3)
    assert DYING not in await note_of(stage, 1)
    assert "E-3 · You have it" in words_of(only_card(await stage.press("rivera", "case.show:3")))


async def test_an_edit_of_a_message_that_was_split_off_reaches_its_own_case(stage: Stage):
    await raised(stage, f"/urgent P-7K2M {DYING}")
    await stage.write("maya", "P-7K2M told me she wants to die, too", message="m1")
    note = only_card(await stage.press("rivera", "case.note:1"))
    await stage.press("rivera", button_of(note, "It is about somebody else"))
    await stage.write("maya", "P-7K2M told me she wants to die tonight, room 9", message="m1", edited=True)
    assert "room 9" in await note_of(stage, 2)
    assert "room 9" not in await note_of(stage, 1)
