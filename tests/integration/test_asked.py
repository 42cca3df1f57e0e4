"""A writer whose words may or may not need an adult is asked first; silence counts as yes."""

import pytest

from handlers.chat import Button, Buttons, Card
from tests.stage import Stage, button_of, only_card, words_of

POSSIBLE = "I feel so hopeless"
WORSE = "I want to kill myself tonight"


def no_of(card: Card) -> Button:
    """The button that says no, not the one that says "not sure"."""
    rows = [block for block in card.blocks if isinstance(block, Buttons)]
    return next(button for row in rows for button in row.buttons if button.label == "No")


async def asked(stage: Stage, *, text: str = POSSIBLE, channel: bool = False) -> Card:
    """Write something that makes the bot ask; returns the question."""
    effects = await stage.write("maya", text, channel=channel)
    return effects[0].card


@pytest.mark.parametrize("channel", [False, True])
async def test_the_writer_alone_is_asked_and_nobody_is_paged_yet(stage: Stage, channel: bool):
    effects = await stage.write("maya", POSSIBLE, channel=channel)
    assert len(effects) == 1
    assert effects[0].private
    assert words_of(effects[0].card).startswith("Does this need your coordinator now?")
    await stage.wait(9.9)
    assert stage.inbox("rivera") == []


@pytest.mark.parametrize("answer", ["Yes", "Not sure"])
async def test_yes_and_not_sure_page_at_once_as_soon(stage: Stage, answer: str):
    question = await asked(stage)
    told = words_of(only_card(await stage.press("maya", button_of(question, answer))))
    assert "Ms. Rivera is being told now" in told
    assert "Soon" in words_of(stage.inbox("rivera")[0])
    await stage.wait(5)
    assert len(stage.inbox("rivera")) == 2


async def test_silence_of_ten_minutes_pages_and_the_writer_can_still_add_to_it(stage: Stage):
    question = await asked(stage)
    await stage.wait(10)
    assert len(stage.inbox("rivera")) == 1
    assert "Soon" in words_of(stage.inbox("rivera")[0])
    # "Yes" after that pages nobody twice; "no" no longer takes it back.
    await stage.press("maya", button_of(question, "Yes"))
    assert len(stage.inbox("rivera")) == 1
    late = words_of(only_card(await stage.press("maya", no_of(question))))
    assert "stays open until they close it" in late
    await stage.wait(5)
    assert len(stage.inbox("rivera")) == 2, "the ladder goes on"


async def test_no_pages_nobody_stands_in_the_review_list_and_a_later_yes_pages(stage: Stage):
    question = await asked(stage)
    assert "nobody was paged" in words_of(only_card(await stage.press("maya", no_of(question))))
    await stage.wait(120)
    assert stage.inbox("rivera") == []
    assert "E-1" in words_of(only_card(await stage.press("rivera", "cases.no")))
    assert "nobody was paged" in words_of(only_card(await stage.press("maya", no_of(question))))
    await stage.press("maya", button_of(question, "Yes"))
    assert len(stage.inbox("rivera")) == 1


@pytest.mark.parametrize("answer", ["Yes", "Not sure", "No"])
@pytest.mark.parametrize("user", ["leo", "rivera", "stranger"])
async def test_nobody_else_answers_for_the_writer(stage: Stage, answer: str, user: str):
    question = await asked(stage)
    pressed = no_of(question) if answer == "No" else button_of(question, answer)
    refused = words_of(only_card(await stage.press(user, pressed)))
    assert "somebody else's" in refused
    await stage.wait(9)
    assert stage.inbox("rivera") == []
    await stage.wait(1)
    assert len(stage.inbox("rivera")) == 1, "still waiting for the writer's own answer"


async def test_a_stranger_who_was_asked_may_answer(stage: Stage):
    question = (await stage.write("stranger", POSSIBLE, channel=True))[0].card
    await stage.press("stranger", button_of(question, "Yes"))
    assert len(stage.inbox("rivera")) == 1


async def test_worse_words_in_the_same_message_page_without_an_answer(stage: Stage):
    await stage.write("maya", POSSIBLE, message="t1")
    await stage.write("maya", f"{POSSIBLE} {WORSE}", message="t1", edited=True)
    assert len(stage.inbox("rivera")) == 1
    assert words_of(stage.inbox("rivera")[0]).startswith("E-1 · Immediate")
    await stage.wait(2)
    assert len(stage.inbox("rivera")) == 2, "on the faster ladder"


async def test_a_check_in_that_makes_the_bot_ask_is_logged_all_the_same(stage: Stage):
    effects = await stage.command("maya", "/checkin tutoring 20m she feels like a burden to everybody")
    assert [words_of(effect.card).splitlines()[0] for effect in effects] == [
        "Does this need your coordinator now?",
        "Logged",
    ]


