"""Whom prompts go to, when they may be asked, who takes a break; and what coordinators made and marked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlalchemy import delete, select

from storage.db import Tx, insert_into, record
from storage.models import AccountRow, OwnPromptRow, PersonRow, RoleRow, SchoolDaysRow, WishRow
from storage.words import Channel, Role

QUIET_FROM, QUIET_UNTIL = 20 * 60, 8 * 60


@dataclass(frozen=True)
class Recipient:
    """One address of somebody whom a prompt goes to. ``locale`` is empty for the programme's."""

    person_id: int
    connection_id: int
    user: str
    locale: str


@dataclass(frozen=True)
class Wish:
    """When somebody may be asked. ``quiet_*`` are minutes of the day by ``time_zone`` (empty: the team's).

    ``pause`` is why nothing is asked until ``paused_until``; empty: it is not paused, and the last pause (if
    any) ended then.
    """

    person_id: int
    time_zone: str = ""
    quiet_from: int = QUIET_FROM
    quiet_until: int = QUIET_UNTIL
    pause: str = ""
    paused_until: datetime | None = None

    def is_paused(self, now: datetime) -> bool:
        """Whether this person is asked nothing at the moment."""
        return bool(self.pause) and self.paused_until is not None and now < self.paused_until

    def ended_at(self, now: datetime) -> datetime | None:
        """When the last pause ended, if it ends now at the latest; ``None`` if there was none."""
        return None if self.paused_until is None else min(self.paused_until, now)


@dataclass(frozen=True)
class SchoolDays:
    """Days of a ``term`` or a ``holiday``."""

    kind: str
    first: date
    last: date


async def recipients(tx: Tx, programme_id: int, roles: Collection[Role]) -> list[Recipient]:
    """Everybody with one of the roles, at their first address in chat."""
    rows = await tx.execute(
        select(PersonRow.id, AccountRow.connection_id, AccountRow.user, PersonRow.locale)
        .join(AccountRow, AccountRow.person_id == PersonRow.id)
        .where(
            PersonRow.programme_id == programme_id,
            PersonRow.suspended.is_(False),
            AccountRow.channel == Channel.CHAT,
            PersonRow.id.in_(select(RoleRow.person_id).where(RoleRow.role.in_(list(roles)))),
        )
        .order_by(PersonRow.id, AccountRow.id)
    )
    first: dict[int, Recipient] = {}
    for person_id, connection_id, user, locale in rows:
        first.setdefault(person_id, Recipient(person_id, connection_id, user, locale))
    return list(first.values())


async def names(tx: Tx, programme_id: int, person_ids: Collection[int] | None = None) -> dict[int, str]:
    """What people of a programme are called, by id."""
    query = select(PersonRow.id, PersonRow.name).where(PersonRow.programme_id == programme_id)
    if person_ids is not None:
        query = query.where(PersonRow.id.in_(list(person_ids)))
    rows = await tx.execute(query.order_by(PersonRow.id))
    return dict(rows.all())


# --- when somebody may be asked ----------------------------------------------------------------


async def wishes(tx: Tx, programme_id: int) -> dict[int, Wish]:
    """What people of a programme wish for, by id; who is missing has wished for nothing."""
    rows = await tx.scalars(
        select(WishRow)
        .join(PersonRow, PersonRow.id == WishRow.person_id)
        .where(PersonRow.programme_id == programme_id)
    )
    return {row.person_id: record(Wish, row) for row in rows}


async def wish(tx: Tx, person_id: int) -> Wish:
    """What somebody wishes for."""
    row = await tx.get(WishRow, person_id)
    return Wish(person_id) if row is None else record(Wish, row)


async def save_wish(tx: Tx, wish: Wish) -> None:
    """Keep what somebody wishes for."""
    await tx.merge(WishRow(**{item.name: getattr(wish, item.name) for item in fields(wish)}))
    await tx.flush()


# --- own prompts -------------------------------------------------------------------------------


async def keep_own(tx: Tx, programme_id: int, content: str, made_by: int, now: datetime) -> int:
    """Keep questions that a coordinator made. Returns their number."""
    row = OwnPromptRow(programme_id=programme_id, content=content, made_by=made_by, made_at=now)
    tx.add(row)
    await tx.flush()
    return row.id


async def own(tx: Tx, number: int, programme_id: int) -> str | None:
    """The questions of this number, if they are this programme's."""
    return await tx.scalar(
        select(OwnPromptRow.content).where(
            OwnPromptRow.id == number, OwnPromptRow.programme_id == programme_id
        )
    )


# --- terms and holidays ------------------------------------------------------------------------


async def school_days(tx: Tx, programme_id: int) -> list[SchoolDays]:
    """A programme's terms and holidays, in order."""
    rows = await tx.scalars(
        select(SchoolDaysRow)
        .where(SchoolDaysRow.programme_id == programme_id)
        .order_by(SchoolDaysRow.first, SchoolDaysRow.id)
    )
    return [record(SchoolDays, row) for row in rows]


async def set_school_days(tx: Tx, programme_id: int, days: Sequence[SchoolDays]) -> None:
    """Keep these terms and holidays and no others."""
    await tx.execute(delete(SchoolDaysRow).where(SchoolDaysRow.programme_id == programme_id))
    if days:
        values = [{"programme_id": programme_id, **vars(each)} for each in days]
        await tx.execute(insert_into(tx, SchoolDaysRow), values)
