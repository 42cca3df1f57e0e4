"""What the database keeps, refuses and hides, on SQLite and on PostgreSQL alike."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from bot.app import assemble, open_database
from bot.health import problems
from bot.settings import Settings, SetupProblem
from handlers.chat import CommandUsed
from storage import cases, people, programmes, schema
from storage.db import Database, DatabaseProblem, DatabaseUnavailable, _connect, address, savepoint
from storage.models import Base, PersonRow, SeenRow
from storage.sealed import Keys, WrongKey
from storage.words import Role
from tests.stage import START, RecordingPlatform, Stage, StillClock, only_card, words_of

# --- schema ------------------------------------------------------------------------------------


async def test_the_migrations_make_the_schema_that_the_models_describe(database: Database):
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, Base.metadata)

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


@pytest.fixture
async def empty(database_url: str, keys: Keys):
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
            if await programmes.count(tx) == 0:
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


async def _programme(tx) -> None:
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
    with pytest.raises(DatabaseUnavailable) as refused:
        async with database.write() as tx:
            tx.add(SeenRow(key="k", at=datetime(2026, 3, 2, 10, 0)))  # noqa: DTZ001 - that is the mistake
    assert "zone" in str(refused.value.__cause__)
    async with database.read() as tx:
        assert await tx.scalar(select(SeenRow.key)) is None


# --- transactions ------------------------------------------------------------------------------


async def test_what_fails_is_undone_and_a_savepoint_undoes_only_its_part(database: Database):
    now = datetime(2026, 3, 2, tzinfo=UTC)
    with pytest.raises(ZeroDivisionError):
        async with database.write() as tx:
            tx.add(SeenRow(key="gone", at=now))
            await tx.flush()
            raise ZeroDivisionError
    async with database.write() as tx:
        tx.add(SeenRow(key="kept", at=now))
        await tx.flush()
        with pytest.raises(ZeroDivisionError):
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


# --- addresses ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "read_as"),
    [
        ("sqlite:///handrail.sqlite", "sqlite+aiosqlite:///handrail.sqlite"),
        ("sqlite+aiosqlite:////var/h.sqlite", "sqlite+aiosqlite:////var/h.sqlite"),
        ("postgres://u:p@h:5/d", "postgresql+asyncpg://u:p@h:5/d"),
        ("postgresql://u@h/d", "postgresql+asyncpg://u@h/d"),
        ("postgresql+asyncpg://h/d", "postgresql+asyncpg://h/d"),
        ("postgresql+psycopg2://h/d", "postgresql+asyncpg://h/d"),
    ],
)
def test_an_address_is_understood_as_people_write_it(url: str, read_as: str):
    assert address(url).render_as_string(hide_password=False) == read_as


@pytest.mark.parametrize("url", ["", "handrail.sqlite", "mysql://u:secret@h/d", "://", "http://h"])
def test_any_other_address_says_what_to_write_and_no_secret(url: str):
    with pytest.raises(DatabaseProblem) as problem:
        address(url)
    assert "sqlite" in str(problem.value)
    assert "secret" not in str(problem.value)


@pytest.mark.parametrize(
    ("mode", "given"),
    [
        ("require", "require"),
        ("no-verify", "require"),
        ("disable", "disable"),
        ("verify-full", "verify-full"),
    ],
)
def test_sslmode_is_handed_to_the_driver_and_not_left_in_the_address(mode: str, given: str | ssl.SSLContext):
    connect = _connect(address(f"postgres://h/d?sslmode={mode}&application_name=x"))
    assert connect.arguments["ssl"] == given
    assert "sslmode" not in connect.url.query
    assert connect.url.query["application_name"] == "x"


@pytest.mark.postgres
async def test_no_statement_is_prepared_that_a_pooler_could_not_find(stage: Stage):
    if stage.app.database.is_sqlite:
        connection = await stage.app.database.engine.connect()
        await connection.close()
        return
    await stage.command("maya", "/urgent")
    async with stage.app.database.read() as tx:
        assert list(await tx.execute(text("SELECT name FROM pg_prepared_statements WHERE name <> ''"))) == []


# --- a database that cannot be written ---------------------------------------------------------


def settings(url: str) -> Settings:
    return Settings(database_url=url, handrail_keys=Keys.make(), _env_file=None)


async def test_a_read_only_database_tells_the_person_that_nothing_was_saved(tmp_path: Path, keys: Keys):
    file = tmp_path / "handrail.sqlite"
    writable = Database(f"sqlite:///{file}", keys)
    await schema.migrate(writable)
    await writable.check_keys()
    await Stage.open(writable)
    await writable.close()

    read_only = Database(f"sqlite+aiosqlite:///file:{file}?mode=ro&uri=true", keys)
    with pytest.raises(DatabaseUnavailable):
        async with read_only.write() as tx:
            await tx.execute(text("DELETE FROM seen_events"))
    platform = RecordingPlatform()
    stage = Stage(assemble(read_only, StillClock(), [platform]), StillClock(), platform)
    common = stage._common("maya", "k")
    effects = await stage.app.intake.receive(CommandUsed(**common, name="urgent", text="please"))
    told = words_of(only_card(effects))
    assert "That was not saved" in told
    assert "nobody was told" in told
    assert "go to an adult now" in told
    assert "the database cannot be written" in await problems(stage.app)
    await read_only.close()


@pytest.mark.parametrize(
    "url",
    ["sqlite:////no/such/folder/h.sqlite", "postgresql://u:secret@127.0.0.1:1/d"],
    ids=["file", "server"],
)
async def test_a_database_that_cannot_be_opened_is_said_with_what_to_check(url: str):
    with pytest.raises(SetupProblem) as problem:
        await open_database(settings(url), migrate=True)
    assert "Check" in str(problem.value)
    assert "Nothing was changed" in str(problem.value)
    assert "secret" not in str(problem.value)


async def test_a_database_that_is_not_up_to_date_says_how_to_bring_it_there(database_url: str):
    with pytest.raises(SetupProblem, match="python -m bot migrate"):
        await open_database(settings(database_url), migrate=False)
