"""The adults around a programme: who may be paged, who may be meant, whom a helper can call."""

from dataclasses import dataclass

from sqlalchemy import select

from storage.db import Tx
from storage.models import AccountRow, PersonRow, RoleRow
from storage.people import AROUND, LadderAddress
from storage.words import Role, Rung


@dataclass(frozen=True)
class Adult:
    """An adult as a case needs to know them.

    ``also_called``: nicknames and role words, with commas. ``users``: the platforms' ids of their accounts.
    """

    person_id: int
    name: str
    phone: str
    also_called: str
    roles: frozenset[Role]
    users: tuple[str, ...] = ()


async def around(tx: Tx, programme_id: int) -> list[Adult]:
    """Every adult who is not suspended, in the ladder's order, the outside contact last."""
    rows = await tx.execute(
        select(PersonRow, RoleRow.role)
        .join(RoleRow, RoleRow.person_id == PersonRow.id)
        .where(
            PersonRow.programme_id == programme_id,
            PersonRow.suspended.is_(False),
            RoleRow.role.in_(list(AROUND)),
        )
        .order_by(RoleRow.position, PersonRow.id)
    )
    people: dict[int, PersonRow] = {}
    roles: dict[int, set[Role]] = {}
    for person, role in rows:
        people[person.id] = person
        roles.setdefault(person.id, set()).add(role)
    users: dict[int, list[str]] = {}
    accounts = await tx.execute(
        select(AccountRow.person_id, AccountRow.user).where(AccountRow.person_id.in_(list(people)))
    )
    for person_id, user in accounts:
        users.setdefault(person_id, []).append(user)
    found = [
        Adult(
            row.id,
            row.name,
            row.phone,
            row.also_called or "",
            frozenset(roles[row.id]),
            tuple(users.get(row.id, ())),
        )
        for row in people.values()
    ]
    return sorted(found, key=lambda adult: _rank(adult.roles))


def _rank(roles: frozenset[Role]) -> int:
    return next(
        at for at, role in enumerate((Role.COORDINATOR, Role.BACKUP, Role.OUTSIDE_CONTACT)) if role in roles
    )


async def outside(tx: Tx, programme_id: int) -> list[LadderAddress]:
    """The outside contact's addresses, for a case that no adult of the team may have."""
    rows = await tx.execute(
        select(
            PersonRow.id,
            AccountRow.connection_id,
            AccountRow.user,
            AccountRow.channel,
            PersonRow.locale,
            PersonRow.name,
        )
        .join(RoleRow, RoleRow.person_id == PersonRow.id)
        .join(AccountRow, AccountRow.person_id == PersonRow.id)
        .where(
            PersonRow.programme_id == programme_id,
            PersonRow.suspended.is_(False),
            RoleRow.role == Role.OUTSIDE_CONTACT,
        )
        .order_by(RoleRow.position, AccountRow.id)
    )
    return [LadderAddress(position, Rung.OUTSIDE, *row) for position, row in enumerate(rows)]
