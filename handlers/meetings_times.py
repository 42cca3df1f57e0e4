"""When people are reminded of a meeting: pure, from its start, the chosen time, the zone and the calendar."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.supervision_times import Calendar, moment_of
from storage.supervision_people import QUIET_FROM, QUIET_UNTIL

EVENING, DAY, HOURS = "evening", "day", "hours"
"""The evening before, the same time on the day before, two hours before."""
REMINDERS = (EVENING, DAY, HOURS)
_AT_EVENING, _AT_MORNING = time(18), time(8)
_LOOKED_AT = 366
_LEAST = timedelta(minutes=30)
"""A reminder that comes later than this before the start helps nobody."""


def remind_at(starts_at: datetime, how: str, zone: ZoneInfo, calendar: Calendar) -> datetime | None:
    """When to remind of a meeting: never at night, never on a day on which nothing is asked.

    Where the chosen time is such, the evening before is taken, then the morning of the day. ``None``: no
    time is left.
    """
    for moment in _candidates(starts_at, how, zone):
        local = moment.astimezone(zone)
        in_the_day = QUIET_UNTIL <= local.hour * 60 + local.minute < QUIET_FROM
        if in_the_day and calendar.is_open(local.date()) and moment <= starts_at - _LEAST:
            return moment
    return None


def _candidates(starts_at: datetime, how: str, zone: ZoneInfo) -> Iterator[datetime]:
    local = starts_at.astimezone(zone)
    day_before = local.date() - timedelta(days=1)
    if how == HOURS:
        yield starts_at - timedelta(hours=2)
    if how == DAY:
        yield moment_of(day_before, local.time(), zone)
    yield moment_of(day_before, _AT_EVENING, zone)
    yield moment_of(local.date(), _AT_MORNING, zone)


def next_open(moment: datetime, zone: ZoneInfo, calendar: Calendar) -> datetime:
    """The moment itself, or the morning of the next day on which anything is asked (within a year)."""
    first = moment.astimezone(zone).date()
    for number in range(_LOOKED_AT):
        day = first + timedelta(days=number)
        if calendar.is_open(day):
            return moment_of(day, _AT_MORNING, zone) if number else moment
    return moment
