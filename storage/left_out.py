"""People whom a case may be about: kept away from it before the first page, or later.

Whoever is left out stands on no ladder of the case, and every query that shows cases to somebody leaves
theirs out, figures included.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, delete, insert, select

from storage.db import Tx, table_of
from storage.models import CaseRow, LadderRow, LeftOutRow
from storage.words import WhyLeftOut

_BY_WRITER = (WhyLeftOut.NAMED, WhyLeftOut.CHOSEN)


async def leave_out(
    tx: Tx, case_id: int, person_ids: Collection[int], why: WhyLeftOut, now: datetime
) -> frozenset[int]:
    """Keep people away from a (locked) case and take them off its ladder. Returns those who are new."""
    if not person_ids:
        return frozenset()
    new = frozenset(person_ids) - await of_case(tx, case_id)
    if new:
        rows = [{"case_id": case_id, "person_id": person, "why": why, "at": now} for person in sorted(new)]
        await tx.execute(insert(LeftOutRow), rows)
        await tx.execute(delete(LadderRow).where(LadderRow.case_id == case_id, LadderRow.person_id.in_(new)))
    return new


async def put_back(tx: Tx, case_id: int) -> None:
    """Whom the words or the writer kept away is kept away no more; the ladder is the caller's to change."""
    await tx.execute(delete(LeftOutRow).where(LeftOutRow.case_id == case_id, LeftOutRow.why.in_(_BY_WRITER)))


async def by_writer(tx: Tx, case_id: int) -> frozenset[int]:
    """Whom the words or the writer kept away, and no adult did."""
    of_case = (LeftOutRow.case_id == case_id, LeftOutRow.why.in_(_BY_WRITER))
    return frozenset(await tx.scalars(select(LeftOutRow.person_id).where(*of_case)))


async def of_case(tx: Tx, case_id: int) -> frozenset[int]:
    """Whom this case keeps away."""
    return frozenset(await tx.scalars(_OF_CASE, {"case": case_id}))


_OF_CASE = select(table_of(LeftOutRow).c.person_id).where(table_of(LeftOutRow).c.case_id == bindparam("case"))


def may_know(person_id: int) -> ColumnElement[bool]:
    """Cases (and figures made of cases) that this person may know of."""
    return CaseRow.id.not_in(select(LeftOutRow.case_id).where(LeftOutRow.person_id == person_id))
