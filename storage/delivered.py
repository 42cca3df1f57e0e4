"""Which adults messages have reached, for looking after the bot. Roles and times, no names."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from storage.db import Tx
from storage.models import AccountRow, ConnectionRow, OutboxRow, PersonRow, RoleRow
from storage.people import ADULTS
from storage.words import Channel, Deed, OutboxState, Platform, Role


@dataclass(frozen=True)
class Reached:
    """An adult's chat account, and when a message last reached it (``None``: never)."""

    person_id: int
    connection_id: int
    user: str
    role: Role
    locale: str
    last: datetime | None


async def adults(tx: Tx, platform: Platform, workspaces: Collection[str]) -> list[Reached]:
    """The adults with an account in these workspaces, coordinators first."""
    last = (
        select(OutboxRow.connection_id, OutboxRow.user, func.max(OutboxRow.sent_at).label("at"))
        .where(OutboxRow.state == OutboxState.SENT, OutboxRow.deed == Deed.SEND)
        .group_by(OutboxRow.connection_id, OutboxRow.user)
        .subquery()
    )
    rows = await tx.execute(
        select(
            PersonRow.id,
            AccountRow.connection_id,
            AccountRow.user,
            RoleRow.role,
            PersonRow.locale,
            last.c.at,
        )
        .join(RoleRow, RoleRow.person_id == PersonRow.id)
        .join(AccountRow, AccountRow.person_id == PersonRow.id)
        .join(ConnectionRow, ConnectionRow.id == AccountRow.connection_id)
        .outerjoin(
            last, (last.c.connection_id == AccountRow.connection_id) & (last.c.user == AccountRow.user)
        )
        .where(
            PersonRow.suspended.is_(False),
            RoleRow.role.in_(list(ADULTS)),
            AccountRow.channel == Channel.CHAT,
            ConnectionRow.platform == platform,
            ConnectionRow.workspace.in_(list(workspaces)),
        )
        .order_by(RoleRow.role.desc(), RoleRow.position)  # "coordinator" after "backup"
    )
    found: dict[tuple[int, str], Reached] = {}
    for row in rows:
        found.setdefault((row[1], row[2]), Reached(*row))
    return list(found.values())


async def states(tx: Tx, keys: Collection[str]) -> dict[str, tuple[OutboxState, str]]:
    """How messages stand, by their keys: the state, and what went wrong (empty if nothing)."""
    rows = await tx.execute(
        select(OutboxRow.key, OutboxRow.state, OutboxRow.error).where(OutboxRow.key.in_(list(keys)))
    )
    return {key: (state, error or "") for key, state, error in rows}
