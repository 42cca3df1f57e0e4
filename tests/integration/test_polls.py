"""Questions that coordinators make, and the ready-made ones: bad input, sending, answers that come back."""

from dataclasses import replace

import pytest

from handlers.chat import Card, Form
from handlers.due import keep_house
from handlers.supervision_questions import READY
from storage import supervision
from storage.db import Tx
from storage.supervision import Schedule
from storage.words import Role
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


async def opened_by_two(stage: Stage, **values: str) -> tuple[Card, Form, Form]:
    """Questions of one's own, and the form for one more, open before Ms. Rivera and Ms. Ito."""
    await stage.add("ito", "Ms. Ito", Role.COORDINATOR)
    made = only_card(await make(stage, **values))
    more = button_of(made, "One more question")
    return made, only_form(await stage.press("rivera", more)), only_form(await stage.press("ito", more))


async def planned(stage: Stage) -> int:
    """How many questions of one's own are there to be sent."""
    async with stage.app.database.read() as tx:
        every = await supervision.schedules(tx, 1)
    return sum(each.prompt.startswith(supervision.OWN) for each in every)


async def test_of_two_who_add_a_question_at_once_the_second_one_is_told_and_types_nothing_again(stage: Stage):
    _, first, second = await opened_by_two(stage)
    await stage.submit("rivera", first, question="Why?", kind="text", options="")
    told = only_card(await stage.submit("ito", second, question="When?", kind="one", options="May\nJune"))
    assert "Somebody else added a question meanwhile: Why?" in words_of(told)
    assert await planned(stage) == 1
    again = only_form(await stage.press("ito", button_of(told, "Fix it")))
    made = words_of(only_card(await stage.submit("ito", again)))
    assert "Where to? (Sea, Hills)" in made
    assert "Why?" in made
    assert "When? (May, June)" in made
    assert await planned(stage) == 1, "there are not two of them"


@pytest.mark.parametrize("deed", ["Send it now", "Delete"])
async def test_a_question_for_what_was_sent_or_deleted_meanwhile_begins_new_ones(stage: Stage, deed: str):
    made, _, second = await opened_by_two(stage, names="unnamed")
    await stage.press("rivera", button_of(made, deed))
    told = only_card(await stage.submit("ito", second, question="How was it?", kind="scale", options=""))
    assert "planned, sent or deleted by now" in words_of(told)
    again = only_form(await stage.press("ito", button_of(told, "Fix it")))
    assert {item.name: item.value for item in again.inputs} == {
        "title": "Our next trip",
        "question": "How was it?",
        "kind": "scale",
        "options": "",
        "names": "unnamed",
    }
    kept = words_of(only_card(await stage.submit("ito", again)))
    assert "How was it?" in kept
    assert "Where to?" not in kept


async def test_two_who_add_a_question_at_the_very_same_moment_make_no_two_polls_of_one(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    """The change of the first one is saved between the look and the change of the second."""
    _, _, second = await opened_by_two(stage)
    change = supervision.change

    async def slower(tx: Tx, before: Schedule, after: Schedule) -> bool:
        await change(tx, before, replace(before, retired=True))
        return await change(tx, before, after)

    monkeypatch.setattr(supervision, "change", slower)
    told = only_card(await stage.submit("ito", second, question="When?", kind="text", options=""))
    assert told.title == "Not saved yet"
    assert await planned(stage) == 0


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
