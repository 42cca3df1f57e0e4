"""A school on the suite's own Slack, which lives in this process, and bots that are killed around it.

Slack is the witness: it outlives every bot, brings again what was not taken, and counts what arrived.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import httpx
from sqlalchemy import func, select, update

from adapters.slack.manifest import manifest
from adapters.slack.sender import EVENT
from handlers.registry import load
from storage import people, programmes
from storage.db import Database
from storage.models import CaseRow, OutboxRow, ProgrammeRow
from storage.sending import LEASE
from storage.words import Deed, Lane, OutboxState, Platform, Role
from tests.slack import InstalledApp, SlackServer
from tests.slack.deliver import Http, What
from tests.slack.faults import Fault, Faults, How
from tests.slack.workspace import Message

ROOT = Path(__file__).parents[2]
AWAY = LEASE.total_seconds() + 1
"""Seconds for which a killed bot is taken to have been away: its claims are over when the next one starts."""
DISCLOSURE = "i want to kill myself tonight"
UNHARMED = 2
"""Bots that nobody kills, at the beginning: what they need is what the others may need."""
TWICE = "Possibly sent twice"
COORDINATOR, BACKUP = "U0RIVERA", "U0OKAFOR"
_LATE = {"again": 90_000, "backup": 95_000, "everyone": 99_000}
NEVER = {"immediate": _LATE, "soon": _LATE}
"""Minutes: ladders stand still, so that each red flag is one page and every other one is a repeat."""


class Moods(Faults):
    """A platform with bad moments, by chance: connections break before and after, limits, looks that fail."""

    def __init__(self, chance: Random) -> None:
        super().__init__()
        self.bad = True
        self.met: Counter[str] = Counter()
        self.page_comes = asyncio.Event()
        """Set when a message reaches Slack, before it is answered."""
        self._chance = chance

    def take(self, method: str, places: set[str]) -> Fault | None:
        dice = self._chance.random()
        found = None
        if method == "chat.postMessage" and COORDINATOR in places:
            self.page_comes.set()
        if self.bad and method == "chat.postMessage" and dice < 0.12:
            how = How.DROP_AFTER if dice < 0.06 else How.DROP if dice < 0.09 else How.LIMITED
            found = Fault(how=how, after=1)
        elif self.bad and method == "conversations.history" and dice < 0.3:
            found = Fault(how=How.DROP)
        if found is not None:
            self.met[f"{method}: {found.how.value}"] += 1
        return found or super().take(method, places)


class AnyDoor(Http):
    """Signed HTTP to any of several bots, as a host's router does it."""

    def __init__(self, secret: str, chance: Random) -> None:
        self.ports: list[int] = []
        self._chance = chance
        super().__init__(httpx.AsyncClient(timeout=30), "", secret)

    @property
    def address(self) -> str:
        port = self._chance.choice(self.ports) if self.ports else 1
        return f"http://127.0.0.1:{port}/slack/events"

    @address.setter
    def address(self, _given: str) -> None:
        """Every bot has its own."""


@dataclass(frozen=True)
class Verdict:
    """What came of it. ``lost`` and ``unmarked`` have to be empty."""

    tried: int
    lost: Sequence[str]
    cases_twice: Sequence[str]
    repeated: int
    unmarked: Sequence[int]

    @property
    def good(self) -> bool:
        """Whether nothing was lost, and nothing doubled without a word."""
        return not (self.lost or self.cases_twice or self.unmarked)


@dataclass(frozen=True)
class Bot:
    """A bot's process, which the nursery starts and ends."""

    pid: int
    port: int
    nursery: Nursery

    async def kill(self) -> None:
        """End it this instant; returns once it is gone."""
        await self.nursery.order(do="kill", pid=self.pid)

    async def is_alive(self) -> bool:
        """Whether the process is there still."""
        return bool(await self.nursery.order(do="alive", pid=self.pid))


class Nursery:
    """Whoever starts and ends bots; may serve several schools."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._ordering = asyncio.Lock()

    async def order(self, **what: object) -> int:
        """Give an order and wait for the answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        async with self._ordering:
            self._process.stdin.write(json.dumps(what).encode() + b"\n")
            return int(await self._process.stdout.readline())


