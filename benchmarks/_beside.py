"""Handrail beside a bare bot: the same loopback platform tells both of the same kind of event, in turns.

The platform is this process and keeps the time, from the event sent to the coordinator's message received.
Handrail is ``python -m bot run`` as anybody runs it, on a SQLite file; the bare bot is in `benchmarks._bare`.
Each is a process of its own. Rounds alternate, so that whatever else the machine does meets both.
"""

import asyncio
import json
import os
import socket
import sqlite3
import statistics
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from benchmarks._programme import add_programme
from benchmarks.page import flush_to_disk
from storage import schema
from storage.db import Database
from storage.sealed import Keys
from storage.words import Platform

EVENTS = 300
"""For each of the two."""
ROUND = 10
WARM_UP = 20
HELPERS = 60
"""Each event is another helper's, with other words: one who writes on and on would join one case."""
QUIET = 0.08
"""Seconds without a message after which an event is over: answers and records of it are done by then."""
TEXT = "he told me he is going to kill himself tonight, then he laughed it off"
_SLOW_LADDER = {"again": 600, "backup": 1200, "everyone": 1800}


@dataclass
class Arrivals:
    """Which messages reached the platform since the event, for whom and when."""

    seen: list[tuple[float, str]] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self, at: float, user: str) -> None:
        """A message for somebody came in at this moment."""
        self.seen.append((at, user))
        self._news.set()

    async def first(self, user: str) -> float:
        """When the first message for somebody came in."""
        while True:
            self._news.clear()
            for at, who in self.seen:
                if who == user:
                    return at
            await self._news.wait()

    async def over(self) -> None:
        """Wait until nothing has come in for a while."""
        try:
            while True:
                self._news.clear()
                async with asyncio.timeout(QUIET):
                    await self._news.wait()
        except TimeoutError:
            return


@dataclass
class Times:
    """Seconds from each event to the coordinator's message, and to the last word to its writer."""

    paged: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)


Write = Callable[[int, str], Awaitable[object]]
"""Let the helper of this number write this."""
Turn = Callable[[str], Awaitable[None]]
"""From now on events reach only the one of this name."""


async def take_turns(
    write: Write, turn: Turn, arrivals: Arrivals, *, coordinator: str, names: Sequence[str]
) -> dict[str, Times]:
    """Let each of the two take its events, a round at a time."""
    times = {name: Times() for name in names}
    numbers = count()
    for name in names:
        await turn(name)
        for _ in range(WARM_UP):
            await _one(write, arrivals, coordinator, next(numbers), Times())
    for _ in range(EVENTS // ROUND):
        for name in names:
            await turn(name)
            for _ in range(ROUND):
                await _one(write, arrivals, coordinator, next(numbers), times[name])
    return times


async def _one(write: Write, arrivals: Arrivals, coordinator: str, number: int, times: Times) -> None:
    arrivals.seen.clear()
    began = time.perf_counter()
    writing = asyncio.create_task(_write(write, number))
    async with asyncio.timeout(30):
        times.paged.append(await arrivals.first(coordinator) - began)
        await writing
    await arrivals.over()
    to_writer = [at - began for at, user in arrivals.seen if user != coordinator]
    if to_writer:
        times.answered.append(max(to_writer))


async def _write(write: Write, number: int) -> None:
    await write(number % HELPERS, f"{TEXT} ({number})")


async def report(what: str, measure: Callable[[Path], Awaitable[Mapping[str, Times]]]) -> None:
    """Measure, and print medians, 99th percentiles, the ratio, and how noisy the machine was."""
    with tempfile.TemporaryDirectory(prefix="handrail-bench-") as folder:
        times = await measure(Path(folder))
        flush = await asyncio.to_thread(flush_to_disk, Path(folder))
    print(what)
    ours, bare = times["handrail"], times["bare"]
    for name, found in times.items():
        _line(f"{name}: event sent to the coordinator's message received", found.paged)
    _line("handrail: event sent to the last answer to its writer received", ours.answered)
    ratio = statistics.median(ours.paged) / statistics.median(bare.paged)
    halves = [_ratio(ours.paged[part], bare.paged[part]) for part in (slice(0, None, 2), slice(1, None, 2))]
    print(f"  ratio of the medians {ratio:.1f} (every other event: {halves[0]:.1f} and {halves[1]:.1f})")
    spread = statistics.quantiles(bare.paged, n=10)
    print(
        f"  noise: eight of ten of the bare bot's events lie between {spread[0] * 1000:.1f} and"
        f" {spread[-1] * 1000:.1f} ms; a bare 4 KB flush to the same disk {flush * 1000:.2f} ms"
    )


def _ratio(ours: Sequence[float], bare: Sequence[float]) -> float:
    return statistics.median(ours) / statistics.median(bare)


def _line(what: str, took: Sequence[float]) -> None:
    median, p99 = statistics.median(took) * 1000, statistics.quantiles(took, n=100)[98] * 1000
    print(f"  {what}, {len(took)} events: median {median:.1f} ms    p99 {p99:.1f} ms")


# --- the two bots ------------------------------------------------------------------------------


async def seed(
    folder: Path, platform: Platform, workspace: str, coordinator: str, helpers: Sequence[str]
) -> dict[str, str]:
    """A database with a programme and its people; returns what the environment must say of it."""
    key, file = Keys.make(), folder / "handrail.sqlite"
    database = Database(f"sqlite:///{file}", Keys([key]))
    await schema.migrate(database)
    await add_programme(database, helpers, platform=platform, workspace=workspace, coordinator=coordinator)
    await database.close()
    _slow_down_ladder(file)
    return {"DATABASE_URL": f"sqlite:///{file}", "HANDRAIL_KEYS": key}


def _slow_down_ladder(file: Path) -> None:
    """Nobody answers here; pages of earlier events must not be sent again while later ones are timed."""
    minutes = json.dumps({"immediate": _SLOW_LADDER, "soon": _SLOW_LADDER})
    with sqlite3.connect(file) as database:
        database.execute("UPDATE programmes SET ladder_minutes = ?", (minutes,))
    database.close()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@asynccontextmanager
async def running(
    module: str, *arguments: str, environment: Mapping[str, str], ready: str = ""
) -> AsyncIterator[None]:
    """A Python module as a process while inside; ``ready`` is an address that answers once it is."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        env={**os.environ, "LOG_LEVEL": "WARNING", **environment},
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        while ready and not await asyncio.to_thread(_answers, ready):
            if process.returncode is not None:
                raise RuntimeError(f"{module} did not start")
            await asyncio.sleep(0.05)
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=2)
    except urllib.error.HTTPError as error:
        return error.code == 404  # a bare bot serves nothing else
    except OSError:
        return False
    return True
