"""Who comes to meetings, and who came."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update

from storage.db import Tx, insert_into
from storage.models import AttendanceRow, MeetingPlanRow, MeetingRow
from storage.words import Attendance


@dataclass(frozen=True)
class MeetingTotals:
    """A span of time's meetings: those with attendance, who came of how many, and those without."""

    held: int
    came: int
    invited: int
    unticked: int


async def of_meeting(tx: Tx, meeting_id: int) -> dict[int, Attendance]:
    """What is written down of each, by the person's id."""
    rows = await tx.execute(
        select(AttendanceRow.person_id, AttendanceRow.came).where(AttendanceRow.meeting_id == meeting_id)
    )
    return dict(rows.all())


async def keep(tx: Tx, meeting_id: int, came: Mapping[int, Attendance]) -> None:
    """Write down who came, or who says that they can't."""
    if not came:
        return
    insert = insert_into(tx, AttendanceRow)
    values = [{"meeting_id": meeting_id, "person_id": person, "came": word} for person, word in came.items()]
    await tx.execute(
        insert.values(values).on_conflict_do_update(
            index_elements=["meeting_id", "person_id"], set_={"came": insert.excluded.came}
        )
    )


async def withdraw(tx: Tx, meeting_id: int, person_id: int) -> None:
    """Somebody says that they can come after all."""
    await tx.execute(
        delete(AttendanceRow).where(
            AttendanceRow.meeting_id == meeting_id,
            AttendanceRow.person_id == person_id,
            AttendanceRow.came == Attendance.CANNOT,
        )
    )


async def cannot_come(tx: Tx, person_id: int, meeting_ids: Collection[int]) -> set[int]:
    """To which of these meetings somebody has said that they can't come."""
    return set(
        await tx.scalars(
            select(AttendanceRow.meeting_id).where(
                AttendanceRow.person_id == person_id,
                AttendanceRow.meeting_id.in_(list(meeting_ids)),
                AttendanceRow.came == Attendance.CANNOT,
            )
        )
    )


async def ticked(tx: Tx, meeting_id: int, now: datetime) -> None:
    """It was said who came."""
    await tx.execute(update(MeetingRow).where(MeetingRow.id == meeting_id).values(ticked_at=now))


async def record_of(
    tx: Tx, person_ids: Collection[int], since: datetime, lead_id: int | None = None
) -> dict[int, tuple[int, int]]:
    """To how many meetings people came, of how many they were invited to and not on a break, since a moment.

    With a ``lead_id``, only the meetings of that lead's group count.
    """
    query = (
        select(AttendanceRow.person_id, AttendanceRow.came, func.count())
        .join(MeetingRow, MeetingRow.id == AttendanceRow.meeting_id)
        .join(MeetingPlanRow, MeetingPlanRow.id == MeetingRow.plan_id)
        .where(
            AttendanceRow.person_id.in_(list(person_ids)),
            MeetingRow.ticked_at.is_not(None),
            MeetingRow.called_off.is_(False),
            MeetingRow.starts_at >= since,
            AttendanceRow.came != Attendance.AWAY,
        )
        .group_by(AttendanceRow.person_id, AttendanceRow.came)
    )
    if lead_id is not None:
        query = query.where(MeetingPlanRow.lead_id == lead_id)
    found: dict[int, tuple[int, int]] = {}
    for person, came, number in await tx.execute(query):
        before = found.get(person, (0, 0))
        found[person] = (before[0] + number * (came is Attendance.CAME), before[1] + number)
    return found


async def totals(tx: Tx, programme_id: int, since: datetime, until: datetime) -> MeetingTotals:
    """A programme's meetings that ended in a span of time."""
    chosen = (
        MeetingPlanRow.programme_id == programme_id,
        MeetingRow.called_off.is_(False),
        MeetingRow.ends_at >= since,
        MeetingRow.ends_at < until,
    )
    rows = await tx.execute(
        select(MeetingRow.ticked_at)
        .join(MeetingPlanRow, MeetingPlanRow.id == MeetingRow.plan_id)
        .where(*chosen)
    )
    ticks = [tick for (tick,) in rows]
    counts = await tx.execute(
        select(AttendanceRow.came, func.count())
        .join(MeetingRow, MeetingRow.id == AttendanceRow.meeting_id)
        .join(MeetingPlanRow, MeetingPlanRow.id == MeetingRow.plan_id)
        .where(*chosen, MeetingRow.ticked_at.is_not(None), AttendanceRow.came != Attendance.AWAY)
        .group_by(AttendanceRow.came)
    )
    by_word = dict(counts.all())
    held = sum(tick is not None for tick in ticks)
    return MeetingTotals(held, by_word.get(Attendance.CAME, 0), sum(by_word.values()), len(ticks) - held)
