"""What helpers can give, what peers look for, who is kept apart, and who is paired with whom."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, or_, select, update

from storage.db import Tx, insert_into, record
from storage.models import NeedRow, NotWithRow, OfferRow, PairingRow, PeerRow, PersonRow, WishRow
from storage.people import ACTIVE_HELPER_IDS, HELPER_IDS


@dataclass(frozen=True)
class Wishes:
    """Fixed words: languages by their codes, times of the school week, subjects, interests and wishes."""

    languages: Sequence[str] = ()
    times: Sequence[str] = ()
    subjects: Sequence[str] = ()
    likes: Sequence[str] = ()


@dataclass(frozen=True)
class Offer:
    """What a helper can give. ``places`` are the peers they have time for, ``taken`` those they have."""

    helper_id: int
    wishes: Wishes
    places: int
    taken: int = 0


@dataclass(frozen=True)
class Need:
    """What a peer looks for. ``not_with`` are helpers to keep them apart from; ``grade`` is for figures."""

    peer_id: int
    code: str
    wishes: Wishes
    not_with: frozenset[int] = frozenset()
    waiting_since: datetime | None = None
    grade: str = ""


@dataclass(frozen=True)
class Pairing:
    """A helper who goes on seeing a peer. ``closing``, after its end: ``asked``, ``had`` or ``missed``."""

    id: int
    peer_id: int
    helper_id: int
    since: datetime
    ended_at: datetime | None
    why: str
    closing: str


# --- what helpers give -------------------------------------------------------------------------


async def offer_of(tx: Tx, helper_id: int) -> Offer | None:
    """What one helper has said that they can give; ``None`` if nothing yet."""
    row = await tx.scalar(select(OfferRow).where(OfferRow.helper_id == helper_id))
    return None if row is None else Offer(row.helper_id, record(Wishes, row), row.places)


async def keep_offer(tx: Tx, offer: Offer, now: datetime) -> None:
    """Let this be what a helper can give."""
    values = {**_lists(offer.wishes), "places": offer.places, "at": now}
    insert = insert_into(tx, OfferRow).values(helper_id=offer.helper_id, **values)
    await tx.execute(insert.on_conflict_do_update(index_elements=["helper_id"], set_=values))


def _lists(wishes: Wishes) -> dict[str, list[str]]:
    return {name: list(chosen) for name, chosen in vars(wishes).items()}


async def offers(tx: Tx, programme_id: int) -> list[Offer]:
    """What every helper who is here can give, with how many of their places are taken."""
    taken = await tx.execute(
        select(PairingRow.helper_id, func.count(PairingRow.id))
        .where(PairingRow.programme_id == programme_id, PairingRow.ended_at.is_(None))
        .group_by(PairingRow.helper_id)
    )
    counts = dict(taken.all())
    rows = await tx.scalars(
        select(OfferRow)
        .join(PersonRow, PersonRow.id == OfferRow.helper_id)
        .where(PersonRow.programme_id == programme_id, OfferRow.helper_id.in_(ACTIVE_HELPER_IDS))
        .order_by(OfferRow.helper_id)
    )
    return [
        Offer(row.helper_id, record(Wishes, row), row.places, counts.get(row.helper_id, 0)) for row in rows
    ]


async def helpers(tx: Tx, programme_id: int) -> list[tuple[int, str]]:
    """Everybody who helps now, by id and name, in the order in which they joined."""
    rows = await tx.execute(
        select(PersonRow.id, PersonRow.name)
        .where(PersonRow.programme_id == programme_id, PersonRow.id.in_(ACTIVE_HELPER_IDS))
        .order_by(PersonRow.id)
    )
    return [(number, name) for number, name in rows]


# --- what peers look for -----------------------------------------------------------------------


async def need_of(tx: Tx, programme_id: int, peer_id: int) -> Need | None:
    """What one peer of this programme looks for; ``None`` if nobody has entered it."""
    found = await _needs(tx, programme_id, peer_id=peer_id)
    return found[0] if found else None


async def waiting(tx: Tx, programme_id: int, now: datetime | None = None) -> list[Need]:
    """Everybody who waits for a helper, the longest first; at a moment, without those put off until later."""
    found = await _needs(tx, programme_id, waiting=True, now=now)
    return sorted(found, key=lambda each: (each.waiting_since, each.peer_id))


async def _needs(
    tx: Tx,
    programme_id: int,
    *,
    peer_id: int | None = None,
    waiting: bool = False,
    now: datetime | None = None,
) -> list[Need]:
    query = (
        select(NeedRow, PeerRow.code, PeerRow.grade)
        .join(PeerRow, PeerRow.id == NeedRow.peer_id)
        .where(PeerRow.programme_id == programme_id)
    )
    if peer_id is not None:
        query = query.where(NeedRow.peer_id == peer_id)
    if waiting:
        query = query.where(NeedRow.waiting_since.is_not(None))
    if now is not None:
        query = query.where(or_(NeedRow.not_before.is_(None), NeedRow.not_before <= now))
    apart: dict[int, set[int]] = defaultdict(set)
    for peer, helper in await tx.execute(
        select(NotWithRow.peer_id, NotWithRow.helper_id)
        .join(PeerRow, PeerRow.id == NotWithRow.peer_id)
        .where(PeerRow.programme_id == programme_id)
    ):
        apart[peer].add(helper)
    return [
        Need(
            row.peer_id,
            code,
            record(Wishes, row),
            frozenset(apart[row.peer_id]),
            row.waiting_since,
            grade or "",
        )
        for row, code, grade in await tx.execute(query)
    ]


async def keep_need(tx: Tx, peer_id: int, wishes: Wishes) -> None:
    """Let this be what a peer looks for; whether they wait stays as it is."""
    values = _lists(wishes)
    insert = insert_into(tx, NeedRow).values(peer_id=peer_id, **values)
    await tx.execute(insert.on_conflict_do_update(index_elements=["peer_id"], set_=values))


async def wait(tx: Tx, peer_id: int, now: datetime) -> None:
    """A peer waits for a helper from now on; who waits already, since when they do."""
    nothing = _lists(Wishes())
    insert = insert_into(tx, NeedRow).values(peer_id=peer_id, waiting_since=now, **nothing)
    kept = {"waiting_since": func.coalesce(NeedRow.waiting_since, now), "not_before": None}
    await tx.execute(insert.on_conflict_do_update(index_elements=["peer_id"], set_=kept))


async def stop_waiting(tx: Tx, peer_id: int) -> None:
    """A peer waits no more."""
    chosen = update(NeedRow).where(NeedRow.peer_id == peer_id)
    await tx.execute(chosen.values(waiting_since=None, not_before=None))


async def put_off(tx: Tx, peer_id: int, until: datetime) -> None:
    """Nobody is suggested for a peer before then; they go on waiting."""
    await tx.execute(update(NeedRow).where(NeedRow.peer_id == peer_id).values(not_before=until))


async def keep_apart(tx: Tx, peer_id: int, helper_ids: Collection[int], *, offered: Collection[int]) -> None:
    """Of the helpers who could be chosen, let these be whom a peer is never paired with.

    Whoever was not among them, because they are paused or the list was full, stays as they are.
    """
    shown = NotWithRow.helper_id.in_({*offered})
    await tx.execute(delete(NotWithRow).where(NotWithRow.peer_id == peer_id, shown))
    chosen = {*helper_ids} & {*offered}
    tx.add_all(NotWithRow(peer_id=peer_id, helper_id=helper) for helper in sorted(chosen))
    await tx.flush()


# --- pairs -------------------------------------------------------------------------------------


async def pair(tx: Tx, programme_id: int, *, peer_id: int, helper_id: int, now: datetime) -> int:
    """Let a helper go on seeing a peer, who waits no more. Returns the pairing's id."""
    row = PairingRow(
        programme_id=programme_id, peer_id=peer_id, helper_id=helper_id, since=now, why="", closing=""
    )
    tx.add(row)
    await tx.flush()
    await stop_waiting(tx, peer_id)
    return row.id


