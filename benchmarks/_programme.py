"""The programme that the benchmarks measure: one coordinator, and as many helpers as they ask for."""

from collections.abc import Sequence
from datetime import UTC, datetime

from storage import people, programmes
from storage.db import Database
from storage.words import Platform, Role


async def add_programme(
    database: Database,
    helpers: Sequence[str],
    *,
    platform: Platform = Platform.WEB,
    workspace: str = "bench",
    coordinator: str = "coordinator",
    now: datetime | None = None,
) -> None:
    """Put it into an empty database; its people are given by their accounts."""
    async with database.write() as tx:
        programme = await programmes.add(
            tx,
            name="Bench",
            time_zone="UTC",
            locale="en",
            room="",
            phone="",
            emergency_number="",
            crisis_line="",
            services=("listening",),
            now=now or datetime.now(UTC),
        )
        connection = await programmes.connect(tx, programme.id, platform, workspace)
        for user, role in ((coordinator, Role.COORDINATOR), *((user, Role.HELPER) for user in helpers)):
            person = await people.add(tx, programme_id=programme.id, name=f"Person {user}", roles=[role])
            await people.add_account(tx, person, connection.id, user)


def numbered(helpers: int) -> list[str]:
    """Accounts of so many helpers."""
    return [f"helper-{number}" for number in range(helpers)]
