"""What the database keeps, refuses and hides, on SQLite and on PostgreSQL alike."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError, StatementError

from storage import cases, people, programmes, schema
from storage.db import Database, DatabaseProblem, DatabaseUnavailable, Tx, savepoint
from storage.models import Base, PersonRow, SeenRow
from storage.sealed import Keys, WrongKey
from storage.words import Role
from tests.conftest import ENGINES
from tests.stage import START, Stage

# --- schema ------------------------------------------------------------------------------------


async def test_the_migrations_make_the_schema_that_the_models_describe(database: Database):
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, Base.metadata)

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


@pytest.fixture
async def empty(database_url: str, keys: Keys) -> AsyncIterator[list[Database]]:
    """An empty database, opened by two processes."""
    opened = [Database(database_url, keys) for _ in range(2)]
    yield opened
    for each in opened:
        await each.close()


async def test_migrating_twice_changes_nothing(empty: list[Database]):
    assert not await schema.is_current(empty[0])
    for _ in range(2):
        await schema.migrate(empty[0])
        assert await schema.is_current(empty[0])
    await empty[0].check_keys()


async def test_two_processes_may_migrate_at_once(empty: list[Database]):
    await asyncio.gather(*(schema.migrate(each) for each in empty))
    for each in empty:
        assert await schema.is_current(each)
        await each.check_keys()


async def test_two_processes_that_check_the_keys_first_agree(empty: list[Database], keys: Keys):
    await schema.migrate(empty[0])
    await asyncio.gather(*(each.check_keys() for each in empty))
    await empty[0].check_keys()


# --- the timeline ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE timeline SET kind = 'acknowledged'",
        "UPDATE timeline SET facts = '{}' WHERE id = 1",
        "DELETE FROM timeline",
        "DELETE FROM timeline WHERE id = 1",
    ],
)
async def test_the_timeline_takes_no_change_and_no_deletion(stage: Stage, statement: str):
    await stage.command("maya", "/urgent")
    before = await timeline(stage)
    with pytest.raises(DatabaseUnavailable) as refused:
        async with stage.app.database.write() as tx:
            await tx.execute(text(statement))
    assert isinstance(refused.value.__cause__, DBAPIError)
    assert "append-only" in str(refused.value.__cause__)
    assert await timeline(stage) == before != []


async def timeline(stage: Stage) -> list[cases.Happening]:
    async with stage.app.database.read() as tx:
        return await cases.timeline(tx, 1)


# --- keys --------------------------------------------------------------------------------------


async def test_wrong_keys_are_refused_and_change_nothing(stage: Stage, database_url: str, keys: Keys):
    stranger = Database(database_url, Keys([Keys.make()]))
    with pytest.raises(DatabaseProblem, match="Put the old key back"):
        await stranger.check_keys()
    await stranger.close()
    await stage.app.database.check_keys()


async def test_rotated_keys_open_what_the_old_one_sealed_and_seal_with_the_new_one(
    database_url: str, empty: list[Database]
):
    old, new = Keys.make(), Keys.make()
    names: dict[str, str] = {}
    for keys in ([old], [new, old]):
        opened = Database(database_url, Keys(keys))
        await schema.migrate(opened)
        await opened.check_keys()
        async with opened.write() as tx:
            if not await programmes.all_programmes(tx):
                await _programme(tx)
            await people.add(tx, programme_id=1, name=f"sealed with {len(keys)}", roles=[Role.HELPER])
        async with opened.read() as tx:
            names = {row.name: row.phone for row in await tx.scalars(select(PersonRow))}
        await opened.close()
    assert set(names) == {"sealed with 1", "sealed with 2"}

    plain = Database(database_url, Keys([old]))
    async with plain.read() as tx:
        tokens = list(await tx.scalars(text("SELECT name FROM people ORDER BY id")))
    await plain.close()
    assert Keys([old]).open(tokens[0]) == "sealed with 1"
    assert Keys([new]).open(tokens[1]) == "sealed with 2"
    with pytest.raises(WrongKey):
        Keys([old]).open(tokens[1])


async def _programme(tx: Tx) -> None:
    await programmes.add(
        tx,
        name="Test school",
        time_zone="America/New_York",
        locale="en",
        room="",
        phone="",
        emergency_number="911",
        crisis_line="",
        services=("listening",),
        now=START,
    )


@pytest.mark.parametrize("keys", [[], [""], ["short"], [Keys.make(), "nonsense"]])
def test_what_is_no_key_is_refused(keys: list[str]):
    with pytest.raises(WrongKey):
        Keys(keys)


# --- times -------------------------------------------------------------------------------------


async def test_times_come_back_aware_and_in_utc(database: Database):
    written = datetime(2026, 3, 2, 10, 0, tzinfo=timezone(timedelta(hours=-5)))
    async with database.write() as tx:
        tx.add(SeenRow(key="k", at=written))
    async with database.read() as tx:
        read = await tx.scalar(select(SeenRow.at))
    assert read == written
    assert read.tzinfo is UTC


async def test_a_time_without_a_zone_is_refused(database: Database):
    with pytest.raises(StatementError, match="a time without a zone"):
        async with database.write() as tx:
            tx.add(SeenRow(key="k", at=datetime(2026, 3, 2, 10, 0)))  # noqa: DTZ001 - that is the mistake
    async with database.read() as tx:
        assert await tx.scalar(select(SeenRow.key)) is None


# --- transactions ------------------------------------------------------------------------------


async def test_what_fails_is_undone_and_a_savepoint_undoes_only_its_part(database: Database):
    now = datetime(2026, 3, 2, tzinfo=UTC)
    with suppress(ZeroDivisionError):
        async with database.write() as tx:
            tx.add(SeenRow(key="gone", at=now))
            await tx.flush()
            raise ZeroDivisionError
    async with database.write() as tx:
        tx.add(SeenRow(key="kept", at=now))
        await tx.flush()
        with suppress(ZeroDivisionError):
            async with savepoint(tx):
                tx.add(SeenRow(key="taken back", at=now))
                await tx.flush()
                raise ZeroDivisionError
    async with database.read() as tx:
        assert list(await tx.scalars(select(SeenRow.key))) == ["kept"]


async def test_twenty_writers_at_once_all_get_their_turn(database: Database):
    async def add(number: int) -> None:
        async with database.write() as tx:
            before = len(list(await tx.scalars(select(SeenRow.key))))
            tx.add(SeenRow(key=f"{number}:{before}", at=datetime(2026, 3, 2, tzinfo=UTC)))

    await asyncio.gather(*(add(number) for number in range(20)))
    async with database.read() as tx:
        assert len(list(await tx.scalars(select(SeenRow.key)))) == 20


# --- pooled PostgreSQL -------------------------------------------------------------------------


@pytest.mark.parametrize("database_url", ENGINES[1:], indirect=True)
async def test_no_statement_is_kept_that_another_connection_behind_a_pooler_would_not_know(
    database: Database,
):
    async with database.engine.connect() as connection:
        for number in range(3):
            assert (
                await connection.scalar(text("SELECT CAST(:number AS integer)"), {"number": number}) == number
            )
            await connection.exec_driver_sql("DEALLOCATE ALL")  # as after the pooler has switched
