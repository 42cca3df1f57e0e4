"""What could be meant while somebody types a command, for platforms that ask. Looking changes nothing."""

from collections.abc import Sequence
from datetime import datetime

from handlers.chat import OPTIONS, Option, User
from handlers.context import Context, FallbackAddresses
from handlers.registry import registry
from storage import people, programmes
from storage.db import Database, DatabaseUnavailable


async def complete(
    database: Database,
    addresses: FallbackAddresses,
    user: User,
    asked: tuple[str, str, str],
    now: datetime,
) -> Sequence[Option]:
    """What fits ``asked`` (command, part, what is typed so far) for somebody on the roster; else nothing."""
    command, part, typed = asked
    entry = registry.commands.get(command)
    found = next((each for each in entry.typed if each.name == part), None) if entry else None
    if found is None or found.complete is None:
        return []
    try:
        async with database.read() as tx:
            talks = await programmes.at(tx, user.platform, user.workspace)
            person = await people.by_account(tx, talks[0].id, user.id) if talks else None
            if talks is None or person is None or person.suspended:
                return []
            connection, programme = talks
            ctx = Context(
                tx=tx,
                now=now,
                programme=programme,
                connection=connection,
                person=person,
                raised=None,
                addresses=addresses,
            )
            return list(await found.complete(ctx, typed))[:OPTIONS]
    except DatabaseUnavailable:
        return []
