"""How far each conversation has been read, so that what is written while the bot is away is not missed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage.db import Tx, insert_into
from storage.models import ChannelRow, LastSeenRow


@dataclass(frozen=True)
class LastSeen:
    """A conversation and when the newest message that was taken from it had been written."""

    channel: str
    at: datetime


async def saw(tx: Tx, connection_id: int, channel: str, at: datetime) -> None:
    """A message of this moment was taken; one that comes late moves nothing back."""
    insert_row = insert_into(tx, LastSeenRow)
    values = {"connection_id": connection_id, "channel": channel, "at": at}
    statement = insert_row.values(**values)
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["connection_id", "channel"],
            set_={"at": statement.excluded.at},
            where=LastSeenRow.at < statement.excluded.at,
        )
    )


async def conversations(tx: Tx, connection_id: int) -> list[LastSeen]:
    """Every conversation of a connection from which something was taken."""
    rows = await tx.execute(
        select(LastSeenRow.channel, LastSeenRow.at)
        .where(LastSeenRow.connection_id == connection_id)
        .order_by(LastSeenRow.at.desc())
    )
    return [LastSeen(channel, at) for channel, at in rows]


async def watched(tx: Tx, connection_id: int) -> list[LastSeen]:
    """The channels that a coordinator opted in, and since when."""
    rows = await tx.execute(
        select(ChannelRow.channel, ChannelRow.watched_since)
        .where(ChannelRow.connection_id == connection_id)
        .order_by(ChannelRow.id)
    )
    return [LastSeen(channel, at) for channel, at in rows]
