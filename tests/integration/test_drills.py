"""Drills: a test page through the whole ladder that nobody can take for a real case."""

from datetime import date, timedelta

import pytest

from adapters.base import Unreachable
from handlers.due import keep_house
from storage import cases, drills, outcomes, supervision_people
from storage.supervision_people import SchoolDays
from storage.words import CaseState
from tests.stage import START, Stage, button_of, only_card, words_of


async def _drills(stage: Stage) -> list[cases.Case]:
    async with stage.app.database.read() as tx:
        return [case for case in await cases.of_programme(tx, 1) if case.drill]


async def _begun(stage: Stage) -> None:
    answer = words_of(only_card(await stage.command("rivera", "/drill")))
    assert "The drill has begun" in answer


async def test_it_is_called_a_drill_on_every_card_and_on_the_locked_screen(stage: Stage) -> None:
    await _begun(stage)
    (page,) = stage.inbox("rivera")
    assert page.title == "DRILL E-1 · nobody is in danger"
    assert page.fallback == "DRILL from Handrail: nobody is in danger."
    await stage.press("rivera", button_of(page, "I've got it"))
    *_, over, result = [*stage.inbox("rivera")]
    for card in (over, result):
        assert card.title.startswith("DRILL E-1")
        assert card.fallback.startswith("DRILL")


async def test_it_walks_the_ladder_until_somebody_answers_and_says_after_how_long(stage: Stage) -> None:
    await _begun(stage)
    await stage.wait(5)
    (page,) = stage.inbox("okafor")
    assert page.title.startswith("DRILL E-1")
    await stage.wait(2)
    await stage.press_last("okafor", "I've got it")
    result = words_of(stage.inbox("rivera")[-1])
    assert "A real page would have found somebody." in result
    assert "Ms. Rivera: was paged" in result
    assert "Mr. Okafor: answered after 2 min" in result
    pages = len(stage.inbox("okafor"))
    await stage.wait(24 * 60)
    assert len(stage.inbox("okafor")) == pages, "nobody is asked after a drill"
    (case,) = await _drills(stage)
    assert case.state is CaseState.RESOLVED


async def test_i_cant_brings_the_next_adult_at_once(stage: Stage) -> None:
    await _begun(stage)
    await stage.press_last("rivera", "I can't")
    assert len(stage.inbox("okafor")) == 1


async def test_one_that_nobody_answers_ends_after_half_an_hour_and_says_so(stage: Stage) -> None:
    stage.platform.fails["okafor"] = Unreachable("closed")
    await _begun(stage)
    await stage.wait(24 * 60)
    result = words_of(stage.inbox("rivera")[-1])
    assert "Nobody answered within half an hour" in result
    assert "Mr. Okafor: the page did not arrive" in result
    (case,) = await _drills(stage)
    assert case.closed_at is not None
    assert case.closed_at - START <= timedelta(minutes=31)
    assert "Nobody answered in time" in words_of(stage.inbox("rivera")[0])


async def test_no_real_case_is_joined_to_it_and_no_figure_counts_it(stage: Stage) -> None:
    await _begun(stage)
    await stage.command("rivera", "/urgent")
    async with stage.app.database.read() as tx:
        found = await cases.of_programme(tx, 1)
        assert sorted(case.drill for case in found) == [False, True]
        totals = await outcomes.totals(tx, 1, START - timedelta(days=1), 1)
    assert totals.opened == 1
    assert "DRILL" not in words_of(only_card(await stage.press("okafor", "cases")))


@pytest.mark.parametrize("user", ["maya", "okafor"])
async def test_only_coordinators_start_one(stage: Stage, user: str) -> None:
    answer = words_of(only_card(await stage.command(user, "/drill")))
    assert "for coordinators" in answer
    assert await _drills(stage) == []


async def test_a_second_one_waits_for_the_first(stage: Stage) -> None:
    await _begun(stage)
    assert "Nothing was started" in words_of(only_card(await stage.command("rivera", "/drill")))
    assert len(await _drills(stage)) == 1


async def test_once_a_month_one_begins_by_itself_on_a_weekday_morning(stage: Stage) -> None:
    # The programme is set up on Monday, 2 March, 10:00 in New York; the month is over on Monday, 30 March.
    for days in range(27):
        await keep_house(stage.app.database, START + timedelta(days=days))
    assert await _drills(stage) == []
    night = START + timedelta(days=28, hours=10)
    await keep_house(stage.app.database, night)
    assert await _drills(stage) == []
    stage.clock.moment = START + timedelta(days=29, minutes=-30)
    for _ in range(2):
        await keep_house(stage.app.database, stage.clock.now())
    assert len(await _drills(stage)) == 1
    await stage.tick()
    assert stage.inbox("rivera")[0].title.startswith("DRILL")


async def test_on_a_holiday_none_begins_by_itself_but_on_the_first_day_after_it(stage: Stage) -> None:
    async with stage.app.database.write() as tx:
        spring = SchoolDays("holiday", date(2026, 3, 28), date(2026, 4, 5))
        await supervision_people.set_school_days(tx, 1, [spring])
    for days in range(28, 35):
        await keep_house(stage.app.database, START + timedelta(days=days, minutes=30))
    assert await _drills(stage) == []
    await keep_house(stage.app.database, START + timedelta(days=35, minutes=30))
    assert len(await _drills(stage)) == 1


async def test_where_nobody_has_entered_the_next_term_drills_go_on(stage: Stage) -> None:
    async with stage.app.database.write() as tx:
        term = SchoolDays("term", date(2026, 1, 12), date(2026, 3, 20))
        await supervision_people.set_school_days(tx, 1, [term])
    await keep_house(stage.app.database, START + timedelta(days=29, minutes=-30))
    assert len(await _drills(stage)) == 1


async def test_none_begins_by_itself_while_a_real_case_waits(stage: Stage) -> None:
    await stage.command("maya", "/urgent")
    await keep_house(stage.app.database, START + timedelta(days=29, minutes=30))
    assert await _drills(stage) == []
    async with stage.app.database.read() as tx:
        assert await drills.busy(tx, 1)
