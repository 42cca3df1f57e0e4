"""Times of schedules: against a naive oracle that walks every minute of the year on the wall's clock."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from apscheduler.triggers.cron import CronTrigger
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.supervision_times import (
    ALWAYS,
    Calendar,
    Cron,
    Every,
    Monthly,
    Never,
    NotARule,
    Once,
    Rule,
    Span,
    Weekly,
    days_later,
    due_since,
    dump,
    load,
    moment_of,
    next_time,
    times,
    too_often,
)

NEW_YORK = ZoneInfo("America/New_York")
ZONES = (
    "America/New_York",
    "Europe/Berlin",
    "Africa/Nairobi",
    "Australia/Lord_Howe",  # its clock moves by half an hour
    "America/Santiago",  # at midnight, so that a day has no 00:00
    "Asia/Kolkata",
    "Pacific/Auckland",
    "Africa/Casablanca",  # by the moon
)
START = date(2024, 1, 1)


# --- the oracle --------------------------------------------------------------------------------


def happens(rule: Rule, day: date) -> bool:
    """Whether a rule means this day."""
    match rule:
        case Weekly(days=days):
            return day.weekday() in days
        case Monthly(nth=5, day=weekday):
            return day.weekday() == weekday and day.day + 7 > monthrange(day.year, day.month)[1]
        case Monthly(nth=nth, day=weekday):
            return day.weekday() == weekday and (day.day - 1) // 7 == nth - 1
        case Every(days=days, first=first):
            return day >= first and (day - first).days % days == 0
        case Once(on=on):
            return day == on
        case _:
            return False


def first_valid(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first moment at which the clock on the wall shows this minute, or a later one."""
    moment = (wall - timedelta(hours=27)).replace(tzinfo=zone).astimezone(UTC)
    while moment.astimezone(zone).replace(tzinfo=None) < wall:
        moment += timedelta(minutes=1)
    return moment


def expected(rule: Rule, zone: ZoneInfo, calendar: Calendar, after: datetime, days: int) -> list[datetime]:
    """Every moment of a rule in so many days, found day by day and minute by minute."""
    first = after.astimezone(zone).date() - timedelta(days=2)
    found = []
    for number in range(days + 4):
        day = first + timedelta(days=number)
        if happens(rule, day) and calendar.is_open(day):
            moment = first_valid(datetime.combine(day, rule.at), zone)  # type: ignore[union-attr]
            if moment > after:
                found.append(moment)
    return found


