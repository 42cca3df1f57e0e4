"""Fallback addresses: where an adult's pages go when chat is not enough (mail, push, SMS, calls).

Each is an account on the programme's own fallback connection. Its ``user`` is a short id that is no secret
and stands in ladders and in the outbox; the address itself, with passwords and numbers, is sealed beside it.
"""

from dataclasses import dataclass
from secrets import token_hex

from sqlalchemy import ColumnElement, delete, select

from storage import programmes
from storage.db import Tx
from storage.models import AccountRow, ConnectionRow, OutboxRow, PersonRow, ProgrammeRow, SharedAddressRow
from storage.words import Channel, Platform


@dataclass(frozen=True)
class Fallback:
    """That somebody has an address of a kind; never the address itself."""

    person_id: int
    connection_id: int
    user: str
    channel: Channel


@dataclass(frozen=True)
class PageBeside:
    """A page that goes out beside chat: whose, about which case, by what, in which language."""

    case_id: int
    person_id: int
    channel: Channel
    locale: str


async def add_fallback(tx: Tx, person_id: int, programme_id: int, channel: Channel, url: str) -> Fallback:
    """Keep somebody's address of a kind, in place of the one they had: open cases use the new one too."""
    connection_id = await connection(tx, programme_id)
    row = await tx.scalar(select(AccountRow).where(_kind(person_id, channel)))
    if row is None:
        # By chance, so that what still waits for an address that is gone never goes to another one.
        user = f"{channel.value}-{token_hex(3)}"
        row = AccountRow(person_id=person_id, connection_id=connection_id, user=user, channel=channel)
        tx.add(row)
    row.url = url
    await tx.flush()
    return Fallback(person_id, row.connection_id, row.user, channel)


async def drop_fallback(tx: Tx, person_id: int, channel: Channel) -> bool:
    """Forget somebody's address of a kind. ``False`` if there was none."""
    done = await tx.execute(delete(AccountRow).where(_kind(person_id, channel)).returning(AccountRow.id))
    return done.first() is not None


async def fallback_url(tx: Tx, workspace: str, user: str) -> str | None:
    """The address behind an id, somebody's own or a shared one; ``None`` if it is gone."""
    own = await tx.scalar(
        select(AccountRow.url)
        .join(ConnectionRow, ConnectionRow.id == AccountRow.connection_id)
        .where(
            ConnectionRow.platform == Platform.FALLBACK,
            ConnectionRow.workspace == workspace,
            AccountRow.user == user,
        )
    )
    shared = select(SharedAddressRow.url).where(SharedAddressRow.user == user)
    return own or await tx.scalar(shared)


async def page(tx: Tx, outbox_id: int) -> PageBeside | None:
    """The page in this outbox row; ``None`` if it holds none, or the address is gone."""
    rows = await tx.execute(
        select(
            OutboxRow.case_id, AccountRow.person_id, AccountRow.channel, PersonRow.locale, ProgrammeRow.locale
        )
        .join(
            AccountRow,
            (AccountRow.connection_id == OutboxRow.connection_id) & (AccountRow.user == OutboxRow.user),
        )
        .join(PersonRow, PersonRow.id == AccountRow.person_id)
        .join(ProgrammeRow, ProgrammeRow.id == PersonRow.programme_id)
        .where(OutboxRow.id == outbox_id, OutboxRow.page.is_(True))
    )
    for case_id, person_id, channel, own, of_team in rows:
        if case_id is not None:
            return PageBeside(case_id, person_id, channel, own or of_team)
    return None


async def of_programme(tx: Tx, programme_id: int) -> list[Fallback]:
    """Every fallback address of a programme's people, in the order in which they were added."""
    rows = await tx.execute(
        select(AccountRow.person_id, AccountRow.connection_id, AccountRow.user, AccountRow.channel)
        .join(PersonRow, PersonRow.id == AccountRow.person_id)
        .where(PersonRow.programme_id == programme_id, AccountRow.channel != Channel.CHAT)
        .order_by(AccountRow.id)
    )
    return [Fallback(*row) for row in rows]


async def workspaces(tx: Tx) -> frozenset[str]:
    """The fallback connections of all programmes."""
    rows = await tx.scalars(
        select(ConnectionRow.workspace).where(ConnectionRow.platform == Platform.FALLBACK)
    )
    return frozenset(rows)


async def connection(tx: Tx, programme_id: int) -> int:
    """The id of a programme's own connection for such addresses, made when it is first needed."""
    workspace = f"programme-{programme_id}"
    found = await programmes.at(tx, Platform.FALLBACK, workspace)
    if found is not None:
        return found[0].id
    return (await programmes.connect(tx, programme_id, Platform.FALLBACK, workspace)).id


def _kind(person_id: int, channel: Channel) -> ColumnElement[bool]:
    if channel is Channel.CHAT:
        raise ValueError("a chat account is no fallback address")
    return (AccountRow.person_id == person_id) & (AccountRow.channel == channel)