# --- the "I'm worried" button ------------------------------------------------------------------


async def worried(stage: Stage, user: str = "maya") -> Card:
    return only_card(await stage.press(user, "worried"))


async def test_danger_now_pages_as_immediate(stage: Stage):
    await stage.press("maya", button_of(await worried(stage), "Danger now"))
    page = words_of(stage.inbox("rivera")[0])
    assert "Immediate" in page
    assert "said by the helper" in page
    await stage.wait(2)
    assert len(stage.inbox("rivera")) == 2


async def test_worried_but_not_in_danger_pages_as_soon(stage: Stage):
    await stage.press("maya", button_of(await worried(stage), "Worried, not in danger"))
    assert "Soon" in words_of(stage.inbox("rivera")[0])
    await stage.wait(4.9)
    assert len(stage.inbox("rivera")) == 1


async def test_danger_after_worried_climbs_anew_as_immediate(stage: Stage):
    card = await worried(stage)
    await stage.press("maya", button_of(card, "Worried, not in danger"))
    await stage.press("maya", button_of(card, "Danger now"))
    assert len(stage.inbox("rivera")) == 2
    assert "Immediate" in words_of(stage.inbox("rivera")[-1])
    await stage.press("maya", button_of(card, "Danger now"))
    assert len(stage.inbox("rivera")) == 2, "once"


async def test_tapped_by_mistake_pages_nobody(stage: Stage):
    await stage.press("maya", button_of(await worried(stage), "Tapped by mistake"))
    await stage.wait(120)
    assert stage.inbox("rivera") == []


@pytest.mark.parametrize("user", ["maya", "stranger"])
async def test_no_answer_to_worried_pages_after_ten_minutes(stage: Stage, user: str):
    await worried(stage, user)
    await stage.wait(10)
    assert len(stage.inbox("rivera")) == 1


@pytest.mark.parametrize("closed", [False, True])
async def test_after_an_adult_has_it_an_answer_changes_nothing(stage: Stage, closed: bool):
    card = await worried(stage)
    await stage.press("maya", button_of(card, "Worried, not in danger"))
    await stage.press_last("rivera", "I've got it")
    if closed:
        form = (await stage.press_last("rivera", "Close with an outcome"))[0].form
        await stage.submit("rivera", form, outcome="talked", report="made", parents="told")
    before = len(stage.inbox("rivera"))
    answer = await stage.press("maya", button_of(card, "Worried, not in danger"))
    assert ("closed already" in words_of(only_card(answer))) is closed
    assert len(stage.inbox("rivera")) == before


# --- two programmes in one bot -----------------------------------------------------------------


async def test_programmes_in_one_bot_never_see_each_other(stage: Stage):
    other = await stage.elsewhere()
    await stage.command("maya", f"/urgent {WORSE}", key="the same")
    await other.command("nina", f"/urgent {WORSE} zanzibar", key="the same")

    assert len(stage.inbox("rivera")) == 1
    assert len(other.inbox("tanaka")) == 1
    assert "Dr. Tanaka is being told now" in other.sees("nina")
    assert "112" in other.sees("nina")
    # Each counts its own cases; ids of the other's are refused, even when typed by hand.
    assert stage.inbox("rivera")[0].title.startswith("E-1 ")
    assert other.inbox("tanaka")[0].title.startswith("E-1 ")
    theirs = button_of(other.inbox("tanaka")[0], "Show the note").action
    for name in ("case.note", "case.show", "case.close", "case.decline"):
        number = theirs.rpartition(":")[2]
        refused = words_of(only_card(await stage.press("rivera", f"{name}:{number}")))
        assert "not there any more" in refused
    listed = words_of(only_card(await stage.press("rivera", "cases")))
    assert "Open cases" in listed
    assert "E-2" not in listed
    assert "zanzibar" not in stage.sees("rivera")
    await stage.wait(60)
    assert {card.title.split(" · ")[0] for card in other.inbox("tanaka")} == {"E-1"}
    assert stage.inbox("okafor")
    assert "Nina" not in "".join(words_of(card) for card in stage.inbox("okafor"))


async def test_peer_codes_and_figures_belong_to_one_programme(stage: Stage):
    other = await stage.elsewhere()
    asked_first = only_card(await stage.command("maya", "/checkin P-7K2M tutoring 30m"))
    await stage.press("maya", button_of(asked_first, "Log it with this new code"))
    unknown = only_card(await other.command("nina", "/checkin P-7K2M mentoring 30m"))
    assert "I don't know P-7K2M yet" in words_of(unknown)
    week = words_of(only_card(await other.press("tanaka", "week")))
    assert "No check-ins" in week
