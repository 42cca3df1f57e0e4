"""Who is on duty when: the week's hours, days on which somebody is away, days handed to somebody else.

Days and hours are those on the wall, by the programme's clock; an hour is minutes since midnight.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select

from storage.db import Tx, record
from storage.models import AbsenceRow, DutyRow, PersonRow, SwapRow


@dataclass(frozen=True)
class Hours:
    """Somebody's hours on a weekday (0 is Monday). Where they end before they start, on the next day."""

    id: int
    person_id: int
    weekday: int
    starts: int
    ends: int


@dataclass(frozen=True)
class Absence:
    """Days on which somebody is away, both included."""

    person_id: int
    first: date
    last: date


@dataclass(frozen=True)
class Swap:
    """A day whose duty ``giver_id`` would hand, or has handed (``accepted``), to ``taker_id``."""

    id: int
    day: date
    giver_id: int
    taker_id: int
    accepted: bool
    answered_at: datetime | None


async def hours(tx: Tx, programme_id: int) -> list[Hours]:
    """A programme's week, in order."""
    rows = await tx.scalars(
        select(DutyRow)
        .where(DutyRow.programme_id == programme_id)
        .order_by(DutyRow.weekday, DutyRow.starts, DutyRow.id)
    )
    return [record(Hours, row) for row in rows]


async def add_hours(
    tx: Tx, programme_id: int, person_id: int, weekdays: Collection[int], *, starts: int, ends: int
) -> None:
    """Put somebody on duty on these days of every week."""
    tx.add_all(
        DutyRow(programme_id=programme_id, person_id=person_id, weekday=day, starts=starts, ends=ends)
        for day in sorted(weekdays)
    )
    await tx.flush()


async def remove_hours(tx: Tx, programme_id: int, hours_id: int) -> bool:
    """Take hours off the week. ``False`` if they are not there."""
    chosen = (DutyRow.id == hours_id, DutyRow.programme_id == programme_id)
    done = await tx.execute(delete(DutyRow).where(*chosen).returning(DutyRow.id))
    return done.first() is not None


async def absences(tx: Tx, programme_id: int, since: date) -> list[Absence]:
    """Who is away on or after a day, in order."""
    rows = await tx.scalars(
        select(AbsenceRow)
        .join(PersonRow, PersonRow.id == AbsenceRow.person_id)
        .where(PersonRow.programme_id == programme_id, AbsenceRow.last >= since)
        .order_by(AbsenceRow.first, AbsenceRow.id)
    )
    return [record(Absence, row) for row in rows]


async def add_absence(tx: Tx, person_id: int, first: date, last: date) -> None:
    """Somebody is away on these days."""
    tx.add(AbsenceRow(person_id=person_id, first=first, last=last))
    await tx.flush()


async def drop_absences(tx: Tx, person_id: int, since: date) -> None:
    """Somebody is not away after all, from a day on."""
    chosen = (AbsenceRow.person_id == person_id, AbsenceRow.last >= since)
    await tx.execute(delete(AbsenceRow).where(*chosen))


async def handed(tx: Tx, programme_id: int, since: date) -> list[Swap]:
    """Days that were handed on, in the order in which that was agreed."""
    rows = await tx.scalars(
        select(SwapRow)
        .where(SwapRow.programme_id == programme_id, SwapRow.accepted.is_(True), SwapRow.day >= since)
        .order_by(SwapRow.answered_at, SwapRow.id)
    )
    return [record(Swap, row) for row in rows]


async def ask(tx: Tx, programme_id: int, day: date, *, giver_id: int, taker_id: int) -> Swap:
    """Somebody would hand a day to somebody else, who has not answered yet."""
    row = SwapRow(programme_id=programme_id, day=day, giver_id=giver_id, taker_id=taker_id, accepted=False)
    tx.add(row)
    await tx.flush()
    return record(Swap, row)


async def swap(tx: Tx, programme_id: int, swap_id: int) -> Swap | None:
    """One of these questions, held until the transaction ends; ``None`` if there is none."""
    chosen = (SwapRow.id == swap_id, SwapRow.programme_id == programme_id)
    row = await tx.scalar(select(SwapRow).where(*chosen).with_for_update())
    return None if row is None else record(Swap, row)


async def answer(tx: Tx, swap_id: int, *, accepted: bool, now: datetime) -> None:
    """The answer to one of these questions."""
    row = await tx.get_one(SwapRow, swap_id)
    row.accepted, row.answered_at = accepted, now
    await tx.flush()
