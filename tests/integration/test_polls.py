"""Questions that coordinators make, and the ready-made ones: bad input, sending, answers that come back."""

import pytest

from handlers.due import keep_house
from handlers.supervision_questions import READY
from storage import supervision
from tests.stage import Stage, button_of, only_card, only_form, words_of

DAY = 24 * 60


@pytest.fixture
async def stage(stage: Stage) -> Stage:
    await keep_house(stage.app.database, stage.clock.now())
    return stage


async def make(stage: Stage, **values: str):
    form = only_form(await stage.press("rivera", "poll.make"))
    given = {"title": "Our next trip", "question": "Where to?", "options": "Sea\nHills", **values}
    return await stage.submit("rivera", form, **given)


async def test_a_poll_of_ones_own_goes_out_and_comes_back(stage: Stage):
    made = only_card(await make(stage))
    assert "Where to? (Sea, Hills)" in words_of(made)
    assert stage.inbox("maya") == []
    form = only_form(await stage.press("rivera", button_of(made, "One more question")))
    made = only_card(await stage.submit("rivera", form, question="Why?", kind="text", options=""))
    assert "Why?" in words_of(made)
    sent = only_card(await stage.press("rivera", button_of(made, "Send it now")))
    assert "Asked: 2" in words_of(sent)
    asked = stage.inbox("maya")[-1]
    assert asked.title == "Our next trip"
    answers = only_form(await stage.press("maya", button_of(asked, "Answer")))
    assert [item.label for item in answers.inputs] == ["Where to?", "Why?"]
    await stage.submit("maya", answers, q1="1", q2="The waves")
    again = only_card(await stage.press("rivera", button_of(made, "Send it now")))
    assert "open already" in words_of(again)
    await stage.wait(3 * DAY)
    result = stage.inbox("rivera")[-1]
    assert "Sea: 1, Hills: 0" in words_of(result)
    by_name = words_of(only_card(await stage.press("rivera", button_of(result, "Answers by name"))))
    assert "The waves" in by_name


@pytest.mark.parametrize(
    ("values", "name", "why"),
    [
        ({"options": "Sea"}, "options", "2 to 10 choices"),
        ({"options": "\n".join(map(str, range(40)))}, "options", "these are 40"),
        ({"options": "Sea\nsea "}, "options", "the same"),
        ({"options": f"{'x' * 76}\nSea"}, "options", "75 characters"),
        ({"title": ""}, "title", "fill this in"),
        ({"question": "x" * 46}, "question", "45 characters"),
        ({"kind": "text", "names": "unnamed"}, "kind", "choices and scales only"),
        ({"kind": "essay"}, "kind", "choose one"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_poll_that_cannot_be_is_refused_and_keeps_what_was_typed(
    stage: Stage, values: dict[str, str], name: str, why: str
):
    effects = await make(stage, **values)
    assert why in effects[0].errors[name]
    assert effects[0].form.inputs[0].value == values.get("title", "Our next trip")


async def test_a_poll_that_is_deleted_in_the_middle_stays_open_to_its_end(stage: Stage):
    made = only_card(await make(stage))
    await stage.press("rivera", button_of(made, "Send it now"))
    deleted = only_card(await stage.press("rivera", button_of(made, "Delete")))
    assert "stays open until its end" in words_of(deleted)
    form = only_form(await stage.press("maya", button_of(stage.inbox("maya")[-1], "Answer")))
    await stage.submit("maya", form, q1="2")
    await stage.wait(3 * DAY)
    assert "Hills: 1" in words_of(stage.inbox("rivera")[-1])
    assert "Our next trip" not in words_of(only_card(await stage.command("rivera", "/supervision")))
    for label in ("Send it now", "Plan it", "One more question"):
        refused = only_card(await stage.press("rivera", button_of(made, label)))
        assert "Nothing was changed" in words_of(refused) or "not there" in words_of(refused)


async def test_a_poll_once_at_a_time_goes_out_then_and_never_again(stage: Stage):
    made = only_card(await make(stage))
    form = only_form(await stage.press("rivera", button_of(made, "Plan it")))
    confirm = only_card(await stage.submit("rivera", form, when="once 2026-03-04 10:00", open_for="1"))
    await stage.press("rivera", button_of(confirm, "Save"))
    await stage.wait(2 * DAY)
    assert [card.title for card in stage.inbox("leo")] == ["Our next trip"]
    assert [card.title for card in stage.inbox("maya")] == ["Our next trip"]
    await stage.press("leo", "poll.open:1")
    await stage.wait(3 * DAY)
    reminded = ["still time" in words_of(card) for card in stage.inbox("leo")]
    assert reminded == [False, True]


@pytest.mark.parametrize("prompt", READY)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_every_ready_made_one_can_be_started_and_answered_in_one_form(stage: Stage, prompt: str):
    async with stage.app.database.read() as tx:
        schedule = await supervision.of_prompt(tx, 1, prompt)
    assert schedule is not None
    await stage.press("rivera", f"schedule.start:{schedule.id}")
    asked = stage.inbox("maya")[-1]
    label = "Say more" if READY[prompt].quick else "Answer"
    form = only_form(await stage.press("maya", button_of(asked, label)))
    values = {
        question.key: (question.values()[0],) if question.values() else "Something small"
        for question in READY[prompt].questions
    }
    said = words_of(only_card(await stage.submit("maya", form.id, **values)))
    assert "Your coordinator sees it" in said or "without your name" in said
    waiting = words_of(only_card(await stage.command("maya", "/supervision")))
    assert "No question waits" in waiting
