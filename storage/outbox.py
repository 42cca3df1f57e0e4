"""The outbox: messages wait here, committed with the facts they tell of, until a process sends them.

A process claims a row by a guarded update (whoever changes it first has it), sends it, and finishes it
with the same claim. A claim whose process died runs out by itself.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, tuple_, update
from sqlalchemy.orm import aliased

from storage.db import Tx, insert_into, table_of
from storage.models import ConnectionRow, OutboxRow
from storage.words import Deed, Lane, OutboxState, Platform

_target, _deleted = aliased(OutboxRow), aliased(OutboxRow)
LEASE = timedelta(seconds=15)
"""How long a claim holds; after that another process may take the row."""


@dataclass(frozen=True, kw_only=True)
class NewMessage:
    """A message to write. ``key`` makes it unique: the same key is written once, however often.

    ``page``: where it cannot be delivered, the ladder climbs. ``follows``: its card shows how the case
    stands, so it is updated when the case moves on.
    """

    key: str
    lane: Lane
    connection_id: int
    user: str
    card: str
    due_at: datetime
    deed: Deed = Deed.SEND
    person_id: int | None = None
    case_id: int | None = None
    page: bool = False
    follows: bool = False
    target_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A message that this process may send now. ``claim`` proves it when finishing.

    ``attempts`` counts this one; ``interrupted`` means that an earlier claim ran out without a word, so the
    message may already have gone; ``taken_back``, that it must not go any more. ``target`` is the platform's
    name of the message to update.
    """

    id: int
    claim: str
    lane: Lane
    deed: Deed
    platform: Platform
    workspace: str
    connection_id: int
    user: str
    person_id: int | None
    case_id: int | None
    page: bool
    target: str | None
    card: str
    attempts: int
    interrupted: bool
    taken_back: bool
    created_at: datetime
    claimed_at: datetime


@dataclass(frozen=True)
class PageAddress:
    """Which page of which case went (or did not go) to whom. ``id`` is the outbox row's."""

    id: int
    case_id: int
    connection_id: int
    user: str
    person_id: int | None


@dataclass(frozen=True)
class SentMessage:
    """A message that stands on a platform."""

    id: int
    connection_id: int
    user: str
    person_id: int | None


async def add(tx: Tx, messages: Sequence[NewMessage], now: datetime) -> None:
    """Write messages; those whose key is already there are left as they are."""
    if not messages:
        return
    values = [
        {
            **vars(message),
            "state": OutboxState.QUEUED,
            "attempts": 0,
            "possible_repeat": False,
            "created_at": now,
        }
        for message in messages
    ]
    insert = insert_into(tx, OutboxRow).on_conflict_do_nothing(index_elements=["key"])
    rows = await tx.execute(insert.returning(OutboxRow.key, OutboxRow.id), values)
    written = {key: number for key, number in rows}  # noqa: C416 - rows are no plain tuples to a type checker
    mine = [(written[message.key], message) for message in messages if message.key in written]
    tx.info.setdefault(_WRITTEN, []).extend(mine)


def written(tx: Tx) -> list[tuple[int, NewMessage]]:
    """The messages that this transaction has written so far, with their ids. Some may be taken back since."""
    return list(tx.info.get(_WRITTEN, []))


async def claim_written(
    tx: Tx,
    messages: Collection[tuple[int, NewMessage]],
    served: Mapping[int, tuple[Platform, str]],
    *,
    claim: str,
    now: datetime,
) -> list[Claimed]:
    """Take messages that this very transaction has written, for these connections (by their id).

    What was dropped or undone since is left out, for the rows tell and not the list.
    """
    ids = [number for number, _ in messages]
    taken = await tx.execute(_CLAIM_WRITTEN, {"ids": ids, "by": claim, "until": now + LEASE})
    mine = set(taken.scalars())
    return [
        Claimed(
            id=number,
            claim=claim,
            lane=message.lane,
            deed=message.deed,
            platform=served[message.connection_id][0],
            workspace=served[message.connection_id][1],
            connection_id=message.connection_id,
            user=message.user,
            person_id=message.person_id,
            case_id=message.case_id,
            page=message.page,
            target=None,
            card=message.card,
            attempts=1,
            interrupted=False,
            taken_back=False,
            created_at=now,
            claimed_at=now,
        )
        for number, message in messages
        if number in mine
    ]