walls = st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 15, 30, 45, 59]))
days = st.dates(START, date(2027, 12, 31))
rules = st.one_of(
    st.builds(Weekly, st.sets(st.integers(0, 6), min_size=1).map(lambda found: tuple(sorted(found))), walls),
    st.builds(Monthly, st.integers(1, 5), st.integers(0, 6), walls),
    st.builds(Every, st.integers(1, 60), days, walls),
    st.builds(Once, days, walls),
)
spans = st.builds(lambda first, length: Span(first, first + timedelta(length)), days, st.integers(0, 60))
calendars = st.builds(
    Calendar, st.lists(spans, max_size=3).map(tuple), st.lists(spans, max_size=4).map(tuple)
)
moments = st.integers(0, 4 * 365 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
zones = st.sampled_from(ZONES).map(ZoneInfo)


@given(rule=rules, zone=zones, calendar=calendars, after=moments)
@settings(max_examples=150, deadline=None)
def test_times_are_those_of_an_oracle_that_walks_the_clock(
    rule: Rule, zone: ZoneInfo, calendar: Calendar, after: datetime
) -> None:
    oracle = expected(rule, zone, calendar, after, 200)
    found = list(islice(times(rule, zone, calendar, after), len(oracle)))
    assert found == oracle


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("minutes", [*range(0, 240, 30), 23 * 60 + 45])
def test_every_day_of_two_years_counts_once_in_every_zone(zone: str, minutes: int) -> None:
    rule = Weekly(tuple(range(7)), time(minutes // 60, minutes % 60))
    after = datetime(2024, 1, 2, tzinfo=UTC)
    found = list(islice(times(rule, ZoneInfo(zone), ALWAYS, after), 365 * 2))
    assert found == sorted(set(found))
    local = [moment.astimezone(ZoneInfo(zone)) for moment in found]
    assert len({moment.date() for moment in local}) == len(found)
    assert {moment.second for moment in local} == {0}


@given(rule=rules, zone=zones, calendar=calendars, after=moments)
@settings(max_examples=100, deadline=None)
def test_asking_step_by_step_gives_the_same_as_asking_at_once(
    rule: Rule, zone: ZoneInfo, calendar: Calendar, after: datetime
) -> None:
    at_once = list(islice(times(rule, zone, calendar, after), 5))
    assert list(islice(_step_by_step(rule, zone, calendar, after), 5)) == at_once


def _step_by_step(rule: Rule, zone: ZoneInfo, calendar: Calendar, after: datetime) -> Iterator[datetime]:
    while (found := next_time(rule, zone, calendar, after)) is not None:
        yield found
        after = found


# --- nights on which the clock changes ---------------------------------------------------------


def test_an_hour_that_does_not_exist_moves_to_the_next_valid_minute() -> None:
    assert moment_of(date(2026, 3, 8), time(2, 30), NEW_YORK) == datetime(2026, 3, 8, 7, 0, tzinfo=UTC)
    rule = Weekly((6,), time(2, 30))
    found = next_time(rule, NEW_YORK, ALWAYS, datetime(2026, 3, 7, tzinfo=UTC))
    assert found == datetime(2026, 3, 8, 7, 0, tzinfo=UTC)
    assert f"{found.astimezone(NEW_YORK):%H:%M}" == "03:00"


def test_a_doubled_hour_counts_once() -> None:
    rule = Weekly((6,), time(1, 30))
    first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert next_time(rule, NEW_YORK, ALWAYS, first - timedelta(minutes=1)) == first
    assert next_time(rule, NEW_YORK, ALWAYS, first) == datetime(2026, 11, 8, 6, 30, tzinfo=UTC)
    between = first + timedelta(minutes=45)  # 01:15 for the second time
    assert next_time(rule, NEW_YORK, ALWAYS, between) == datetime(2026, 11, 8, 6, 30, tzinfo=UTC)


def test_a_day_that_a_country_left_out_has_no_time_of_its_own() -> None:
    apia = ZoneInfo("Pacific/Apia")  # went over the date line: there was no 30 December 2011
    assert moment_of(date(2011, 12, 30), time(9), apia) == datetime(2011, 12, 30, 10, tzinfo=UTC)


def test_days_later_is_the_same_time_on_the_wall() -> None:
    nine = moment_of(date(2026, 3, 6), time(9), NEW_YORK)
    assert days_later(nine, NEW_YORK, 3) == moment_of(date(2026, 3, 9), time(9), NEW_YORK)


# --- what never fires, and what fires too often ------------------------------------------------


@pytest.mark.parametrize(
    "rule",
    [Cron("0 9 31 2 *"), Cron("0 9 30 2 mon"), Never(), Once(date(2020, 1, 1), time(9))],
    ids=dump,
)
def test_what_can_never_fire_has_no_next_time(rule: Rule) -> None:
    assert next_time(rule, NEW_YORK, ALWAYS, datetime(2026, 3, 2, tzinfo=UTC)) is None


def test_the_29th_of_february_comes() -> None:
    found = next_time(Cron("0 9 29 2 *"), NEW_YORK, ALWAYS, datetime(2026, 3, 2, tzinfo=UTC))
    assert found == datetime(2028, 2, 29, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("cron * * * * *", True),
        ("cron 0,1 9 * * mon", True),
        ("cron 0 */2 * * *", True),
        ("cron 0 9 * * mon", False),
        ("weekly mon,tue,wed,thu,fri,sat,sun 02:30", False),
        ("every 1 2026-03-01 02:30", False),
        ("monthly 5 fri 15:00", False),
    ],
)
def test_more_than_one_a_day_is_too_often(text: str, refused: bool) -> None:
    assert too_often(load(text), NEW_YORK, datetime(2026, 3, 2, tzinfo=UTC)) is refused


def test_once_the_last_term_is_over_nothing_is_due() -> None:
    calendar = Calendar((Span(date(2026, 1, 5), date(2026, 6, 12)),))
    rule = Weekly((0,), time(9))
    assert next_time(rule, NEW_YORK, calendar, datetime(2026, 6, 9, tzinfo=UTC)) is None


@pytest.mark.parametrize("fields", ["0 * * * *", "*/30 9-15 * * mon-fri", "* * * * *", "0 9 * * *"])
def test_closed_days_are_passed_over_in_a_few_steps(fields: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody waits for the answer, and everybody else for them."""
    steps = 0
    real = CronTrigger.get_next_fire_time

    def counted(self: CronTrigger, *given: datetime | None) -> datetime | None:
        nonlocal steps
        steps += 1
        return real(self, *given)

    monkeypatch.setattr(CronTrigger, "get_next_fire_time", counted)
    now = datetime(2026, 6, 15, 12, tzinfo=UTC)
    spring, autumn = Span(date(2026, 1, 5), date(2026, 6, 12)), Span(date(2026, 9, 1), date(2026, 12, 18))
    assert next_time(Cron(fields), NEW_YORK, Calendar((spring,)), now) is None
    again = next_time(Cron(fields), NEW_YORK, Calendar((spring, autumn)), now)
    assert again is not None
    assert again.astimezone(NEW_YORK).date() == date(2026, 9, 1)
    for_ever = Span(date(2026, 6, 1), date.max)
    assert next_time(Cron(fields), NEW_YORK, Calendar(holidays=(for_ever,)), now) is None
    assert steps < 10


# --- after the bot was away --------------------------------------------------------------------


def test_what_was_missed_is_the_last_one_and_those_before() -> None:
    rule = Weekly(tuple(range(7)), time(9))
    first = moment_of(date(2026, 3, 6), time(9), NEW_YORK)
    now = moment_of(date(2026, 3, 9), time(10), NEW_YORK)
    found = due_since(rule, NEW_YORK, ALWAYS, first, now)
    assert found.last == moment_of(date(2026, 3, 9), time(9), NEW_YORK)
    assert found.missed == tuple(moment_of(date(2026, 3, day), time(9), NEW_YORK) for day in (6, 7, 8))
    assert due_since(rule, NEW_YORK, ALWAYS, first, first).missed == ()


# --- as text -----------------------------------------------------------------------------------


@given(rule=st.one_of(rules, st.just(Never()), st.just(Cron("0 9 * * mon"))))
def test_a_rule_comes_back_from_the_database_as_it_was(rule: Rule) -> None:
    assert load(dump(rule)) == rule
    assert len(dump(rule)) <= 60


@pytest.mark.parametrize(
    "text",
    [
        "",
        "weekly",
        "weekly mon",
        "weekly xyz 09:00",
        "weekly mon 25:00",
        "monthly 6 mon 09:00",
        "every 0 2026-03-02 09:00",
        "once 2026-02-31 09:00",
        "cron 0 9 * * 1",
        "cron 0 9 * *",
        "cron 99 9 * * mon",
        "sometimes",
    ],
)
def test_what_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(NotARule):
        load(text)
