"""Peers by their codes: who sees whom, what was said at the first contact, whose code somebody else used."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from storage.db import Tx, insert_into
from storage.models import CheckInRow, CodeUsedRow, LimitsSaidRow, NeedRow, PairingRow, PeerRow


@dataclass(frozen=True)
class OwnPeer:
    """A peer as a helper knows them. ``pairing_id``: they are paired; ``said``: the limits were told.

    ``grade``: their year or class, empty where nobody has said.
    """

    peer_id: int
    code: str
    contacts: int
    last_at: datetime | None
    pairing_id: int | None
    said: bool
    grade: str = ""


@dataclass(frozen=True)
class AnyPeer:
    """A peer as a coordinator knows them. ``helper_ids`` are those who are paired with them."""

    peer_id: int
    code: str
    last_at: datetime | None
    helper_ids: tuple[int, ...]
    waiting_since: datetime | None


@dataclass(frozen=True)
class CodeUsed:
    """Somebody used the code of a peer whom others help."""

    helper_id: int
    peer_id: int
    code: str
    at: datetime


async def code(tx: Tx, programme_id: int, peer_id: int) -> str | None:
    """The code of a peer of this programme."""
    where = (PeerRow.id == peer_id, PeerRow.programme_id == programme_id)
    return await tx.scalar(select(PeerRow.code).where(*where))


async def names(tx: Tx, programme_id: int) -> list[str]:
    """The sealed names beside codes, for looking whether a text holds one; they are shown to nobody."""
    rows = await tx.scalars(
        select(PeerRow.name).where(PeerRow.programme_id == programme_id, PeerRow.name.is_not(None))
    )
    return [name for name in rows if name]


async def grade(tx: Tx, peer_id: int) -> str:
    """The year or class of a peer; empty where nobody has said."""
    return await tx.scalar(select(PeerRow.grade).where(PeerRow.id == peer_id)) or ""


async def set_grade(tx: Tx, peer_id: int, grade: str) -> None:
    """Let this be the year or class of a peer; an empty one forgets it."""
    await tx.execute(update(PeerRow).where(PeerRow.id == peer_id).values(grade=grade or None))


async def of_helper(tx: Tx, helper_id: int, peer_id: int | None = None) -> list[OwnPeer]:
    """Whom a helper has met or is paired with, the latest contact first; only one of them, if given."""
    rows = await tx.execute(
        select(CheckInRow.peer_id, func.count(CheckInRow.id), func.max(CheckInRow.at))
        .where(
            CheckInRow.helper_id == helper_id,
            CheckInRow.undone_at.is_(None),
            CheckInRow.peer_id.is_not(None),
        )
        .group_by(CheckInRow.peer_id)
    )
    met = {found: (contacts, last_at) for found, contacts, last_at in rows}
    open_pairs = await tx.execute(
        select(PairingRow.peer_id, PairingRow.id).where(
            PairingRow.helper_id == helper_id, PairingRow.ended_at.is_(None)
        )
    )
    paired = dict(open_pairs.all())
    said = set(await tx.scalars(select(LimitsSaidRow.peer_id).where(LimitsSaidRow.helper_id == helper_id)))
    ids = (set(met) | set(paired)) & ({peer_id} if peer_id is not None else set(met) | set(paired))
    known = await tx.execute(select(PeerRow.id, PeerRow.code, PeerRow.grade).where(PeerRow.id.in_(ids)))
    found = [
        OwnPeer(number, text, contacts, last_at, paired.get(number), number in said, grade or "")
        for number, text, grade in known
        for contacts, last_at in [met.get(number, (0, None))]
    ]
    return sorted(found, key=lambda each: (each.last_at is None, each.last_at, each.peer_id), reverse=True)


async def of_programme(tx: Tx, programme_id: int) -> list[AnyPeer]:
    """Everybody who is helped, those who wait first, then by their code."""
    rows = await tx.execute(
        select(PeerRow.id, PeerRow.code, NeedRow.waiting_since, func.max(CheckInRow.at))
        .outerjoin(NeedRow, NeedRow.peer_id == PeerRow.id)
        .outerjoin(CheckInRow, (CheckInRow.peer_id == PeerRow.id) & CheckInRow.undone_at.is_(None))
        .where(PeerRow.programme_id == programme_id)
        .group_by(PeerRow.id, PeerRow.code, NeedRow.waiting_since)
    )
    helpers: dict[int, list[int]] = defaultdict(list)
    for peer_id, helper_id in await tx.execute(
        select(PairingRow.peer_id, PairingRow.helper_id)
        .where(PairingRow.programme_id == programme_id, PairingRow.ended_at.is_(None))
        .order_by(PairingRow.id)
    ):
        helpers[peer_id].append(helper_id)
    found = [
        AnyPeer(peer_id, text, last_at, tuple(helpers[peer_id]), waiting)
        for peer_id, text, waiting, last_at in rows
    ]
    return sorted(found, key=lambda each: (each.waiting_since is None, each.waiting_since, each.code))


async def helpers_of(tx: Tx, peer_id: int) -> tuple[set[int], dict[int, int]]:
    """Who is paired with a peer, and how many contacts each helper has logged with them."""
    paired = await tx.scalars(
        select(PairingRow.helper_id).where(PairingRow.peer_id == peer_id, PairingRow.ended_at.is_(None))
    )
    contacts = await tx.execute(
        select(CheckInRow.helper_id, func.count(CheckInRow.id))
        .where(CheckInRow.peer_id == peer_id, CheckInRow.undone_at.is_(None))
        .group_by(CheckInRow.helper_id)
    )
    return set(paired), dict(contacts.all())


# --- what was said at the first contact --------------------------------------------------------


async def limits_said(tx: Tx, helper_id: int, peer_id: int) -> bool:
    """Whether a helper has told a peer what cannot be kept secret."""
    where = (LimitsSaidRow.helper_id == helper_id, LimitsSaidRow.peer_id == peer_id)
    return await tx.scalar(select(LimitsSaidRow.peer_id).where(*where)) is not None


async def say_limits(tx: Tx, helper_id: int, peer_id: int, now: datetime) -> None:
    """A helper has told a peer so; the first time counts."""
    insert = insert_into(tx, LimitsSaidRow).values(helper_id=helper_id, peer_id=peer_id, at=now)
    await tx.execute(insert.on_conflict_do_nothing(index_elements=["helper_id", "peer_id"]))


# --- somebody else's code ----------------------------------------------------------------------


async def use_code(tx: Tx, helper_id: int, peer_id: int, now: datetime) -> None:
    """A helper used the code of somebody whom others help; kept once."""
    insert = insert_into(tx, CodeUsedRow).values(helper_id=helper_id, peer_id=peer_id, at=now)
    await tx.execute(insert.on_conflict_do_nothing(index_elements=["helper_id", "peer_id"]))


async def is_settled(tx: Tx, helper_id: int, peer_id: int) -> bool:
    """Whether a coordinator has seen that this helper uses this code, and leaves it at that."""
    where = (CodeUsedRow.helper_id == helper_id, CodeUsedRow.peer_id == peer_id)
    return await tx.scalar(select(CodeUsedRow.settled_at).where(*where)) is not None


async def codes_used(tx: Tx, programme_id: int) -> list[CodeUsed]:
    """Those that no coordinator has seen to yet, in the order in which they came.

    A check-in that was taken back, or given another code, was a slip and does not count.
    """
    still_logged = (
        select(CheckInRow.id)
        .where(
            CheckInRow.helper_id == CodeUsedRow.helper_id,
            CheckInRow.peer_id == CodeUsedRow.peer_id,
            CheckInRow.undone_at.is_(None),
        )
        .exists()
    )
    rows = await tx.execute(
        select(CodeUsedRow.helper_id, CodeUsedRow.peer_id, PeerRow.code, CodeUsedRow.at)
        .join(PeerRow, PeerRow.id == CodeUsedRow.peer_id)
        .where(PeerRow.programme_id == programme_id, CodeUsedRow.settled_at.is_(None), still_logged)
        .order_by(CodeUsedRow.at, CodeUsedRow.peer_id)
    )
    return [CodeUsed(*row) for row in rows]


async def settle_code(tx: Tx, helper_id: int, peer_id: int, now: datetime) -> None:
    """A coordinator has seen to it."""
    chosen = (CodeUsedRow.helper_id == helper_id, CodeUsedRow.peer_id == peer_id)
    await tx.execute(update(CodeUsedRow).where(*chosen).values(settled_at=now))
