"""Check-ins, the peers they are about, and drafts of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, delete, func, or_, select, update

from storage.db import Tx
from storage.models import CheckInDetailsRow, CheckInRow, DraftRow, PeerRow
from storage.words import CIRCLES, GROUPS, Concern


@dataclass(frozen=True)
class CheckIn:
    """One logged contact. ``peer`` is a peer code or ``None`` for a group or nobody in particular."""

    id: int
    helper_id: int
    peer: str | None
    service: str
    minutes: int
    concern: Concern
    note: str
    at: datetime
    edited_at: datetime | None
    undone_at: datetime | None


@dataclass(frozen=True)
class ServiceTotal:
    """Check-ins of one service in a span of time.

    ``groups`` are those that were sessions with a group, ``people`` who took part in these as far as that
    was told; ``agreed`` and ``not_agreed`` are circles that ended with an agreement, or without one.
    """

    service: str
    check_ins: int
    minutes: int
    groups: int = 0
    people: int = 0
    agreed: int = 0
    not_agreed: int = 0


async def find_peer(tx: Tx, programme_id: int, code: str) -> int | None:
    """The id of a peer code; ``None`` if the programme does not know it."""
    return await tx.scalar(
        select(PeerRow.id).where(PeerRow.programme_id == programme_id, PeerRow.code == code)
    )


async def peer_name(tx: Tx, programme_id: int, code: str) -> str:
    """The sealed name beside a peer code, empty if there is none. Whoever calls this writes an audit line."""
    where = (PeerRow.programme_id == programme_id, PeerRow.code == code)
    return await tx.scalar(select(PeerRow.name).where(*where)) or ""


async def name_peer(tx: Tx, programme_id: int, code: str, name: str) -> None:
    """Keep a name beside a peer code, sealed; an empty one forgets it."""
    where = (PeerRow.programme_id == programme_id, PeerRow.code == code)
    await tx.execute(update(PeerRow).where(*where).values(name=name or None))


async def add_peer(tx: Tx, programme_id: int, code: str, now: datetime) -> int:
    """Start a peer code. Returns its id."""
    row = PeerRow(programme_id=programme_id, code=code, created_at=now)
    tx.add(row)
    await tx.flush()
    return row.id


async def peers_of(tx: Tx, helper_id: int, most: int) -> list[str]:
    """The peer codes a helper has logged contacts with, latest first."""
    rows = await tx.scalars(
        select(PeerRow.code)
        .join(CheckInRow, CheckInRow.peer_id == PeerRow.id)
        .where(CheckInRow.helper_id == helper_id, CheckInRow.undone_at.is_(None))
        .group_by(PeerRow.code)
        .order_by(func.max(CheckInRow.at).desc())
        .limit(most)
    )
    return list(rows)


async def log(
    tx: Tx,
    *,
    programme_id: int,
    helper_id: int,
    peer_id: int | None,
    service: str,
    minutes: int,
    concern: Concern,
    note: str,
    at: datetime,
) -> int:
    """Keep a check-in. Returns its id."""
    row = CheckInRow(
        programme_id=programme_id,
        helper_id=helper_id,
        peer_id=peer_id,
        service=service,
        minutes=minutes,
        concern=concern,
        note=note,
        at=at,
    )
    tx.add(row)
    await tx.flush()
    return row.id


async def change(
    tx: Tx,
    check_in_id: int,
    *,
    peer_id: int | None,
    service: str,
    minutes: int,
    concern: Concern,
    note: str,
    now: datetime,
) -> None:
    """Replace what a check-in says."""
    await tx.execute(
        update(CheckInRow)
        .where(CheckInRow.id == check_in_id)
        .values(peer_id=peer_id, service=service, minutes=minutes, concern=concern, note=note, edited_at=now)
    )


async def undo(tx: Tx, check_in_id: int, now: datetime) -> None:
    """Take a check-in back: it counts nowhere and shows nowhere, but a case made from it stays."""
    await tx.execute(update(CheckInRow).where(CheckInRow.id == check_in_id).values(undone_at=now))


def _check_in(row: CheckInRow, code: str | None) -> CheckIn:
    return CheckIn(
        row.id,
        row.helper_id,
        code,
        row.service,
        row.minutes,
        row.concern,
        row.note,
        row.at,
        row.edited_at,
        row.undone_at,
    )


async def get(tx: Tx, check_in_id: int, helper_id: int) -> CheckIn | None:
    """A helper's own check-in; ``None`` if it is somebody else's or was taken back."""
    rows = await tx.execute(
        select(CheckInRow, PeerRow.code)
        .outerjoin(PeerRow, PeerRow.id == CheckInRow.peer_id)
        .where(
            CheckInRow.id == check_in_id,
            CheckInRow.helper_id == helper_id,
            CheckInRow.undone_at.is_(None),
        )
    )
    found = rows.first()
    return None if found is None else _check_in(*found)


async def latest(tx: Tx, helper_id: int, most: int, before: int | None = None) -> list[CheckIn]:
    """A helper's own check-ins, latest first; ``before`` is the id to go on from."""
    query = (
        select(CheckInRow, PeerRow.code)
        .outerjoin(PeerRow, PeerRow.id == CheckInRow.peer_id)
        .where(CheckInRow.helper_id == helper_id, CheckInRow.undone_at.is_(None))
        .order_by(CheckInRow.at.desc(), CheckInRow.id.desc())
        .limit(most)
    )
    if before is not None:
        query = query.where(CheckInRow.id < before)
    rows = await tx.execute(query)
    return [_check_in(*found) for found in rows]


