"""Events that were taken, and the audit trail."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, insert, select

from storage.db import Tx, insert_into, record
from storage.models import AuditRow, SeenRow

LONGEST_KEY = 300
"""Characters of a key; a longer one is kept as its hash."""


@dataclass(frozen=True)
class Audited:
    """One look at, or change of, something confidential."""

    at: datetime
    person_id: int | None
    deed: str
    subject: str


async def first_time(tx: Tx, key: str, now: datetime) -> bool:
    """Mark an event as taken. ``False`` if it had been taken before: then nothing must be done.

    A second process that takes the same event at the same moment waits here for the first one.
    """
    if len(key) > LONGEST_KEY:
        key = f"hash:{sha256(key.encode(errors='replace')).hexdigest()}"
    insert_row = insert_into(tx, SeenRow)
    taken = await tx.execute(
        insert_row.values(key=key, at=now).on_conflict_do_nothing().returning(SeenRow.key)
    )
    return taken.first() is not None


async def forget_before(tx: Tx, moment: datetime) -> None:
    """Drop marks that no platform will repeat any more."""
    await tx.execute(delete(SeenRow).where(SeenRow.at < moment))


async def audit(
    tx: Tx, *, programme_id: int, person_id: int | None, deed: str, subject: str, now: datetime
) -> None:
    """Write who did what to what. Fixed words and ids only."""
    await tx.execute(
        insert(AuditRow).values(
            programme_id=programme_id, person_id=person_id, deed=deed, subject=subject, at=now
        )
    )


async def audited(tx: Tx, subject: str) -> list[Audited]:
    """The trail of one subject, oldest first."""
    rows = await tx.scalars(select(AuditRow).where(AuditRow.subject == subject).order_by(AuditRow.id))
    return [record(Audited, row) for row in rows]


async def who_did(tx: Tx, programme_id: int, deed: str, since: datetime) -> set[int]:
    """Who did something of this kind since a moment."""
    rows = await tx.scalars(
        select(AuditRow.person_id).where(
            AuditRow.programme_id == programme_id, AuditRow.deed == deed, AuditRow.at >= since
        )
    )
    return {person for person in rows if person is not None}
