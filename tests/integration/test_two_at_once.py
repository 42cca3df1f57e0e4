"""Two processes that do the same at the same moment, and a message that nobody can read."""

import asyncio

import pytest
from sqlalchemy import func, select, update

from handlers.due import next_due, run_due
from storage import outbox, sending
from storage.db import Database
from storage.models import OutboxRow
from storage.outbox import NewMessage
from storage.sealed import Keys
from storage.words import Lane
from tests.integration.moody import QUESTION_JSON, Moody, another, urgent
from tests.stage import RecordingPlatform, Stage


@pytest.fixture
async def other(database: Database, database_url: str, keys: Keys) -> Database:
    """The same database, as another process has opened it."""
    return Database(database_url, keys)


async def test_two_processes_that_fire_at_once_write_a_page_once(stage: Stage, other: Database):
    await stage.command("maya", "/urgent")
    later = await next_due(stage.app.database)
    assert later is not None
    await asyncio.gather(*(run_due(each, later) for each in (stage.app.database, other) for _ in range(2)))
    stage.clock.moment = later
    await stage.app.delivery.drain()
    await other.close()
    assert len(stage.inbox("rivera")) == 2, "the page, and its one repeat"


async def test_the_same_message_is_one_row_whoever_writes_it(stage: Stage, other: Database):
    now = stage.clock.now()
    page = NewMessage(
        key="page:1:1:0:coordinator:3:1:rivera",
        lane=Lane.PAGES,
        connection_id=1,
        user="rivera",
        card=QUESTION_JSON,
        due_at=now,
    )

    async def write(database: Database) -> None:
        async with database.write() as tx:
            await outbox.add(tx, [page], now)

    await asyncio.gather(*(write(each) for each in (stage.app.database, other) for _ in range(3)))
    await other.close()
    async with stage.app.database.read() as tx:
        assert await tx.scalar(select(func.count()).select_from(OutboxRow)) == 1


async def test_a_slow_process_does_not_write_over_what_another_has_recorded(database: Database):
    """Its own copy may stand there too: the row goes on telling of the one that says so."""
    stage = await Stage.open(database, platform=(slow := Moody()))
    reached, release = slow.hold("rivera")
    await stage.app.intake.receive(urgent(stage))
    slowly = asyncio.create_task(stage.app.delivery.drain())
    await reached.wait()
    stage.clock.moment += sending.LEASE
    quick = RecordingPlatform()
    await another(stage, quick).drain()
    async with database.read() as tx:
        before = list(await tx.execute(select(OutboxRow.claim, OutboxRow.possible_repeat)))
    release.set()
    await slowly
    async with database.read() as tx:
        after = list(await tx.execute(select(OutboxRow.claim, OutboxRow.possible_repeat)))
    assert len(slow.inboxes["rivera"]) == len(quick.inboxes["rivera"]) == 1
    assert after == before
    assert [repeat for _, repeat in after] == [True]


async def test_a_message_that_nobody_can_read_raises_an_alarm(stage: Stage):
    """In the adults' channel and in the figures; the page itself climbs."""
    await stage.command("rivera", "/handrail alerts here", channel=True)
    await stage.app.intake.receive(urgent(stage))
    async with stage.app.database.write() as tx:
        await tx.execute(update(OutboxRow).where(OutboxRow.page.is_(True)).values(card="{"))
    await stage.app.delivery.drain()
    assert len(stage.inbox("okafor")) == 1
    assert len(stage.inbox("#team")) == 1
    shown = (await stage.app.metrics.render(stage.app.database, stage.clock.now())).decode()
    assert 'handrail_pages{state="set_aside"} 1.0' in shown
