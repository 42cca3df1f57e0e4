"""What is planned for the people of a case, a day and a week after, by what happens to it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from handlers import aftercare
from storage.cases import Case
from storage.words import Care, CaseState
from tests.gallery.sample import OPEN

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

NEW = replace(OPEN, opened_at=START, climb_started_at=START, next_at=START)


def moved(case: Case, state: CaseState, now: datetime) -> Case:
    """The case once it has come to a state, with what is then planned."""
    closed = (case.closed_at or now) if state is CaseState.RESOLVED else None
    return aftercare.planned(case, replace(case, state=state, closed_at=closed), now)


def opened() -> Case:
    return moved(NEW, CaseState.OPEN, START)


def test_a_case_that_opens_has_its_debrief_a_day_later():
    case = opened()
    assert (case.care, case.care_at) == (Care.DEBRIEF, START + DAY)


def test_moving_on_the_ladder_does_not_put_the_debrief_off():
    case = moved(moved(opened(), CaseState.OPEN, START + HOUR), CaseState.ACKNOWLEDGED, START + 2 * HOUR)
    assert (case.care, case.care_at) == (Care.DEBRIEF, START + DAY)


@pytest.mark.parametrize("state", [CaseState.ASKED, CaseState.WITHDRAWN])
def test_nothing_comes_after_a_question_that_paged_nobody(state: CaseState):
    asked = replace(NEW, state=CaseState.ASKED)
    assert moved(asked, state, START + HOUR).care is None


def test_the_day_counts_from_the_first_page_where_the_writer_was_asked_first():
    asked = replace(NEW, state=CaseState.ASKED)
    assert moved(asked, CaseState.OPEN, START + HOUR).care_at == START + HOUR + DAY


def test_closed_within_the_day_the_debrief_still_comes_and_the_week_counts_from_the_closing():
    closed = moved(opened(), CaseState.RESOLVED, START + HOUR)
    assert (closed.care, closed.care_at) == (Care.DEBRIEF, START + DAY)
    after = aftercare.debriefed(closed)
    assert (after.care, after.care_at) == (Care.FOLLOW_UP, START + HOUR + 7 * DAY)


def test_still_open_after_the_debrief_the_week_waits_for_the_closing():
    after = aftercare.debriefed(moved(opened(), CaseState.ACKNOWLEDGED, START + HOUR))
    assert (after.care, after.care_at) == (Care.FOLLOW_UP, None)
    closed = moved(after, CaseState.RESOLVED, START + 3 * DAY)
    assert closed.care_at == START + 10 * DAY


def test_opened_again_after_the_debrief_the_week_counts_from_the_last_closing():
    closed = aftercare.debriefed(moved(opened(), CaseState.RESOLVED, START + HOUR))
    again = moved(closed, CaseState.OPEN, START + 2 * DAY)
    assert (again.care, again.care_at) == (Care.FOLLOW_UP, None)
    assert moved(again, CaseState.RESOLVED, START + 4 * DAY).care_at == START + 11 * DAY


def test_opened_again_within_the_first_day_the_debrief_stays_where_it_was():
    again = moved(moved(opened(), CaseState.RESOLVED, START + HOUR), CaseState.OPEN, START + 2 * HOUR)
    assert (again.care, again.care_at) == (Care.DEBRIEF, START + DAY)


def test_opened_again_after_everything_was_done_nobody_is_asked_twice_for_a_debrief():
    done = aftercare.done(aftercare.debriefed(moved(opened(), CaseState.RESOLVED, START + HOUR)))
    again = moved(done, CaseState.OPEN, START + 30 * DAY)
    assert (again.care, again.care_at) == (Care.FOLLOW_UP, None)
    assert moved(again, CaseState.RESOLVED, START + 31 * DAY).care_at == START + 38 * DAY


def test_words_about_a_closed_case_put_nothing_off():
    closed = aftercare.debriefed(moved(opened(), CaseState.RESOLVED, START + HOUR))
    later = moved(closed, CaseState.RESOLVED, START + 5 * DAY)
    assert later.care_at == closed.care_at


def test_not_yet_asks_again_the_next_day_and_done_asks_nothing():
    closed = aftercare.debriefed(moved(opened(), CaseState.RESOLVED, START + HOUR))
    assert aftercare.ask_again(closed, START + 8 * DAY).care_at == START + 9 * DAY
    assert (aftercare.done(closed).care, aftercare.done(closed).care_at) == (None, None)
