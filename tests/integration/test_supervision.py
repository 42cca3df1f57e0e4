"""The weekly question goes out by itself, once, and its answers reach the coordinator."""

from datetime import UTC, datetime

import pytest

from handlers.due import keep_house, run_due
from tests.stage import Stage, only_card, words_of

MONDAY_NINE = datetime(2026, 3, 9, 13, 0, tzinfo=UTC)  # 9:00 in New York, the day after the clocks changed


@pytest.fixture
async def week(stage: Stage) -> Stage:
    await keep_house(stage.app.database, stage.clock.now())
    return stage


async def _until(stage: Stage, moment: datetime) -> None:
    await stage.wait((moment - stage.clock.now()).total_seconds() / 60)


async def test_every_helper_is_asked_on_monday_at_nine_by_the_programmes_clock(week: Stage):
    await _until(week, MONDAY_NINE.replace(hour=12, minute=59))
    assert week.inbox("maya") == week.inbox("leo") == []
    await _until(week, MONDAY_NINE)
    assert "How was your week" in week.sees("maya")
    assert "How was your week" in week.sees("leo")
    assert "Your helpers" in week.inbox("rivera")[-1].title  # the digest, an hour before
    assert len(week.inbox("rivera")) == 1


async def test_two_processes_that_look_at_once_send_it_once(week: Stage):
    week.clock.moment = MONDAY_NINE
    await run_due(week.app.database, MONDAY_NINE)
    await run_due(week.app.database, MONDAY_NINE)
    await week.tick()
    assert len(week.inbox("maya")) == 1


async def test_it_comes_late_after_a_short_downtime_and_not_at_all_after_a_long_one(week: Stage):
    await week.jump((MONDAY_NINE - week.clock.now()).total_seconds() / 60 + 3 * 60)
    assert len(week.inbox("maya")) == 1
    await week.jump(7 * 24 * 60 + 24 * 60)
    assert len(week.inbox("maya")) == 1


async def test_who_would_like_to_talk_is_passed_on_and_an_answer_can_be_changed(week: Stage):
    await _until(week, MONDAY_NINE)
    question = week.inbox("maya")[0]
    await week.press_last("maya", "It was a lot")
    before = len(week.inbox("rivera"))
    thanks = only_card(await week.press_last("maya", "I'd like to talk"))
    assert "find a time" in words_of(thanks)
    assert "Maya would like to talk" in words_of(week.inbox("rivera")[before])
    assert question == week.inbox("maya")[0]
    overview = only_card(await week.press("rivera", "week"))
    assert "Fine: 0 · It was a lot: 0 · I'd like to talk: 1" in words_of(overview)


async def test_an_answer_to_a_round_that_is_not_there_is_refused(week: Stage):
    assert "not there any more" in words_of(only_card(await week.press("maya", "weekly:99:fine")))
    assert "older version" in words_of(only_card(await week.press("maya", "weekly:99:great")))