@dataclass
class School:
    """The programme, its Slack, and whoever starts its bots."""

    slack: SlackServer
    database: Database
    moods: Moods
    door: AnyDoor
    folder: Path
    environment: Mapping[str, str]
    nursery: Nursery
    flags: list[str] = field(default_factory=list)

    # --- bots ----------------------------------------------------------------------------------

    async def start(self, *, ahead: float = 0.0, only: str = "", port: int = 0, **more: str) -> Bot:
        """Start a bot; returns once it listens."""
        port = port or free_port()
        pid = await self.nursery.order(
            do="start",
            folder=str(self.folder),
            log=str(self.folder / "bot.log"),
            environment={**self.environment, "PORT": str(port), **more},
            ahead=ahead,
            only=only,
        )
        bot = Bot(pid, port, self.nursery)
        async with asyncio.timeout(60):
            while only != "worker" and not _listens(port):
                assert await bot.is_alive(), (self.folder / "bot.log").read_text()[-3000:]
                await asyncio.sleep(0.01)
        return bot

    # --- people --------------------------------------------------------------------------------

    async def raise_flag(self, *, by_command: bool = False) -> str:
        """The next helper writes something hard, or types ``/urgent``. Returns who it was.

        What was written is brought again later; a command that failed is typed again, as people do.
        """
        helper = f"U{len(self.flags):06}"
        self.flags.append(helper)
        await self.insist(helper, by_command=by_command)
        return helper

    async def insist(self, helper: str, *, by_command: bool) -> None:
        """Write once, or type a command until it is taken."""
        person = self.slack.user(helper)
        if not by_command:
            await person.write(DISCLOSURE)
            return
        while not (await person.command("/urgent", DISCLOSURE)).taken:
            await asyncio.sleep(0.1)

    async def bring_again(self) -> None:
        """Slack brings what was not taken; what tells the app of its own messages is let go."""
        self.slack.deliverer.waiting = [
            each
            for each in self.slack.deliverer.waiting
            if each.what is What.EVENT and each.payload["event"].get("user") in self.flags
        ]
        await self.slack.deliverer.again()

    async def settled(self, seconds: float = 60) -> None:
        """Wait until Slack has brought everything, or the bots have read it, and no page waits any more."""
        async with asyncio.timeout(seconds):
            while True:
                await self.bring_again()
                heard = {page[0] for page in await self.pages()}
                if heard.issuperset(self.flags) and not await self._queued():
                    return
                await asyncio.sleep(0.05)

    async def _queued(self) -> int:
        async with self.database.read() as tx:
            waiting = OutboxRow.state == OutboxState.QUEUED, OutboxRow.lane == Lane.PAGES
            return await tx.scalar(select(func.count()).where(*waiting)) or 0

    # --- what came of it -----------------------------------------------------------------------

    def arrived(self) -> dict[int, list[Message]]:
        """What stands on Slack from the bots, by outbox id; the oldest first."""
        found: dict[int, list[Message]] = {}
        for place in self.slack.workspace.conversations.values():
            for message in sorted(place.messages.values(), key=lambda each: each.ts):
                if message.metadata and message.metadata["event_type"] == EVENT:
                    found.setdefault(message.metadata["event_payload"]["outbox"], []).append(message)
        return found

    async def pages(self) -> list[tuple[str, int, int, OutboxState, bool]]:
        """Of each page to the coordinator: flag, case and outbox ids, state, and whether it was claimed."""
        claimed = OutboxRow.claim.is_not(None)
        async with self.database.read() as tx:
            rows = await tx.execute(
                select(CaseRow.writer_user, CaseRow.id, OutboxRow.id, OutboxRow.state, claimed)
                .outerjoin(
                    OutboxRow,
                    (OutboxRow.case_id == CaseRow.id)
                    & OutboxRow.page.is_(True)
                    & (OutboxRow.deed == Deed.SEND)
                    & (OutboxRow.user == COORDINATOR),
                )
                .order_by(CaseRow.id)
            )
            return [tuple(row) for row in rows]

    async def how_far(self, flag: str) -> str:
        """How far a flag has come on the path, as a kill left it."""
        rows = [row for row in await self.pages() if row[0] == flag]
        if not rows:
            return "received"
        _, _, number, state, claimed = rows[0]
        if state is OutboxState.SENT:
            return "recorded"
        if number in self.arrived():
            return "sent"
        return "claimed" if claimed else "committed"

    async def verdict(self) -> Verdict:
        """Compare what was raised with what stands on Slack."""
        arrived, pages = self.arrived(), await self.pages()
        reached = {
            flag for flag, _, number, state, _ in pages if state is OutboxState.SENT and number in arrived
        }
        cases = Counter({flag: len({row[1] for row in pages if row[0] == flag}) for flag in self.flags})
        twice = {number: copies for number, copies in arrived.items() if len(copies) > 1}
        return Verdict(
            tried=len(self.flags),
            lost=[flag for flag in self.flags if flag not in reached],
            cases_twice=[flag for flag, number in cases.items() if number > 1],
            repeated=len(twice),
            unmarked=[
                number for number, copies in twice.items() if sum(not _marked(each) for each in copies) > 1
            ],
        )


def _marked(message: Message) -> bool:
    return TWICE in message.text + json.dumps(message.blocks, ensure_ascii=False)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as tried:
        tried.settimeout(0.2)
        return tried.connect_ex(("127.0.0.1", port)) == 0


async def until(happened: Callable[[], bool] | Callable[[], Awaitable[bool]], seconds: float = 60) -> None:
    """Wait for something that a process has to do; real time passes."""
    async with asyncio.timeout(seconds):
        while True:
            found = happened()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0.01)


