"""The schema's version: bring a database up to date, or say that it is not."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage.db import FAILURES, Database, DatabaseUnavailable

# Any number known to nothing else: two processes that migrate at once take turns.
_LOCK = 5_280_988


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    else:
        # Another process may be migrating this moment, and that takes longer than a write may wait.
        connection.execute(text("PRAGMA busy_timeout = 30000"))
        connection.execute(text("BEGIN IMMEDIATE"))
        connection.execute(text("PRAGMA busy_timeout = 1000"))
    config = _config()
    if _is_newer(MigrationContext.configure(connection).get_current_revision(), config):
        return  # a newer version has been here; what it added is in nobody's way
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def migrate(database: Database) -> None:
    """Bring the schema up to date, all or nothing. Safe to run from several processes at once.

    Raises :class:`DatabaseUnavailable`.
    """
    try:
        async with database.engine.begin() as connection:
            await connection.run_sync(_upgrade)
    except FAILURES as error:
        raise DatabaseUnavailable(type(error).__name__) from error


def _is_newer(found: str | None, config: Config) -> bool:
    """Whether a version that is newer than this one has migrated: its revision is not known here.

    Old and new processes run side by side during a deploy. Migrations only add, so the old ones go on.
    """
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    return found is not None and found not in known


async def is_current(database: Database) -> bool:
    """Whether this version can work with the schema: it is its own, or a newer version's.

    Raises :class:`DatabaseUnavailable`.
    """
    config = _config()
    head = ScriptDirectory.from_config(config).get_current_head()
    try:
        async with database.engine.connect() as connection:
            found = await connection.run_sync(lambda c: MigrationContext.configure(c).get_current_revision())
    except FAILURES as error:
        raise DatabaseUnavailable(type(error).__name__) from error
    return found == head or _is_newer(found, config)
