"""500 helpers are asked at once: how long planning and queueing takes, and whether a page waits behind it.

A round is planned and queued by the very call that the clock's tick makes. Then pages go, one after the
other, while its messages are being sent, and as many while nothing else is; both in turns, so that the
machine's noise falls on both. A page is timed from the event received to the page handed to the platform.
The platform answers each helper's message after 50 ms, as one over the net would. Then the same beside
5,000 prompts that the platform refuses with 429, each of them, and beside charts that are drawn on and on.

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

from adapters.base import Outgoing, RateLimited, Sent
from benchmarks._programme import add_programme, numbered
from benchmarks._servers import fresh, postgresql, prepare
from benchmarks.page import _one, _Platform, flush_to_disk
from bot.app import App, assemble
from bot.clock import MovableClock
from handlers.due import keep_house, run_due
from handlers.supervision_chart import Bars, Stack, draw
from storage.db import Database
from storage.models import OutboxRow
from storage.sealed import Keys
from storage.words import Lane, OutboxState

HELPERS = 500
ROUNDS = 4
PAGES = 75
"""At least so many pages beside each round, and as many without it."""
ANSWER = 0.05
REFUSED_ROUNDS = 10
REFUSED_FOR = 30.0
"""Seconds that a refusing platform asks to wait."""
ON = os.environ.get("PROMPTS_ON", "sqlite,postgresql").split(",")
MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


class _Answering(_Platform):
    """Hands over at once, and answers a helper's message after a while (a page's is not what is timed)."""

    refusing = False

    async def send(self, message: Outgoing) -> Sent:
        if self.refusing and message.to.user != "coordinator":
            await asyncio.sleep(ANSWER)
            raise RateLimited(REFUSED_FOR)
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
    number, refused = await _beside_refused(app, platform, number, database, clock)
    _, drawn = await _beside_charts(app, platform, number, database)
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
    calm = _figures(alone)
    for label, pages in (
        ("nothing else", alone),
        (f"{HELPERS} prompts", beside),
        (f"{HELPERS * REFUSED_ROUNDS:,} prompts, refused", refused),
        ("charts being drawn", drawn),
    ):
        p50, p99 = _figures(pages)
        print(
            f"    a page beside {label:24}"
            f" p50 {p50:6.1f} ms ({p50 - calm[0]:+.1f}, ratio {p50 / calm[0]:.2f})"
            f"    p99 {p99:6.1f} ms ({p99 - calm[1]:+.1f}, ratio {p99 / calm[1]:.2f})    {len(pages)} pages"
        )


def _figures(pages: list[float]) -> tuple[float, float]:
    """The median and the 99th percentile, in milliseconds."""
    return statistics.median(pages) * 1000, statistics.quantiles(pages, n=100)[98] * 1000


async def _beside_refused(
    app: App, platform: _Answering, number: int, database: Database, clock: MovableClock
) -> tuple[int, list[float]]:
    """Pages while thousands of prompts wait and the platform refuses each one that is tried."""
    platform.refusing = True
    for round_ in range(REFUSED_ROUNDS):
        clock.set(MONDAY + timedelta(hours=2, minutes=10 * round_))
        await _ask(database, clock.now())
    app.delivery.wake()
    took: list[float] = []
    for _ in range(ROUNDS):
        number, some = await _pages(app, platform, number, database, until_sent=True)
        took += some
    return number, took


async def _beside_charts(
    app: App, platform: _Answering, number: int, database: Database
) -> tuple[int, list[float]]:
    """Pages while a digest's charts are drawn, one after the other."""
    weeks = tuple(f"{week}" for week in range(1, 9))
    panels = [
        Stack("Wellbeing", weeks, (("fine", (9, 8, 9, 7, 9, 8, 9, 9)), ("low", (1, 2, 1, 3, 1, 2, 1, 1)))),
        Bars("Check-ins", tuple((f"Service {row}", 10.0 - row, f"{10 - row}") for row in range(8))),
    ]
    await draw(panels)

    async def on_and_on() -> None:
        while True:
            await draw(panels)

    drawing = asyncio.create_task(on_and_on())
    number, took = await _pages(app, platform, number, database, until_sent=False)
    drawing.cancel()
    await asyncio.gather(drawing, return_exceptions=True)
    return number, took


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
