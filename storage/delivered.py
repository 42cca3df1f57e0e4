"""Which adults messages have reached and how soon they answer, for looking after the bot. No names."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select

from storage.db import Tx
from storage.models import AccountRow, CaseRow, ConnectionRow, OutboxRow, PersonRow, RoleRow, TimelineRow
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


async def seconds_to_answer(tx: Tx, since: datetime) -> list[float]:
    """Of each real case that was opened since: from its first page until an adult first had it.

    Cases that nobody has answered yet are left out.
    """
    paged, answered = (
        func.min(case((TimelineRow.kind == kind, TimelineRow.at))) for kind in ("paged", "acknowledged")
    )
    rows = await tx.execute(
        select(paged, answered)
        .join(CaseRow, CaseRow.id == TimelineRow.case_id)
        .where(CaseRow.opened_at > since, ~CaseRow.drill)
        .group_by(CaseRow.id)
        .order_by(CaseRow.id)
    )
    return [(had - began).total_seconds() for began, had in rows if began is not None and had is not None]