_WRITTEN = "outbox"
_OUTBOX = table_of(OutboxRow)
_CLAIM_WRITTEN = (
    update(_OUTBOX)
    .where(
        _OUTBOX.c.id.in_(bindparam("ids", expanding=True)),
        _OUTBOX.c.state == OutboxState.QUEUED,
        _OUTBOX.c.claim.is_(None),
    )
    .values(claim=bindparam("by"), claimed_until=bindparam("until"), attempts=1)
    .returning(_OUTBOX.c.id)
)


async def claim(
    tx: Tx,
    *,
    lane: Lane,
    workspaces: Collection[tuple[Platform, str]],
    claim: str,
    now: datetime,
    most: int = 20,
    busy: Collection[tuple[int, str]] = (),
) -> list[Claimed]:
    """Take due messages of a lane, the oldest first, for the workspaces this process has tokens for.

    An update waits until the message it changes has gone out. ``busy`` are (connection id, user) that this
    process is sending to in this lane: their messages keep their order and wait.
    """
    free = and_(OutboxRow.state == OutboxState.QUEUED, _unclaimed(now))
    columns = [
        OutboxRow.id,
        OutboxRow.lane,
        OutboxRow.deed,
        ConnectionRow.platform,
        ConnectionRow.workspace,
        OutboxRow.connection_id,
        OutboxRow.user,
        OutboxRow.person_id,
        OutboxRow.case_id,
        OutboxRow.page,
        _target.reference.label("target"),
        OutboxRow.card,
        OutboxRow.attempts,
        OutboxRow.claim.is_not(None).label("interrupted"),
        _taken_back().label("taken_back"),
        OutboxRow.created_at,
    ]
    rows = await tx.execute(
        select(*columns)
        .join(ConnectionRow, ConnectionRow.id == OutboxRow.connection_id)
        .outerjoin(_target, _target.id == OutboxRow.target_id)
        .where(
            free,
            OutboxRow.lane == lane,
            _is_due(now),
            or_(OutboxRow.target_id.is_(None), _target.reference.is_not(None)),
            tuple_(ConnectionRow.platform, ConnectionRow.workspace).in_(list(workspaces)),
            tuple_(OutboxRow.connection_id, OutboxRow.user).not_in(list(busy)),
        )
        .order_by(OutboxRow.due_at, OutboxRow.id)
        .limit(most)
        .with_for_update(skip_locked=True, of=OutboxRow)
    )
    found = rows.all()
    if not found:
        return []
    taken = await tx.execute(
        update(OutboxRow)
        .where(OutboxRow.id.in_([row.id for row in found]), free)
        .values(claim=claim, claimed_until=now + LEASE, attempts=OutboxRow.attempts + 1)
        .returning(OutboxRow.id)
        .execution_options(synchronize_session=False)
    )
    mine = set(taken.scalars())
    return [
        Claimed(**{**row._mapping, "attempts": row.attempts + 1}, claim=claim, claimed_at=now)
        for row in found
        if row.id in mine
    ]


async def anything_due(tx: Tx, lane: Lane, now: datetime) -> bool:
    """Whether a lane has anything to send; cheap enough to ask every second."""
    found = await tx.scalar(
        select(OutboxRow.id)
        .where(
            OutboxRow.state == OutboxState.QUEUED,
            OutboxRow.lane == lane,
            _is_due(now),
            _unclaimed(now),
        )
        .limit(1)
    )
    return found is not None


