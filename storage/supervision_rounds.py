"""Rounds: one time that a prompt went out, who was asked, and what they answered by name."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update

from storage.db import Tx, insert_into
from storage.models import AnswerRow, AskedRow, OutboxRow, PersonRow, RoundRow, ScheduleRow
from storage.words import Deed, Lane, OutboxState


@dataclass(frozen=True)
class Round:
    """One time that a prompt went out. ``closes_at`` is ``None`` where nothing can be answered."""

    id: int
    schedule_id: int
    programme_id: int
    prompt: str
    due_at: datetime
    skipped: bool
    closes_at: datetime | None
    closed_at: datetime | None
    nudge_at: datetime | None
    nudges: int
    results: Mapping[str, Any] | None

    @property
    def is_open(self) -> bool:
        """Whether answers still count."""
        return self.closed_at is None and not self.skipped


@dataclass(frozen=True)
class Answer:
    """What somebody answered by name: the word of a button, and the answers of the form by question."""

    person_id: int
    name: str
    word: str
    content: Mapping[str, Any]
    late: bool
    at: datetime


def _round(row: RoundRow, schedule: ScheduleRow) -> Round:
    return Round(
        row.id,
        row.schedule_id,
        schedule.programme_id,
        schedule.prompt,
        row.due_at,
        row.skipped,
        row.closes_at,
        row.closed_at,
        row.nudge_at,
        row.nudges,
        row.results,
    )


async def start(
    tx: Tx, schedule_id: int, due_at: datetime, *, closes_at: datetime | None, nudge_at: datetime | None
) -> int:
    """Start a round. Returns its id."""
    row = RoundRow(schedule_id=schedule_id, due_at=due_at, closes_at=closes_at, nudge_at=nudge_at)
    tx.add(row)
    await tx.flush()
    return row.id


async def record_skipped(tx: Tx, schedule_id: int, due_ats: Collection[datetime]) -> None:
    """Keep that these times came and nothing went out."""
    if not due_ats:
        return
    values = [
        {"schedule_id": schedule_id, "due_at": due_at, "skipped": True, "nudges": 0} for due_at in due_ats
    ]
    await tx.execute(insert_into(tx, RoundRow).on_conflict_do_nothing(), values)


async def get(tx: Tx, round_id: int, programme_id: int) -> Round | None:
    """A round of this programme, held until the transaction ends; ``None`` if it has no such."""
    found = await tx.execute(
        select(RoundRow, ScheduleRow)
        .join(ScheduleRow, ScheduleRow.id == RoundRow.schedule_id)
        .where(RoundRow.id == round_id, ScheduleRow.programme_id == programme_id)
        .with_for_update(of=RoundRow)
        .execution_options(populate_existing=True)
    )
    row = found.first()
    return None if row is None else _round(*row)


async def look(tx: Tx, round_id: int) -> Round | None:
    """A round, to be read only."""
    found = await tx.execute(
        select(RoundRow, ScheduleRow)
        .join(ScheduleRow, ScheduleRow.id == RoundRow.schedule_id)
        .where(RoundRow.id == round_id)
    )
    row = found.first()
    return None if row is None else _round(*row)


async def latest(tx: Tx, programme_id: int, most: int, *, schedule_id: int | None = None) -> list[Round]:
    """A programme's rounds (or those of one schedule), the latest first."""
    query = (
        select(RoundRow, ScheduleRow)
        .join(ScheduleRow, ScheduleRow.id == RoundRow.schedule_id)
        .where(ScheduleRow.programme_id == programme_id)
        .order_by(RoundRow.due_at.desc(), RoundRow.id.desc())
        .limit(most)
    )
    if schedule_id is not None:
        query = query.where(RoundRow.schedule_id == schedule_id)
    return [_round(*row) for row in await tx.execute(query)]


async def last_made(tx: Tx, schedule_id: int, before: datetime) -> datetime | None:
    """When a schedule last really went out before a moment; ``None`` if it never did."""
    return await tx.scalar(
        select(func.max(RoundRow.due_at)).where(
            RoundRow.schedule_id == schedule_id, RoundRow.skipped.is_(False), RoundRow.due_at < before
        )
    )


async def to_nudge(tx: Tx, now: datetime) -> list[int]:
    """Open rounds in which it is time to remind."""
    return list(
        await tx.scalars(
            select(RoundRow.id)
            .where(RoundRow.nudge_at <= now, RoundRow.closed_at.is_(None))
            .order_by(RoundRow.nudge_at)
        )
    )


async def to_close(tx: Tx, now: datetime) -> list[int]:
    """Rounds whose time is over."""
    return list(
        await tx.scalars(
            select(RoundRow.id)
            .where(RoundRow.closes_at <= now, RoundRow.closed_at.is_(None), RoundRow.skipped.is_(False))
            .order_by(RoundRow.closes_at)
        )
    )


async def nudged(tx: Tx, before: Round, next_at: datetime | None) -> bool:
    """The next reminder of a round is this process's to write. ``False`` if another one's."""
    done = await tx.execute(
        update(RoundRow)
        .where(RoundRow.id == before.id, RoundRow.nudges == before.nudges, RoundRow.closed_at.is_(None))
        .values(nudges=before.nudges + 1, nudge_at=next_at)
        .returning(RoundRow.id)
        .execution_options(synchronize_session=False)
    )
    return done.first() is not None


async def close(tx: Tx, round_id: int, now: datetime, results: Mapping[str, Any] | None) -> bool:
    """Close a round. ``False`` if another process did."""
    done = await tx.execute(
        update(RoundRow)
        .where(RoundRow.id == round_id, RoundRow.closed_at.is_(None))
        .values(closed_at=now, nudge_at=None, results=None if results is None else dict(results))
        .returning(RoundRow.id)
        .execution_options(synchronize_session=False)
    )
    return done.first() is not None


