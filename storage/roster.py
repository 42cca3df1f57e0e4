"""The roster as coordinators look after it: who is on it, with which roles, accounts and numbers."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select

from storage import merging
from storage.db import Tx
from storage.models import AccountRow, AuditRow, PersonRow, ProgrammeRow, RoleRow
from storage.words import Channel, Role

ADDED, BACK = "roster_added", "roster_back"
"""In the audit trail: somebody is on the team from now on."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Somebody on the roster. ``accounts``, in chat: (connection id, the platform's id of the person).

    ``grade``: a helper's year or class, for figures; empty where nobody has said. ``version`` is another one
    after each change.
    """

    id: int
    name: str
    phone: str
    also_called: str
    suspended: bool
    roles: frozenset[Role]
    accounts: tuple[tuple[int, str], ...]
    grade: str = ""
    version: int = 1

    def account(self, connection_id: int) -> str:
        """The person's account on a connection; empty if there is none."""
        return next((user for connection, user in self.accounts if connection == connection_id), "")


async def entries(tx: Tx, programme_id: int, roles: Collection[Role] = ()) -> list[Entry]:
    """Everybody with one of the roles (everybody, if none is given), as they were added."""
    chosen = PersonRow.programme_id == programme_id
    if roles:
        chosen &= PersonRow.id.in_(select(RoleRow.person_id).where(RoleRow.role.in_(list(roles))))
    return await _entries(tx, chosen)


async def get(tx: Tx, programme_id: int, person_id: int) -> Entry | None:
    """One person of this programme."""
    found = await _entries(tx, (PersonRow.programme_id == programme_id) & (PersonRow.id == person_id))
    return found[0] if found else None


async def at(tx: Tx, connection_id: int, user: str) -> Entry | None:
    """Who stands behind a platform's account; ``None`` if not on the roster."""
    own = select(AccountRow.person_id).where(
        AccountRow.connection_id == connection_id,
        AccountRow.user == user,
        AccountRow.channel == Channel.CHAT,
    )
    found = await _entries(tx, PersonRow.id.in_(own))
    return found[0] if found else None


async def _entries(tx: Tx, among: ColumnElement[bool]) -> list[Entry]:
    chosen = among & PersonRow.left_at.is_(None)
    ids = select(PersonRow.id).where(chosen)
    roles: dict[int, set[Role]] = defaultdict(set)
    for person_id, role in await tx.execute(
        select(RoleRow.person_id, RoleRow.role).where(RoleRow.person_id.in_(ids))
    ):
        roles[person_id].add(role)
    accounts: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for person_id, connection_id, user in await tx.execute(
        select(AccountRow.person_id, AccountRow.connection_id, AccountRow.user)
        .where(AccountRow.person_id.in_(ids), AccountRow.channel == Channel.CHAT)
        .order_by(AccountRow.id)
    ):
        accounts[person_id].append((connection_id, user))
    rows = await tx.scalars(
        select(PersonRow).where(chosen).order_by(PersonRow.id).execution_options(populate_existing=True)
    )
    return [
        Entry(
            id=row.id,
            name=row.name,
            phone=row.phone,
            also_called=row.also_called or "",
            suspended=row.suspended,
            roles=frozenset(roles[row.id]),
            accounts=tuple(accounts[row.id]),
            grade=row.grade or "",
            version=row.version,
        )
        for row in rows
    ]


async def change(tx: Tx, person_id: int, *, name: str, phone: str, also_called: str, grade: str = "") -> None:
    """Change what is kept about somebody."""
    row = await tx.get_one(PersonRow, person_id)
    row.name, row.phone, row.also_called, row.grade = name, phone, also_called or None, grade or None
    row.version += 1
    await tx.flush()