async def _programme(database: Database, team: str, helpers: int) -> None:
    now = datetime.now(UTC)
    async with database.write() as tx:
        programme = await programmes.add(
            tx,
            name="Harbor School",
            time_zone="America/New_York",
            locale="en",
            room="Room 114",
            phone="555-0114",
            emergency_number="911",
            crisis_line="988",
            services=("listening",),
            now=now,
        )
        await tx.execute(update(ProgrammeRow).values(ladder_minutes=NEVER))
        connection = await programmes.connect(tx, programme.id, Platform.SLACK, team)
        cast = [(COORDINATOR, "Ms. Rivera", Role.COORDINATOR), (BACKUP, "Mr. Okafor", Role.BACKUP)]
        cast += [(f"U{number:06}", f"Helper {number}", Role.HELPER) for number in range(helpers)]
        for user, name, role in cast:
            person = await people.add(tx, programme_id=programme.id, name=name, roles=[role])
            await people.add_account(tx, person, connection.id, user)


@asynccontextmanager
async def nursery() -> AsyncIterator[Nursery]:
    """A process that starts bots, while inside."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("HANDRAIL_", "DATABASE_", "SLACK_", "DISCORD_"))
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.chaos.nursery",
        cwd=ROOT,
        env=clean,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert await process.stdout.readline() == b"ready\n", "the bots' nursery did not start"
        yield Nursery(process)
    finally:
        process.stdin.close()
        await process.wait()


@asynccontextmanager
async def school(
    database: Database,
    url: str,
    keys: str,
    folder: Path,
    bots: Nursery,
    *,
    seed: int,
    helpers: int,
) -> AsyncIterator[School]:
    """A school on a database that is up to date and empty; no bot runs yet."""
    chance = Random(seed)  # noqa: S311 - chance that can be repeated, not a secret
    app = InstalledApp.from_manifest(manifest(load(), public_url="https://handrail.example"))
    slack = SlackServer(app)
    slack.faults = moods = Moods(chance)
    for user, name in ((COORDINATOR, "Ms. Rivera"), (BACKUP, "Mr. Okafor")):
        slack.add_user(user, name)
    for number in range(helpers):
        slack.add_user(f"U{number:06}", f"Helper {number}")
    await _programme(database, slack.workspace.team, helpers)
    async with slack:
        slack.deliverer.patience = 10.0  # of a busy computer; a killed bot hangs up at once
        slack.deliverer.transport = door = AnyDoor(app.signing_secret, chance)
        environment = {
            "DATABASE_URL": url,
            "HANDRAIL_KEYS": keys,
            "SLACK_BOT_TOKEN": app.bot_token,
            "SLACK_SIGNING_SECRET": app.signing_secret,
            "SLACK_API_URL": slack.api_url,
        }
        yield School(slack, database, moods, door, folder, environment, bots)


async def killed_in_the_middle(there: School, kills: int, seed: int) -> Counter[str]:
    """Kill one bot after the other while it takes a red flag. Returns how far those flags had come.

    Kills are spread by chance over the time that a flag takes, which the first ones tell, for which no bot is
    killed; a third of them begins to count when Slack was told "received", a third when the page has reached
    Slack. At the end a last bot runs, until all has come to rest.
    """
    chance = Random(seed)  # noqa: S311
    fell: Counter[str] = Counter()
    span = 60.0
    for number in range(UNHARMED + kills):
        bot = await there.start(ahead=number * AWAY)
        there.door.ports = [bot.port]
        there.moods.page_comes.clear()
        loop = asyncio.get_running_loop()
        began = loop.time()
        again = asyncio.create_task(there.bring_again())
        flag = f"U{len(there.flags):06}"
        there.flags.append(flag)
        raising = asyncio.create_task(there.slack.user(flag).write(DISCLOSURE))
        if number < UNHARMED:
            await until(lambda: _is_recorded(there))
            span = min(span, loop.time() - began)
        else:
            at = chance.random()
            match chance.randrange(3):
                case 0:
                    await asyncio.sleep(at * span)
                case 1:
                    await asyncio.wait({raising}, timeout=5)
                    await asyncio.sleep(at * span / 8)
                case _:
                    await asyncio.wait({raising}, timeout=5)
                    there.moods.page_comes.clear()  # those of earlier flags have come by now
                    with suppress(TimeoutError):
                        async with asyncio.timeout(span):
                            await there.moods.page_comes.wait()
                    await asyncio.sleep(at * span / 40)
        await bot.kill()
        there.door.ports = []
        await asyncio.gather(again, raising)
        if number >= UNHARMED:
            fell[await there.how_far(flag)] += 1
    there.moods.bad = False
    last = await there.start(ahead=(UNHARMED + kills) * AWAY)
    there.door.ports = [last.port]
    await there.settled()
    await last.kill()
    return fell


async def _is_recorded(there: School) -> bool:
    return await there.how_far(there.flags[-1]) == "recorded"