async def take_turns(tx: Tx, peer_id: int, helper_id: int) -> None:
    """Let two who decide about one peer, or about one helper's last place, take turns."""
    await tx.execute(select(PeerRow.id).where(PeerRow.id == peer_id).with_for_update())
    await tx.execute(select(OfferRow.helper_id).where(OfferRow.helper_id == helper_id).with_for_update())


async def get(tx: Tx, programme_id: int, pairing_id: int) -> Pairing | None:
    """One pairing of this programme."""
    chosen = (PairingRow.id == pairing_id, PairingRow.programme_id == programme_id)
    row = await tx.scalar(select(PairingRow).where(*chosen).with_for_update())
    return None if row is None else record(Pairing, row)


async def open_pairs(tx: Tx, programme_id: int) -> list[tuple[Pairing, str]]:
    """Everybody who is paired now, with the peer's code, in the order of the codes."""
    rows = await tx.execute(
        select(PairingRow, PeerRow.code)
        .join(PeerRow, PeerRow.id == PairingRow.peer_id)
        .where(PairingRow.programme_id == programme_id, PairingRow.ended_at.is_(None))
        .order_by(PeerRow.code, PairingRow.id)
    )
    return [(record(Pairing, row), code) for row, code in rows]


async def end(tx: Tx, pairing_id: int, *, why: str, closing: str, now: datetime) -> None:
    """A pairing comes to its end: ``done``, ``changed`` (somebody else is to help) or ``helper_left``."""
    row = await tx.get_one(PairingRow, pairing_id)
    row.ended_at, row.why, row.closing = now, why, closing
    await tx.flush()


