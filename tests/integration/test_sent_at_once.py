"""A page is claimed by the transaction that writes it, so that it waits for one commit and not for two."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from sqlalchemy import text

from storage import outbox, sending
from storage.db import Database, Tx, savepoint
from storage.outbox import NewMessage
from storage.words import Lane
from tests.integration.moody import QUESTION_JSON, Moody, another, urgent
from tests.stage import Stage


@pytest.fixture
def moody() -> Moody:
    return Moody()


@pytest.fixture
async def stage(database: Database, moody: Moody) -> AsyncIterator[Stage]:
    """A stage whose delivery runs, and has sent to everybody once already."""
    stage = await Stage.open(database, platform=moody)
    running = asyncio.create_task(stage.app.delivery.run())
    await stage.app.intake.receive(urgent(stage))
    await until_sent(stage, 1)
    yield stage
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def until_sent(stage: Stage, messages: int) -> None:
    """Wait until so many messages of the outbox have gone."""
    async with asyncio.timeout(10):
        while await count(stage, "state = 'sent'") < messages:
            await asyncio.sleep(0.01)


async def count(stage: Stage, which: str) -> int:
    async with stage.app.database.read() as tx:
        return await tx.scalar(text(f"SELECT count(*) FROM outbox WHERE {which}")) or 0  # noqa: S608


def page(stage: Stage, key: str, user: str = "rivera", person: int = 1) -> NewMessage:
    return NewMessage(
        key=key,
        lane=Lane.PAGES,
        connection_id=1,
        user=user,
        person_id=person,
        case_id=1,
        page=True,
        card=QUESTION_JSON,
        due_at=stage.clock.now(),
    )


async def write(stage: Stage, tx: Tx, *messages: NewMessage) -> None:
    await outbox.add(tx, messages, stage.clock.now())


async def test_a_page_is_claimed_in_the_transaction_that_writes_it(stage: Stage, moody: Moody):
    _, release = moody.hold("rivera")
    await stage.app.intake.receive(urgent(stage, "leo"))
    assert await count(stage, "state = 'queued' AND claim IS NOT NULL AND attempts = 1") == 1
    release.set()
    await until_sent(stage, 2)
    assert len(stage.inbox("rivera")) == 2


async def test_what_its_transaction_undoes_or_takes_back_is_never_sent(stage: Stage):
    async with stage.app.database.write() as tx:
        with suppress(ValueError):
            async with savepoint(tx):
                await write(stage, tx, page(stage, "undone"))
                raise ValueError
        await write(stage, tx, page(stage, "taken back", "okafor", 2))
        await outbox.take_back(tx, 1, [2], stage.clock.now())
        await write(stage, tx, page(stage, "stays"))
    await until_sent(stage, 2)
    assert len(stage.inbox("rivera")) == 2
    assert stage.inbox("okafor") == []
    assert await count(stage, "\"key\" = 'taken back' AND state = 'dropped'") == 1


async def test_a_transaction_that_fails_sends_nothing(stage: Stage):
    with suppress(ValueError):
        async with stage.app.database.write() as tx:
            await write(stage, tx, page(stage, "never"))
            raise ValueError
    await stage.app.delivery.drain()
    assert len(stage.inbox("rivera")) == 1


async def test_a_key_that_is_there_already_is_not_sent_again(stage: Stage):
    for _ in range(2):
        async with stage.app.database.write() as tx:
            await write(stage, tx, page(stage, "twice"))
    await until_sent(stage, 2)
    await stage.app.delivery.drain()
    assert len(stage.inbox("rivera")) == 2


async def test_what_a_process_claimed_and_died_with_is_sent_by_another_that_looks_first(
    stage: Stage, moody: Moody
):
    claim = stage.app.database.at_commit

    async def die_once_committed(tx: Tx):
        await claim(tx)
        return lambda: None

    stage.app.database.at_commit = die_once_committed
    async with stage.app.database.write() as tx:
        await write(stage, tx, page(stage, "orphan"))
    stage.app.database.at_commit = claim
    await another(stage).drain()
    assert len(stage.inbox("rivera")) == 1, "the claim still holds"
    stage.clock.moment += sending.LEASE
    await another(stage).drain()
    assert len(stage.inbox("rivera")) == 2
    assert moody.looked == 1


async def test_one_persons_pages_keep_their_order(stage: Stage, moody: Moody):
    reached, release = moody.hold("rivera")
    async with stage.app.database.write() as tx:
        await write(stage, tx, page(stage, "first"))
    await reached.wait()
    async with stage.app.database.write() as tx:
        await write(stage, tx, page(stage, "second"))
    assert await count(stage, "\"key\" = 'second' AND claim IS NULL") == 1
    release.set()
    await until_sent(stage, 3)
    async with stage.app.database.read() as tx:
        rows = await tx.execute(text("SELECT \"key\" FROM outbox WHERE state = 'sent' ORDER BY reference"))
        assert list(rows.scalars())[1:] == ["first", "second"]
