"""The ladder while nobody answers, minute by minute as the programme agreed it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from handlers import escalation, ladder
from handlers.ladder import Adult, BecameUnreachable, Declined, Happening, HelperNews
from storage.words import Urgency
from tests.unit.climbing import (
    BERG,
    OKAFOR,
    ONE_EACH,
    ONLY_BACKUPS,
    RIVERA,
    SANTOS,
    START,
    TWO_EACH,
    Played,
    new_climb,
)

C, B = {RIVERA}, {RIVERA, OKAFOR}
EVERY_5 = {float(minute): B for minute in range(15, 60, 5)}
EVERY_15 = {float(minute): B for minute in range(60, 60 * 24 + 1, 15)}


@pytest.mark.parametrize(
    ("urgency", "paged"),
    [
        (Urgency.IMMEDIATE, {0: C, 2: C, 5: B, 10: B, **EVERY_5, **EVERY_15}),
        (
            Urgency.SOON,
            {0: C, 5: C, 15: B, 30: B, **{m: who for m, who in EVERY_5.items() if m > 30}, **EVERY_15},
        ),
    ],
)
def test_while_nobody_answers_pages_go_out_at_these_minutes_for_a_whole_day(
    urgency: Urgency, paged: dict[float, set[int]]
):
    assert Played.open(ONE_EACH, urgency).wait(60 * 24).paged() == paged


@pytest.mark.parametrize(
    ("urgency", "no_answer", "any_adult"), [(Urgency.IMMEDIATE, 2, 10), (Urgency.SOON, 5, 30)]
)
def test_the_helper_is_told_to_call_or_go_and_then_to_get_any_adult_once_each(
    urgency: Urgency, no_answer: int, any_adult: int
):
    assert Played.open(ONE_EACH, urgency).wait(240).told() == [
        (no_answer, HelperNews.NO_ANSWER_YET),
        (any_adult, HelperNews.GET_ANY_ADULT),
    ]


def test_a_programme_s_own_minutes_are_kept():
    played = Played(replace(new_climb(ONE_EACH, Urgency.SOON), minutes=ladder.Minutes(1, 2, 3)))
    played.take(escalation.start(played.climb, START))
    assert list(played.wait(13).paged()) == [0, 1, 2, 3, 8, 13]


@pytest.mark.parametrize(
    ("ladder", "paged"),
    [
        # Two coordinators: the one on duty alone, then the backups beside, then everybody.
        (TWO_EACH, {0: {RIVERA}, 2: {RIVERA}, 5: {RIVERA, OKAFOR, BERG}, 10: {RIVERA, SANTOS, OKAFOR, BERG}}),
        # Without a coordinator the first backup takes that place.
        (ONLY_BACKUPS, {0: {OKAFOR}, 2: {OKAFOR}, 5: {OKAFOR, BERG}, 10: {OKAFOR, BERG}}),
        # A coordinator alone goes on being paged.
        (ONE_EACH[:1], {0: {RIVERA}, 2: {RIVERA}, 5: {RIVERA}, 10: {RIVERA}}),
        # Who is known to be unreachable is passed over until everybody is paged.
        (
            (replace(TWO_EACH[0], unreachable=True), *TWO_EACH[1:]),
            {0: {SANTOS}, 2: {SANTOS}, 5: {SANTOS, OKAFOR, BERG}, 10: {RIVERA, SANTOS, OKAFOR, BERG}},
        ),
    ],
    ids=["two coordinators", "only backups", "one adult", "first unreachable"],
)
def test_whom_each_step_pages(ladder: tuple[Adult, ...], paged: dict[float, set[int]]):
    assert Played.open(ladder).wait(14).paged() == paged


@pytest.mark.parametrize(
    "ladder",
    [(), tuple(replace(adult, unreachable=True) for adult in ONE_EACH)],
    ids=["empty", "unreachable"],
)
def test_where_nobody_can_answer_the_helper_is_told_at_once_and_paging_goes_on(ladder: tuple[Adult, ...]):
    played = Played.open(ladder).wait(10)
    assert played.told() == [(0, HelperNews.GET_ANY_ADULT)]
    everybody = {adult.person for adult in ladder}
    assert played.paged() == ({0: everybody, 5: everybody, 10: everybody} if ladder else {})
    assert played.due == 15


# --- cannot, or cannot be reached --------------------------------------------------------------

CANNOT: list[Callable[[int], Happening]] = [Declined, BecameUnreachable]


@pytest.mark.parametrize("cannot", CANNOT)
def test_the_backup_is_paged_at_once_when_the_coordinator_cannot(cannot: Callable[[int], Happening]):
    played = Played.open(ONE_EACH).wait(1).happen(cannot(RIVERA))
    assert played.paged() == {0: {RIVERA}, 1: {OKAFOR}}
    assert played.told() == [(1, HelperNews.NO_ANSWER_YET)]
    # Five minutes after the backup, everybody, also who could not: a step taken early brings on the next.
    assert played.wait(6).paged()[6] == {RIVERA, OKAFOR}


@pytest.mark.parametrize("cannot", CANNOT)
def test_the_next_coordinator_stands_in_beside_the_backups(cannot: Callable[[int], Happening]):
    played = Played.open(TWO_EACH).happen(cannot(RIVERA))
    assert played.paged()[0] == {RIVERA, SANTOS, OKAFOR, BERG}


@pytest.mark.parametrize("cannot", CANNOT)
def test_after_the_backups_were_added_only_the_newcomer_is_paged(cannot: Callable[[int], Happening]):
    played = Played.open(TWO_EACH).wait(6).happen(cannot(RIVERA))
    assert played.paged()[6] == {SANTOS}


@pytest.mark.parametrize("cannot", CANNOT)
def test_when_the_last_one_cannot_everybody_is_paged_at_once(cannot: Callable[[int], Happening]):
    played = Played.open(ONE_EACH).wait(1).happen(cannot(RIVERA), cannot(OKAFOR))
    assert played.paged()[1] == {RIVERA, OKAFOR}
    assert played.told()[-1] == (1, HelperNews.GET_ANY_ADULT)
    assert played.due == 6


@pytest.mark.parametrize("cannot", CANNOT)
def test_once_everybody_is_paged_one_who_cannot_changes_no_time(cannot: Callable[[int], Happening]):
    played = Played.open(ONE_EACH).wait(11)
    due, sent = played.due, len(played.sent)
    played.happen(cannot(RIVERA))
    assert (played.due, len(played.sent)) == (due, sent)


def test_somebody_who_was_not_paged_yet_can_say_no_without_a_step():
    played = Played.open(TWO_EACH).wait(1).happen(Declined(SANTOS))
    assert played.paged() == {0: {RIVERA}}
    assert played.wait(5).paged()[5] == {RIVERA, OKAFOR, BERG}
