"""Is any page overdue? Asked of the database alone, without a line of the code that pages and delivers."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from storage.db import Tx
from storage.models import CaseRow, OutboxRow
from storage.words import CaseState, Deed, OutboxState


@dataclass(frozen=True)
class Overdue:
    """How many pages have not gone out, and how many ladders have not moved, long after their time."""

    pages: int
    ladders: int

    @property
    def anything(self) -> bool:
        """Whether something is wrong."""
        return bool(self.pages or self.ladders)


async def overdue(tx: Tx, before: datetime) -> Overdue:
    """What should have happened before a moment and has not.

    A page that is only looked for, to be taken away, is none: nobody waits for it.
    """
    deletion = aliased(OutboxRow)
    to_be_deleted = select(deletion.id).where(
        deletion.target_id == OutboxRow.id, deletion.deed == Deed.DELETE
    )
    pages = select(func.count(OutboxRow.id)).where(
        OutboxRow.page,
        OutboxRow.deed == Deed.SEND,
        OutboxRow.state == OutboxState.QUEUED,
        OutboxRow.created_at < before,
        ~to_be_deleted.exists(),
    )
    ladders = select(func.count(CaseRow.id)).where(
        CaseRow.state.in_((CaseState.OPEN, CaseState.ACKNOWLEDGED, CaseState.ASKED)),
        CaseRow.next_at < before,
    )
    return Overdue(await tx.scalar(pages) or 0, await tx.scalar(ladders) or 0)
