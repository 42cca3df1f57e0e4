"""Who is on duty: a team's week, days off and days handed on, as pure rules by the clock on the wall.

Whoever is on duty when a case opens is paged first, then the others, and last whoever is away. Nobody is
ever taken off the ladder by it: where nobody else is left, who is away is paged. Without a rota, and with
nobody away, the ladder stays as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.cards import calls
from handlers.supervision_times import ALWAYS, Calendar
from storage import rota as stored
from storage.db import Tx
from storage.people import LadderAddress
from storage.programmes import Programme
from storage.rota import Absence, Hours, Swap
from storage.words import Channel, Rung

DAY = 24 * 60
AHEAD = 7
"""Days for which is looked ahead, after today."""
FROM, UNTIL = calls.FROM * 60, calls.UNTIL * 60
SCHOOL_WEEK = range(5)


@dataclass(frozen=True)
class Shift:
    """Somebody's hours on one day, in minutes after its midnight; they may end on the next day."""

    person_id: int
    starts: int
    ends: int


@dataclass(frozen=True)
class Gap:
    """Hours of a school day in which nobody is on duty."""

    day: date
    starts: int
    ends: int


@dataclass(frozen=True)
class Rota:
    """A team's week, who is away, and which days were handed on (accepted ones, in their order)."""

    hours: tuple[Hours, ...] = ()
    absences: tuple[Absence, ...] = ()
    handed: tuple[Swap, ...] = ()

    def away(self, day: date) -> frozenset[int]:
        """Who is away on a day."""
        return frozenset(each.person_id for each in self.absences if each.first <= day <= each.last)

    def shifts(self, day: date) -> list[Shift]:
        """A day's duty as it was agreed, in its order, also of whoever is away then."""
        found = [
            Shift(
                self._who(day, row.person_id), row.starts, row.ends + (DAY if row.ends <= row.starts else 0)
            )
            for row in self.hours
            if row.weekday == day.weekday()
        ]
        return sorted(dict.fromkeys(found), key=lambda shift: (shift.starts, shift.ends))

    def _who(self, day: date, person_id: int) -> int:
        """Who has somebody's duty of a day after all that was handed on."""
        for swap in self.handed:
            if swap.day == day and swap.giver_id == person_id:
                person_id = swap.taker_id
        return person_id

    def on_duty(self, local: datetime) -> tuple[int, ...]:
        """Who is on duty at a moment on the wall and not away, whose hours began first, first."""
        minute, today = local.hour * 60 + local.minute, local.date()
        yesterday = today - timedelta(days=1)
        found = [shift for shift in self.shifts(yesterday) if minute + DAY < shift.ends]
        found += [shift for shift in self.shifts(today) if shift.starts <= minute < shift.ends]
        away = self.away(today)
        return tuple(dict.fromkeys(shift.person_id for shift in found if shift.person_id not in away))

    def gaps(self, now: datetime, people: frozenset[int], calendar: Calendar = ALWAYS) -> list[Gap]:
        """School hours from now on, a week ahead, in which none of ``people`` is on duty.

        School hours are those from the first to the last that the week itself names, on every weekday;
        without a rota there are none.
        """
        school = [row for row in self.hours if row.weekday in SCHOOL_WEEK]
        starts = max(FROM, min((row.starts for row in school), default=UNTIL))
        ends = min(UNTIL, max((row.ends if row.ends > row.starts else DAY for row in school), default=FROM))
        found = []
        for day in _days(now.date()):
            if day.weekday() in SCHOOL_WEEK and calendar.is_open(day):
                minute = now.hour * 60 + now.minute if day == now.date() else 0
                found += self._uncovered(day, max(starts, minute), ends, people)
        return found

    def _uncovered(self, day: date, starts: int, ends: int, people: frozenset[int]) -> list[Gap]:
        there = people - self.away(day)
        before = [
            replace(shift, starts=shift.starts - DAY, ends=shift.ends - DAY)
            for shift in self.shifts(day - timedelta(days=1))
        ]
        found, at = [], starts
        for shift in sorted([*before, *self.shifts(day)], key=lambda shift: shift.starts):
            if shift.person_id not in there:
                continue
            if at < min(shift.starts, ends):
                found.append(Gap(day, at, min(shift.starts, ends)))
            at = max(at, shift.ends)
        return [*found, Gap(day, at, ends)] if at < ends else found

    def all_away(self, today: date, people: frozenset[int]) -> list[date]:
        """Days of the coming week, today among them, on which all of ``people`` are away."""
        return [day for day in _days(today) if people and people <= self.away(day)]

    def order(self, ladder: Sequence[LadderAddress], local: datetime) -> list[LadderAddress]:
        """A team's ladder at a moment on the wall: who is on duty, the others as ever, who is away."""
        duty, away = self.on_duty(local), self.away(local.date())
        if not duty and not away:
            return list(ladder)

        def rank(entry: LadderAddress) -> int:
            if entry.person_id in away:
                return len(duty) + 1
            return duty.index(entry.person_id) if entry.person_id in duty else len(duty)

        backups = any(entry.rung is Rung.BACKUP and entry.person_id not in away for entry in ladder)
        ordered = [
            # Like a second coordinator: paged with everybody, or before where nobody else can answer.
            replace(entry, rung=Rung.COORDINATOR) if backups and entry.person_id in away else entry
            for entry in sorted(ladder, key=rank)
        ]
        return [replace(entry, position=position) for position, entry in enumerate(ordered)]


def _days(first: date) -> list[date]:
    return [first + timedelta(days=number) for number in range(AHEAD + 1)]


def clock(minutes: int) -> str:
    """Minutes after midnight as people write them; past midnight as on the next day, but for its very end."""
    hours, rest = divmod(minutes, 60)
    return f"{hours if minutes == DAY else hours % 24:02}:{rest:02}"


def local_time(programme: Programme, now: datetime) -> datetime:
    """What the clock on a programme's wall says."""
    return now.astimezone(ZoneInfo(programme.time_zone))


async def of_programme(tx: Tx, programme: Programme, now: datetime) -> Rota:
    """A programme's rota from yesterday on, whose last duty may go on."""
    since = local_time(programme, now).date() - timedelta(days=1)
    return Rota(
        tuple(await stored.hours(tx, programme.id)),
        tuple(await stored.absences(tx, programme.id, since)),
        tuple(await stored.handed(tx, programme.id, since)),
    )


def in_chat(ladder: Sequence[LadderAddress]) -> frozenset[int]:
    """The adults whom a page reaches where it can be answered."""
    return frozenset(entry.person_id for entry in ladder if entry.channel is Channel.CHAT)
