"""Walks to an adult: whether the peer agreed, who walked, whether they arrived, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select

from storage.cases import Case
from storage.db import Tx
from storage.models import (
    CaseNoteRow,
    CaseRow,
    CheckInRow,
    HandoffRow,
    LeftOutRow,
    OutboxRow,
    PeerRow,
)
from storage.words import Deed

FIRST_CONTACT = timedelta(days=1)
"""Whoever agrees to be walked to an adult this soon after a first contact was asked at that contact."""


@dataclass(frozen=True)
class Handoff:
    """A walk to an adult. ``code`` is the peer's, ``None`` for somebody without one.

    ``consent`` is ``yes`` or ``not_yet``; ``outcome`` is empty while it is open. ``case_id``: words of its
    form opened a case. ``next_at``: when somebody is asked about it, or a referral is followed up.
    """

    id: int
    programme_id: int
    helper_id: int
    peer_id: int | None
    code: str | None
    check_in_id: int | None
    case_id: int | None
    consent: str
    planned: str
    walker: str
    note: str
    asked_at: datetime
    agreed_at: datetime | None
    arrived_at: datetime | None
    outcome: str
    referred_to: str
    follow_up_on: date | None
    next_at: datetime | None
    reminders: int
    outcome_by: int | None = None


@dataclass(frozen=True)
class FirstContacts:
    """First contacts with peers in a span of time, and after how many the peer asked to go to an adult."""

    contacts: int
    asked: int


def _handoff(row: HandoffRow, code: str | None) -> Handoff:
    names = [name for name in Handoff.__dataclass_fields__ if name != "code"]
    return Handoff(code=code, **{name: getattr(row, name) for name in names})


async def _find(
    tx: Tx, *chosen: ColumnElement[bool], most: int | None = None, lock: bool = False
) -> list[Handoff]:
    query = (
        select(HandoffRow, PeerRow.code)
        .outerjoin(PeerRow, PeerRow.id == HandoffRow.peer_id)
        .where(*chosen)
        .order_by(HandoffRow.id.desc())
    )
    if most is not None:
        query = query.limit(most)
    if lock:
        query = query.with_for_update(of=HandoffRow)
    return [_handoff(row, code) for row, code in await tx.execute(query)]


async def get(tx: Tx, programme_id: int, handoff_id: int) -> Handoff | None:
    """One walk of this programme, held until the transaction ends."""
    found = await _find(tx, HandoffRow.id == handoff_id, HandoffRow.programme_id == programme_id, lock=True)
    return found[0] if found else None


async def unfinished(tx: Tx, helper_id: int, *, check_in_id: int | None, peer_id: int | None) -> int | None:
    """The id of the same helper's walk with the same person that has come to nothing yet."""
    same = [HandoffRow.check_in_id == check_in_id] if check_in_id is not None else []
    same += [HandoffRow.peer_id == peer_id] if peer_id is not None else []
    if not same:
        return None
    return await tx.scalar(
        select(HandoffRow.id)
        .where(
            HandoffRow.helper_id == helper_id,
            HandoffRow.outcome == "",
            HandoffRow.arrived_at.is_(None),
            or_(*same),
        )
        .order_by(HandoffRow.id.desc())
        .limit(1)
    )


async def add(
    tx: Tx, programme_id: int, helper_id: int, *, check_in_id: int | None, peer_id: int | None, now: datetime
) -> int:
    """Write down that somebody is to be walked to an adult. Returns the id."""
    row = HandoffRow(
        programme_id=programme_id,
        helper_id=helper_id,
        peer_id=peer_id,
        check_in_id=check_in_id,
        consent="not_yet",
        planned="",
        walker="",
        note="",
        asked_at=now,
        referred_to="",
        outcome="",
        reminders=0,
    )
    tx.add(row)
    await tx.flush()
    return row.id


async def change(tx: Tx, handoff_id: int, **values: object) -> None:
    """Set columns of one walk, by the names of :class:`Handoff`."""
    row = await tx.get_one(HandoffRow, handoff_id)
    for name, value in values.items():
        setattr(row, name, value)
    await tx.flush()


async def told(tx: Tx, handoff_id: int) -> frozenset[int]:
    """Who was written to about a walk: people's ids, its helper perhaps among them."""
    rows = await tx.scalars(
        select(OutboxRow.person_id).where(_about(handoff_id), OutboxRow.deed == Deed.SEND)
    )
    return frozenset(person for person in rows if person is not None)


def _about(handoff_id: int) -> ColumnElement[bool]:
    return OutboxRow.key.like(f"handoff:{handoff_id}:%")


async def still_open(tx: Tx, programme_id: int) -> list[Handoff]:
    """Walks that were agreed on and have no outcome yet, and referrals to be followed up; newest first."""
    waits = (HandoffRow.outcome == "") | HandoffRow.follow_up_on.is_not(None)
    return await _find(tx, HandoffRow.programme_id == programme_id, HandoffRow.agreed_at.is_not(None), waits)


