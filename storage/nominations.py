"""Nominations: who is proposed as a helper, what lead helpers think, what was decided."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from storage.db import Tx, record
from storage.models import NominationRow, NominationViewRow, PersonRow
from storage.words import NominationKind, NominationState, View


@dataclass(frozen=True, kw_only=True)
class Nomination:
    """Somebody proposed as a helper. ``user`` is their account on the connection; empty if not known.

    ``writer_id`` is who wrote it, if they are on the roster; ``shared``: lead helpers may read it.
    """

    id: int
    programme_id: int
    kind: NominationKind
    name: str
    reason: str
    connection_id: int
    user: str
    writer: str
    writer_id: int | None
    shared: bool
    asked_leads_at: datetime | None
    state: NominationState
    at: datetime


@dataclass(frozen=True)
class Opinion:
    """What one lead helper thinks."""

    name: str
    view: View
    comment: str


async def add(
    tx: Tx,
    *,
    programme_id: int,
    kind: NominationKind,
    name: str,
    reason: str,
    connection_id: int,
    user: str,
    writer: str,
    writer_id: int | None,
    shared: bool,
    now: datetime,
) -> int:
    """Keep a nomination until a coordinator decides. Returns its id."""
    row = NominationRow(
        programme_id=programme_id,
        kind=kind,
        name=name,
        reason=reason,
        connection_id=connection_id,
        user=user,
        writer=writer,
        writer_id=writer_id,
        shared=shared,
        state=NominationState.WAITING,
        at=now,
    )
    tx.add(row)
    await tx.flush()
    return row.id


async def get(tx: Tx, programme_id: int, nomination_id: int) -> Nomination | None:
    """A programme's nomination, held until the transaction ends."""
    row = await tx.scalar(
        select(NominationRow)
        .where(NominationRow.id == nomination_id, NominationRow.programme_id == programme_id)
        .with_for_update()
    )
    return None if row is None else record(Nomination, row)


async def waiting(tx: Tx, programme_id: int, most: int) -> list[Nomination]:
    """Nominations that nobody has decided on yet, the oldest first."""
    rows = await tx.scalars(_waiting(programme_id).order_by(NominationRow.id).limit(most))
    return [record(Nomination, row) for row in rows]


async def count_waiting(tx: Tx, programme_id: int, writer: str = "") -> int:
    """How many nominations wait for a decision; those that one account wrote, if it is given."""
    query = _waiting(programme_id)
    if writer:
        query = query.where(NominationRow.writer == writer)
    return await tx.scalar(select(func.count()).select_from(query.subquery())) or 0


def _waiting(programme_id: int) -> Select[NominationRow]:
    return select(NominationRow).where(
        NominationRow.programme_id == programme_id, NominationRow.state == NominationState.WAITING
    )


async def ask_leads(tx: Tx, nomination_id: int, now: datetime) -> None:
    """Lead helpers are asked for their view."""
    (await tx.get_one(NominationRow, nomination_id)).asked_leads_at = now
    await tx.flush()


async def decide(tx: Tx, nomination_id: int, state: NominationState, by: int, now: datetime) -> None:
    """A coordinator has decided."""
    row = await tx.get_one(NominationRow, nomination_id)
    row.state, row.decided_by, row.decided_at = state, by, now
    await tx.flush()


async def give_view(
    tx: Tx, nomination_id: int, person_id: int, *, view: View, comment: str, now: datetime
) -> None:
    """What a lead helper thinks; the last answer counts."""
    row = NominationViewRow(
        nomination_id=nomination_id, person_id=person_id, view=view, comment=comment, at=now
    )
    await tx.merge(row)
    await tx.flush()


async def opinions(tx: Tx, nomination_id: int) -> list[Opinion]:
    """What lead helpers think, in the order of the roster."""
    rows = await tx.execute(
        select(PersonRow.name, NominationViewRow.view, NominationViewRow.comment)
        .join(PersonRow, PersonRow.id == NominationViewRow.person_id)
        .where(NominationViewRow.nomination_id == nomination_id)
        .order_by(PersonRow.id)
    )
    return [Opinion(name, view, comment) for name, view, comment in rows]
