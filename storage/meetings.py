"""Meetings: when they are, and what is due for them."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, update

from storage.db import Tx, insert_into, record
from storage.models import AttendanceRow, MeetingPlanRow, MeetingRow, OutboxRow
from storage.words import OutboxState


@dataclass(frozen=True)
class MeetingPlan:
    """When a team or, with a ``lead_id``, that lead's group meets, for how many minutes, and where.

    ``rule`` is as :mod:`handlers.supervision_times` writes it; ``remind`` a word for when to remind.
    """

    id: int
    programme_id: int
    lead_id: int | None
    rule: str
    minutes: int
    remind: str
    place: str
    stopped: bool = False


@dataclass(frozen=True)
class Meeting:
    """One meeting of a plan. ``over``: its end was seen, and who had been invited is written down."""

    id: int
    plan: MeetingPlan
    starts_at: datetime
    ends_at: datetime
    remind_at: datetime | None
    reminded: bool
    over: bool
    called_off: bool
    ticked_at: datetime | None


# --- plans -------------------------------------------------------------------------------------


async def add_plan(tx: Tx, plan: MeetingPlan) -> MeetingPlan:
    """Keep a new plan. Returns it with its id."""
    row = MeetingPlanRow(
        programme_id=plan.programme_id,
        lead_id=plan.lead_id,
        rule=plan.rule,
        minutes=plan.minutes,
        remind=plan.remind,
        place=plan.place,
    )
    tx.add(row)
    await tx.flush()
    return replace(plan, id=row.id)


async def plan(tx: Tx, programme_id: int, plan_id: int) -> MeetingPlan | None:
    """One plan of a programme; ``None`` if it has no such."""
    row = await tx.get(MeetingPlanRow, plan_id, populate_existing=True)
    return None if row is None or row.programme_id != programme_id else record(MeetingPlan, row)


async def plans(tx: Tx, programme_id: int) -> list[MeetingPlan]:
    """What a programme has planned and not stopped, in the order in which it was added."""
    rows = await tx.scalars(
        select(MeetingPlanRow)
        .where(MeetingPlanRow.programme_id == programme_id, MeetingPlanRow.stopped.is_(False))
        .order_by(MeetingPlanRow.id)
    )
    return [record(MeetingPlan, row) for row in rows]


async def stop(tx: Tx, plan_id: int) -> bool:
    """Plan nothing more by it. ``False`` if somebody else stopped or changed it first."""
    done = await tx.execute(
        update(MeetingPlanRow)
        .where(MeetingPlanRow.id == plan_id, MeetingPlanRow.stopped.is_(False))
        .values(stopped=True)
        .returning(MeetingPlanRow.id)
        .execution_options(synchronize_session=False)
    )
    return done.first() is not None


# --- one meeting -------------------------------------------------------------------------------


def _meeting(row: MeetingRow, plan: MeetingPlanRow) -> Meeting:
    return Meeting(
        row.id,
        record(MeetingPlan, plan),
        row.starts_at,
        row.ends_at,
        row.remind_at,
        row.reminded,
        row.over,
        row.called_off,
        row.ticked_at,
    )


def _meetings() -> Select[MeetingRow, MeetingPlanRow]:
    return select(MeetingRow, MeetingPlanRow).join(MeetingPlanRow, MeetingPlanRow.id == MeetingRow.plan_id)


async def lay_out(
    tx: Tx, plan_id: int, starts_at: datetime, *, ends_at: datetime, remind_at: datetime | None
) -> None:
    """Let there be a meeting then; where it stands already, nothing changes."""
    values = {
        "plan_id": plan_id,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "remind_at": remind_at,
        "reminded": False,
        "over": False,
        "called_off": False,
    }
    await tx.execute(insert_into(tx, MeetingRow).values(**values).on_conflict_do_nothing())


async def starts(tx: Tx, plan_id: int, since: datetime) -> dict[datetime, bool]:
    """When a plan's meetings are from a moment on, and whether each was called off."""
    rows = await tx.execute(
        select(MeetingRow.starts_at, MeetingRow.called_off).where(
            MeetingRow.plan_id == plan_id, MeetingRow.starts_at >= since
        )
    )
    return dict(rows.all())


async def get(tx: Tx, programme_id: int, meeting_id: int) -> Meeting | None:
    """A meeting of this programme, held until the transaction ends; ``None`` if it has no such."""
    found = await tx.execute(
        _meetings()
        .where(MeetingRow.id == meeting_id, MeetingPlanRow.programme_id == programme_id)
        .with_for_update(of=MeetingRow)
        .execution_options(populate_existing=True)
    )
    row = found.first()
    return None if row is None else _meeting(*row)


async def between(tx: Tx, programme_id: int, since: datetime, until: datetime, most: int) -> list[Meeting]:
    """A programme's meetings that end in a span of time, the first ones first; none that were called off."""
    rows = await tx.execute(
        _meetings()
        .where(
            MeetingPlanRow.programme_id == programme_id,
            MeetingRow.ends_at > since,
            MeetingRow.ends_at <= until,
            MeetingRow.called_off.is_(False),
        )
        .order_by(MeetingRow.starts_at, MeetingRow.id)
        .limit(most)
    )
    return [_meeting(*row) for row in rows]