async def totals(
    tx: Tx, programme_id: int, since: datetime, until: datetime | None = None
) -> list[ServiceTotal]:
    """Check-ins by service since a moment (and before another, if given), most first."""
    details = CheckInDetailsRow
    group = or_(CheckInRow.service.in_(GROUPS | CIRCLES), details.contact == "group")
    circle = CheckInRow.service.in_(CIRCLES)

    def counted(chosen: ColumnElement[bool], value: Any = 1) -> Any:
        return func.coalesce(func.sum(case((chosen, value), else_=0)), 0)

    query = (
        select(
            CheckInRow.service,
            func.count(CheckInRow.id),
            func.sum(CheckInRow.minutes),
            counted(group),
            counted(group, func.coalesce(details.people, 0)),
            counted(circle & (details.agreement == "reached")),
            counted(circle & (details.agreement == "not_reached")),
        )
        .outerjoin(details, details.check_in_id == CheckInRow.id)
        .where(
            CheckInRow.programme_id == programme_id,
            CheckInRow.at >= since,
            CheckInRow.undone_at.is_(None),
        )
        .group_by(CheckInRow.service)
        .order_by(func.count(CheckInRow.id).desc(), CheckInRow.service)
    )
    if until is not None:
        query = query.where(CheckInRow.at < until)
    return [ServiceTotal(*row) for row in await tx.execute(query)]


async def count_unsure(tx: Tx, programme_id: int, since: datetime) -> int:
    """How many check-ins since a moment left their helper a little unsure."""
    counted = await tx.scalar(
        select(func.count(CheckInRow.id)).where(
            CheckInRow.programme_id == programme_id,
            CheckInRow.at >= since,
            CheckInRow.concern == Concern.A_LITTLE,
            CheckInRow.undone_at.is_(None),
        )
    )
    return counted or 0


# --- drafts ------------------------------------------------------------------------------------


async def keep_draft(tx: Tx, person_id: int, content: Mapping[str, Any], now: datetime) -> int:
    """Keep what was understood until the person confirms it. Returns its id."""
    row = DraftRow(person_id=person_id, content=json.dumps(content), created_at=now)
    tx.add(row)
    await tx.flush()
    return row.id


async def draft(tx: Tx, draft_id: int, person_id: int) -> dict[str, Any] | None:
    """A person's own draft; ``None`` if it is somebody else's, used up or gone."""
    content = await tx.scalar(
        select(DraftRow.content).where(DraftRow.id == draft_id, DraftRow.person_id == person_id)
    )
    return None if content is None else json.loads(content)


async def drop_draft(tx: Tx, draft_id: int) -> None:
    """Forget a draft that was used or thrown away."""
    await tx.execute(delete(DraftRow).where(DraftRow.id == draft_id))


async def drop_drafts_before(tx: Tx, moment: datetime) -> None:
    """Forget drafts that nobody came back to."""
    await tx.execute(delete(DraftRow).where(DraftRow.created_at < moment))
