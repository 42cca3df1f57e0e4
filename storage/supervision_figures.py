"""What a programme's weeks come to, counted for the digest."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select

from storage.db import Tx
from storage.left_out import may_know
from storage.models import (
    AnswerRow,
    AttendanceRow,
    CaseRow,
    CheckInRow,
    MeetingPlanRow,
    MeetingRow,
    PersonRow,
    ProgrammeRow,
    RoleRow,
    RoundRow,
    ScheduleRow,
)
from storage.words import Attendance, CaseState, Concern, Role


@dataclass(frozen=True)
class Load:
    """What one helper did in a span of time; ``peers`` are different codes."""

    person_id: int
    name: str
    check_ins: int
    minutes: int
    peers: int
    unsure: int


@dataclass(frozen=True)
class CaseFigures:
    """A programme's cases in a span of time, as one adult may know of them.

    ``waiting`` are those that nobody has taken yet, ``raised_by`` the helpers who raised one.
    """

    opened: int
    acknowledge_seconds: tuple[float, ...]
    waiting: int
    drills: int
    raised_by: frozenset[int]


async def loads(
    tx: Tx, programme_id: int, roles: Collection[Role], since: datetime, until: datetime
) -> list[Load]:
    """What each helper did, also those who did nothing; in the order in which they joined."""
    rows = await tx.execute(
        select(
            CheckInRow.helper_id,
            func.count(CheckInRow.id),
            func.sum(CheckInRow.minutes),
            func.count(CheckInRow.peer_id.distinct()),
            func.sum(case((CheckInRow.concern == Concern.A_LITTLE, 1), else_=0)),
        )
        .where(
            CheckInRow.programme_id == programme_id,
            CheckInRow.at >= since,
            CheckInRow.at < until,
            CheckInRow.undone_at.is_(None),
        )
        .group_by(CheckInRow.helper_id)
    )
    done = {helper: tuple(figures) for helper, *figures in rows}
    helpers = await tx.execute(
        select(PersonRow.id, PersonRow.name)
        .where(
            PersonRow.programme_id == programme_id,
            PersonRow.suspended.is_(False),
            PersonRow.id.in_(select(RoleRow.person_id).where(RoleRow.role.in_(list(roles)))),
        )
        .order_by(PersonRow.id)
    )
    return [Load(number, name, *done.get(number, (0, 0, 0, 0))) for number, name in helpers]


async def case_figures(
    tx: Tx, programme_id: int, viewer_id: int, since: datetime, until: datetime
) -> CaseFigures:
    """Cases opened in a span of time, those that wait now, and drills; as the viewer may know of them."""
    rows = await tx.execute(
        select(CaseRow).where(
            CaseRow.programme_id == programme_id,
            CaseRow.opened_at >= since,
            CaseRow.opened_at < until,
            CaseRow.state.in_((CaseState.OPEN, CaseState.ACKNOWLEDGED, CaseState.RESOLVED)),
            may_know(viewer_id),
        )
    )
    found = [row[0] for row in rows]
    real = [row for row in found if not row.drill]
    waiting = await tx.scalar(
        select(func.count(CaseRow.id)).where(
            CaseRow.programme_id == programme_id,
            CaseRow.state == CaseState.OPEN,
            CaseRow.drill.is_(False),
            may_know(viewer_id),
        )
    )
    return CaseFigures(
        len(real),
        tuple((row.acknowledged_at - row.opened_at).total_seconds() for row in real if row.acknowledged_at),
        waiting or 0,
        len(found) - len(real),
        frozenset(row.helper_id for row in real if row.helper_id is not None),
    )


async def began_at(tx: Tx, programme_id: int) -> datetime:
    """When a programme came to Handrail."""
    return (await tx.get_one(ProgrammeRow, programme_id)).created_at


async def heard_of(tx: Tx, programme_id: int, since: datetime) -> set[int]:
    """Who has logged a check-in, answered by name or come to a meeting since a moment."""
    check_ins = select(CheckInRow.helper_id).where(
        CheckInRow.programme_id == programme_id, CheckInRow.at >= since, CheckInRow.undone_at.is_(None)
    )
    answers = (
        select(AnswerRow.person_id)
        .join(RoundRow, RoundRow.id == AnswerRow.round_id)
        .join(ScheduleRow, ScheduleRow.id == RoundRow.schedule_id)
        .where(ScheduleRow.programme_id == programme_id, AnswerRow.at >= since)
    )
    came = (
        select(AttendanceRow.person_id)
        .join(MeetingRow, MeetingRow.id == AttendanceRow.meeting_id)
        .join(MeetingPlanRow, MeetingPlanRow.id == MeetingRow.plan_id)
        .where(
            MeetingPlanRow.programme_id == programme_id,
            MeetingRow.starts_at >= since,
            AttendanceRow.came == Attendance.CAME,
        )
    )
    return {person for query in (check_ins, answers, came) for person in await tx.scalars(query)}
