"""When something goes out: pure functions from a rule, a time zone and a school's calendar to moments.

APScheduler's triggers reckon in the clock on the wall, as if it stood in UTC; what the wall's clock means is
decided here. So a doubled hour counts once (its first pass), and an hour that does not exist moves to the
next minute that does.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

FLOOR = timedelta(hours=20)
"""The shortest time between two of one schedule: once a day, with room for a change of clocks."""
HORIZON = timedelta(days=366 * 9)
"""How far is looked ahead: 29 February is at most eight years away."""
LOOKED_AT = 400
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LAST = 5
"""As the number of a week in the month: the last one."""
_NTH = ("1st", "2nd", "3rd", "4th", "last")


class NotARule(ValueError):
    """A text is no rule."""


@dataclass(frozen=True)
class Weekly:
    """On these days of every week (0 is Monday), at a time."""

    days: tuple[int, ...]
    at: time


@dataclass(frozen=True)
class Monthly:
    """On the first to fourth (1 to 4) or last (5) such weekday of every month, at a time."""

    nth: int
    day: int
    at: time


@dataclass(frozen=True)
class Every:
    """Every so many days from a first day on, at a time."""

    days: int
    first: date
    at: time


@dataclass(frozen=True)
class Once:
    """On one day, at a time."""

    on: date
    at: time


@dataclass(frozen=True)
class Cron:
    """Five fields as in cron: minute, hour, day of the month, month, weekday (in letters)."""

    fields: str


@dataclass(frozen=True)
class Never:
    """Not by itself."""


Rule = Weekly | Monthly | Every | Once | Cron | Never


@dataclass(frozen=True)
class Span:
    """Days from a first to a last one, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Calendar:
    """When a school is open. No terms: always, but for the holidays."""

    terms: tuple[Span, ...] = ()
    holidays: tuple[Span, ...] = ()

    def is_open(self, day: date) -> bool:
        """Whether anybody is asked anything on this day."""
        if any(day in holiday for holiday in self.holidays):
            return False
        return not self.terms or any(day in term for term in self.terms)

    def opens_on(self, day: date) -> date | None:
        """The first day from this one on that is open; ``None`` if the last term, or all time, is over."""
        while not self.is_open(day):
            ends = [each.last for each in self.holidays if day in each]
            if ends and max(ends) == date.max:
                return None
            after = max(ends) + timedelta(days=1) if ends else day
            if self.terms and not any(after in term for term in self.terms):
                firsts = [term.first for term in self.terms if term.first > after]
                if not firsts:
                    return None
                after = min(firsts)
            day = after
        return day


ALWAYS = Calendar()


# --- the clock on the wall ---------------------------------------------------------------------


def moment_of(on: date, at: time, zone: ZoneInfo) -> datetime:
    """What a time on the wall means, in UTC: the first of two, the next valid minute where there is none."""
    wall = datetime.combine(on, at)
    moment = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    back = moment.astimezone(zone).replace(tzinfo=None)
    if back == wall:
        return moment
    # In a gap ``fold=0`` reckons with the offset before it, so the same moment lies behind the gap by as
    # much as the time on the wall lies inside. The gap's end is where both offsets meet.
    before = (moment - timedelta(days=1)).astimezone(zone).utcoffset() or timedelta()
    low, high = moment - (back - wall), moment  # the gap ends between these
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) // 2
        if (middle.astimezone(zone).utcoffset() or timedelta()) == before:
            low = middle
        else:
            high = middle
    return high.replace(second=0, microsecond=0)


def days_later(moment: datetime, zone: ZoneInfo, days: int) -> datetime:
    """The same time on the wall, some days later."""
    local = moment.astimezone(zone)
    return moment_of(local.date() + timedelta(days=days), local.time(), zone)


# --- times of a rule ---------------------------------------------------------------------------


def _trigger(rule: Rule, until: datetime) -> BaseTrigger | None:
    """The trigger of a rule on the wall's clock, which it takes for UTC."""
    match rule:
        case Weekly(days=days, at=at):
            names = ",".join(WEEKDAYS[day] for day in days)
            return CronTrigger(
                day_of_week=names, hour=at.hour, minute=at.minute, end_date=until, timezone=UTC
            )
        case Monthly(nth=nth, day=weekday, at=at):
            which = f"{_NTH[nth - 1]} {WEEKDAYS[weekday]}"
            return CronTrigger(day=which, hour=at.hour, minute=at.minute, end_date=until, timezone=UTC)
        case Every(days=step, first=first, at=at):
            start = datetime.combine(first, at, UTC)
            return IntervalTrigger(days=step, start_date=start, end_date=until, timezone=UTC)
        case Once(on=on, at=at):
            return DateTrigger(datetime.combine(on, at, UTC), timezone=UTC)
        case Cron(fields=fields):
            parts = fields.split()
            return CronTrigger(
                minute=parts[0],
                hour=parts[1],
                day=parts[2],
                month=parts[3],
                day_of_week=parts[4],
                end_date=until,
                timezone=UTC,
            )
        case Never():
            return None


