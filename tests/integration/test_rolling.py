"""A deploy: an old and a new version work side by side on one database, and either may start first."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from bot.app import open_database
from bot.settings import Settings
from storage import schema
from storage.db import Database
from storage.sealed import Keys
from tests.stage import Stage

FIRST_RUN_SIDE_BY_SIDE = "0006"
"""Before this version nobody ran Handrail; from here on the schema only grows."""
ADDED = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = {before!r}


def upgrade() -> None:
    op.create_table("of_the_next_version", sa.Column("id", sa.Integer(), primary_key=True))
    op.add_column("outbox", sa.Column("hue", sa.String(9), nullable=False, server_default="none"))
    op.add_column("cases", sa.Column("hue", sa.String(9), nullable=True))
"""


def versions() -> list[str]:
    """Every migration, the first one first."""
    script = ScriptDirectory.from_config(schema._config())
    return [each.revision for each in reversed(list(script.walk_revisions()))]


async def to(database: Database, revision: str, folder: Path | None = None) -> None:
    """Bring a database to a version, as the one before ours did, or as the next one will."""

    def upgrade(connection: Connection) -> None:
        config = schema._config()
        if folder is not None:
            config.set_main_option("path_separator", "os")
            config.set_main_option("version_locations", str(folder))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    async with database.engine.begin() as connection:
        await connection.run_sync(upgrade)


@dataclass(frozen=True)
class Column:
    kind: str
    nullable: bool
    has_default: bool


async def tables(database: Database) -> Mapping[str, Mapping[str, Column]]:
    def look(connection: Connection) -> Mapping[str, Mapping[str, Column]]:
        eyes = inspect(connection)
        return {
            table: {
                each["name"]: Column(str(each["type"]), each["nullable"], each["default"] is not None)
                for each in eyes.get_columns(table)
            }
            for table in eyes.get_table_names()
        }

    async with database.engine.connect() as connection:
        return await connection.run_sync(look)


@pytest.fixture
async def empty(database_url: str, keys: Keys) -> AsyncIterator[Database]:
    opened = Database(database_url, keys)
    yield opened
    await opened.close()


async def test_migrations_only_add_what_an_older_version_need_not_know(empty: Database):
    await to(empty, FIRST_RUN_SIDE_BY_SIDE)
    before = await tables(empty)
    for revision in versions()[versions().index(FIRST_RUN_SIDE_BY_SIDE) + 1 :]:
        await to(empty, revision)
        after = await tables(empty)
        for table, columns in before.items():
            assert table in after, f"{revision} drops or renames {table}"
            for name, column in columns.items():
                assert after[table].get(name) == column, f"{revision} drops or changes {table}.{name}"
            for name in after[table].keys() - columns.keys():
                new = after[table][name]
                assert new.nullable or new.has_default, f"{revision}: old code cannot insert into {table}"
        before = after


@pytest.fixture
async def newer(database: Database, tmp_path: Path) -> Database:
    """A database that the next version has migrated already."""
    folder = tmp_path / "versions"
    folder.mkdir()
    for file in (Path(schema.__file__).parent / "migrations" / "versions").glob("0*.py"):
        (folder / file.name).write_text(file.read_text())
    (folder / "9999_next.py").write_text(ADDED.format(before=versions()[-1]))
    await to(database, "9999", folder)
    return database


async def test_the_old_version_goes_on_after_the_new_one_has_migrated(newer: Database):
    stage = await Stage.open(newer)
    await stage.command("maya", "/urgent")
    await stage.wait(5)
    assert len(stage.inbox("okafor")) == 1
    await stage.press_last("rivera", "I've got it")
    assert await schema.is_current(newer), "else its host would stop it as not ready"


async def test_the_old_version_starts_again_after_the_new_one_has_migrated(
    newer: Database, database_url: str, monkeypatch: pytest.MonkeyPatch, keys: Keys
):
    await schema.migrate(newer)
    async with newer.read() as tx:
        assert await tx.scalar(text("SELECT version_num FROM alembic_version")) == "9999"
    settings = Settings(database_url=database_url, handrail_keys=Keys.make(), _env_file=None)
    monkeypatch.setattr(Settings, "keys", lambda _self: keys)
    for migrate in (True, False):
        opened = await open_database(settings, migrate=migrate)
        await opened.close()