async def due(tx: Tx, now: datetime) -> list[tuple[int, int]]:
    """Walks about which somebody is asked now: (programme, id)."""
    rows = await tx.execute(
        select(HandoffRow.programme_id, HandoffRow.id)
        .where(HandoffRow.next_at <= now)
        .order_by(HandoffRow.next_at)
    )
    return [(one, other) for one, other in rows]


async def next_due(tx: Tx) -> datetime | None:
    """When somebody is next asked about a walk."""
    return await tx.scalar(select(func.min(HandoffRow.next_at)))


async def kept_away(tx: Tx, handoff: Handoff) -> frozenset[int]:
    """Adults who are not told of a walk: a case about the same contact or peer may be about them.

    A case is about a peer whose code it was opened with, and whose code its check-in has now: that may have
    been made for somebody new, or given to it later.
    """
    same: list[ColumnElement[bool]] = []
    if handoff.case_id is not None:
        same.append(CaseRow.id == handoff.case_id)
    if handoff.check_in_id is not None:
        noted = select(CaseNoteRow.case_id).where(CaseNoteRow.check_in_id == handoff.check_in_id)
        same.append(CaseRow.id.in_(noted))
    if handoff.code is not None:
        same.append(CaseRow.peer_code == handoff.code)
        met = select(CheckInRow.id).where(CheckInRow.peer_id == handoff.peer_id)
        same.append(CaseRow.id.in_(select(CaseNoteRow.case_id).where(CaseNoteRow.check_in_id.in_(met))))
    if not same:
        return frozenset()
    rows = await tx.scalars(
        select(LeftOutRow.person_id)
        .join(CaseRow, CaseRow.id == LeftOutRow.case_id)
        .where(CaseRow.programme_id == handoff.programme_id, or_(*same))
    )
    return frozenset(rows)


async def tied_to(tx: Tx, case: Case) -> list[Handoff]:
    """The walks from which :func:`kept_away` keeps whom this case leaves out."""
    noted = select(CaseNoteRow.check_in_id).where(CaseNoteRow.case_id == case.id)
    met = select(CheckInRow.peer_id).where(CheckInRow.id.in_(noted), CheckInRow.peer_id.is_not(None))
    same: list[ColumnElement[bool]] = [
        HandoffRow.case_id == case.id,
        HandoffRow.check_in_id.in_(noted),
        HandoffRow.peer_id.in_(met),
    ]
    if case.peer_code is not None:
        same.append(PeerRow.code == case.peer_code)
    return await _find(tx, HandoffRow.programme_id == case.programme_id, or_(*same))


async def with_peer(tx: Tx, programme_id: int, peer_id: int) -> list[Handoff]:
    """The walks with a peer."""
    return await _find(tx, HandoffRow.programme_id == programme_id, HandoffRow.peer_id == peer_id)


async def asked_at_first_contact(
    tx: Tx, programme_id: int, since: datetime, until: datetime
) -> FirstContacts:
    """Of the peers first met in a span of time, how many asked to be walked to an adult.

    A first contact is the programme's first check-in with a peer code that was not taken back. It counts as
    asked where the peer agreed to a walk no later than a day after it, whether or not they then arrived.
    """
    first = func.min(CheckInRow.at)
    rows = await tx.execute(
        select(CheckInRow.peer_id, first)
        .where(
            CheckInRow.programme_id == programme_id,
            CheckInRow.peer_id.is_not(None),
            CheckInRow.undone_at.is_(None),
        )
        .group_by(CheckInRow.peer_id)
        .having(first >= since, first < until)
    )
    met: dict[int, datetime] = {peer: at for peer, at in rows if peer is not None}
    agreed = await tx.execute(
        select(HandoffRow.peer_id, func.min(HandoffRow.agreed_at))
        .where(HandoffRow.programme_id == programme_id, HandoffRow.agreed_at.is_not(None))
        .group_by(HandoffRow.peer_id)
    )
    asked = {peer: at for peer, at in agreed if peer is not None and at is not None}
    counted = [peer for peer, at in met.items() if peer in asked and asked[peer] <= at + FIRST_CONTACT]
    return FirstContacts(len(met), len(counted))


async def outcomes(tx: Tx, programme_id: int, since: datetime, until: datetime) -> Sequence[tuple[str, int]]:
    """Walks that were agreed on in a span of time, by their outcome (empty: none yet), most first."""
    rows = await tx.execute(
        select(HandoffRow.outcome, func.count(HandoffRow.id))
        .where(
            HandoffRow.programme_id == programme_id,
            HandoffRow.agreed_at >= since,
            HandoffRow.agreed_at < until,
        )
        .group_by(HandoffRow.outcome)
        .order_by(func.count(HandoffRow.id).desc(), HandoffRow.outcome)
    )
    return [(one, other) for one, other in rows]
