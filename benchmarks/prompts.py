"""500 helpers are asked at once: how long planning and queueing takes, and whether a page waits behind it.

A round is planned and queued by the very call that the clock's tick makes. Then pages go, one after the
other, while its messages are being sent, and as many while nothing else is; both in turns, so that the
machine's noise falls on both. A page is timed from the event received to the page handed to the platform.
The platform answers each helper's message after 50 ms, as one over the net would.

``PROMPTS_ON=sqlite`` or ``postgresql`` takes one database only.
"""

import asyncio
import os
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, text

from adapters.base import Outgoing, Sent
from benchmarks._programme import add_programme, numbered
from benchmarks._servers import fresh, postgresql, prepare
from benchmarks.page import _one, _Platform, flush_to_disk
from bot.app import App, assemble
from bot.clock import MovableClock
from handlers.due import keep_house, run_due
from storage.db import Database
from storage.models import OutboxRow
from storage.sealed import Keys
from storage.words import Lane, OutboxState

HELPERS = 500
ROUNDS = 4
PAGES = 75
"""At least so many pages beside each round, and as many without it."""
ANSWER = 0.05
ON = os.environ.get("PROMPTS_ON", "sqlite,postgresql").split(",")
MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


class _Answering(_Platform):
    """Hands over at once, and answers a helper's message after a while (a page's is not what is timed)."""

    async def send(self, message: Outgoing) -> Sent:
        sent = await super().send(message)
        if message.to.user != "coordinator":
            await asyncio.sleep(ANSWER)
        return sent


async def _ask(database: Database, now: datetime) -> float:
    """Let the weekly question be due, and let the tick find it. Returns its seconds."""
    async with database.write() as tx:
        # Cases of pages before would climb at this tick, and a round of before would be reminded of.
        await tx.execute(text("UPDATE cases SET state = 'resolved', next_at = NULL, care_at = NULL"))
        await tx.execute(
            text("UPDATE schedules SET next_due_at = :now WHERE prompt = 'weekly'"),
            {"now": now.replace(tzinfo=None) if database.is_sqlite else now},
        )
    began = time.perf_counter()
    await run_due(database, now)
    return time.perf_counter() - began


async def _waiting(database: Database) -> int:
    """Messages of the round that are still to be sent."""
    async with database.read() as tx:
        found = await tx.scalar(
            select(func.count(OutboxRow.id)).where(
                OutboxRow.lane == Lane.REST,
                OutboxRow.state == OutboxState.QUEUED,
                OutboxRow.key.like("prompt:%"),
            )
        )
    return found or 0


async def _calm(database: Database) -> None:
    while await _waiting(database):
        await asyncio.sleep(0.05)


async def _measure(name: str, url: str, key: str) -> None:
    database, platform, clock = Database(url, Keys([key])), _Answering(), MovableClock()
    await add_programme(database, numbered(HELPERS), now=MONDAY)
    clock.set(MONDAY)
    app = assemble(database, clock, [platform])
    await keep_house(database, clock.now())
    delivery = asyncio.create_task(app.delivery.run())
    planned, alone, beside, spans, number = [], [], [], [], 0
    for round_ in range(ROUNDS + 1):
        clock.set(MONDAY + timedelta(minutes=10 * round_))
        number, calm = await _pages(app, platform, number, database, until_sent=False)
        planned.append(await _ask(database, clock.now()))
        began = time.perf_counter()
        app.delivery.wake()
        number, busy = await _pages(app, platform, number, database, until_sent=True)
        await _calm(database)
        spans.append(time.perf_counter() - began)
        if round_:  # the first one warms up
            alone += calm
            beside += busy
    delivery.cancel()
    await asyncio.gather(delivery, return_exceptions=True)
    await database.close()
    queued = sorted(planned[1:])
    print(f"  {name}")
    print(
        f"    planned and queued: median {statistics.median(queued) * 1000:.0f} ms, "
        f"{queued[0] * 1000:.0f} to {queued[-1] * 1000:.0f} ms in {ROUNDS} rounds; "
        f"all sent after {statistics.median(spans[1:]):.1f} s"
    )
    figures = [(statistics.median(each), statistics.quantiles(each, n=100)[98]) for each in (alone, beside)]
    for label, pages, (median, p99) in zip(
        ("a page, nothing else", "a page, beside it"), (alone, beside), figures, strict=True
    ):
        print(
            f"    {label:22} p50 {median * 1000:6.1f} ms    p99 {p99 * 1000:6.1f} ms    ({len(pages)} pages)"
        )
    (calm_p50, calm_p99), (busy_p50, busy_p99) = figures
    print(f"    ratio                  p50 {busy_p50 / calm_p50:6.2f}       p99 {busy_p99 / calm_p99:6.2f}")


async def _pages(
    app: App, platform: _Platform, number: int, database: Database, *, until_sent: bool
) -> tuple[int, list[float]]:
    """Pages one after the other; ``until_sent``, only as long as messages of the round wait."""
    took: list[float] = []
    while len(took) < PAGES and (not until_sent or await _waiting(database)):
        number += 1
        took.append(await _one(app, platform, number))
    return number, took


async def main() -> None:
    """Print the figures."""
    key = Keys.make()
    print(
        f"{HELPERS} helpers asked at once, one process, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    with tempfile.TemporaryDirectory(prefix="handrail-bench-") as folder:
        flush = await asyncio.to_thread(flush_to_disk, Path(folder))
        print(f"  a bare 4 KB flush to the same disk: {flush * 1000:.2f} ms (median)")
        if "sqlite" in ON:
            url = f"sqlite:///{Path(folder) / 'bench.sqlite'}"
            await prepare(url, Keys([key]))
            await _measure("SQLite", url, key)
    if "postgresql" in ON:
        async with postgresql() as server:
            await _measure("PostgreSQL", await fresh(server, Keys([key])), key)
