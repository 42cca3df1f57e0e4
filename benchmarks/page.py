"""From an event received to its page handed to the adapter; start-up time and memory of the sandbox.

A page needs one commit that reaches the disk before it is handed over. The same folder's bare flush to disk
is printed beside it, as a measure of the machine and its noise.
"""

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import psutil

from adapters.base import Address, Outgoing, Sent
from benchmarks._programme import add_programme, numbered
from bot.app import App, assemble
from bot.clock import SystemClock
from handlers.chat import Card, CommandUsed, Place, PlaceKind, User
from storage import schema
from storage.db import Database
from storage.sealed import Keys

EVENTS = 1_000
HELPERS = 100
"""Each event is another helper's, with other words: one who writes on and on would join one case."""
TEXT = "he told me he is going to kill himself tonight, then he laughed it off"


class _Platform:
    """Notes when the coordinator's page is handed over."""

    platform = "web"
    workspaces = frozenset({"bench"})

    def __init__(self) -> None:
        self.handed_over = asyncio.Event()
        self.at = 0.0

    async def send(self, message: Outgoing) -> Sent:
        if message.to.user == "coordinator":
            self.at = time.perf_counter()
            self.handed_over.set()
        return Sent(str(message.id))

    async def update(self, to: Address, reference: str, card: Card) -> None:
        """Not timed."""

    async def delete(self, to: Address, reference: str) -> None:
        """Not timed."""

    async def find(self, to: Address, outbox_id: int) -> Sent | None:
        return None


async def _one(app: App, platform: _Platform, number: int) -> float:
    """Seconds from the event received to its page handed over."""
    platform.handed_over.clear()
    helper = f"helper-{number % HELPERS}"
    event = CommandUsed(
        dedupe_key=str(number),
        user=User("web", "bench", helper),
        place=Place(PlaceKind.DIRECT, helper),
        at=datetime.now(UTC),
        name="urgent",
        text=f"{TEXT} ({number})",
    )
    began = time.perf_counter()
    await app.intake.receive(event)
    await platform.handed_over.wait()
    return platform.at - began


def flush_to_disk(folder: Path) -> float:
    """Median seconds to bring 4 KB to this folder's disk."""
    took = []
    with (folder / "flush").open("wb") as file:
        for _ in range(200):
            began = time.perf_counter()
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - began)
    return statistics.median(took)


async def _latency(folder: Path) -> None:
    database = Database(f"sqlite:///{folder / 'bench.sqlite'}", Keys([Keys.make()]))
    await schema.migrate(database)
    await database.check_keys()
    await add_programme(database, numbered(HELPERS))
    platform = _Platform()
    app = assemble(database, SystemClock(), [platform])
    async with app.running():
        for number in range(20):
            await _one(app, platform, -number - 1)
        took = []
        for number in range(EVENTS):
            # The helper's and the coordinator's other messages go out between two events, as in life.
            await app.delivery.drain()
            took.append(await _one(app, platform, number))
    await database.close()
    flush = await asyncio.to_thread(flush_to_disk, folder)
    cuts = statistics.quantiles(took, n=100)
    median, p99 = statistics.median(took), cuts[98]
    halves = [statistics.median(took[: EVENTS // 2]), statistics.median(took[EVENTS // 2 :])]
    print(f"event received to page handed over, {EVENTS} events, SQLite, one process")
    print(f"  median {median * 1000:6.1f} ms    p99 {p99 * 1000:6.1f} ms    most {max(took) * 1000:6.1f} ms")
    first, second = (half * 1000 for half in halves)
    print(
        f"  medians of the two halves: {first:.1f} and {second:.1f} ms (noise, and growth if there were any)"
    )
    print(f"  a bare 4 KB flush to the same disk: {flush * 1000:.2f} ms (median); ratio {median / flush:.0f}")


def _sandbox() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "bot", "demo", "--port", str(port)]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        while True:
            with suppress(urllib.error.URLError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1)
                break
            if process.poll() is not None:
                raise RuntimeError("the sandbox did not start")
            time.sleep(0.01)
        ready = time.perf_counter() - began
        memory = psutil.Process(process.pid).memory_info()
        peak = getattr(memory, "peak_wset", None) or _peak(process.pid) or memory.rss
    finally:
        process.terminate()
        process.wait()
    print("the sandbox, from the command to /readyz, seeded")
    print(f"  ready in {ready:.2f} s    peak memory {peak / 2**20:.0f} MB")


def _peak(pid: int) -> int | None:
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return None
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


async def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory(prefix="handrail-bench-") as folder:
        await _latency(Path(folder))
    await asyncio.to_thread(_sandbox)