async def earlier(
    tx: Tx, programme_id: int, until: datetime, *, lead_id: int | None, offset: int, most: int
) -> list[Meeting]:
    """Meetings that have ended, the latest first, from a place on; of one lead's group, or of everybody."""
    query = _meetings().where(
        MeetingPlanRow.programme_id == programme_id,
        MeetingRow.ends_at <= until,
        MeetingRow.called_off.is_(False),
    )
    if lead_id is not None:
        query = query.where(MeetingPlanRow.lead_id == lead_id)
    latest = query.order_by(MeetingRow.starts_at.desc(), MeetingRow.id.desc())
    return [_meeting(*row) for row in await tx.execute(latest.offset(offset).limit(most))]


async def to_come(tx: Tx, plan_id: int) -> list[Meeting]:
    """A plan's meetings that are not over and not called off."""
    rows = await tx.execute(
        _meetings()
        .where(MeetingRow.plan_id == plan_id, MeetingRow.over.is_(False), MeetingRow.called_off.is_(False))
        .order_by(MeetingRow.starts_at)
    )
    return [_meeting(*row) for row in rows]


async def move(
    tx: Tx, meeting_id: int, plan_id: int, *, ends_at: datetime, remind_at: datetime | None
) -> None:
    """Let a meeting belong to another plan for the same time."""
    values = {"plan_id": plan_id, "ends_at": ends_at, "remind_at": remind_at}
    await tx.execute(update(MeetingRow).where(MeetingRow.id == meeting_id).values(**values))


async def call_off(tx: Tx, meeting_id: int, *, by_calendar: bool = False) -> None:
    """Let a meeting not take place; nothing is due for it any more.

    ``by_calendar``: :func:`give_back` may restore it. Only such a one keeps a time to remind of it.
    """
    again = MeetingRow.starts_at if by_calendar else None
    values = {"called_off": True, "remind_at": again, "over": True}
    await tx.execute(update(MeetingRow).where(MeetingRow.id == meeting_id).values(**values))


async def give_back(
    tx: Tx, plan_id: int, starts_at: datetime, *, ends_at: datetime, remind_at: datetime | None
) -> bool:
    """Let a meeting that only the calendar took off take place after all. ``False`` if there is none."""
    only_by_calendar = and_(
        MeetingRow.plan_id == plan_id,
        MeetingRow.starts_at == starts_at,
        MeetingRow.called_off,
        MeetingRow.remind_at.is_not(None),
    )
    values = {"called_off": False, "over": False, "reminded": False}
    return await _take(tx, only_by_calendar, **values, ends_at=ends_at, remind_at=remind_at)


async def drop(tx: Tx, meeting_id: int) -> None:
    """Forget a meeting that nobody was told of and nobody wrote of."""
    await tx.execute(delete(AttendanceRow).where(AttendanceRow.meeting_id == meeting_id))
    await tx.execute(delete(MeetingRow).where(MeetingRow.id == meeting_id))


# --- what is due -------------------------------------------------------------------------------


async def due(tx: Tx, now: datetime) -> list[tuple[int, int]]:
    """Meetings to remind of, or whose end has come: (programme's id, meeting's id)."""
    rows = await tx.execute(
        select(MeetingPlanRow.programme_id, MeetingRow.id)
        .join(MeetingRow, MeetingRow.plan_id == MeetingPlanRow.id)
        .where(
            MeetingRow.over.is_(False),
            or_(MeetingRow.remind_at <= now, MeetingRow.ends_at <= now),
        )
        .order_by(MeetingRow.starts_at, MeetingRow.id)
    )
    return [(first, second) for first, second in rows]


async def next_due(tx: Tx) -> datetime | None:
    """When next something is due for a meeting."""
    open_ones = MeetingRow.over.is_(False)
    found = await tx.execute(
        select(func.min(MeetingRow.remind_at), func.min(MeetingRow.ends_at)).where(open_ones)
    )
    return min((time for time in found.one() if time is not None), default=None)


async def take_reminder(tx: Tx, meeting_id: int, remind_at: datetime) -> bool:
    """A meeting is reminded of now. ``False`` if another process did it first."""
    waits = and_(MeetingRow.id == meeting_id, MeetingRow.remind_at == remind_at)
    return await _take(tx, waits, remind_at=None, reminded=True)


async def take_end(tx: Tx, meeting_id: int) -> bool:
    """A meeting's end has come. ``False`` if another process saw it first."""
    goes_on = and_(MeetingRow.id == meeting_id, MeetingRow.over.is_(False))
    return await _take(tx, goes_on, over=True, remind_at=None)


async def _take(tx: Tx, still: ColumnElement[bool], **values: object) -> bool:
    done = await tx.execute(
        update(MeetingRow)
        .where(still)
        .values(**values)
        .returning(MeetingRow.id)
        .execution_options(synchronize_session=False)
    )
    return done.first() is not None


async def forget_reminders(tx: Tx, person_id: int, meeting_id: int | None = None) -> None:
    """Reminders that still wait for somebody's morning do not go: of one meeting, or of all."""
    key = (
        OutboxRow.key.like("meeting:%")
        if meeting_id is None
        else OutboxRow.key.like(f"meeting:{meeting_id}:%")
    )
    await _forget(tx, key, OutboxRow.person_id == person_id)


async def forget_reminders_of(tx: Tx, meeting_id: int) -> None:
    """Nobody is reminded of a meeting any more."""
    await _forget(tx, OutboxRow.key.like(f"meeting:{meeting_id}:%"))


async def _forget(tx: Tx, *chosen: ColumnElement[bool]) -> None:
    waits = (OutboxRow.state == OutboxState.QUEUED, OutboxRow.claim.is_(None))
    await tx.execute(delete(OutboxRow).where(*chosen, *waits))