async def close_well(tx: Tx, pairing_id: int, closing: str) -> None:
    """Whether there was a closing conversation."""
    (await tx.get_one(PairingRow, pairing_id)).closing = closing
    await tx.flush()


async def resting(tx: Tx, programme_id: int, now: datetime) -> frozenset[int]:
    """Ids of those who are suspended or take a break: their pairs rest, and go on when they are back."""
    on_a_break = (WishRow.pause != "") & (WishRow.paused_until > now)
    rows = await tx.scalars(
        select(PersonRow.id)
        .outerjoin(WishRow, WishRow.person_id == PersonRow.id)
        .where(PersonRow.programme_id == programme_id, or_(PersonRow.suspended, on_a_break))
    )
    return frozenset(rows)


async def codes_of(tx: Tx, helper_id: int) -> list[str]:
    """The codes of the peers whom a helper is paired with."""
    rows = await tx.scalars(
        select(PeerRow.code)
        .join(PairingRow, PairingRow.peer_id == PeerRow.id)
        .where(PairingRow.helper_id == helper_id, PairingRow.ended_at.is_(None))
        .order_by(PeerRow.code)
    )
    return list(rows)


async def of_those_who_left(tx: Tx) -> list[tuple[int, int, Pairing, str, str]]:
    """Pairs whose helper is off the roster: (programme, helper, pairing, the peer's code, the helper's name).

    Whoever is only paused keeps theirs: see :func:`resting`.
    """
    rows = await tx.execute(
        select(PairingRow, PeerRow.code, PersonRow.name)
        .join(PeerRow, PeerRow.id == PairingRow.peer_id)
        .join(PersonRow, PersonRow.id == PairingRow.helper_id)
        .where(PairingRow.ended_at.is_(None), PairingRow.helper_id.not_in(HELPER_IDS))
        .order_by(PairingRow.programme_id, PairingRow.helper_id, PeerRow.code)
    )
    return [(row.programme_id, row.helper_id, record(Pairing, row), code, name) for row, code, name in rows]
