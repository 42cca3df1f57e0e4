"""When people are reminded of a meeting: never at night, never on a free day, never too late."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.meetings_times import REMINDERS, next_open, remind_at
from handlers.supervision_times import ALWAYS, Calendar, Span

NEW_YORK = ZoneInfo("America/New_York")
SUNDAY_OFF = Calendar(holidays=(Span(date(2026, 3, 8), date(2026, 3, 8)),))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("starts", "how", "calendar", "expected"),
    [
        (at(9, 15, 30), "evening", ALWAYS, at(8, 18)),  # the night between has the change of clocks
        (at(9, 15, 30), "day", ALWAYS, at(8, 15, 30)),
        (at(9, 15, 30), "hours", ALWAYS, at(9, 13, 30)),
        (at(9, 15, 30), "evening", SUNDAY_OFF, at(9, 8)),
        (at(9, 9), "hours", ALWAYS, at(8, 18)),  # 7:00 is night
        (at(9, 9), "hours", SUNDAY_OFF, at(9, 8)),
        (at(9, 8, 15), "hours", SUNDAY_OFF, None),
        (at(9, 20, 30), "day", ALWAYS, at(8, 18)),
    ],
)
def test_reminded_then(starts: datetime, how: str, calendar: Calendar, expected: datetime | None):
    assert remind_at(starts.astimezone(UTC), how, NEW_YORK, calendar) == expected


@given(
    minutes=st.integers(0, 400 * 24 * 60),
    how=st.sampled_from(REMINDERS),
    zone=st.sampled_from(["America/New_York", "Europe/Berlin", "Asia/Kathmandu", "Pacific/Apia"]),
)
def test_never_at_night_and_always_before(minutes: int, how: str, zone: str):
    starts = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    moment = remind_at(starts, how, ZoneInfo(zone), ALWAYS)
    assert moment is not None, "the evening before is always there"
    assert 8 <= moment.astimezone(ZoneInfo(zone)).hour < 20
    assert timedelta(minutes=30) <= starts - moment <= timedelta(hours=31)


def test_what_waits_for_a_school_day_waits_for_its_morning():
    assert next_open(at(8, 20), NEW_YORK, SUNDAY_OFF) == at(9, 8)
    assert next_open(at(7, 20), NEW_YORK, SUNDAY_OFF) == at(7, 20)
