"""The outbox: messages wait here, committed with the facts they tell of, until a process sends them.

How a process takes and sends them: :mod:`storage.sending`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import aliased

from storage.db import Tx, insert_into
from storage.models import OutboxRow
from storage.words import Deed, Lane, OutboxState

_deleted = aliased(OutboxRow)


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


_WRITTEN = "outbox"


async def drop_unsent(tx: Tx, case_id: int) -> None:
    """A case has moved on: older card updates, and pages that nobody has started to send, are not sent.

    An update that is being sent is dropped too, so that a later try cannot overtake a newer one.
    """
    unsent_page = and_(OutboxRow.page.is_(True), OutboxRow.claim.is_(None))
    await drop(tx, OutboxRow.case_id == case_id, or_(unsent_page, OutboxRow.deed == Deed.UPDATE))


async def drop_updates(tx: Tx, case_id: int) -> None:
    """Older updates of a case's cards are not sent: newer ones are being written."""
    await drop(tx, OutboxRow.case_id == case_id, OutboxRow.deed == Deed.UPDATE)


async def drop(tx: Tx, *which: ColumnElement[bool]) -> None:
    """Send nothing of these that still waits."""
    queued = OutboxRow.state == OutboxState.QUEUED
    await tx.execute(update(OutboxRow).where(*which, queued).values(state=OutboxState.DROPPED))


async def take_back(tx: Tx, case_id: int, person_ids: Collection[int], now: datetime) -> None:
    """These people must not see the case any more: what has not gone is dropped, what has is deleted.

    A message that is being sent this moment is deleted once it has arrived.
    """
    await _take_back(tx, OutboxRow.case_id == case_id, person_ids, now)


async def drop_digests(tx: Tx, person_ids: Collection[int]) -> None:
    """A digest that waits for their morning may count a case that they see no more: it does not go."""
    theirs = and_(OutboxRow.key.like("digest:%"), OutboxRow.person_id.in_(list(person_ids)))
    await drop(tx, theirs, OutboxRow.claim.is_(None))


async def take_back_of_walk(tx: Tx, handoff_id: int, person_ids: Collection[int], now: datetime) -> None:
    """The same of a walk to an adult, whose messages belong to no case."""
    await _take_back(tx, OutboxRow.key.like(f"handoff:{handoff_id}:%"), person_ids, now)


async def _take_back(tx: Tx, chosen: ColumnElement[bool], person_ids: Collection[int], now: datetime) -> None:
    theirs = and_(chosen, OutboxRow.person_id.in_(list(person_ids)))
    unsent = and_(OutboxRow.deed == Deed.SEND, OutboxRow.claim.is_(None))
    await drop(tx, theirs, or_(unsent, OutboxRow.deed == Deed.UPDATE))
    await _look_again(tx, theirs, now)
    rows = await tx.scalars(
        select(OutboxRow).where(
            theirs,
            OutboxRow.deed == Deed.SEND,
            OutboxRow.state.in_((OutboxState.QUEUED, OutboxState.SENT)),
            ~taken_back(),
        )
    )
    messages = [
        NewMessage(
            key=f"delete:{row.id}:{now.isoformat()}",  # asked for anew where an earlier one came to nothing
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


async def _look_again(tx: Tx, theirs: ColumnElement[bool], now: datetime) -> None:
    """What was given up although an earlier try may have arrived is looked for; it is not sent any more."""
    given_up = OutboxRow.state.in_((OutboxState.FAILED, OutboxState.SET_ASIDE))
    await tx.execute(
        update(OutboxRow)
        .where(theirs, OutboxRow.deed == Deed.SEND, given_up, OutboxRow.possible_repeat.is_(True))
        .values(state=OutboxState.QUEUED, due_at=now)
    )


def taken_back() -> ColumnElement[bool]:
    """That its deletion has been asked for, and is done or still to come."""
    counts = _deleted.state.in_((OutboxState.QUEUED, OutboxState.SENT))
    return (
        select(_deleted.id)
        .where(_deleted.target_id == OutboxRow.id, _deleted.deed == Deed.DELETE, counts)
        .exists()
    )


async def cards_of(tx: Tx, case_id: int) -> list[SentMessage]:
    """Cards that follow a case and stand on a platform, or may soon: they are updated when it moves on."""
    rows = await tx.execute(
        select(OutboxRow.id, OutboxRow.connection_id, OutboxRow.user, OutboxRow.person_id)
        .where(
            OutboxRow.case_id == case_id,
            OutboxRow.follows.is_(True),
            OutboxRow.state.in_((OutboxState.SENT, OutboxState.QUEUED)),
            ~taken_back(),
        )
        .order_by(OutboxRow.id)
    )
    return [SentMessage(*row) for row in rows]


async def cards_to(tx: Tx, person_ids: Collection[int], prefix: str, since: datetime) -> list[str]:
    """The cards of one kind (what their keys begin with) written to some people since a moment, each once."""
    rows = await tx.scalars(
        select(OutboxRow.card).where(
            OutboxRow.person_id.in_(list(person_ids)),
            OutboxRow.key.startswith(prefix, autoescape=True),
            OutboxRow.created_at > since,
        )
    )
    return list(dict.fromkeys(rows))


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