def times(rule: Rule, zone: ZoneInfo, calendar: Calendar, after: datetime) -> Iterator[datetime]:
    """The moments of a rule after a moment, in order, on days on which the school is open.

    Days on which it is closed are passed over at once: somebody waits for the answer.
    """
    wall = after.astimezone(zone).replace(tzinfo=UTC, fold=0)
    trigger = _trigger(rule, wall + HORIZON)
    previous: datetime | None = None
    start = wall
    while trigger is not None:
        found = trigger.get_next_fire_time(previous, start)
        if found is None or (isinstance(rule, Once) and found < wall - timedelta(days=1)):
            return
        opens = calendar.opens_on(found.date())
        if opens == found.date() and (moment := moment_of(opens, found.time(), zone)) > after:
            yield moment
            after = moment
        if isinstance(rule, Once) or opens is None:
            return
        if opens == found.date():
            previous, start = found, found + timedelta(microseconds=1)
        else:
            previous, start = None, datetime.combine(opens, time(), UTC)


def next_time(rule: Rule, zone: ZoneInfo, calendar: Calendar, after: datetime) -> datetime | None:
    """When a rule is next due after a moment; ``None`` if never."""
    return next(times(rule, zone, calendar, after), None)


@dataclass(frozen=True)
class Found:
    """What was due from one moment to another: the last one, which may still make sense, and those before."""

    last: datetime
    missed: tuple[datetime, ...] = field(default=())


def due_since(rule: Rule, zone: ZoneInfo, calendar: Calendar, first: datetime, now: datetime) -> Found:
    """Everything that fell due from ``first`` (which did) until now."""
    found = [first]
    for moment in islice(times(rule, zone, calendar, first), LOOKED_AT):
        if moment > now:
            break
        found.append(moment)
    return Found(found[-1], tuple(found[:-1]))


def too_often(rule: Rule, zone: ZoneInfo, after: datetime) -> bool:
    """Whether two times of a rule ever lie closer together than :data:`FLOOR`, as far as is looked ahead."""
    found = islice(times(rule, zone, ALWAYS, after), LOOKED_AT)
    return any(second - first < FLOOR for first, second in pairwise(found))


# --- rules as text, for the database -----------------------------------------------------------


def dump(rule: Rule) -> str:
    """A rule as one line."""
    match rule:
        case Weekly(days=days, at=at):
            return f"weekly {','.join(WEEKDAYS[day] for day in days)} {at:%H:%M}"
        case Monthly(nth=nth, day=day, at=at):
            return f"monthly {nth} {WEEKDAYS[day]} {at:%H:%M}"
        case Every(days=step, first=first, at=at):
            return f"every {step} {first.isoformat()} {at:%H:%M}"
        case Once(on=on, at=at):
            return f"once {on.isoformat()} {at:%H:%M}"
        case Cron(fields=fields):
            return f"cron {fields}"
        case Never():
            return "never"


def load(text: str) -> Rule:
    """Read a rule back. Raises :class:`NotARule`, also where it names a day or an hour that there is not."""
    kind, _, rest = text.partition(" ")
    words = rest.split()
    try:
        match kind, words:
            case "weekly", [days, at]:
                numbers = sorted({WEEKDAYS.index(day) for day in days.split(",")})
                return Weekly(tuple(numbers), time.fromisoformat(at))
            case "monthly", [nth, day, at] if 1 <= int(nth) <= LAST:
                return Monthly(int(nth), WEEKDAYS.index(day), time.fromisoformat(at))
            case "every", [days, first, at] if 1 <= int(days) <= 366:
                return Every(int(days), date.fromisoformat(first), time.fromisoformat(at))
            case "once", [on, at]:
                return Once(date.fromisoformat(on), time.fromisoformat(at))
            case "cron", [_, _, _, _, weekday] if not any(letter.isdigit() for letter in weekday):
                # APScheduler counts weekdays from Monday, cron from Sunday: only letters are sure.
                _trigger(Cron(rest), datetime(2000, 1, 1, tzinfo=UTC))
                return Cron(rest)
            case "never", []:
                return Never()
            case _:
                raise NotARule(kind)
    except ValueError as error:
        raise NotARule(kind) from error
