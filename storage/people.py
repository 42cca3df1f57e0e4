"""People, their accounts on platforms, and their roles."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from storage.db import Tx, table_of
from storage.models import AccountRow, PersonRow, ProgrammeRow, RoleRow
from storage.words import HELPING, Channel, Role, Rung

ADULTS = frozenset({Role.COORDINATOR, Role.BACKUP})
"""The roles that stand on a ladder and may see cases."""
AROUND = ADULTS | {Role.OUTSIDE_CONTACT}
"""The team's adults and the one outside it."""
HELPER_IDS = select(RoleRow.person_id).where(RoleRow.role.in_(HELPING))
"""Ids of everybody who is a helper, of every programme; for other queries."""
ACTIVE_HELPER_IDS = HELPER_IDS.join(PersonRow, PersonRow.id == RoleRow.person_id).where(
    PersonRow.suspended.is_(False)
)
"""The same without those who are suspended."""


@dataclass(frozen=True)
class Person:
    """Somebody on the roster. ``locale`` is empty where they read the programme's language."""

    id: int
    programme_id: int
    name: str
    phone: str
    locale: str
    suspended: bool
    roles: frozenset[Role]

    @property
    def is_adult(self) -> bool:
        """Whether this person stands on the ladder."""
        return bool(self.roles & ADULTS)


@dataclass(frozen=True)
class LadderAddress:
    """One address of one adult, with the place on the ladder."""

    position: int
    rung: Rung
    person_id: int
    connection_id: int
    user: str
    channel: Channel = Channel.CHAT
    locale: str = ""
    name: str = ""


async def add(
    tx: Tx,
    *,
    programme_id: int,
    name: str,
    phone: str = "",
    also_called: str = "",
    grade: str = "",
    locale: str = "",
    roles: Iterable[Role],
) -> int:
    """Put somebody on the roster; adults are ordered on the ladder as they were added. Returns the id.

    ``also_called`` holds nicknames and role words, split by commas; ``grade`` is a helper's year or class, as
    the team writes it; ``locale`` is the person's own language, empty for the programme's.
    """
    row = PersonRow(
        programme_id=programme_id,
        name=name,
        phone=phone,
        also_called=also_called or None,
        grade=grade or None,
        locale=locale,
    )
    tx.add(row)
    await tx.flush()
    tx.add_all(RoleRow(person_id=row.id, role=role, position=row.id) for role in roles)
    await tx.flush()
    return row.id


async def add_account(tx: Tx, person_id: int, connection_id: int, user: str) -> None:
    """Tell which chat account is this person's; other addresses are added in :mod:`storage.fallbacks`."""
    tx.add(AccountRow(person_id=person_id, connection_id=connection_id, user=user))
    await tx.flush()


async def suspend(tx: Tx, person_id: int) -> None:
    """Let somebody do nothing more, but for raising a concern."""
    (await tx.get_one(PersonRow, person_id)).suspended = True
    await tx.flush()


async def name(tx: Tx, person_id: int) -> str:
    """What the person with this id is called."""
    return await tx.scalar(_NAME, {"person": person_id}) or ""


_PEOPLE = table_of(PersonRow)
_NAME = select(_PEOPLE.c.name).where(_PEOPLE.c.id == bindparam("person"))


async def locale(tx: Tx, person_id: int) -> str:
    """The language that the person with this id chose; empty for the programme's."""
    return await tx.scalar(select(PersonRow.locale).where(PersonRow.id == person_id)) or ""


async def set_locale(tx: Tx, person_id: int, locale: str) -> None:
    """Let somebody be spoken to in this language from now on."""
    (await tx.get_one(PersonRow, person_id)).locale = locale
    await tx.flush()


async def accounts(tx: Tx, connection_id: int) -> list[str]:
    """The chat accounts of everybody on the roster on a connection."""
    return list(
        await tx.scalars(
            select(AccountRow.user)
            .where(AccountRow.connection_id == connection_id, AccountRow.channel == Channel.CHAT)
            .order_by(AccountRow.id)
        )
    )


async def by_account(tx: Tx, connection_id: int, user: str) -> Person | None:
    """Who stands behind a chat account, with their roles; ``None`` if not on the roster."""
    rows = await tx.execute(_BY_ACCOUNT, {"connection": connection_id, "user": user})
    return _person(rows.all())


async def get(tx: Tx, person_id: int) -> Person | None:
    """The person with this id; ``None`` if there is nobody."""
    rows = await tx.execute(_PERSON.where(PersonRow.id == person_id))
    return _person(rows.all())


def _person(found: Sequence[Any]) -> Person | None:
    """A person, from a row for each of their roles."""
    if not found:
        return None
    roles = frozenset(row.role for row in found if row.role is not None)
    first = found[0]
    return Person(
        first.id,
        first.programme_id,
        first.name,
        first.phone,
        first.locale,
        first.suspended,
        roles,
    )


_PERSON = select(
    PersonRow.id,
    PersonRow.programme_id,
    PersonRow.name,
    PersonRow.phone,
    PersonRow.locale,
    PersonRow.suspended,
    RoleRow.role,
).outerjoin(RoleRow, RoleRow.person_id == PersonRow.id)
_BY_ACCOUNT = _PERSON.join(AccountRow, AccountRow.person_id == PersonRow.id).where(
    AccountRow.connection_id == bindparam("connection"),
    AccountRow.user == bindparam("user"),
    AccountRow.channel == Channel.CHAT,
)


async def programmes_without_adults(tx: Tx) -> list[int]:
    """Ids of programmes in which nobody could be paged in chat, where a page is answered."""
    with_adults = (
        select(PersonRow.programme_id)
        .join(RoleRow, RoleRow.person_id == PersonRow.id)
        .join(AccountRow, AccountRow.person_id == PersonRow.id)
        .where(
            PersonRow.suspended.is_(False),
            RoleRow.role.in_(list(ADULTS)),
            AccountRow.channel == Channel.CHAT,
        )
    )
    rows = await tx.scalars(select(ProgrammeRow.id).where(ProgrammeRow.id.not_in(with_adults)))
    return list(rows)


async def ladder(tx: Tx, programme_id: int) -> list[LadderAddress]:
    """The adults whom a page would climb to now: coordinators first, then backups, each in order.

    Somebody with both roles stands on the ladder once, as a coordinator.
    """
    rows = await tx.execute(_LADDER, {"programme": programme_id})
    found: list[LadderAddress] = []
    rung_of: dict[int, Rung] = {}
    for role, person_id, connection_id, user, channel, locale, name in rows:
        rung = _RUNGS[role]
        if rung_of.setdefault(person_id, rung) is rung:
            place = len(found)
            found.append(LadderAddress(place, rung, person_id, connection_id, user, channel, locale, name))
    return found


_RUNGS = {Role.COORDINATOR: Rung.COORDINATOR, Role.BACKUP: Rung.BACKUP}
_LADDER = (
    select(
        RoleRow.role,
        PersonRow.id,
        AccountRow.connection_id,
        AccountRow.user,
        AccountRow.channel,
        PersonRow.locale,
        PersonRow.name,
    )
    .join(PersonRow, PersonRow.id == RoleRow.person_id)
    .join(AccountRow, AccountRow.person_id == PersonRow.id)
    .where(
        PersonRow.programme_id == bindparam("programme"),
        PersonRow.suspended.is_(False),
        RoleRow.role.in_(list(_RUNGS)),
    )
    .order_by(RoleRow.role.desc(), RoleRow.position, AccountRow.id)  # "coordinator" after "backup"
)
