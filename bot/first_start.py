"""The first start in a workspace: an empty programme, with the adults that the environment names.

From then on everything is set up in chat, with ``/handrail setup``. Where the environment names nobody,
whoever administers the workspace begins it: :mod:`handlers.first_coordinator`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from handlers import first_coordinator
from handlers.cards.words import SERVICES
from storage import agreements, people, programmes, roster
from storage.db import Database, DatabaseUnavailable, Tx
from storage.programmes import Programme
from storage.words import Platform, Role

NAME = 120
"""Characters of a programme's name, as ``/handrail setup`` takes them."""


@dataclass(frozen=True)
class FirstAdult:
    """A coordinator whom the environment names, as their platform knows them."""

    user: str
    name: str
    time_zone: str = ""


async def make_sure(
    database: Database,
    platform: Platform,
    workspace: str,
    *,
    team_name: str,
    coordinators: Sequence[FirstAdult],
    now: datetime,
) -> Programme:
    """The programme that talks in a workspace; a new one where there is none.

    A programme that talks on other platforms only, and is the one such programme, talks here too from now
    on. Where no coordinator can be reached here, those of the environment are added; others are kept.
    Raises :class:`~storage.db.DatabaseUnavailable`.
    """
    try:
        async with database.write() as tx:
            return await _make_sure(tx, (platform, workspace), team_name, coordinators, now)
    except DatabaseUnavailable:
        # Another process may have started for the first time at the same moment: then it is there now.
        async with database.read() as tx:
            talks = await programmes.at(tx, platform, workspace)
        if talks is None:
            raise
        return talks[1]


async def _make_sure(
    tx: Tx,
    where: tuple[Platform, str],
    team_name: str,
    coordinators: Sequence[FirstAdult],
    now: datetime,
) -> Programme:
    talks = await programmes.at(tx, *where)
    if talks is None and (elsewhere := await programmes.without(tx, where[0])) is not None:
        # The team talks elsewhere already: it is one programme on two platforms.
        connection, programme = await programmes.connect(tx, elsewhere.id, *where), elsewhere
    elif talks is None:
        programme = await programmes.add(
            tx,
            name=team_name[:NAME] or "Peer helpers",
            time_zone=_zone(coordinators),
            locale="en",
            room="",
            phone="",
            emergency_number="",
            crisis_line="",
            services=tuple(SERVICES),
            now=now,
        )
        connection = await programmes.connect(tx, programme.id, *where)
        await agreements.add_version(tx, programme.id, "", required=True, made_by=None, now=now)
    else:
        connection, programme = talks
    known = await roster.entries(tx, programme.id, {Role.COORDINATOR})
    reached = [await roster.at(tx, connection.id, user) for user in await people.accounts(tx, connection.id)]
    if not {entry.id for entry in reached if entry} & {entry.id for entry in known}:
        for adult in coordinators:
            ids = (programme.id, connection.id)
            how = first_coordinator.NAMED
            await first_coordinator.add(tx, ids, adult.user, adult.name, known=known, how=how, now=now)
        if coordinators:
            await first_coordinator.page_what_waits(tx, programme, now)
    return programme


def _zone(coordinators: Sequence[FirstAdult]) -> str:
    """The first coordinator's time zone that is one; UTC until somebody says where the team is."""
    for zone in filter(None, (adult.time_zone for adult in coordinators)):
        try:
            return ZoneInfo(zone).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return "UTC"