async def set_roles(tx: Tx, person_id: int, roles: Collection[Role]) -> None:
    """Give somebody these roles and no others; a role that they keep keeps its place on the ladder."""
    await tx.execute(delete(RoleRow).where(RoleRow.person_id == person_id, RoleRow.role.not_in(list(roles))))
    kept = set(await tx.scalars(select(RoleRow.role).where(RoleRow.person_id == person_id)))
    tx.add_all(RoleRow(person_id=person_id, role=role, position=person_id) for role in set(roles) - kept)
    (await tx.get_one(PersonRow, person_id)).version += 1
    await tx.flush()


async def set_account(tx: Tx, person_id: int, connection_id: int, user: str) -> None:
    """Tell which account on a connection is this person's; empty: none. Nobody else may have it."""
    await tx.execute(
        delete(AccountRow).where(
            AccountRow.person_id == person_id,
            AccountRow.connection_id == connection_id,
            AccountRow.user != user,
        )
    )
    known = await tx.scalar(
        select(AccountRow.id).where(AccountRow.connection_id == connection_id, AccountRow.user == user)
    )
    if user and known is None:
        tx.add(AccountRow(person_id=person_id, connection_id=connection_id, user=user))
    await tx.flush()


# --- changes that a coordinator makes ------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class NewEntry:
    """Somebody to be put on the roster. ``account``: (connection id, the platform's id), if known."""

    name: str
    phone: str
    also_called: str
    roles: frozenset[Role]
    account: tuple[int, str] | None
    grade: str = ""


async def hold(tx: Tx, programme_id: int) -> None:
    """Let nobody else change the roster until the transaction ends: there is always a last coordinator."""
    row = select(ProgrammeRow.id).where(ProgrammeRow.id == programme_id)
    # Whoever writes a row that belongs to the programme, holding a case meanwhile, need not wait.
    await tx.execute(row.with_for_update(key_share=True))


async def add_all(tx: Tx, programme_id: int, new: Sequence[NewEntry]) -> list[int]:
    """Put many people on the roster at once. Returns their ids, in the same order."""
    rows = [
        PersonRow(
            programme_id=programme_id,
            name=each.name,
            phone=each.phone,
            also_called=each.also_called or None,
            grade=each.grade or None,
            locale="",
        )
        for each in new
    ]
    tx.add_all(rows)
    await tx.flush()
    for row, each in zip(rows, new, strict=True):
        tx.add_all(RoleRow(person_id=row.id, role=role, position=row.id) for role in each.roles)
        if each.account is not None:
            connection, user = each.account
            tx.add(AccountRow(person_id=row.id, connection_id=connection, user=user))
    await tx.flush()
    return [row.id for row in rows]


async def came_since(tx: Tx, programme_id: int, since: datetime) -> set[int]:
    """Who was put on the roster, or came back to the team, since a moment."""
    subjects = await tx.scalars(
        select(AuditRow.subject).where(
            AuditRow.programme_id == programme_id, AuditRow.deed.in_((ADDED, BACK)), AuditRow.at >= since
        )
    )
    return {int(subject.removeprefix("person:")) for subject in subjects}


async def set_suspended(tx: Tx, person_id: int, *, suspended: bool) -> None:
    """Let somebody do nothing more but raise a concern; or everything again."""
    (await tx.get_one(PersonRow, person_id)).suspended = suspended
    await tx.flush()


async def remove(tx: Tx, person_id: int, now: datetime) -> None:
    """Take somebody off the roster. Their name stays with what they did; nothing else of them does."""
    row = await tx.get_one(PersonRow, person_id)
    row.phone, row.also_called, row.grade, row.left_at = "", None, None, now
    await tx.execute(delete(RoleRow).where(RoleRow.person_id == person_id))
    await tx.execute(delete(AccountRow).where(AccountRow.person_id == person_id))
    await tx.flush()


async def merge(tx: Tx, *, kept: int, other: int, now: datetime) -> None:
    """Two entries are one person: what was ``other``'s is ``kept``'s from now on."""
    await merging.move(tx, other=other, kept=kept)
    row = await tx.get_one(PersonRow, kept)
    row.grade = row.grade or (await tx.get_one(PersonRow, other)).grade
    await remove(tx, other, now)
