"""A programme's people and addresses at one glance, to be kept in memory for when the database is away."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from storage import adults, local_words, people, programmes
from storage.adults import Adult
from storage.db import Tx
from storage.local_words import LocalWords
from storage.models import AccountRow, ConnectionRow, PersonRow
from storage.people import Person
from storage.programmes import Programme
from storage.words import Channel, Platform


@dataclass(frozen=True)
class Way:
    """How one adult can be reached. ``url`` is a fallback address; empty in chat."""

    platform: Platform
    workspace: str
    user: str
    channel: Channel
    url: str


@dataclass(frozen=True)
class Team:
    """A programme as it was last seen. ``accounts`` are chat accounts: (platform, workspace, user).

    ``local_words`` are what it looks for itself.
    """

    programme: Programme
    adults: tuple[Adult, ...]
    ways: Mapping[int, tuple[Way, ...]]
    accounts: Mapping[tuple[str, str, str], Person]
    locales: Mapping[int, str]
    local_words: tuple[LocalWords, ...]


async def all_teams(tx: Tx) -> Mapping[tuple[str, str], Team]:
    """Every programme, by the workspaces that it talks in: (platform, workspace)."""
    found: dict[tuple[str, str], Team] = {}
    for programme in await programmes.all_programmes(tx):
        team = await _team(tx, programme)
        rows = await tx.execute(
            select(ConnectionRow.platform, ConnectionRow.workspace).where(
                ConnectionRow.programme_id == programme.id
            )
        )
        found |= {(platform.value, workspace): team for platform, workspace in rows}
    return found


async def _team(tx: Tx, programme: Programme) -> Team:
    rows = await tx.execute(
        select(AccountRow, ConnectionRow.platform, ConnectionRow.workspace)
        .join(ConnectionRow, ConnectionRow.id == AccountRow.connection_id)
        .join(PersonRow, PersonRow.id == AccountRow.person_id)
        .where(PersonRow.programme_id == programme.id)
        .order_by(AccountRow.id)
    )
    ways: dict[int, list[Way]] = {}
    accounts: dict[tuple[str, str, str], Person] = {}
    for row, platform, workspace in rows:
        way = Way(platform, workspace, row.user, row.channel, row.url or "")
        ways.setdefault(row.person_id, []).append(way)
        if row.channel is Channel.CHAT:
            person = await people.by_account(tx, row.connection_id, row.user)
            if person is not None:
                accounts[platform.value, workspace, row.user] = person
    around = tuple(await adults.around(tx, programme.id))
    return Team(
        programme=programme,
        adults=around,
        ways={person: tuple(each) for person, each in ways.items()},
        accounts=accounts,
        locales={person.id: person.locale for person in accounts.values()},
        local_words=await local_words.looked_for(tx, programme.id),
    )