# --- who is asked ------------------------------------------------------------------------------


async def ask(tx: Tx, round_id: int, person_ids: Collection[int]) -> None:
    """Keep who is asked in a round."""
    if person_ids:
        values = [{"round_id": round_id, "person_id": person} for person in person_ids]
        await tx.execute(insert_into(tx, AskedRow).on_conflict_do_nothing(), values)


async def asked(tx: Tx, round_id: int) -> set[int]:
    """Who was asked in a round."""
    return set(await tx.scalars(select(AskedRow.person_id).where(AskedRow.round_id == round_id)))


async def waiting_for(tx: Tx, programme_id: int, person_id: int) -> list[Round]:
    """The open rounds in which somebody was asked, whether or not they have answered; the latest first."""
    rows = await tx.execute(
        select(RoundRow, ScheduleRow)
        .join(ScheduleRow, ScheduleRow.id == RoundRow.schedule_id)
        .join(AskedRow, AskedRow.round_id == RoundRow.id)
        .where(
            ScheduleRow.programme_id == programme_id,
            AskedRow.person_id == person_id,
            RoundRow.closed_at.is_(None),
            RoundRow.closes_at.is_not(None),
        )
        .order_by(RoundRow.due_at.desc(), RoundRow.id.desc())
    )
    return [_round(*row) for row in rows]


async def counts(tx: Tx, round_ids: Collection[int]) -> dict[int, int]:
    """How many were asked in each of these rounds."""
    rows = await tx.execute(
        select(AskedRow.round_id, func.count(AskedRow.person_id))
        .where(AskedRow.round_id.in_(list(round_ids)))
        .group_by(AskedRow.round_id)
    )
    return dict(rows.all())


# --- answers by name ---------------------------------------------------------------------------


async def answer(
    tx: Tx,
    round_id: int,
    person_id: int,
    *,
    now: datetime,
    late: bool,
    word: str | None = None,
    content: Mapping[str, Any] | None = None,
) -> bool:
    """Keep an answer in place of an earlier one; a part that is not given stays as it was.

    ``False``: it came too late to change one that was given in time, and nothing was kept.
    """
    row = await tx.get(AnswerRow, (round_id, person_id))
    if row is not None and late and not row.late:
        return False
    if row is None:
        row = AnswerRow(round_id=round_id, person_id=person_id, answer="", content=None, late=late)
        tx.add(row)
    if word is not None:
        row.answer = word
    if content is not None:
        row.content = json.dumps(dict(content))
    row.at, row.late = now, late
    await tx.flush()
    return True


async def answers(tx: Tx, round_id: int) -> list[Answer]:
    """What was answered by name in a round, in the order of the names' ids."""
    rows = await tx.execute(
        select(AnswerRow, PersonRow.name)
        .join(PersonRow, PersonRow.id == AnswerRow.person_id)
        .where(AnswerRow.round_id == round_id)
        .order_by(AnswerRow.person_id)
    )
    return [
        Answer(row.person_id, name, row.answer, _content(row.content), row.late, row.at) for row, name in rows
    ]


async def own_answer(tx: Tx, round_id: int, person_id: int) -> Answer | None:
    """What somebody answered in a round, if they did."""
    row = await tx.get(AnswerRow, (round_id, person_id))
    if row is None:
        return None
    return Answer(person_id, "", row.answer, _content(row.content), row.late, row.at)


async def who_answered(tx: Tx, round_id: int) -> set[int]:
    """Who has answered a round by name."""
    return set(await tx.scalars(select(AnswerRow.person_id).where(AnswerRow.round_id == round_id)))


def _content(text: str | None) -> Mapping[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:  # sealed with a key that is gone
        return {}
    return found if isinstance(found, dict) else {}


async def answers_since(tx: Tx, programme_id: int, prompt: str, since: datetime) -> list[tuple[str, str]]:
    """Who answered what to a prompt in rounds since a moment: (name, word), the latest answer last."""
    rows = await tx.execute(
        select(PersonRow.name, AnswerRow.answer)
        .join(AnswerRow, AnswerRow.person_id == PersonRow.id)
        .join(RoundRow, RoundRow.id == AnswerRow.round_id)
        .join(ScheduleRow, ScheduleRow.id == RoundRow.schedule_id)
        .where(
            ScheduleRow.programme_id == programme_id,
            ScheduleRow.prompt == prompt,
            RoundRow.due_at >= since,
            AnswerRow.answer != "",
        )
        .order_by(AnswerRow.at)
    )
    return [(name, word) for name, word in rows]


# --- messages that wait for their reader's morning ---------------------------------------------


async def forget_all_waiting(tx: Tx, person_id: int, now: datetime) -> None:
    """Nothing that waits for somebody's morning goes any more, unless it is about a case."""
    changed = select(OutboxRow.target_id).where(OutboxRow.target_id.is_not(None))
    await tx.execute(
        delete(OutboxRow).where(
            OutboxRow.person_id == person_id,
            OutboxRow.case_id.is_(None),
            OutboxRow.lane == Lane.REST,
            OutboxRow.deed == Deed.SEND,
            OutboxRow.state == OutboxState.QUEUED,
            OutboxRow.claim.is_(None),
            OutboxRow.due_at > now,
            OutboxRow.id.not_in(changed),
        )
    )


async def forget_waiting(tx: Tx, keys: Collection[str]) -> None:
    """Messages with these keys that still wait for their time do not go any more, and leave no trace."""
    await tx.execute(
        delete(OutboxRow).where(
            OutboxRow.key.in_(list(keys)),
            OutboxRow.state == OutboxState.QUEUED,
            OutboxRow.claim.is_(None),
        )
    )
