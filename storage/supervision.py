"""Schedules of prompts, their rounds, and the answers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from storage.db import Tx, insert_into, record
from storage.models import AccountRow, AnswerRow, PersonRow, RoleRow, RoundRow, ScheduleRow
from storage.words import Channel, Role


@dataclass(frozen=True)
class Schedule:
    """When a programme's prompt goes out next."""

    id: int
    programme_id: int
    prompt: str
    next_due_at: datetime


@dataclass(frozen=True)
class Recipient:
    """One address of somebody whom a prompt goes to. ``locale`` is empty for the programme's."""

    person_id: int
    connection_id: int
    user: str
    locale: str


async def planned(tx: Tx, programme_id: int) -> set[str]:
    """The prompts that a programme has a schedule for."""
    return set(await tx.scalars(select(ScheduleRow.prompt).where(ScheduleRow.programme_id == programme_id)))


async def plan(tx: Tx, programme_id: int, prompt: str, next_due_at: datetime) -> None:
    """Start a schedule; where another process just did, nothing changes."""
    insert = insert_into(tx, ScheduleRow)
    values = {"programme_id": programme_id, "prompt": prompt, "next_due_at": next_due_at}
    await tx.execute(insert.values(**values).on_conflict_do_nothing())


async def plan_again(tx: Tx, programme_id: int, prompt: str, next_due_at: datetime) -> None:
    """Move a prompt that is planned to another time."""
    await tx.execute(
        update(ScheduleRow)
        .where(ScheduleRow.programme_id == programme_id, ScheduleRow.prompt == prompt)
        .values(next_due_at=next_due_at)
    )


async def due(tx: Tx, now: datetime, prompts: Collection[str]) -> list[Schedule]:
    """Schedules of these prompts whose time has come. (A newer version's prompts are its own to send.)"""
    rows = await tx.scalars(
        select(ScheduleRow)
        .where(ScheduleRow.next_due_at <= now, ScheduleRow.prompt.in_(list(prompts)))
        .order_by(ScheduleRow.next_due_at)
    )
    return [record(Schedule, row) for row in rows]


async def next_due(tx: Tx, prompts: Collection[str]) -> datetime | None:
    """When the next of these prompts goes out, if any is planned."""
    planned = ScheduleRow.prompt.in_(list(prompts))
    return await tx.scalar(select(func.min(ScheduleRow.next_due_at)).where(planned))


async def take(tx: Tx, schedule: Schedule, next_due_at: datetime) -> bool:
    """Move a due schedule on. ``False`` if another process did it first: then that one sends."""
    moved = await tx.execute(
        update(ScheduleRow)
        .where(ScheduleRow.id == schedule.id, ScheduleRow.next_due_at == schedule.next_due_at)
        .values(next_due_at=next_due_at)
        .returning(ScheduleRow.id)
        .execution_options(synchronize_session=False)
    )
    return moved.first() is not None


async def start_round(tx: Tx, schedule_id: int, due_at: datetime) -> int:
    """Start a round. Returns its id."""
    row = RoundRow(schedule_id=schedule_id, due_at=due_at)
    tx.add(row)
    await tx.flush()
    return row.id


async def recipients(tx: Tx, programme_id: int, roles: Collection[Role]) -> list[Recipient]:
    """Everybody with one of the roles, at their first address in chat."""
    rows = await tx.execute(
        select(PersonRow.id, AccountRow.connection_id, AccountRow.user, PersonRow.locale)
        .join(AccountRow, AccountRow.person_id == PersonRow.id)
        .where(
            PersonRow.programme_id == programme_id,
            PersonRow.suspended.is_(False),
            AccountRow.channel == Channel.CHAT,
            PersonRow.id.in_(select(RoleRow.person_id).where(RoleRow.role.in_(list(roles)))),
        )
        .order_by(PersonRow.id, AccountRow.id)
    )
    first: dict[int, Recipient] = {}
    for person_id, connection_id, user, locale in rows:
        first.setdefault(person_id, Recipient(person_id, connection_id, user, locale))
    return list(first.values())


async def answer(
    tx: Tx, round_id: int, *, programme_id: int, person_id: int, word: str, now: datetime
) -> bool:
    """Keep an answer, in place of an earlier one. ``False`` if the programme has no such round."""
    found = await tx.scalar(
        select(RoundRow.id)
        .join(ScheduleRow, ScheduleRow.id == RoundRow.schedule_id)
        .where(RoundRow.id == round_id, ScheduleRow.programme_id == programme_id)
    )
    if found is None:
        return False
    await tx.merge(AnswerRow(round_id=round_id, person_id=person_id, answer=word, at=now))
    await tx.flush()
    return True


async def answers_since(tx: Tx, programme_id: int, prompt: str, since: datetime) -> list[tuple[str, str]]:
    """Who answered what to a prompt in rounds since a moment: (name, word), the latest answer last."""
    rows = await tx.execute(
        select(PersonRow.name, AnswerRow.answer)
        .join(AnswerRow, AnswerRow.person_id == PersonRow.id)
        .join(RoundRow, RoundRow.id == AnswerRow.round_id)
        .join(ScheduleRow, ScheduleRow.id == RoundRow.schedule_id)
        .where(
            ScheduleRow.programme_id == programme_id, ScheduleRow.prompt == prompt, RoundRow.due_at >= since
        )
        .order_by(AnswerRow.at)
    )
    return [(name, word) for name, word in rows]


async def unanswered(tx: Tx, programme_id: int, person_id: int, since: datetime) -> dict[str, int]:
    """The last round of each prompt since a moment that somebody has not answered: its id, by prompt."""
    answered = select(AnswerRow.round_id).where(AnswerRow.person_id == person_id)
    rows = await tx.execute(
        select(ScheduleRow.prompt, RoundRow.id)
        .join(RoundRow, RoundRow.schedule_id == ScheduleRow.id)
        .where(
            ScheduleRow.programme_id == programme_id,
            RoundRow.due_at >= since,
        )
        .order_by(RoundRow.due_at, RoundRow.id)
    )
    latest: dict[str, int] = dict(rows.all())
    done = set(await tx.scalars(answered.where(AnswerRow.round_id.in_(list(latest.values())))))
    return {prompt: round_id for prompt, round_id in latest.items() if round_id not in done}
