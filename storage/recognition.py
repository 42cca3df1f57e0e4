"""What one helper has given, for that helper alone."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from storage.db import Tx
from storage.models import CheckInRow


@dataclass(frozen=True)
class Given:
    """A helper's check-ins, all together; ``first`` and ``last`` are ``None`` where there is none."""

    check_ins: int
    minutes: int
    first: datetime | None
    last: datetime | None


async def given(tx: Tx, helper_id: int) -> Given:
    """Everything that a helper has logged and not taken back."""
    rows = await tx.execute(
        select(
            func.count(CheckInRow.id),
            func.coalesce(func.sum(CheckInRow.minutes), 0),
            func.min(CheckInRow.at),
            func.max(CheckInRow.at),
        ).where(CheckInRow.helper_id == helper_id, CheckInRow.undone_at.is_(None))
    )
    return Given(*rows.one())
