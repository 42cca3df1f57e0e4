"""A programme's people and addresses at one glance, to be kept in memory for when the database is away."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from storage import adults, cases, local_words, people, programmes
from storage.adults import Adult
from storage.db import Tx
from storage.local_words import LocalWords
from storage.models import AccountRow, CaseRow, ConnectionRow, LeftOutRow, PersonRow
from storage.people import Person
from storage.programmes import Programme
from storage.words import Channel, Platform

ChatAccount = tuple[str, str, str]
"""(platform, workspace, user)"""


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
    """A programme as it was last seen. ``accounts`` are the chat accounts of the roster.

    ``local_words`` are what it looks for itself; ``left_out``, whom the live cases of somebody keep away.
    """

    programme: Programme
    adults: tuple[Adult, ...]
    ways: Mapping[int, tuple[Way, ...]]
    accounts: Mapping[ChatAccount, Person]
    locales: Mapping[int, str]
    local_words: tuple[LocalWords, ...]
    left_out: Mapping[ChatAccount, frozenset[int]]


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
    accounts: dict[ChatAccount, Person] = {}
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
        left_out=await _left_out(tx, programme, accounts),
    )


async def _left_out(
    tx: Tx, programme: Programme, accounts: Mapping[ChatAccount, Person]
) -> Mapping[ChatAccount, frozenset[int]]:
    """Whom the live cases of somebody keep away, by each of their accounts."""
    rows = await tx.execute(
        select(
            ConnectionRow.platform,
            ConnectionRow.workspace,
            CaseRow.writer_user,
            CaseRow.helper_id,
            LeftOutRow.person_id,
        )
        .join(CaseRow, CaseRow.id == LeftOutRow.case_id)
        .join(ConnectionRow, ConnectionRow.id == CaseRow.writer_connection_id)
        .where(CaseRow.programme_id == programme.id, CaseRow.state.in_(cases.LIVE))
    )
    found: dict[ChatAccount, frozenset[int]] = {}
    for platform, workspace, user, helper, person in rows:
        own = {account for account, writer in accounts.items() if writer.id == helper}
        for account in own | {(platform.value, workspace, user)}:
            found[account] = found.get(account, frozenset()) | {person}
    return found
