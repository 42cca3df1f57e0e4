"""Is any page overdue? Asked of the database alone, without a line of the code that pages and delivers."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

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
    """What should have happened before a moment and has not."""
    pages = select(func.count(OutboxRow.id)).where(
        OutboxRow.page,
        OutboxRow.deed == Deed.SEND,
        OutboxRow.state == OutboxState.QUEUED,
        OutboxRow.created_at < before,
    )
    ladders = select(func.count(CaseRow.id)).where(
        CaseRow.state.in_((CaseState.OPEN, CaseState.ACKNOWLEDGED, CaseState.ASKED)),
        CaseRow.next_at < before,
    )
    return Overdue(await tx.scalar(pages) or 0, await tx.scalar(ladders) or 0)
