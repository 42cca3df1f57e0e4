"""What the person who raised a case can still say, who hears of it, and what their card then says."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from handlers import cardjson
from handlers.chat import Card, FormErrors
from handlers.registry import load
from storage import events
from storage.models import OutboxRow
from tests.stage import Stage, button_of, only_card, only_form, words_of

ABOUT_HIM = "he told me he wants to kill himself tonight"
ABOUT_ME = "I want to kill myself tonight"
THREAT = "he said he will hurt someone at school tomorrow"
WHERE, WHO = "by the bleachers behind the gym", "Jonas from the ninth grade"
TOGETHER = ("Stay with them", "stay with them", "Walk together", "walk together")


async def raised(stage: Stage, text: str = f"/urgent {ABOUT_HIM}", user: str = "maya") -> Card:
    """Raise a case; returns the card of whoever raised it."""
    effects = await stage.command(user, text)
    return effects[0].card


async def pressed(stage: Stage, user: str, card: Card, label: str) -> Card:
    """Press a button of a card; returns the card that comes back."""
    return only_card(await stage.press(user, button_of(card, label)))


async def tell_where(stage: Stage, user: str, card: Card, **values: str) -> Card:
    """Fill in where and who; returns the card that comes back."""
    form = only_form(await stage.press(user, button_of(card, "Say where")))
    return only_card(await stage.submit(user, form, **values))


async def note_of(stage: Stage, user: str = "rivera", case: int = 1) -> str:
    return words_of(only_card(await stage.press(user, f"case.note:{case}")))


def last(stage: Stage, user: str = "rivera") -> str:
    return words_of(stage.inbox(user)[-1])


# --- with you now, where, who ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "on_the_page", "told"),
    [
        ("With me now", "With the helper now: Yes", "Maya is with them now"),
        ("Not with me", "With the helper now: No", "Maya is not with them"),
    ],
)
async def test_whether_they_are_together_reaches_the_adult_who_is_paged_at_once(
    stage: Stage, label: str, on_the_page: str, told: str
):
    await pressed(stage, "maya", await raised(stage), label)
    page, alert = (words_of(card) for card in stage.inbox("rivera"))
    assert on_the_page in page
    assert "[I can't]" in page, "it can still be answered"
    assert alert.startswith("E-1 · more to know")
    assert told in alert
    assert stage.inbox("okafor") == []


async def test_an_answer_changes_no_time_of_the_ladder(stage: Stage):
    card = await raised(stage)
    await stage.wait(1)
    await pressed(stage, "maya", card, "With me now")
    assert len(stage.inbox("rivera")) == 2
    await stage.wait(1)
    assert len(stage.inbox("rivera")) == 3
    assert stage.inbox("okafor") == []
    await stage.wait(3)
    assert last(stage, "okafor").startswith("E-1 · Immediate")
    assert "With the helper now: Yes" in last(stage, "okafor"), "who is paged later knows it too"


async def test_answers_go_to_the_adult_who_has_the_case_and_to_nobody_else(stage: Stage):
    card = await raised(stage)
    await stage.wait(5)
    await stage.press_last("okafor", "I've got it")
    before = len(stage.inbox("rivera"))
    await pressed(stage, "maya", card, "With me now")
    await tell_where(stage, "maya", card, where=WHERE)
    await pressed(stage, "maya", await pressed(stage, "maya", card, "More to say"), "It was a mistake")
    titles = [alert.title for alert in stage.inbox("okafor")[-3:]]
    assert titles == ["E-1 · more to know", "E-1 · more to know", "E-1 · the helper says: a mistake"]
    assert len(stage.inbox("rivera")) == before


async def test_where_and_who_stand_with_the_note_and_every_look_is_recorded(stage: Stage):
    card = await tell_where(stage, "maya", await raised(stage), where=WHERE, who=WHO)
    assert "You said where. You said who." in words_of(card)
    assert "Open the note to see it" in last(stage)
    note = await note_of(stage)
    assert f"Where: {WHERE}" in note
    assert f"Who: {WHO}" in note
    assert ABOUT_HIM in note
    async with stage.app.database.read() as tx:
        assert [(line.deed, line.person_id) for line in await events.audited(tx, "case:1")] == [
            ("note_shown", 3)
        ]


async def test_where_and_who_stand_nowhere_else(stage: Stage, caplog: pytest.LogCaptureFixture):
    with capture_logs() as logged, caplog.at_level("DEBUG"):
        card = await tell_where(stage, "maya", await raised(stage), where=WHERE, who=WHO)
        await stage.wait(15)
    async with stage.app.database.read() as tx:
        stored = [words_of(cardjson.load(text)) for text in await tx.scalars(select(OutboxRow.card)) if text]
    everywhere = "\n".join([words_of(card), *stored, str(logged), caplog.text])
    assert "E-1" in everywhere
    for secret in (WHERE, WHO):
        assert secret not in everywhere


async def test_one_of_both_is_enough_and_the_last_answer_counts(stage: Stage):
    card = await raised(stage)
    told = await tell_where(stage, "maya", card, where="room 12")
    assert "You said where." in words_of(told)
    assert "You said who" not in words_of(told)
    await tell_where(stage, "maya", told, where="the nurse's office")
    note = await note_of(stage)
    assert "the nurse's office" in note
    assert "room 12" not in note
    assert "Who:" not in note


async def test_an_empty_answer_tells_nobody_anything(stage: Stage):
    card = await raised(stage)
    again = await tell_where(stage, "maya", card, where="", who=" ")
    assert "Are they with you now?" in words_of(again)
    assert len(stage.inbox("rivera")) == 1


async def test_the_note_opens_however_much_there_is_to_say(stage: Stage):
    much = (
        f"{ABOUT_HIM}. She has been cutting herself. Her stepfather hits her. She hears voices nobody hears. "
    )
    card = await raised(stage, f"/urgent {much * 40}")
    await tell_where(stage, "maya", card, where="w" * 200, who="x" * 200)
    note = only_card(await stage.press("rivera", "case.note:1"))
    assert "the note" in note.title
    assert "w" * 200 in words_of(note)


# --- the helper's card changes with what is known ----------------------------------------------


async def test_the_card_changes_with_each_answer(stage: Stage):
    card = await raised(stage)
    assert "Are they with you now?" in words_of(card)
    assert "If you are together, stay with them" in words_of(card)

    card = await pressed(stage, "maya", card, "With me now")
    assert "They are with you." in words_of(card)
    assert "Stay with them. Walk together to an adult." in words_of(card)
    assert "[With me now]" not in words_of(card)

    card = await pressed(stage, "maya", card, "Not with me")
    assert "They are not with you." in words_of(card)
    assert "Don't go looking for them alone." in words_of(card)
    assert not any(line in words_of(card) for line in TOGETHER)


async def test_me_or_somebody_else_is_asked_first_where_it_is_not_clear_with_advice_for_both(stage: Stage):
    card = await raised(stage, "/urgent")
    words = words_of(card)
    assert "Is it about you, or about somebody else?" in words
    assert "We're glad you told us." in words
    assert "Don't promise to keep it secret" in words
    assert "Are they with you now?" not in words
    assert "About: not clear yet" in last(stage)


async def test_somebody_else_turns_the_card_into_the_helpers(stage: Stage):
    card = await pressed(stage, "maya", await raised(stage, "/urgent"), "About somebody else")
    assert "Are they with you now?" in words_of(card)
    assert "We're glad you told us" not in words_of(card)
    page, alert = (words_of(card) for card in stage.inbox("rivera"))
    assert "About: somebody the helper is with or knows" in page
    assert alert.startswith("E-1 · more to know")


async def test_me_turns_the_card_and_the_page_into_those_of_somebody_in_danger(stage: Stage):
    card = await pressed(stage, "maya", await raised(stage, "/urgent"), "About me")
    assert "We're glad you told us." in words_of(card)
    assert "Don't promise to keep it secret" not in words_of(card)
    assert not any(line in words_of(card) for line in TOGETHER)
    assert "Maya needs you" in stage.inbox("rivera")[0].title


@pytest.mark.parametrize(
    ("category", "advice"),
    [
        ("Self-harm or suicide", "Take it seriously and stay calm."),
        ("Harm to others", "Get yourself safe first. Don't confront anybody."),
        ("Signs of psychosis", "Don't argue about what they hear or see"),
        ("Abuse", "Ask nothing more about what happened."),
    ],
)
async def test_the_category_from_the_list_changes_the_advice_and_the_page(
    stage: Stage, category: str, advice: str
):
    card = await pressed(stage, "maya", await raised(stage, "/urgent"), "About somebody else")
    assert advice not in words_of(card)
    card = only_card(await stage.choose("maya", card, category))
    assert advice in words_of(card)
    assert "What is it about" not in words_of(card), "it is asked once"
    assert f"Concern: {category}" in words_of(stage.inbox("rivera")[0])
    assert last(stage).startswith("E-1 · more to know")


@pytest.mark.parametrize("label", ["", "With me now", "Not with me"])
async def test_nobody_is_told_to_stay_beside_somebody_who_threatens_others(stage: Stage, label: str):
    card = await raised(stage, f"/urgent {THREAT}")
    if label:
        card = await pressed(stage, "maya", card, label)
    assert "Get yourself safe first" in words_of(card)
    assert not any(line in words_of(card) for line in TOGETHER)


async def test_nor_where_the_helper_chose_it_from_the_list_or_said_it_later(stage: Stage):
    card = await pressed(stage, "maya", await raised(stage, "/urgent"), "About somebody else")
    card = await pressed(stage, "maya", card, "With me now")
    assert "Walk together" in words_of(card)
    form = only_form(await stage.press("maya", "writer.add:1"))
    added = await stage.submit("maya", form, text=THREAT)
    assert "Get yourself safe first" in words_of(added[0].card)
    assert not any(line in words_of(added[0].card) for line in TOGETHER)


@pytest.mark.parametrize("text", ["/urgent", f"/urgent {ABOUT_HIM}", f"/urgent {ABOUT_ME}"])
async def test_whom_to_call_stands_on_every_card_that_the_writer_gets(stage: Stage, text: str):
    card = await raised(stage, text)
    for label in ("More to say", "About an adult on the team"):
        other = await pressed(stage, "maya", card, label)
        for number in ("555-0114", "911", "988"):
            assert number in words_of(card)
            assert number in words_of(other)


# --- more to say -------------------------------------------------------------------------------


async def test_a_plain_message_soon_after_is_added_and_passed_on(stage: Stage):
    await raised(stage)
    told = words_of(only_card(await stage.write("maya", "room 12, by the lockers")))
    assert told.startswith("Added to E-1.")
    assert "Ms. Rivera is told to look" in told
    assert last(stage).startswith("E-1 · more words")
    assert "room 12" not in last(stage)
    assert "room 12, by the lockers" in await note_of(stage)


async def test_a_check_in_line_soon_after_is_a_check_in(stage: Stage):
    await raised(stage)
    offered = words_of(only_card(await stage.write("maya", "P-8M3Q tutoring 30m fractions went well")))
    assert "Log" in offered or "I don't know P-8M3Q" in offered
    assert len(stage.inbox("rivera")) == 1
    assert "fractions" not in await note_of(stage)


@pytest.mark.parametrize(("minutes", "added"), [(29, True), (31, False)])
async def test_half_an_hour_later_a_message_is_a_message_again(stage: Stage, minutes: int, added: bool):
    await raised(stage)
    await stage.press_last("rivera", "I've got it")
    await stage.press("rivera", "case.seen:1:yes")
    await stage.wait(minutes)
    before = len(stage.inbox("rivera"))
    await stage.write("maya", "we talked about the weather a lot")
    assert len(stage.inbox("rivera")) == before + added
    assert ("weather" in await note_of(stage)) is added


async def test_what_is_added_reaches_the_adult_and_stands_with_the_note(stage: Stage):
    card = await pressed(stage, "maya", await raised(stage), "More to say")
    form = only_form(await stage.press("maya", button_of(card, "Add something")))
    told = only_card(await stage.submit("maya", form, text="he took the blue bag with him"))
    assert words_of(told).startswith("Added to E-1.")
    assert last(stage).startswith("E-1 · more words")
    assert "he took the blue bag with him" in await note_of(stage)


async def test_worse_words_that_are_added_page_again(stage: Stage):
    await raised(stage, "/urgent he told me he wants to die")
    await stage.press_last("rivera", "I've got it")
    await stage.submit("maya", "writer.add:1", text=ABOUT_HIM)
    assert "somebody needs you" in last(stage)
    assert "E-2" not in stage.sees("maya")


async def test_a_mistake_is_told_and_the_case_stays_open_and_paged(stage: Stage):
    card = await pressed(stage, "maya", await raised(stage), "More to say")
    told = words_of(await pressed(stage, "maya", card, "It was a mistake"))
    assert "They look at it all the same" in told
    assert last(stage).startswith("E-1 · the helper says: a mistake")
    await stage.wait(2)
    assert last(stage).startswith("E-1 · Immediate")
    await stage.wait(8)
    assert last(stage, "okafor").startswith("E-1 · Immediate")


async def test_after_closing_the_writers_card_says_that_it_was_looked_after(stage: Stage):
    await raised(stage)
    await stage.press_last("rivera", "I've got it")
    form = only_form(await stage.press_last("rivera", "Close with an outcome"))
    await stage.submit("rivera", form, outcome="referred", report="made", parents="told", note="zanzibar")
    card = words_of(only_card(await stage.press("maya", "writer.card:1")))
    assert card.startswith("An adult has looked after it")
    assert "/urgent reaches an adult" in card
    for told in ("zanzibar", "outside help", "Report", "Told"):
        assert told not in card


async def test_an_answer_after_closing_still_reaches_the_adult_who_closed_it(stage: Stage):
    card = await raised(stage)
    await stage.press_last("rivera", "I've got it")
    form = only_form(await stage.press_last("rivera", "Close with an outcome"))
    await stage.submit("rivera", form, outcome="talked", report="made", parents="told")
    await tell_where(stage, "maya", card, where=WHERE)
    assert last(stage).startswith("E-1 · more to know")
    assert stage.inbox("okafor") == []


# --- who may answer ----------------------------------------------------------------------------


async def test_somebody_off_the_roster_can_answer_everything_too(stage: Stage):
    card = await pressed(stage, "sam", await raised(stage, "/urgent", "sam"), "About somebody else")
    card = await pressed(stage, "sam", card, "With me now")
    card = await tell_where(stage, "sam", card, where=WHERE, who=WHO)
    assert "They are with you. You said where. You said who." in words_of(card)
    card = only_card(await stage.choose("sam", card, "Signs of psychosis"))
    assert "Added to E-1." in words_of(only_card(await stage.write("sam", "we are both fine so far")))
    page = words_of(stage.inbox("rivera")[0])
    assert "With the helper now: Yes" in page
    assert "Signs of psychosis" in page
    assert "Helper: somebody not on the roster" in page
    note = await note_of(stage)
    assert "we are both fine so far" in note
    assert WHERE in note


OF_THE_WRITER = [
    name
    for name, (_, rights) in sorted(load().buttons.items())
    if rights.anyone and name.split(".")[0] in ("writer", "ask", "debrief")
]


@pytest.mark.parametrize("user", ["leo", "rivera", "okafor", "sam"])
async def test_nobody_else_presses_the_writers_buttons_or_fills_in_their_forms(stage: Stage, user: str):
    await raised(stage, "/urgent")
    await raised(stage, "/urgent P-7K2M he told me he wants to die")
    before = {name: [words_of(card) for card in stage.inbox(name)] for name in ("maya", "rivera", "okafor")}
    assert len(OF_THE_WRITER) > 12
    for name in OF_THE_WRITER:
        for arguments in ("2", "2:yes", "2:me", "2:1", "2:talk"):
            for value in ("", "abuse", "3"):
                answer = only_card(await stage.press(user, f"{name}:{arguments}", value=value))
                assert "somebody else's" in words_of(answer)
    for name in ("writer.where", "writer.add"):
        answer = only_card(await stage.submit(user, f"{name}:2", where="x", text="y"))
        assert "somebody else's" in words_of(answer)
    after = {name: [words_of(card) for card in stage.inbox(name)] for name in before}
    assert after == before


# --- the writer is the one in danger -----------------------------------------------------------


async def test_a_helper_in_danger_gets_their_own_card(stage: Stage):
    card = await raised(stage, f"/urgent {ABOUT_ME}")
    words = words_of(card)
    assert words.startswith("Ms. Rivera is being told now")
    assert "We're glad you told us." in words
    assert "call 911 or 988 now." in words
    assert "near you" in words
    assert "Don't promise" not in words
    card = await pressed(stage, "maya", card, "I'm alone")
    assert "alone" in words_of(card).split("✓")[1].splitlines()[0]
    assert "[I'm alone]" not in words_of(card)
    assert "Alone now: Yes" in words_of(stage.inbox("rivera")[0])
    assert "Maya is alone now." in last(stage)
    form = only_form(await stage.press("maya", button_of(card, "Say where I am")))
    assert [item.label for item in form.inputs] == ["Where are you?", "Who is near you?"]


async def test_the_page_about_a_helper_in_danger_says_whom_to_reach(stage: Stage):
    await raised(stage, f"/urgent {ABOUT_ME}")
    page = stage.inbox("rivera")[0]
    assert page.title == "E-1 · Immediate · Maya needs you"
    assert "It is Maya who may be in danger. Reach Maya first." in words_of(page)
    assert page.fallback == "Urgent peer concern. Open Handrail."
    await stage.press_last("rivera", "I've got it")
    assert "[I'm with Maya]" in words_of(stage.inbox("rivera")[0])
    await stage.wait(15)
    assert stage.inbox("rivera")[-1].title == "E-1 · Are you with Maya?"


async def test_a_helper_in_danger_is_never_left_with_dont_wait_alone(stage: Stage):
    await raised(stage, f"/urgent {ABOUT_ME}")
    await stage.wait(2)
    assert "Don't stay alone with it" in last(stage, "maya")
    assert "Don't wait for it" not in stage.sees("maya")
    for number in ("555-0114", "911", "988"):
        assert number in last(stage, "maya")
    await stage.wait(8)
    assert "Please tell any adult you trust near you, or call one of these." in last(stage, "maya")
    await stage.press_last("rivera", "In 10 minutes")
    assert last(stage, "maya").startswith("Ms. Rivera has it")
    await stage.press_last("rivera", "I can't after all")
    assert "I am calling the adults again" in last(stage, "maya")


async def test_a_helper_in_danger_is_never_counted_among_peers_cases(stage: Stage):
    await raised(stage, f"/urgent {ABOUT_ME}")
    await stage.press_last("rivera", "I've got it")
    week = words_of(only_card(await stage.press("rivera", "week")))
    assert "Cases opened: 0" in week
    assert "Helpers who needed somebody: 1" in week
    assert "Median time" not in week
    await raised(stage, f"/urgent {ABOUT_HIM}", "leo")
    week = words_of(only_card(await stage.press("rivera", "week")))
    assert "Cases opened: 1" in week
    assert "Helpers who needed somebody: 1" in week


async def test_somebody_off_the_roster_who_is_in_danger_is_spoken_to_like_anybody(stage: Stage):
    card = await raised(stage, f"/urgent {ABOUT_ME}", "sam")
    assert "We're glad you told us." in words_of(card)
    assert "somebody not on the roster" in last(stage)


@pytest.mark.parametrize("text", [ABOUT_ME, ABOUT_HIM, ""])
@pytest.mark.parametrize("night", [timedelta(hours=11), timedelta(days=5)], ids=["22:00", "Saturday"])
async def test_out_of_hours_lines_that_always_answer_come_first_and_the_empty_room_is_left_out(
    stage: Stage, night: timedelta, text: str
):
    day = words_of(await raised(stage, f"/urgent {text}", "leo"))
    assert day.index("555-0114") < day.index("Danger now: ")
    assert "Room 114" in day
    stage.clock.moment += night
    card = words_of(await raised(stage, f"/urgent {text}"))
    assert card.index("Danger now: Call 911") < card.index("Crisis line, any hour: 988")
    assert card.index("Crisis line, any hour: 988") < card.index("555-0114")
    assert "Room 114" not in card
    assert any(page.title.startswith("E-2 · Immediate") for page in stage.inbox("rivera")), "it pages as well"
    await stage.wait(2)
    news = last(stage, "maya")
    assert news.index("911") < news.index("555-0114")
    assert "Room 114" not in news


# --- pressed again -----------------------------------------------------------------------------


@pytest.mark.parametrize("user", ["maya", "sam"])
async def test_urgent_again_without_words_is_the_same_case_and_pages_again(stage: Stage, user: str):
    await stage.command(user, "/urgent")
    await stage.wait(1)
    again = words_of((await stage.command(user, "/urgent"))[0].card)
    assert again.startswith("Added to E-1.")
    assert [card.title.split(" · ")[:2] for card in stage.inbox("rivera")] == [["E-1", "Immediate"]] * 2
    await stage.wait(9.5)
    assert "E-2" in words_of((await stage.command(user, "/urgent"))[0].card)


async def test_urgent_again_after_somebody_had_it_pages_anew(stage: Stage):
    await stage.command("maya", "/urgent")
    await stage.press_last("rivera", "I've got it")
    await stage.command("maya", "/urgent")
    assert "somebody needs you" in last(stage)
    assert "being paged again" in last(stage, "maya")
    assert "E-2" not in stage.sees("rivera")


async def test_a_form_with_errors_after_the_page_asks_for_nothing_twice(stage: Stage):
    form = only_form(await stage.command("maya", "/checkin"))
    effects = await stage.submit("maya", form, concern="", note=ABOUT_HIM)
    assert isinstance(effects[1], FormErrors)
    await tell_where(stage, "maya", effects[0].card, where=WHERE)
    assert WHERE in await note_of(stage)
