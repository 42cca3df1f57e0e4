"""Leases: what one process holds at a time. Rows, never session locks, so a pooled database works too."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from storage.db import Tx, insert_into
from storage.models import LeaseRow


@dataclass(frozen=True)
class Lease:
    """Who holds something, until when. ``fence`` grows by one with each change of hands."""

    holder: str
    fence: int
    until: datetime


async def take(tx: Tx, name: str, holder: str, *, now: datetime, length: timedelta) -> Lease | None:
    """Take a lease, or go on holding it; ``None`` while another process holds it."""
    first = {"name": name, "holder": "", "fence": 0, "until": now}
    await tx.execute(insert_into(tx, LeaseRow).values(**first).on_conflict_do_nothing())
    mine, over, until = LeaseRow.holder == holder, LeaseRow.until <= now, now + length
    for allowed, changes in (
        ((mine, ~over), {"until": until}),
        ((over,), {"until": until, "holder": holder, "fence": LeaseRow.fence + 1}),
    ):
        row = await tx.execute(
            update(LeaseRow)
            .where(LeaseRow.name == name, *allowed)
            .values(**changes)
            .returning(LeaseRow.fence)
        )
        if (fence := row.scalar_one_or_none()) is not None:
            return Lease(holder, fence, until)
    return None


async def give_back(tx: Tx, name: str, holder: str, *, now: datetime) -> None:
    """Let another process take it at once."""
    await tx.execute(
        update(LeaseRow).where(LeaseRow.name == name, LeaseRow.holder == holder).values(until=now)
    )


async def held(tx: Tx, name: str) -> Lease | None:
    """Who has, or last had, a lease; ``None`` if nobody ever took it."""
    row = (await tx.execute(select(LeaseRow).where(LeaseRow.name == name))).scalar_one_or_none()
    return None if row is None else Lease(row.holder, row.fence, row.until)
