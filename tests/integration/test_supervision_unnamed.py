"""Rounds without names: nothing in the database joins an answer to a person."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from handlers.due import keep_house
from handlers.supervision_questions import WELLBEING
from storage import supervision, supervision_rounds
from storage.models import Base
from storage.words import Role
from tests.stage import Stage, button_of, only_card, only_form, words_of

DAY = 24 * 60
HELPERS = ("maya", "leo", "ana", "ben", "cleo", "dan")
CHOSEN = {  # each of them answers in a way of their own, in this order
    "dan": "1",
    "maya": "2",
    "cleo": "3",
    "ana": "4",
    "leo": "5",
}


@pytest.fixture
async def round_id(stage: Stage) -> int:
    """A round without names that was just put to six helpers."""
    for user in HELPERS[2:]:
        await stage.add(user, user.title(), Role.HELPER)
    await keep_house(stage.app.database, stage.clock.now())
    async with stage.app.database.read() as tx:
        schedule = await supervision.of_prompt(tx, 1, "wellbeing")
    assert schedule is not None
    started = only_card(await stage.press("rivera", f"schedule.start:{schedule.id}"))
    assert "Asked: 6" in words_of(started)
    async with stage.app.database.read() as tx:
        return (await supervision_rounds.latest(tx, 1, 1))[0].id


async def answer(stage: Stage, user: str, round_id: int, value: str) -> str:
    form = only_form(await stage.press(user, button_of(stage.inbox(user)[-1], "Answer")))
    assert form.id == f"poll.unnamed:{round_id}"
    values = {question.key: (value,) for question in WELLBEING.questions}
    return words_of(only_card(await stage.submit(user, form.id, **values)))


async def everything(stage: Stage) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, as it stands in the database."""
    found = {}
    async with stage.app.database.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            rows = await connection.execute(text(f'SELECT * FROM "{table.name}"'))  # noqa: S608
            found[table.name] = [dict(row) for row in rows.mappings()]
    return found


async def all_answer(stage: Stage, round_id: int) -> None:
    for user, value in CHOSEN.items():
        stage.clock.moment += timedelta(minutes=7, seconds=len(user))
        assert "cannot be changed" in await answer(stage, user, round_id, value)


async def test_an_answer_changes_one_row_and_that_row_tells_neither_order_nor_time(
    stage: Stage, round_id: int
):
    before = await everything(stage)
    with capture_logs() as logged:
        await all_answer(stage, round_id)
    after = await everything(stage)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"sheets"}, "no event, no message, no audit, no draft, no time"
    assert logged == []
    sheet = after["sheets"][0]
    assert set(sheet) == {"round_id", "answered", "answers"}
    async with stage.app.database.engine.connect() as connection:
        keys = connection.dialect
    from storage.sealed import _keys

    answered = json.loads(_keys[keys].open(bytes(sheet["answered"])))
    answers = json.loads(_keys[keys].open(bytes(sheet["answers"])))
    assert answered == sorted(answered), "in the order of the people's numbers"
    assert list(answers) == sorted(answers), "in the order of random numbers"
    assert all(set(each) == {question.key for question in WELLBEING.questions} for each in answers.values())
    assert len(answers) == len(answered) == 5
    # What seals it carries its time in the clear, unless it is told not to.
    for token in (sheet["answered"], sheet["answers"]):
        import base64

        assert base64.urlsafe_b64decode(bytes(token))[1:9] == bytes(8)


async def test_the_order_of_answers_is_not_the_order_of_people(stage: Stage, round_id: int):
    # Five answers in one order could come out in the same order by chance (1 in 120); three rounds hardly do.
    from storage import supervision_sheets

    orders = []
    for number in range(3):
        async with stage.app.database.write() as tx:
            await supervision_sheets.take_down(tx, round_id)
            await supervision_sheets.lay_out(tx, round_id)
            for person, value in enumerate("12345", 1):
                assert await supervision_sheets.hand_in(tx, round_id, person, {"energy": value})
            orders.append([each["energy"] for each in await supervision_sheets.answers(tx, round_id)])
        assert sorted(orders[number]) == list("12345")
    assert orders != [list("12345")] * 3


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_bytes_of_the_database_hold_no_chosen_value_beside_a_person(
    stage: Stage, round_id: int, database_url: str
):
    await all_answer(stage, round_id)
    file = Path(database_url.removeprefix("sqlite:///"))
    found = b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))
    assert b"poll.unnamed" not in found
    for question in WELLBEING.questions:
        for value in "12345":
            assert f'"{question.key}": "{value}"'.encode() not in found


async def test_an_answer_is_final_and_its_repeat_changes_nothing(stage: Stage, round_id: int):
    await answer(stage, "maya", round_id, "4")
    sheet = (await everything(stage))["sheets"]
    values = {question.key: ("1",) for question in WELLBEING.questions}
    for key in ("once", "once", "again"):
        said = only_card(await stage.submit("maya", f"poll.unnamed:{round_id}", key=key, **values))
        assert "answered this already" in words_of(said)
    opened = only_card(await stage.press("maya", f"poll.open:{round_id}"))
    assert "answered this already" in words_of(opened)
    assert (await everything(stage))["sheets"] == sheet


