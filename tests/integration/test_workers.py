"""Three processes on one database, each of which dies at moments that a seed chooses, beside a bad platform.

The long run with real processes: ``CHAOS_RUNS=workers python dev.py bench chaos``.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from random import Random

import pytest
from sqlalchemy import func, select, update

from adapters.base import Address, Ambiguous, Outgoing, RateLimited, Sent
from bot.delivery import Delivery
from bot.metrics import Metrics
from storage import sending
from storage.db import Database
from storage.models import OutboxRow, ProgrammeRow
from storage.sealed import Keys
from storage.words import OutboxState
from tests.chaos.harness import NEVER
from tests.integration.moody import states, urgent
from tests.stage import RecordingPlatform, Stage, words_of

FLAGS = 60
WORKERS = 3
SEED = 3


class Killed(BaseException):
    """The process is gone: nothing is recorded, and nothing is given back."""


class BadDay(RecordingPlatform):
    """Takes messages without a word, refuses them, cannot be asked; and whoever sends may die over it."""

    def __init__(self) -> None:
        super().__init__()
        self.met: Counter[str] = Counter()
        self._chance = Random(SEED)  # noqa: S311 - chance that can be repeated

    def _happens(self, what: str, share: float) -> bool:
        happens = self._chance.random() < share
        self.met[what] += happens
        return happens

    async def send(self, message: Outgoing) -> Sent:
        if self._happens("killed before it was sent", 0.08):
            raise Killed
        if self._happens("limited", 0.05):
            raise RateLimited(1)
        if self._happens("broke off before it arrived", 0.05):
            raise Ambiguous("timed out")
        sent = await super().send(message)
        if self._happens("broke off after it arrived", 0.12):
            raise Ambiguous("timed out")
        if self._happens("killed before it was recorded", 0.12):
            raise Killed
        return sent

    async def find(self, to: Address, outbox_id: int) -> Sent | None:
        if self._happens("could not be looked for", 0.6):
            raise Ambiguous("not now")
        return await super().find(to, outbox_id)


@pytest.fixture
async def databases(database: Database, database_url: str, keys: Keys) -> AsyncIterator[list[Database]]:
    """The same database, once for each process."""
    others = [Database(database_url, keys) for _ in range(WORKERS - 1)]
    yield [database, *others]
    for each in others:
        await each.close()


async def test_three_workers_that_die_and_come_back_lose_no_page_and_double_none_without_a_word(
    databases: list[Database],
):
    platform = BadDay()
    stage = await Stage.open(databases[0], platform=platform)
    async with databases[0].write() as tx:  # ladders stand still: each flag is one page
        await tx.execute(update(ProgrammeRow).values(ladder_minutes=NEVER))
    for number in range(FLAGS):
        await stage.app.intake.receive(urgent(stage, f"stranger{number}"))

    async def work(database: Database) -> None:
        with suppress(Killed):
            await Delivery(database, [platform], stage.clock.now, Metrics()).drain()

    async with asyncio.timeout(60):
        while await _waiting(databases[0]):
            await asyncio.gather(*(work(each) for each in databases))
            stage.clock.moment += sending.LEASE

    assert {state for state, _ in await states(stage, "rivera")} == {"sent"}
    copies: dict[int, list[str]] = {}
    for message in platform.inboxes["rivera"]:
        copies.setdefault(message.outbox_id, []).append(words_of(message.card))
    assert len(copies) == FLAGS
    assert all(sum("Possibly sent twice" not in words for words in each) <= 1 for each in copies.values())
    assert min(platform.met.values()) > 0, f"too little went wrong: {platform.met}"
    assert any(len(each) > 1 for each in copies.values()), "nothing was repeated, so no mark was looked at"


async def _waiting(database: Database) -> int:
    async with database.read() as tx:
        queued = OutboxRow.state == OutboxState.QUEUED
        return await tx.scalar(select(func.count(OutboxRow.id)).where(queued)) or 0
