"""The ladder of a case: which adults are paged, in what order. A snapshot taken when the case opened."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, insert, select, update

from storage.db import Tx, record, table_of
from storage.models import LadderRow, PersonRow, RoleRow
from storage.people import AROUND, LadderAddress
from storage.words import Channel, Rung


@dataclass(frozen=True)
class LadderEntry:
    """One address of one adult on a case's ladder. ``locale`` is empty for the programme's language."""

    person_id: int
    rung: Rung
    position: int
    connection_id: int
    user: str
    channel: Channel
    declined: bool
    unreachable: bool
    locale: str
    name: str


# Made once: putting a statement together takes as long as running it.
_LADDER = table_of(LadderRow)
_PEOPLE = table_of(PersonRow)
_ADD = insert(_LADDER)
_OF_CASE = (
    select(
        _LADDER.c.person_id,
        _LADDER.c.rung,
        _LADDER.c.position,
        _LADDER.c.connection_id,
        _LADDER.c.user,
        _LADDER.c.channel,
        _LADDER.c.declined,
        _LADDER.c.unreachable,
        _PEOPLE.c.locale,
        _PEOPLE.c.name,
    )
    .join(_PEOPLE, _PEOPLE.c.id == _LADDER.c.person_id)
    .where(
        _LADDER.c.case_id == bindparam("case"),
        _PEOPLE.c.suspended.is_(False),
        _LADDER.c.person_id.in_(select(RoleRow.person_id).where(RoleRow.role.in_(list(AROUND)))),
    )
    .order_by(_LADDER.c.position, _LADDER.c.id)
)


async def of_case(tx: Tx, case_id: int) -> list[LadderEntry]:
    """The ladder's snapshot, in its order, without whoever was suspended or is no adult of the team since.

    Nobody is paged for what their buttons would refuse.
    """
    rows = await tx.execute(_OF_CASE, {"case": case_id})
    return [record(LadderEntry, row) for row in rows]


def new(addresses: Iterable[LadderAddress], helper_id: int | None) -> list[LadderEntry]:
    """These addresses as they stand on the ladder of a case that this helper has just raised."""
    return [
        LadderEntry(
            **vars(address),
            # An adult who raises a concern needs another one: paged only where everybody is.
            declined=address.person_id == helper_id,
            unreachable=False,
        )
        for address in addresses
    ]


async def add(tx: Tx, case_id: int, addresses: Iterable[LadderAddress], helper_id: int | None = None) -> None:
    """Put adults on the ladder of a case that has just been raised, or that has nobody left on it."""
    rows = [
        {
            "case_id": case_id,
            "position": entry.position,
            "rung": entry.rung,
            "person_id": entry.person_id,
            "connection_id": entry.connection_id,
            "user": entry.user,
            "channel": entry.channel,
            "declined": entry.declined,
        }
        for entry in new(addresses, helper_id)
    ]
    if rows:
        await tx.execute(_ADD, rows)


async def mark_declined(tx: Tx, case_id: int, person_id: int) -> None:
    """Somebody on the ladder said "I can't"."""
    await tx.execute(
        update(LadderRow)
        .where(LadderRow.case_id == case_id, LadderRow.person_id == person_id)
        .values(declined=True)
        .execution_options(synchronize_session=False)
    )


async def mark_reachable(tx: Tx, case_id: int, connection_id: int, user: str, *, reachable: bool) -> None:
    """Whether the last page to this address could be delivered."""
    await tx.execute(
        update(LadderRow)
        .where(
            LadderRow.case_id == case_id,
            LadderRow.connection_id == connection_id,
            LadderRow.user == user,
            LadderRow.unreachable.is_(reachable),
        )
        .values(unreachable=not reachable)
        .execution_options(synchronize_session=False)
    )
