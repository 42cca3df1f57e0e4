"""Help that is looked for: posted, claimed, given back, asked for again, and closed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from storage.db import Tx, record
from storage.models import HelpRequestRow
from storage.people import ACTIVE_HELPER_IDS


@dataclass(frozen=True)
class HelpRequest:
    """Something that a helper could do. ``turn`` grows each time it is given back, ``step`` each time it is
    asked for again; ``next_at`` is when that is, ``None`` while somebody has it or nobody is asked any more.
    """

    id: int
    programme_id: int
    text: str
    subject: str
    time: str
    posted_by: int
    posted_at: datetime
    next_at: datetime | None
    step: int
    turn: int
    claimed_by: int | None
    closed_at: datetime | None


async def add(
    tx: Tx,
    programme_id: int,
    *,
    text: str,
    subject: str,
    time: str,
    posted_by: int,
    now: datetime,
    next_at: datetime,
) -> int:
    """Post one. Returns its id."""
    row = HelpRequestRow(
        programme_id=programme_id,
        text=text,
        subject=subject,
        time=time,
        posted_by=posted_by,
        posted_at=now,
        next_at=next_at,
        step=0,
        turn=1,
    )
    tx.add(row)
    await tx.flush()
    return row.id


async def get(tx: Tx, programme_id: int, request_id: int) -> HelpRequest | None:
    """One of this programme, held until the transaction ends."""
    chosen = (HelpRequestRow.id == request_id, HelpRequestRow.programme_id == programme_id)
    row = await tx.scalar(select(HelpRequestRow).where(*chosen).with_for_update())
    return None if row is None else record(HelpRequest, row)


async def still_open(tx: Tx, programme_id: int) -> list[HelpRequest]:
    """Those that are not closed, those that nobody has first, then the oldest."""
    rows = await tx.scalars(
        select(HelpRequestRow)
        .where(HelpRequestRow.programme_id == programme_id, HelpRequestRow.closed_at.is_(None))
        .order_by(HelpRequestRow.claimed_by.is_not(None), HelpRequestRow.id)
    )
    return [record(HelpRequest, row) for row in rows]


async def claim(tx: Tx, request_id: int, helper_id: int, now: datetime) -> bool:
    """Let a helper have it; ``False`` if somebody has it already, or it is closed."""
    done = await tx.execute(
        update(HelpRequestRow)
        .where(
            HelpRequestRow.id == request_id,
            HelpRequestRow.claimed_by.is_(None),
            HelpRequestRow.closed_at.is_(None),
        )
        .values(claimed_by=helper_id, claimed_at=now, next_at=None)
        .returning(HelpRequestRow.id)
    )
    return done.first() is not None


async def give_back(tx: Tx, request_id: int, next_at: datetime) -> None:
    """Nobody has it any more; it is asked for again."""
    row = await tx.get_one(HelpRequestRow, request_id)
    row.claimed_by = row.claimed_at = None
    row.turn, row.step, row.next_at = row.turn + 1, 1, next_at
    await tx.flush()


async def ask_again(tx: Tx, request_id: int, step: int, next_at: datetime | None) -> None:
    """It was asked for again."""
    row = await tx.get_one(HelpRequestRow, request_id)
    row.step, row.next_at = step, next_at
    await tx.flush()


async def close(tx: Tx, request_id: int, now: datetime) -> None:
    """It is done, or not needed any more."""
    row = await tx.get_one(HelpRequestRow, request_id)
    row.closed_at, row.next_at = now, None
    await tx.flush()


async def due(tx: Tx, now: datetime) -> list[tuple[int, int]]:
    """Those that are to be asked for again now: (programme, id)."""
    rows = await tx.execute(
        select(HelpRequestRow.programme_id, HelpRequestRow.id)
        .where(HelpRequestRow.next_at <= now)
        .order_by(HelpRequestRow.next_at)
    )
    return [(one, other) for one, other in rows]


async def next_due(tx: Tx) -> datetime | None:
    """When one is next asked for again."""
    return await tx.scalar(select(func.min(HelpRequestRow.next_at)))


async def of_those_who_left(tx: Tx) -> list[tuple[int, int]]:
    """Those that are claimed by somebody who helps no more: (programme, id)."""
    rows = await tx.execute(
        select(HelpRequestRow.programme_id, HelpRequestRow.id).where(
            HelpRequestRow.closed_at.is_(None),
            HelpRequestRow.claimed_by.is_not(None),
            HelpRequestRow.claimed_by.not_in(ACTIVE_HELPER_IDS),
        )
    )
    return [(one, other) for one, other in rows]