async def test_results_come_once_at_the_close_as_counts_and_the_answers_go(stage: Stage, round_id: int):
    await all_answer(stage, round_id)
    so_far = words_of(only_card(await stage.press("rivera", f"round.results:{round_id}")))
    assert "counts come once" in so_far
    assert "5 · very much" not in so_far
    await stage.wait(3 * DAY)
    result = words_of(stage.inbox("rivera")[-1])
    assert "5 of 6 (83 %)" in result
    assert "1 · not at all: 1, 2: 1, 3: 1, 4: 1, 5 · very much: 1" in result
    rows = await everything(stage)
    assert rows["sheets"] == []
    again = words_of(only_card(await stage.press("rivera", f"round.results:{round_id}")))
    assert "4: 1, 5 · very much: 1" in again
    refused = words_of(only_card(await stage.press("rivera", f"round.answers:{round_id}")))
    assert "not there any more" in refused
    late = only_card(await stage.press("ben", f"poll.open:{round_id}"))
    assert "was not taken" in words_of(late)
    values = {question.key: ("1",) for question in WELLBEING.questions}
    assert "was not taken" in words_of(
        only_card(await stage.submit("ben", f"poll.unnamed:{round_id}", **values))
    )


async def test_of_fewer_than_five_answers_nothing_is_shown_or_kept(stage: Stage, round_id: int):
    for user in ("maya", "leo", "ana", "ben"):
        await answer(stage, user, round_id, "1")
    await stage.wait(3 * DAY)
    result = words_of(stage.inbox("rivera")[-1])
    assert "4 of 6" in result
    assert "Fewer than 5 answered" in result
    assert "not at all" not in result
    rows = await everything(stage)
    assert rows["sheets"] == []
    kept = next(row["results"] for row in rows["rounds"] if row["id"] == round_id)
    kept = json.loads(kept) if isinstance(kept, str) else kept
    assert kept["counts"] is None


async def test_who_would_like_to_talk_gives_their_name_and_no_answer(stage: Stage, round_id: int):
    await answer(stage, "maya", round_id, "1")
    card = stage.inbox("maya")[-1]
    assert "That last button gives your name" in words_of(card)
    told = words_of(only_card(await stage.press("maya", button_of(card, "I'd like to talk to somebody"))))
    assert "knows your name now" in told
    assert "Maya would like to talk" in words_of(stage.inbox("rivera")[-1])
    rows = await everything(stage)
    assert [row["subject"] for row in rows["audit"]] == ["supervision"]


async def test_a_form_that_is_not_complete_is_kept_nowhere(stage: Stage, round_id: int):
    before = await everything(stage)
    said = only_card(await stage.submit("maya", f"poll.unnamed:{round_id}", energy=("3",), gives=("99",)))
    assert "every question" in words_of(said)
    assert await everything(stage) == before


async def test_words_in_a_form_without_words_are_screened_all_the_same(stage: Stage, round_id: int):
    effects = await stage.submit("maya", f"poll.unnamed:{round_id}", energy="I want to kill myself tonight")
    assert "glad you told us" in words_of(effects[0].card)
    assert any("E-1" in card.title for card in stage.inbox("rivera"))


async def test_a_named_form_cannot_be_sent_to_a_round_without_names(stage: Stage, round_id: int):
    said = only_card(await stage.submit("maya", f"poll.form:{round_id}", energy=("3",)))
    assert "older version" in words_of(said)
    async with stage.app.database.read() as tx:
        assert await supervision_rounds.answers(tx, round_id) == []


async def test_reminders_of_a_round_without_names_tell_nothing_of_who_has_answered(
    stage: Stage, round_id: int
):
    """Messages stay in the database: one to some alone would tell who had answered by then."""
    await stage.wishes("leo", quiet=("17", "11"))  # their reminder waits; an answer must leave it there
    await answer(stage, "maya", round_id, "3")
    await stage.wait(DAY + 1)
    reminders = [row["key"] for row in (await everything(stage))["outbox"] if "nudge" in row["key"]]
    assert {key.rpartition(":")[2] for key in reminders} == {
        str(row["person_id"]) for row in (await everything(stage))["asked"]
    }
    assert "If you have not answered yet" in words_of(stage.inbox("maya")[-1])
    before = (await everything(stage))["outbox"]
    await answer(stage, "leo", round_id, "3")
    assert (await everything(stage))["outbox"] == before


async def test_how_many_have_answered_is_not_told_before_the_close(stage: Stage, round_id: int):
    async def seen() -> str:
        schedule = f"schedule.pause:{(await everything(stage))['rounds'][0]['schedule_id']}:"
        version = (await everything(stage))["schedules"]
        number = next(row["version"] for row in version if f":{row['id']}:" in schedule)
        paused = only_card(await stage.press("rivera", f"{schedule}{number}"))
        gone_on = only_card(await stage.press("rivera", f"{schedule}{number + 1}"))
        results = only_card(await stage.press("rivera", f"round.results:{round_id}"))
        return "\n".join(words_of(card) for card in (paused, gone_on, results))

    before = await seen()
    assert "asked: 6" in before
    assert "Asked: 6" in before
    await all_answer(stage, round_id)
    after = await seen()
    assert "of 6" not in before + after
    await stage.wait(3 * DAY)
    assert "5 of 6 answered" in await seen()