def _unclaimed(now: datetime) -> ColumnElement[bool]:
    """No claim holds. One that would hold longer than a claim can is from before a clock went back."""
    until = OutboxRow.claimed_until
    return or_(until.is_(None), until <= now, until > now + LEASE)


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Its time has come; or it is for at once, was never put off, and the clock has gone back since."""
    at_once = and_(OutboxRow.lane == Lane.PAGES, OutboxRow.error.is_(None))
    return or_(OutboxRow.due_at <= now, and_(at_once, OutboxRow.created_at > now))


async def sent(
    tx: Tx, message: Claimed, *, reference: str | None, possible_repeat: bool, now: datetime
) -> None:
    """Finish a message that the platform has taken. A claim that ran out meanwhile changes nothing."""
    await tx.execute(
        update(OutboxRow)
        .where(OutboxRow.id == message.id, OutboxRow.claim == message.claim)
        .values(
            state=OutboxState.SENT,
            reference=reference,
            sent_at=now,
            claimed_until=None,
            possible_repeat=possible_repeat,
            error=None,
        )
    )


def _mine(message: Claimed) -> ColumnElement[bool]:
    """The row, while it still waits under this very claim."""
    return and_(
        OutboxRow.id == message.id,
        OutboxRow.claim == message.claim,
        OutboxRow.state == OutboxState.QUEUED,
    )


async def postpone(tx: Tx, message: Claimed, *, until: datetime, error: str, unsure: bool) -> None:
    """Give a message back for later. ``unsure``: it may have gone, so the next try looks for it first."""
    await tx.execute(
        update(OutboxRow)
        .where(_mine(message))
        .values(
            due_at=until,
            claimed_until=None,
            error=error,
            **({} if unsure else {"claim": None}),
        )
    )


async def fail(tx: Tx, message: Claimed, *, state: OutboxState, error: str) -> bool:
    """Finish a message that cannot be delivered. ``False`` if the claim had run out.

    Updates that wait for it to arrive would wait forever, so they go with it.
    """
    done = await tx.execute(
        update(OutboxRow)
        .where(_mine(message))
        .values(state=state, error=error, claimed_until=None)
        .returning(OutboxRow.id)
    )
    if done.first() is None:
        return False
    await _drop_updates_of(tx, message.id)
    return True


async def _drop_updates_of(tx: Tx, target_id: int) -> None:
    await tx.execute(
        update(OutboxRow)
        .where(OutboxRow.target_id == target_id, OutboxRow.state == OutboxState.QUEUED)
        .values(state=OutboxState.DROPPED)
    )


async def drop_unsent(tx: Tx, case_id: int) -> None:
    """A case has moved on: older card updates, and pages that nobody has started to send, are not sent.

    An update that is being sent is dropped too, so that a later try cannot overtake a newer one.
    """
    await tx.execute(
        update(OutboxRow)
        .where(
            OutboxRow.case_id == case_id,
            or_(
                and_(OutboxRow.page.is_(True), OutboxRow.claim.is_(None)),
                OutboxRow.deed == Deed.UPDATE,
            ),
            OutboxRow.state == OutboxState.QUEUED,
        )
        .values(state=OutboxState.DROPPED)
    )


async def drop_updates(tx: Tx, case_id: int) -> None:
    """Older updates of a case's cards are not sent: newer ones are being written."""
    await tx.execute(
        update(OutboxRow)
        .where(
            OutboxRow.case_id == case_id,
            OutboxRow.deed == Deed.UPDATE,
            OutboxRow.state == OutboxState.QUEUED,
        )
        .values(state=OutboxState.DROPPED)
    )


async def take_back(tx: Tx, case_id: int, person_ids: Collection[int], now: datetime) -> None:
    """These people must not see the case any more: what has not gone is dropped, what has is deleted.

    A message that is being sent this moment is deleted once it has arrived.
    """
    await _take_back(tx, OutboxRow.case_id == case_id, person_ids, now)


async def take_back_of_walk(tx: Tx, handoff_id: int, person_ids: Collection[int], now: datetime) -> None:
    """The same of a walk to an adult, whose messages belong to no case."""
    await _take_back(tx, OutboxRow.key.like(f"handoff:{handoff_id}:%"), person_ids, now)


async def _take_back(tx: Tx, chosen: ColumnElement[bool], person_ids: Collection[int], now: datetime) -> None:
    theirs = and_(chosen, OutboxRow.person_id.in_(list(person_ids)))
    queued = OutboxRow.state == OutboxState.QUEUED
    await tx.execute(
        update(OutboxRow)
        .where(theirs, queued, or_(OutboxRow.claim.is_(None), OutboxRow.deed == Deed.UPDATE))
        .values(state=OutboxState.DROPPED)
    )
    rows = await tx.scalars(
        select(OutboxRow).where(
            theirs,
            OutboxRow.deed == Deed.SEND,
            or_(queued, OutboxRow.state == OutboxState.SENT),
            ~_taken_back(),
        )
    )
    messages = [
        NewMessage(
            key=f"delete:{row.id}",
            lane=Lane.PAGES,
            deed=Deed.DELETE,
            connection_id=row.connection_id,
            user=row.user,
            person_id=row.person_id,
            case_id=row.case_id,
            target_id=row.id,
            card="",
            due_at=now,
        )
        for row in rows
    ]
    await add(tx, messages, now)


