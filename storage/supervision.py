"""Schedules: when each prompt of a programme goes out next, and how that is changed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, func, or_, select, update

from storage.db import Tx, insert_into
from storage.models import RoundRow, ScheduleRow

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""Stands in the database where nothing is planned."""
OWN = "own-"
"""What the name of a prompt begins with that a coordinator made; its number follows."""


@dataclass(frozen=True)
class Schedule:
    """When a programme's prompt goes out next. ``next_due_at`` is ``None`` where nothing is planned.

    ``rule`` is empty for the prompt's own; ``grace`` are minutes, ``open_for`` days. A ``retired`` one goes
    out no more; what was asked by it stays.
    """

    id: int
    programme_id: int
    prompt: str
    next_due_at: datetime | None
    rule: str
    paused: bool
    retired: bool
    grace: int
    open_for: int
    version: int


def _schedule(row: ScheduleRow) -> Schedule:
    return Schedule(
        row.id,
        row.programme_id,
        row.prompt,
        None if row.next_due_at >= NEVER else row.next_due_at,
        row.rule,
        row.paused,
        row.retired,
        row.grace,
        row.open_for,
        row.version,
    )


async def planned(tx: Tx, programme_id: int) -> set[str]:
    """The prompts that a programme has a schedule for, retired ones too."""
    return set(await tx.scalars(select(ScheduleRow.prompt).where(ScheduleRow.programme_id == programme_id)))


async def plan(
    tx: Tx, programme_id: int, prompt: str, next_due_at: datetime | None, *, rule: str = ""
) -> None:
    """Start a schedule; where another process just did, nothing changes."""
    insert = insert_into(tx, ScheduleRow)
    values = {
        "programme_id": programme_id,
        "prompt": prompt,
        "next_due_at": next_due_at or NEVER,
        "rule": rule,
        "paused": False,
        "retired": False,
        "grace": 720,
        "open_for": 3,
        "version": 1,
    }
    await tx.execute(insert.values(**values).on_conflict_do_nothing())


async def schedules(tx: Tx, programme_id: int) -> list[Schedule]:
    """Everything that a programme has planned or could start, in the order in which it was added."""
    rows = await tx.scalars(
        select(ScheduleRow)
        .where(ScheduleRow.programme_id == programme_id, ScheduleRow.retired.is_(False))
        .order_by(ScheduleRow.id)
    )
    return [_schedule(row) for row in rows]


async def get(tx: Tx, schedule_id: int, programme_id: int) -> Schedule | None:
    """One schedule of a programme; ``None`` if it has no such."""
    row = await tx.get(ScheduleRow, schedule_id, populate_existing=True)
    return None if row is None or row.programme_id != programme_id else _schedule(row)


async def hold(tx: Tx, schedule_id: int) -> None:
    """Let nobody else start a round of a schedule until the transaction ends."""
    await tx.execute(select(ScheduleRow.id).where(ScheduleRow.id == schedule_id).with_for_update())


async def of_prompt(tx: Tx, programme_id: int, prompt: str) -> Schedule | None:
    """The schedule of a prompt, if there is one."""
    row = await tx.scalar(
        select(ScheduleRow).where(ScheduleRow.programme_id == programme_id, ScheduleRow.prompt == prompt)
    )
    return None if row is None else _schedule(row)


async def plan_again(tx: Tx, schedule_id: int, next_due_at: datetime | None) -> None:
    """Move what is planned to another time, because the clock or the calendar it goes by has changed."""
    await tx.execute(
        update(ScheduleRow).where(ScheduleRow.id == schedule_id).values(next_due_at=next_due_at or NEVER)
    )


def _known(prompts: Collection[str]) -> ColumnElement[bool]:
    """Prompts that this version can send. (A newer version's are its own to send.)"""
    return or_(ScheduleRow.prompt.in_(list(prompts)), ScheduleRow.prompt.like(f"{OWN}%"))


async def due(tx: Tx, now: datetime, prompts: Collection[str]) -> list[Schedule]:
    """Schedules of these prompts, and of the coordinators' own, whose time has come."""
    rows = await tx.scalars(
        select(ScheduleRow)
        .where(
            ScheduleRow.next_due_at <= now,
            ScheduleRow.paused.is_(False),
            ScheduleRow.retired.is_(False),
            _known(prompts),
        )
        .order_by(ScheduleRow.next_due_at)
    )
    return [_schedule(row) for row in rows]


async def next_due(tx: Tx, prompts: Collection[str]) -> datetime | None:
    """When next something goes out, somebody is reminded, or a round closes."""
    active = (ScheduleRow.paused.is_(False), ScheduleRow.retired.is_(False), ScheduleRow.next_due_at < NEVER)
    planned = await tx.scalar(select(func.min(ScheduleRow.next_due_at)).where(_known(prompts), *active))
    of_rounds = await tx.execute(
        select(func.min(RoundRow.closes_at), func.min(RoundRow.nudge_at)).where(RoundRow.closed_at.is_(None))
    )
    return min((time for time in (planned, *of_rounds.one()) if time is not None), default=None)


async def take(tx: Tx, schedule: Schedule, next_due_at: datetime | None) -> bool:
    """Move a due schedule on. ``False`` if another process did it first, or somebody changed it meanwhile."""
    moved = await tx.execute(
        update(ScheduleRow)
        .where(
            ScheduleRow.id == schedule.id,
            ScheduleRow.next_due_at == schedule.next_due_at,
            ScheduleRow.version == schedule.version,
        )
        .values(next_due_at=next_due_at or NEVER)
        .returning(ScheduleRow.id)
        .execution_options(synchronize_session=False)
    )
    return moved.first() is not None


async def change(tx: Tx, before: Schedule, after: Schedule) -> bool:
    """Change a schedule. ``False`` if somebody else did since ``before`` was read: then nothing is."""
    done = await tx.execute(
        update(ScheduleRow)
        .where(ScheduleRow.id == before.id, ScheduleRow.version == before.version)
        .values(
            next_due_at=after.next_due_at or NEVER,
            rule=after.rule,
            paused=after.paused,
            retired=after.retired,
            grace=after.grace,
            open_for=after.open_for,
            version=before.version + 1,
        )
        .returning(ScheduleRow.id)
        .execution_options(synchronize_session=False)
    )
    return done.first() is not None
