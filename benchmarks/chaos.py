"""Bots that are killed, again and again: how many red flags were raised, lost, doubled without a word.

Real processes on the suite's own Slack, which outlives them and has bad moments of its own: connections
that break before or after a message was taken, rate limits, looks into the history that fail. Smaller or
single runs: ``CHAOS_KILLS=40 CHAOS_FLAGS=200 CHAOS_RUNS=kills-sqlite,workers python dev.py bench chaos``.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from random import Random

from benchmarks._servers import PGBOUNCER, fresh, pooled, postgresql, prepare
from storage.db import Database
from storage.sealed import Keys
from tests.chaos.harness import UNHARMED, Nursery, School, Verdict, killed_in_the_middle, nursery, school

KILLS = int(os.environ.get("CHAOS_KILLS", "500"))
FLAGS = int(os.environ.get("CHAOS_FLAGS", "2000"))
RUNS = ("kills-sqlite", "kills-postgresql", "workers", "pooler")
WANTED = os.environ.get("CHAOS_RUNS", ",".join(RUNS)).split(",")
SEED = int(os.environ.get("CHAOS_SEED", "1"))
A_TIME = 20
"""Kills in one school; then another one begins on an empty database, with the next seed."""
WORKERS = 3
AT_ONCE = 6
KEY = Keys.make()


@asynccontextmanager
async def _school(
    bots: Nursery, url: str, seed: int, helpers: int, direct: str = ""
) -> AsyncIterator[School]:
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="handrail-chaos-"))
        database = Database(direct or url, Keys([KEY]))
        stack.push_async_callback(database.close)
        yield await stack.enter_async_context(
            school(database, url, KEY, Path(folder), bots, seed=seed, helpers=helpers)
        )


async def _kills(bots: Nursery, server: str, name: str) -> None:
    """One bot after the other, each killed while it takes a red flag."""
    fell: Counter[str] = Counter()
    met: Counter[str] = Counter()
    found: list[Verdict] = []
    began = time.perf_counter()
    for seed in range(SEED, SEED + -(-KILLS // A_TIME)):
        with tempfile.TemporaryDirectory(prefix="handrail-chaos-") as folder:
            if server:
                url = await fresh(server, Keys([KEY]))
            else:
                url = f"sqlite:///{folder}/chaos.sqlite"
                await prepare(url, Keys([KEY]))
            async with _school(bots, url, seed, UNHARMED + A_TIME) as there:
                fell += await killed_in_the_middle(there, A_TIME, seed)
                found.append(await there.verdict())
                met += there.moods.met
        _stop_at_a_loss(found[-1], f"{name}, seed {seed}")
        print(f"{name}: {sum(fell.values())} of {KILLS}", file=sys.stderr)
    print(f"{name}: {sum(fell.values())} kills in {time.perf_counter() - began:.0f} s")
    print("  they fell when the flag was " + ", ".join(f"{what}: {fell[what]}" for what in STAGES))
    _print(found, met)


STAGES = ("received", "committed", "claimed", "sent", "recorded")


async def _workers(bots: Nursery, url: str, name: str, direct: str = "") -> None:
    """Three bots on one database, each killed after some seconds and started again, under steady load."""
    chance = Random(SEED)  # noqa: S311 - chance that can be repeated
    began = time.perf_counter()
    kills = 0
    async with _school(bots, url, SEED, FLAGS, direct) as there:
        all_raised = asyncio.Event()

        async def one_after_the_other() -> None:
            nonlocal kills
            while True:
                bot = await there.start()
                there.door.ports.append(bot.port)
                try:
                    async with asyncio.timeout(chance.uniform(1, 8)):
                        await all_raised.wait()
                    return  # it may live: what waits is for it
                except TimeoutError:
                    await bot.kill()
                    kills += 1
                    there.door.ports.remove(bot.port)
                    await asyncio.sleep(chance.uniform(0, 2))

        async def raise_flags() -> None:
            while len(there.flags) < FLAGS:
                if broken := next((each for each in slots if each.done()), None):
                    await broken  # raises what ended it
                await there.raise_flag(by_command=chance.random() < 0.8)

        async def bring_again() -> None:
            while not all_raised.is_set():
                await there.bring_again()
                await asyncio.sleep(0.2)

        slots = [asyncio.create_task(one_after_the_other()) for _ in range(WORKERS)]
        again = asyncio.create_task(bring_again())
        await asyncio.gather(*(raise_flags() for _ in range(AT_ONCE)))
        raised = time.perf_counter() - began
        all_raised.set()
        await again
        await asyncio.gather(*slots)
        there.moods.bad = False
        await there.settled(300)
        found = await there.verdict()
        met = there.moods.met
    print(f"{name}: {FLAGS} red flags in {raised:.0f} s, {WORKERS} bots, {kills} kills")
    _print([found], met)
    _stop_at_a_loss(found, name)


def _print(found: list[Verdict], met: Counter[str]) -> None:
    tried, lost = sum(each.tried for each in found), sum(len(each.lost) for each in found)
    twice = sum(len(each.unmarked) + len(each.cases_twice) for each in found)
    print(f"  tried {tried}    lost {lost}    doubled unmarked {twice}    ", end="")
    print(f"repeated and marked {sum(each.repeated for each in found)}")
    print("  Slack's bad moments: " + "; ".join(f"{what} {times}" for what, times in sorted(met.items())))


def _stop_at_a_loss(found: Verdict, where: str) -> None:
    if not found.good:
        raise SystemExit(f"{where}: {found}")


async def main() -> None:
    """Print the figures."""
    async with nursery() as bots, postgresql() as server:
        if "kills-sqlite" in WANTED:
            await _kills(bots, "", "SQLite")
        if "kills-postgresql" in WANTED:
            await _kills(bots, server, "PostgreSQL")
        if "workers" in WANTED:
            await _workers(bots, await fresh(server, Keys([KEY])), "three bots on one PostgreSQL")
        if "pooler" in WANTED and PGBOUNCER is None:
            print("PgBouncer: not tried, it is not installed (apt-get install pgbouncer)")
        elif "pooler" in WANTED:
            direct = await fresh(server, Keys([KEY]))
            async with pooled(direct) as url:
                await _workers(bots, url, "the same behind PgBouncer, by transaction", direct)
