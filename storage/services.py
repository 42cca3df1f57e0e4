"""What was told of a check-in beside the check-in: with how many, how it came about, in which language."""

from dataclasses import dataclass

from sqlalchemy import delete, select

from storage.db import Tx, record
from storage.models import CheckInDetailsRow


@dataclass(frozen=True)
class Details:
    """What stands with a check-in. Whatever was left open is empty.

    ``contact`` is ``one`` or ``group``; ``people`` are those who took part, helpers not counted; ``came`` is
    ``planned``, ``drop_in`` or ``referred`` (by staff); ``tier`` is ``1`` (for everybody) or ``2`` (for a
    student who needs more); ``agreement``, of a mediation or a circle, is ``reached`` or ``not_reached``.
    """

    contact: str = ""
    people: int | None = None
    came: str = ""
    tier: str = ""
    language: str = ""
    agreement: str = ""


NOTHING = Details()


async def get(tx: Tx, check_in_id: int) -> Details:
    """What was told of a check-in."""
    row = await tx.scalar(select(CheckInDetailsRow).where(CheckInDetailsRow.check_in_id == check_in_id))
    return NOTHING if row is None else record(Details, row)


async def keep(tx: Tx, check_in_id: int, details: Details) -> None:
    """Let this be what is told of a check-in."""
    await tx.execute(delete(CheckInDetailsRow).where(CheckInDetailsRow.check_in_id == check_in_id))
    if details != NOTHING:
        tx.add(CheckInDetailsRow(check_in_id=check_in_id, **vars(details)))
    await tx.flush()
