"""The outbox as the processes that send see it.

A process claims a row by a guarded update (whoever changes it first has it), sends it, and finishes it
with the same claim. A claim whose process died runs out by itself.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select, tuple_, update
from sqlalchemy.orm import aliased

from storage.db import Tx, table_of
from storage.models import ConnectionRow, OutboxRow
from storage.outbox import NewMessage, drop, taken_back
from storage.words import Deed, Lane, OutboxState, Platform

_target = aliased(OutboxRow)
LEASE = timedelta(seconds=15)
"""How long a claim holds; after that another process may take the row."""


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A message that this process may send now. ``claim`` proves it when finishing.

    ``attempts`` counts this one; ``interrupted`` means that an earlier claim ran out without a word, so the
    message may already have gone; ``taken_back``, that it must not go any more. ``target`` is the platform's
    name of the message to change; ``copies_of``, its outbox id where more than one may have to be deleted.
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
    copies_of: int | None
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
            copies_of=None,
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
    """Take due messages of a lane for the workspaces this process has tokens for: pages, then the oldest.

    An update waits until the message it changes has gone out. ``busy`` are (connection id, user) that this
    process is sending to in this lane: their messages keep their order and wait.
    """
    free = and_(OutboxRow.state == OutboxState.QUEUED, _unclaimed(now))
    page_first = case((and_(OutboxRow.page.is_(True), OutboxRow.deed == Deed.SEND), 0), else_=1)
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
        case((and_(OutboxRow.deed == Deed.DELETE, _target.possible_repeat.is_(True)), _target.id)).label(
            "copies_of"
        ),
        OutboxRow.card,
        OutboxRow.attempts,
        OutboxRow.claim.is_not(None).label("interrupted"),
        taken_back().label("taken_back"),
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
        .order_by(page_first, OutboxRow.due_at, OutboxRow.id)
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


async def give_back(tx: Tx, messages: Collection[Claimed]) -> None:
    """Let messages that were claimed and not tried be taken anew. An earlier try of one may have gone."""
    for message in messages:
        claim = message.claim if message.interrupted else None
        await tx.execute(update(OutboxRow).where(_mine(message)).values(claimed_until=None, claim=claim))


async def fail(tx: Tx, message: Claimed, *, state: OutboxState, error: str) -> bool:
    """Finish a message that cannot be delivered. ``False`` if the claim had run out.

    An earlier try of it may have arrived all the same; that is kept, for whoever must not see it any more.
    """
    return await _give_up(
        tx, message.id, _mine(message), state=state, error=error, possible_repeat=message.interrupted
    )


async def fail_unclaimed(tx: Tx, outbox_id: int) -> bool:
    """Give up on a page that nobody took. ``False`` if somebody just did."""
    waits = and_(OutboxRow.id == outbox_id, OutboxRow.state == OutboxState.QUEUED, OutboxRow.claim.is_(None))
    return await _give_up(tx, outbox_id, waits, state=OutboxState.FAILED, error="unclaimed")


async def _give_up(
    tx: Tx,
    outbox_id: int,
    still: ColumnElement[bool],
    *,
    state: OutboxState,
    error: str,
    possible_repeat: bool = False,
) -> bool:
    """Finish a message undelivered. Updates that wait for it to arrive would wait forever: they go too."""
    done = await tx.execute(
        update(OutboxRow)
        .where(still)
        .values(state=state, error=error, claimed_until=None, possible_repeat=possible_repeat)
        .returning(OutboxRow.id)
    )
    if done.first() is None:
        return False
    await drop(tx, OutboxRow.target_id == outbox_id)
    return True


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
