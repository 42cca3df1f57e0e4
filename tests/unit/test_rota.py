"""Who is on duty, by the clock on the wall: nights, days handed on, days away; and what has nobody."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rota import Gap, Rota, clock
from handlers.supervision_times import Calendar, Span
from storage.people import LadderAddress
from storage.rota import Absence, Hours, Swap
from storage.words import Rung

MONDAY = date(2026, 3, 2)
A, B, C = 1, 2, 3
ALL = frozenset({A, B, C})
DAYTIME = (8 * 60, 15 * 60)


def at(text: str, day: date = MONDAY) -> datetime:
    hour, minute = text.split(":")
    return datetime.combine(day, datetime.min.time()).replace(hour=int(hour), minute=int(minute))


def hours(person: int, *days: int, starts: int = DAYTIME[0], ends: int = DAYTIME[1]) -> tuple[Hours, ...]:
    return tuple(Hours(person * 100 + day, person, day, starts, ends) for day in days)


def away(person: int, first: int, last: int) -> Absence:
    return Absence(person, MONDAY + timedelta(days=first), MONDAY + timedelta(days=last))


def swap(giver: int, taker: int, day: int = 0) -> Swap:
    return Swap(1, MONDAY + timedelta(days=day), giver, taker, True, None)


def ladder(*people: tuple[int, Rung]) -> list[LadderAddress]:
    return [LadderAddress(at, rung, person, 1, f"u{person}") for at, (person, rung) in enumerate(people)]


TEAM = ladder((A, Rung.COORDINATOR), (B, Rung.COORDINATOR), (C, Rung.BACKUP))


# --- who is on duty ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "found"), [("7:59", ()), ("8:00", (A,)), ("14:59", (A,)), ("15:00", ()), ("23:59", ())]
)
def test_hours_begin_and_end_to_the_minute(moment: str, found: tuple[int, ...]) -> None:
    assert Rota(hours(A, 0)).on_duty(at(moment)) == found


def test_hours_that_end_before_they_start_end_on_the_next_day() -> None:
    night = Rota(hours(A, 6, starts=22 * 60, ends=6 * 60))
    sunday = MONDAY - timedelta(days=1)
    assert night.on_duty(at("21:59", sunday)) == ()
    assert night.on_duty(at("22:00", sunday)) == (A,)
    assert night.on_duty(at("5:59")) == (A,)
    assert night.on_duty(at("6:00")) == ()


def test_two_on_duty_are_named_in_the_order_in_which_they_began() -> None:
    rota = Rota((*hours(A, 0, starts=9 * 60), *hours(B, 0, starts=8 * 60)))
    assert rota.on_duty(at("10:00")) == (B, A)


def test_a_day_is_handed_on_and_on_and_back() -> None:
    week = hours(A, 0, 1)
    assert Rota(week, handed=(swap(A, B),)).on_duty(at("9:00")) == (B,)
    assert Rota(week, handed=(swap(A, B), swap(B, C))).on_duty(at("9:00")) == (C,)
    assert Rota(week, handed=(swap(A, B), swap(B, A))).on_duty(at("9:00")) == (A,)
    tuesday = MONDAY + timedelta(days=1)
    assert Rota(week, handed=(swap(A, B),)).on_duty(at("9:00", tuesday)) == (A,)


def test_who_is_away_is_not_on_duty() -> None:
    rota = Rota(hours(A, 0, 1, 2), (away(A, 0, 1),))
    found = [rota.on_duty(at("9:00", MONDAY + timedelta(days=day))) for day in range(3)]
    assert found == [(), (), (A,)]


# --- the ladder --------------------------------------------------------------------------------


def people(entries: list[LadderAddress]) -> list[int]:
    return [entry.person_id for entry in entries]


def test_without_a_rota_and_with_nobody_away_the_ladder_stays_as_it_is() -> None:
    assert Rota().order(TEAM, at("9:00")) == TEAM
    assert Rota(hours(C, 1)).order(TEAM, at("9:00")) == TEAM


def test_who_is_on_duty_comes_first_and_the_others_as_ever() -> None:
    assert people(Rota(hours(B, 0)).order(TEAM, at("9:00"))) == [B, A, C]
    found = Rota(hours(C, 0)).order(TEAM, at("9:00"))
    assert people(found) == [C, A, B]
    assert [entry.position for entry in found] == [0, 1, 2]
    assert found[0].rung is Rung.BACKUP


def test_who_is_away_comes_last_and_never_goes() -> None:
    found = Rota(absences=(away(A, 0, 0),)).order(TEAM, at("9:00"))
    assert people(found) == [B, C, A]
    everybody = Rota(absences=(away(A, 0, 0), away(B, 0, 0), away(C, 0, 0))).order(TEAM, at("9:00"))
    assert people(everybody) == [A, B, C]
    assert [entry.rung for entry in everybody] == [entry.rung for entry in TEAM]


def test_a_backup_who_is_away_is_paged_with_everybody_unless_there_is_no_other() -> None:
    alone = Rota(absences=(away(C, 0, 0),)).order(TEAM, at("9:00"))
    assert alone[-1].rung is Rung.BACKUP
    four = [*TEAM, LadderAddress(3, Rung.BACKUP, 4, 1, "u4")]
    found = Rota(absences=(away(C, 0, 0),)).order(four, at("9:00"))
    assert [(entry.person_id, entry.rung) for entry in found[2:]] == [
        (4, Rung.BACKUP),
        (C, Rung.COORDINATOR),
    ]


@given(
    st.lists(st.tuples(st.sampled_from([A, B, C]), st.integers(0, 6)), max_size=6),
    st.lists(st.sampled_from([A, B, C]), max_size=4),
    st.datetimes(at("0:00"), at("0:00") + timedelta(days=13)),
)
def test_nobody_is_ever_lost(rows: list[tuple[int, int]], gone: list[int], moment: datetime) -> None:
    rota = Rota(
        tuple(row for person, day in rows for row in hours(person, day)),
        tuple(away(person, 0, 20) for person in gone),
        (swap(A, B), swap(B, C)),
    )
    found = rota.order(TEAM, moment)
    assert sorted(people(found)) == [A, B, C]
    assert [entry.position for entry in found] == [0, 1, 2]


# --- what has nobody ---------------------------------------------------------------------------


def gap(day: int, starts: str, ends: str) -> Gap:
    def minutes(text: str) -> int:
        hour, minute = text.split(":")
        return int(hour) * 60 + int(minute)

    return Gap(MONDAY + timedelta(days=day), minutes(starts), minutes(ends))


def test_a_week_that_is_covered_has_no_gap_and_no_rota_has_none() -> None:
    assert Rota(hours(A, *range(5))).gaps(at("7:00"), ALL) == []
    assert Rota().gaps(at("7:00"), ALL) == []


def test_a_day_that_nobody_has_is_said_a_week_ahead() -> None:
    rota = Rota(hours(A, 0, 1, 2, 3))
    assert rota.gaps(at("7:00"), ALL) == [gap(4, "8:00", "15:00")]
    friday = MONDAY + timedelta(days=4)
    assert rota.gaps(at("9:30", friday), ALL) == [gap(4, "9:30", "15:00"), gap(11, "8:00", "15:00")]
    assert rota.gaps(at("16:00", friday), ALL) == [gap(11, "8:00", "15:00")]


def test_holes_between_hours_are_found() -> None:
    rota = Rota(
        (
            *hours(A, *range(5), starts=8 * 60, ends=10 * 60),
            *hours(B, *range(1, 5), starts=9 * 60, ends=15 * 60),
            *hours(B, 0, starts=11 * 60, ends=15 * 60),
        )
    )
    assert rota.gaps(at("7:00"), ALL) == [gap(0, "10:00", "11:00"), gap(7, "10:00", "11:00")]


def test_whoever_is_away_or_can_be_paged_no_more_covers_nothing() -> None:
    rota = Rota(hours(A, *range(5)), (away(A, 1, 1),))
    assert rota.gaps(at("7:00"), ALL) == [gap(1, "8:00", "15:00")]
    handed = Rota(hours(A, *range(5)), (away(A, 1, 1),), (swap(A, B, 1),))
    assert handed.gaps(at("7:00"), ALL) == []
    assert len(Rota(hours(A, *range(5))).gaps(at("7:00"), frozenset({B}))) == 6


def test_a_school_that_is_closed_needs_nobody() -> None:
    calendar = Calendar(holidays=(Span(MONDAY + timedelta(days=4), MONDAY + timedelta(days=20)),))
    assert Rota(hours(A, 0, 1, 2, 3)).gaps(at("7:00"), ALL, calendar) == []


def test_a_night_on_call_makes_no_school_hours_but_covers_a_morning() -> None:
    rota = Rota((*hours(A, *range(5)), *hours(B, *range(7), starts=20 * 60, ends=9 * 60)))
    assert all(each.starts >= 15 * 60 for each in rota.gaps(at("7:00"), ALL))
    only_nights = Rota((*hours(A, 0), *hours(B, *range(7), starts=15 * 60, ends=9 * 60)))
    assert gap(1, "9:00", "15:00") in only_nights.gaps(at("7:00"), ALL)


def test_days_on_which_everybody_is_away() -> None:
    rota = Rota(absences=(away(A, 0, 3), away(B, 2, 9), away(C, 3, 3)))
    assert rota.all_away(MONDAY, ALL) == [MONDAY + timedelta(days=3)]
    assert rota.all_away(MONDAY, frozenset()) == []
    assert Rota().all_away(MONDAY, ALL) == []


def test_the_end_of_the_day_is_not_its_beginning() -> None:
    assert [clock(minutes) for minutes in (0, 485, 24 * 60, 30 * 60)] == ["00:00", "08:05", "24:00", "06:00"]
