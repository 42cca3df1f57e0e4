"""Drills: test pages through the whole ladder, kept apart from every real case."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from storage.db import Tx
from storage.models import CaseRow, OutboxRow, PersonRow, ProgrammeRow
from storage.words import CaseState, Deed


@dataclass(frozen=True)
class Paged:
    """One adult's part in a drill. ``seconds`` from their first page to their answer, if they gave one."""

    name: str
    arrived: bool
    seconds: float | None


async def last(tx: Tx, programme_id: int) -> datetime:
    """When a programme's last drill began; when it was set up, if there was none yet."""
    drilled = await tx.scalar(
        select(func.max(CaseRow.opened_at)).where(CaseRow.programme_id == programme_id, CaseRow.drill)
    )
    return drilled or (await tx.get_one(ProgrammeRow, programme_id)).created_at


async def running(tx: Tx, programme_id: int) -> bool:
    """Whether a drill waits for an answer."""
    open_drill = CaseRow.drill & (CaseRow.state == CaseState.OPEN)
    found = select(CaseRow.id).where(CaseRow.programme_id == programme_id, open_drill).limit(1)
    return await tx.scalar(found) is not None


async def busy(tx: Tx, programme_id: int) -> bool:
    """Whether a real case waits for an adult: then nobody is bothered with a drill."""
    waits = ~CaseRow.drill & CaseRow.state.in_((CaseState.OPEN, CaseState.ACKNOWLEDGED))
    found = select(CaseRow.id).where(CaseRow.programme_id == programme_id, waits).limit(1)
    return await tx.scalar(found) is not None


async def paged(tx: Tx, case_id: int) -> list[Paged]:
    """Everybody who was paged in a drill, in the order of their first page."""
    case = await tx.get_one(CaseRow, case_id)
    first_sent = func.min(OutboxRow.sent_at)
    rows = await tx.execute(
        select(PersonRow.id, PersonRow.name, func.min(OutboxRow.created_at), first_sent)
        .join(OutboxRow, OutboxRow.person_id == PersonRow.id)
        .where(OutboxRow.case_id == case_id, OutboxRow.page, OutboxRow.deed == Deed.SEND)
        .group_by(PersonRow.id, PersonRow.name)
        .order_by(func.min(OutboxRow.created_at), PersonRow.id)
    )
    return [
        Paged(
            name,
            sent is not None,
            (case.acknowledged_at - began).total_seconds()
            if case.acknowledged_at is not None and case.acknowledged_by == person
            else None,
        )
        for person, name, began, sent in rows
    ]
