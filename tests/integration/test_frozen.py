"""A process that stands still for a while (a suspended machine, SIGSTOP) and then goes on where it was."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field

import pytest

from bot.delivery import SEND_TIMEOUT
from storage import sending
from storage.db import Database
from storage.sealed import Keys
from storage.words import Lane
from tests.chaos.harness import ROOT, until
from tests.integration.moody import Moody, another, urgent
from tests.stage import RecordingPlatform, Stage

KEY = Keys.make()


@pytest.fixture
def keys() -> Keys:
    return Keys([KEY])


@dataclass
class Holder:
    """A process of its own that holds a lease or stands by, and what it has said."""

    process: asyncio.subprocess.Process
    writer: asyncio.StreamWriter | None = None
    said: list[str] = field(default_factory=list)

    async def read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.said.append(line.decode().strip())

    def hears(self, word: str) -> None:
        """Something happens that it is told of."""
        assert self.writer is not None
        self.writer.write(word.encode() + b"\n")

    @property
    def took(self) -> list[str]:
        return [line.removeprefix("took ") for line in self.said if line.startswith("took ")]


@asynccontextmanager
async def holder(url: str) -> AsyncIterator[Holder]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.chaos.holder", url, KEY, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    found = Holder(process)
    reading = asyncio.create_task(found.read())
    try:
        await until(lambda: any(line.startswith("listens") for line in found.said))
        _, found.writer = await asyncio.open_connection("127.0.0.1", int(found.said[0].split()[1]))
        yield found
    finally:
        if found.writer is not None:
            found.writer.close()
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        await reading


@pytest.mark.skipif(sys.platform == "win32", reason="processes cannot be stopped and continued there")
async def test_a_holder_that_was_frozen_does_nothing_more_once_another_has_taken_over(
    database: Database, database_url: str
):
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(holder(database_url))
        await until(lambda: "holds" in first.said)
        second = await stack.enter_async_context(holder(database_url))
        first.hears("before")
        await until(lambda: first.took == ["before"])
        os.kill(first.process.pid, signal.SIGSTOP)
        first.hears("while it stands still")
        await until(lambda: "holds" in second.said)
        for each in (first, second):
            each.hears("afterwards")
        await until(lambda: second.took == ["afterwards"])
        os.kill(first.process.pid, signal.SIGCONT)
        await asyncio.sleep(1)  # as long as it likes to do something
        assert first.took == ["before"]
        first.said.clear()
        second.process.kill()
        await until(lambda: "holds" in first.said)
        first.hears("again")
        await until(lambda: first.took == ["again"])


@pytest.mark.skipif(sys.platform == "win32", reason="processes cannot be stopped and continued there")
async def test_a_holder_that_was_frozen_alone_goes_on(database: Database, database_url: str):
    async with holder(database_url) as only:
        await until(lambda: "holds" in only.said)
        os.kill(only.process.pid, signal.SIGSTOP)
        only.hears("while it stood still")
        await asyncio.sleep(2)
        os.kill(only.process.pid, signal.SIGCONT)
        await until(lambda: only.took == ["while it stood still"])


async def test_a_sender_that_stood_still_between_claim_and_sending_sends_nothing_on_it(database: Database):
    """Another process may have sent it meanwhile, as a repeat that says so."""
    stage = await Stage.open(database, platform=Moody())
    await stage.app.intake.receive(urgent(stage))
    started = await stage.app.delivery._start_due(Lane.PAGES)
    stage.clock.moment += sending.LEASE  # before the tasks have begun
    other = RecordingPlatform()
    await another(stage, other).drain()
    await asyncio.gather(*started)
    assert len(other.inboxes["rivera"]) == 1
    assert stage.inbox("rivera") == []
    assert sending.LEASE.total_seconds() > SEND_TIMEOUT
