"""Shared addresses: where everybody's pages go too, such as a duty phone. The environment names them.

Each has a short id by chance, as every fallback address has; what is behind it is sealed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from sqlalchemy import Select, delete, select, update

from storage import fallbacks, outbox
from storage.db import Tx
from storage.models import ConnectionRow, InstanceRow, OutboxRow, SharedAddressRow
from storage.outbox import NewMessage
from storage.words import Channel, Deed, Lane, OutboxState, Platform


@dataclass(frozen=True)
class Shared:
    """A shared address as a programme writes to it; never the address itself."""

    connection_id: int
    user: str
    channel: Channel


async def keep(tx: Tx, addresses: Sequence[tuple[Channel, str]], programme_ids: Sequence[int]) -> None:
    """Keep these addresses and no others; one that stays keeps its id, and with it what was counted."""
    await tx.execute(select(InstanceRow.id).with_for_update())  # processes that start at once take turns
    rows = {row.url: row for row in await tx.scalars(select(SharedAddressRow))}
    gone = [row.id for url, row in rows.items() if url not in {address for _, address in addresses}]
    await tx.execute(delete(SharedAddressRow).where(SharedAddressRow.id.in_(gone)))
    for channel, url in dict.fromkeys(addresses):
        if url in rows:
            rows[url].channel = channel
        else:
            tx.add(SharedAddressRow(user=f"shared-{channel.value}-{token_hex(3)}", channel=channel, url=url))
    await tx.flush()
    if addresses:  # now, and not with the first page, so that a process serves them from the start
        for programme_id in programme_ids:
            await fallbacks.connection(tx, programme_id)


async def of_programme(tx: Tx, programme_id: int) -> list[Shared]:
    """The shared addresses, as this programme writes to them."""
    rows = await tx.execute(
        select(SharedAddressRow.user, SharedAddressRow.channel).order_by(SharedAddressRow.id)
    )
    found = rows.all()
    connection_id = await fallbacks.connection(tx, programme_id) if found else 0
    return [Shared(connection_id, user, channel) for user, channel in found]


async def pages_since(tx: Tx, user: str, since: datetime) -> list[int | None]:
    """Of each page to a shared address after a moment, of all programmes: the id of its case."""
    rows = await tx.scalars(
        select(OutboxRow.case_id).where(
            OutboxRow.connection_id.in_(_fallback_connections()),
            OutboxRow.user == user,
            OutboxRow.created_at > since,
            OutboxRow.page.is_(True),
            OutboxRow.state.in_((OutboxState.QUEUED, OutboxState.SENT)),
        )
    )
    return list(rows)


async def take_back(tx: Tx, case_id: int, now: datetime) -> None:
    """Nothing of a (locked) case goes to a shared address any more; whoever reads it may be left out now.

    A page that is being sent this moment is not tried again.
    """
    theirs = (
        OutboxRow.case_id == case_id,
        OutboxRow.connection_id.in_(_fallback_connections()),
        OutboxRow.person_id.is_(None),
        OutboxRow.state == OutboxState.QUEUED,
        OutboxRow.deed == Deed.SEND,
    )
    unclaimed = update(OutboxRow).where(*theirs, OutboxRow.claim.is_(None))
    await tx.execute(unclaimed.values(state=OutboxState.DROPPED))
    rows = await tx.scalars(select(OutboxRow).where(*theirs))
    messages = [
        NewMessage(
            key=f"delete:{row.id}",
            lane=Lane.PAGES,
            deed=Deed.DELETE,
            connection_id=row.connection_id,
            user=row.user,
            case_id=case_id,
            target_id=row.id,
            card="",
            due_at=now,
        )
        for row in rows
    ]
    await outbox.add(tx, messages, now)


def _fallback_connections() -> Select[int]:
    return select(ConnectionRow.id).where(ConnectionRow.platform == Platform.FALLBACK)