def _taken_back() -> ColumnElement[bool]:
    return (
        select(_deleted.id).where(_deleted.target_id == OutboxRow.id, _deleted.deed == Deed.DELETE).exists()
    )


async def cards_of(tx: Tx, case_id: int) -> list[SentMessage]:
    """Cards that follow a case and stand on a platform, or may soon: they are updated when it moves on."""
    rows = await tx.execute(
        select(OutboxRow.id, OutboxRow.connection_id, OutboxRow.user, OutboxRow.person_id)
        .where(
            OutboxRow.case_id == case_id,
            OutboxRow.follows.is_(True),
            OutboxRow.state.in_((OutboxState.SENT, OutboxState.QUEUED)),
            ~_taken_back(),
        )
        .order_by(OutboxRow.id)
    )
    return [SentMessage(*row) for row in rows]


async def pages_since(tx: Tx, connection_id: int, user: str, since: datetime) -> list[int | None]:
    """Of each page to an address after a moment that went out or is about to: the id of its case.

    What a platform refused is left out, for nobody got it.
    """
    rows = await tx.scalars(
        select(OutboxRow.case_id).where(
            OutboxRow.connection_id == connection_id,
            OutboxRow.user == user,
            OutboxRow.created_at > since,
            OutboxRow.page.is_(True),
            OutboxRow.state.in_((OutboxState.QUEUED, OutboxState.SENT)),
        )
    )
    return list(rows)


async def unclaimed_pages(
    tx: Tx, before: datetime, served: Collection[tuple[Platform, str]]
) -> list[PageAddress]:
    """Pages that nobody took since ``before``: no running process has a token for their connection.

    Those of the workspaces that the asking process serves itself are left out: it is about to send them.
    """
    rows = await tx.execute(
        select(OutboxRow.id, OutboxRow.case_id, OutboxRow.connection_id, OutboxRow.user, OutboxRow.person_id)
        .join(ConnectionRow, ConnectionRow.id == OutboxRow.connection_id)
        .where(
            tuple_(ConnectionRow.platform, ConnectionRow.workspace).not_in(list(served)),
            OutboxRow.state == OutboxState.QUEUED,
            OutboxRow.page.is_(True),
            OutboxRow.claim.is_(None),
            OutboxRow.attempts == 0,
            OutboxRow.due_at <= before,
            OutboxRow.case_id.is_not(None),
        )
    )
    return [
        PageAddress(number, case_id, connection_id, user, person_id)
        for number, case_id, connection_id, user, person_id in rows
        if case_id is not None
    ]


async def fail_unclaimed(tx: Tx, outbox_id: int) -> bool:
    """Give up on a page that nobody took. ``False`` if somebody just did."""
    done = await tx.execute(
        update(OutboxRow)
        .where(OutboxRow.id == outbox_id, OutboxRow.state == OutboxState.QUEUED, OutboxRow.claim.is_(None))
        .values(state=OutboxState.FAILED, error="unclaimed")
        .returning(OutboxRow.id)
    )
    if done.first() is None:
        return False
    await _drop_updates_of(tx, outbox_id)
    return True


async def oldest_unsent(tx: Tx, lane: Lane, now: datetime) -> datetime | None:
    """Since when the oldest message of a lane waits beyond its time; ``None`` if none does."""
    return await tx.scalar(
        select(func.min(OutboxRow.due_at)).where(
            OutboxRow.state == OutboxState.QUEUED, OutboxRow.lane == lane, OutboxRow.due_at <= now
        )
    )


async def pages_by_state(tx: Tx) -> dict[OutboxState, int]:
    """How many pages stand in each state."""
    rows = await tx.execute(
        select(OutboxRow.state, func.count(OutboxRow.id))
        .where(OutboxRow.page.is_(True))
        .group_by(OutboxRow.state)
    )
    return dict(rows.all())
