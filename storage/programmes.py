"""Programmes, and where each of them talks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from storage.db import Tx, insert_into, record
from storage.models import ChannelRow, ConnectionRow, ProgrammeRow
from storage.words import Platform


@dataclass(frozen=True, kw_only=True)
class Programme:
    """One team that uses the bot.

    ``services`` holds the ones switched on, in their order, under ``"on"``; ``ladder_minutes``
    overrides the ladder's times by urgency, and is empty where the defaults hold. ``country`` is its two
    letters (ISO 3166), empty where it was never said; ``child_line`` is who protects children there.
    """

    id: int
    name: str
    time_zone: str
    locale: str
    room: str
    phone: str
    country: str
    emergency_number: str
    crisis_line: str
    child_line: str
    services: Mapping[str, Any]
    ladder_minutes: Mapping[str, Any]


@dataclass(frozen=True)
class Connection:
    """Where a programme talks: one workspace of one platform."""

    id: int
    programme_id: int
    platform: Platform
    workspace: str


async def add(
    tx: Tx,
    *,
    name: str,
    time_zone: str,
    locale: str,
    room: str,
    phone: str,
    emergency_number: str,
    crisis_line: str,
    services: tuple[str, ...],
    now: datetime,
    country: str = "",
    child_line: str = "",
) -> Programme:
    """Start a programme."""
    row = ProgrammeRow(
        name=name,
        time_zone=time_zone,
        locale=locale,
        room=room,
        phone=phone,
        country=country,
        emergency_number=emergency_number,
        crisis_line=crisis_line,
        child_line=child_line,
        services={"on": list(services)},
        ladder_minutes={},
        created_at=now,
    )
    tx.add(row)
    await tx.flush()
    return record(Programme, row)


async def get(tx: Tx, programme_id: int) -> Programme:
    """The programme with this id, which exists."""
    return record(Programme, await tx.get_one(ProgrammeRow, programme_id))


async def all_programmes(tx: Tx) -> list[Programme]:
    """Every programme of this deployment."""
    return [
        record(Programme, row) for row in await tx.scalars(select(ProgrammeRow).order_by(ProgrammeRow.id))
    ]


async def connect(tx: Tx, programme_id: int, platform: Platform, workspace: str) -> Connection:
    """Let a programme talk in a workspace. A workspace belongs to one programme only."""
    row = ConnectionRow(programme_id=programme_id, platform=platform, workspace=workspace)
    tx.add(row)
    await tx.flush()
    return record(Connection, row)


async def at(tx: Tx, platform: str, workspace: str) -> tuple[Connection, Programme] | None:
    """Who talks in a workspace: the connection and its programme; ``None`` if no programme does."""
    rows = await tx.execute(_AT, {"platform": platform, "workspace": workspace})
    found = rows.first()
    return None if found is None else (record(Connection, found[0]), record(Programme, found[1]))


_AT = (
    select(ConnectionRow, ProgrammeRow)
    .join(ProgrammeRow, ProgrammeRow.id == ConnectionRow.programme_id)
    .where(
        ConnectionRow.platform == bindparam("platform"),
        ConnectionRow.workspace == bindparam("workspace"),
    )
)


async def connections(tx: Tx, programme_id: int) -> list[Connection]:
    """Where a programme's people talk."""
    rows = await tx.scalars(
        select(ConnectionRow)
        .where(ConnectionRow.programme_id == programme_id, ConnectionRow.platform != Platform.FALLBACK)
        .order_by(ConnectionRow.id)
    )
    return [record(Connection, row) for row in rows]


async def one_connection(tx: Tx, programme_id: int) -> Connection | None:
    """Some connection of a programme, where it does not matter which; ``None`` if it has none."""
    of_programme = select(ConnectionRow).where(ConnectionRow.programme_id == programme_id)
    row = await tx.scalar(of_programme.order_by(ConnectionRow.id).limit(1))
    return None if row is None else record(Connection, row)


async def without(tx: Tx, platform: Platform) -> Programme | None:
    """The one programme that does not talk on a platform; ``None`` if there is none, or more than one."""
    talks = select(ConnectionRow.programme_id).where(ConnectionRow.platform == platform)
    rows = list(await tx.scalars(select(ProgrammeRow).where(ProgrammeRow.id.not_in(talks)).limit(2)))
    return record(Programme, rows[0]) if len(rows) == 1 else None


async def describe(
    tx: Tx, programme_id: int, *, name: str, country: str, time_zone: str, locale: str
) -> Programme:
    """Change who and where a programme is. Returns it as it is now."""
    return await _change(tx, programme_id, name=name, country=country, time_zone=time_zone, locale=locale)


async def set_numbers(
    tx: Tx, programme_id: int, *, emergency_number: str, crisis_line: str, child_line: str
) -> Programme:
    """Change whom a programme's people are told to call. Returns it as it is now."""
    return await _change(
        tx,
        programme_id,
        emergency_number=emergency_number,
        crisis_line=crisis_line,
        child_line=child_line,
    )


async def set_office(tx: Tx, programme_id: int, *, phone: str, room: str) -> Programme:
    """Change where a programme's people find an adult: by phone, and in person. Returns it as it is now."""
    return await _change(tx, programme_id, phone=phone, room=room)


async def set_services(tx: Tx, programme_id: int, services: Sequence[str]) -> Programme:
    """Switch these kinds of help on, in this order, and all others off. Returns it as it is now."""
    kept = (await get(tx, programme_id)).services
    return await _change(tx, programme_id, services={**kept, "on": list(services)})


async def _change(tx: Tx, programme_id: int, **values: object) -> Programme:
    await tx.execute(update(ProgrammeRow).where(ProgrammeRow.id == programme_id).values(**values))
    return await get(tx, programme_id)


async def watch(tx: Tx, connection_id: int, channel: str, now: datetime) -> bool:
    """Opt a channel in: from now on its messages are screened. ``False`` if it was already."""
    insert_row = insert_into(tx, ChannelRow)
    values = {"connection_id": connection_id, "channel": channel, "watched_since": now}
    done = await tx.execute(insert_row.values(**values).on_conflict_do_nothing().returning(ChannelRow.id))
    return done.first() is not None


async def unwatch(tx: Tx, connection_id: int, channel: str) -> bool:
    """Stop screening a channel's messages. ``False`` if that was so already."""
    done = await tx.execute(
        delete(ChannelRow)
        .where(ChannelRow.connection_id == connection_id, ChannelRow.channel == channel)
        .returning(ChannelRow.id)
    )
    return done.first() is not None


async def count_watched(tx: Tx, connection_id: int) -> int:
    """How many channels of a connection are opted in."""
    query = select(func.count(ChannelRow.id)).where(ChannelRow.connection_id == connection_id)
    return await tx.scalar(query) or 0


async def set_alerts(tx: Tx, connection_id: int, channel: str | None) -> None:
    """Choose the channel in which the adults are told that a page did not arrive; ``None`` for none."""
    chosen = update(ConnectionRow).where(ConnectionRow.id == connection_id)
    await tx.execute(chosen.values(alerts_channel=channel))


async def alerts_channel(tx: Tx, connection_id: int) -> str | None:
    """That channel; ``None`` where none was chosen."""
    return await tx.scalar(select(ConnectionRow.alerts_channel).where(ConnectionRow.id == connection_id))


async def is_watched(tx: Tx, connection_id: int, channel: str) -> bool:
    """Whether a coordinator opted this channel in."""
    found = await tx.scalar(
        select(ChannelRow.id).where(ChannelRow.connection_id == connection_id, ChannelRow.channel == channel)
    )
    return found is not None
