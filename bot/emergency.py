"""When the database cannot be written: the one place that sends without an outbox row.

What raises a concern is sealed and appended to a file, every adult of the team but whom the words name is
told once, by chat and beside it, and whoever raised it is sent to an adult in person. What may have arrived
is looked for before it is sent again, marked. Once the database is back, what the file holds is taken like
any event: it opens its case, with its pages and its ladder.

The roster is what was last seen of it, a minute old at most while all is well.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from itertools import chain, repeat
from pathlib import Path
from uuid import uuid4
from zlib import crc32

import structlog

from adapters.base import Adapter, Address, Ambiguous, Outgoing
from adapters.fallback import Fallback, channel_of
from bot.delivery import LOOK_TIMEOUT, marked
from handlers import emergency, eventjson, reach
from handlers.chat import Card, Effect, Event, Reply, User
from handlers.emergency import Call
from handlers.languages import Say
from handlers.red_flags import Concern
from storage import teams
from storage.db import Database, DatabaseUnavailable
from storage.local_words import LocalWords
from storage.people import Person
from storage.sealed import Keys, WrongKey
from storage.teams import Team, Way
from storage.words import Platform

log = structlog.get_logger(__name__)

ANSWER = 1.0
"""Seconds that the writer's answer waits for the first adult to be told."""
SEND = 8.0
SHARED = "shared"
"""Instead of a workspace, for addresses that the environment names."""
AGAIN = (5.0, 30.0, 120.0, 600.0)
"""Seconds before each further try to tell an adult whom the one before did not reach; then the last of them
again, as long as the database has not taken what was kept: only then a ladder goes on in its place."""

Pause = Callable[[float], Awaitable[None]]
Receive = Callable[[Event], Awaitable[Sequence[Effect]]]


class Emergency:
    """Keeps and tells what the database cannot take. Satisfies :class:`handlers.intake.Emergency`."""

    def __init__(
        self,
        adapters: Collection[Adapter],
        spool: Path,
        keys: Keys,
        *,
        clock: Callable[[], datetime],
        pause: Pause = asyncio.sleep,
        shared: Sequence[str] = (),
    ) -> None:
        self._adapters: Mapping[str, Adapter] = {adapter.platform: adapter for adapter in adapters}
        self._fallback = Fallback(self._url)
        self._spool = spool
        self._keys = keys
        self._clock = clock
        self._pause = pause
        self._shared = tuple(
            Way(Platform.FALLBACK, SHARED, f"shared-{number}", channel_of(url), url)
            for number, url in enumerate(shared)
        )
        # By (workspace, user): when an address beside chat was used, and of which event.
        self._used: dict[tuple[str, str], list[tuple[datetime, str]]] = {}
        # By (event, workspace, user): what was handed over and may have arrived.
        self._unsure: set[tuple[str, str, str]] = set()
        self._teams: Mapping[tuple[str, str], Team] = {}
        # Of each event that adults were told of: whether somebody was, when its writer was answered.
        self._told: dict[str, bool] = {}
        self._unwritten: list[bytes] = []
        self._calling: set[asyncio.Task[None]] = set()
        self._left_behind = True

    async def refresh(self, database: Database) -> None:
        """Look at every team anew. Raises :class:`~storage.db.DatabaseUnavailable`."""
        async with database.read() as tx:
            self._teams = await teams.all_teams(tx)

    @property
    def waiting(self) -> bool:
        """Whether something is kept that the database has not taken yet."""
        return bool(self._unwritten) or self._left_behind or self._spool.exists()

    # --- while the database is away ------------------------------------------------------------

    def person(self, user: User) -> Person | None:
        """Somebody as they stood on the roster when it was last seen."""
        team = self._teams.get((user.platform, user.workspace))
        return team.accounts.get((user.platform, user.workspace, user.id)) if team else None

    def local_words(self, user: User) -> Sequence[LocalWords]:
        """What somebody's programme looked for itself when it was last seen."""
        team = self._teams.get((user.platform, user.workspace))
        return team.local_words if team else ()

    async def take(self, event: Event, concern: Concern) -> Sequence[Effect] | None:
        """Keep an event and tell the adults; the answer to its writer. ``None`` where no team is known."""
        team = self._teams.get((event.user.platform, event.user.workspace))
        if team is None:
            return None
        await self._keep(event)
        calls = emergency.calls(team, event, concern)
        kept_away = emergency.left_out(team, event, concern)
        key = event.dedupe_key
        if key not in self._told:
            self._told[key] = bool(calls)
            if not kept_away:  # whom it may be about may read a shared mailbox
                calls += emergency.shared(team, self._shared_within_cap(key))
            self._told[key] = await self._tell(calls, key)
        log.error("database_away", kept=True, adults=len(calls))
        return [Reply(emergency.answer(team, event, kept_away, anybody=self._told[key], now=self._clock()))]

    async def _keep(self, event: Event) -> None:
        record = self._keys.seal(eventjson.dump(event))
        try:
            await asyncio.to_thread(_append, self._spool, record)
        except OSError:
            # A full disk may be why the database is away: then the process's memory has to do.
            self._unwritten.append(record)
            log.error("spool_not_written", exc_info=True)

    async def _tell(self, calls: Sequence[Call], key: str) -> bool:
        """Begin to tell everybody; whether somebody was told, or may still be by what is on its way."""
        if not calls:
            return False
        first = {asyncio.create_task(self._try(call, key)): call for call in calls}
        for trying, call in first.items():
            task = asyncio.create_task(self._reach(call, key, trying))
            self._calling.add(task)
            task.add_done_callback(self._calling.discard)
        done, on_its_way = await asyncio.wait(first, timeout=ANSWER)
        return bool(on_its_way) or any(trying.result() for trying in done)

    async def _reach(self, call: Call, key: str, first: asyncio.Task[bool]) -> None:
        """Tell one adult; try again until a try works, or a ladder tells them."""
        reached = await first
        for number, pause in enumerate(chain(AGAIN, repeat(AGAIN[-1]))):
            if reached or (number >= len(AGAIN) and not self.waiting):
                return
            await self._pause(pause)
            reached = await self._try(call, key)

    async def _try(self, call: Call, key: str) -> bool:
        """Tell one adult by every way at once; whether one of them worked."""
        chat = [self._send(way, call.card, key) for way in call.chat]
        beside = [self._send(way, call.elsewhere, key) for way in call.fallback]
        return any(await asyncio.gather(*chat, *beside))

    async def _send(self, way: Way, card: Card, key: str) -> bool:
        beside = way.platform is Platform.FALLBACK
        adapter = self._fallback if beside else self._adapters.get(way.platform)
        if adapter is None or not self._within_cap(way, key):
            return False
        if beside:
            self._used[way.workspace, way.user].append((self._clock(), key))
        this = (key, way.workspace, way.user)
        try:
            async with asyncio.timeout(SEND):
                await _hand_over(adapter, way, card, key, again=this in self._unsure)
        except Exception as error:  # noqa: BLE001 - whatever fails, the other ways and adults go on
            if isinstance(error, Ambiguous | TimeoutError):
                self._unsure.add(this)
            log.warning("emergency_not_sent", platform=way.platform.value, kind=type(error).__name__)
            return False
        return True

    def _within_cap(self, way: Way, key: str) -> bool:
        """Whether an address may be used now: SMS and calls have their number an hour here too."""
        now, before = self._clock(), self._used.get((way.workspace, way.user), [])
        recent = [(at, event) for at, event in before if now - at < reach.LAST_HOUR]
        self._used[way.workspace, way.user] = recent
        of_this = sum(event == key for _, event in recent)
        return reach.within_cap(way.channel, reach.Sent(len(recent), of_this))

    def _shared_within_cap(self, key: str) -> list[Way]:
        return [way for way in self._shared if self._within_cap(way, key)]

    async def _url(self, workspace: str, user: str) -> str | None:
        theirs = (way for team in self._teams.values() for each in team.ways.values() for way in each)
        ways = (*self._shared, *theirs)
        return next((way.url for way in ways if (way.workspace, way.user) == (workspace, user)), None)

    async def tell_everybody(self, card: Callable[[Say], Card], *, key: str) -> None:
        """Tell all adults of every team something that names nobody and no case, beside the outbox."""
        teams = {team.programme.id: team for team in self._teams.values()}
        for team in teams.values():
            await self._tell(emergency.to_all(team, card), key)
        for team in list(teams.values())[:1]:  # the deployment's own addresses, so once
            await self._tell(emergency.shared(team, self._shared_within_cap(key), card), key)

    # --- once it is back -----------------------------------------------------------------------

    async def replay(self, database: Database, receive: Receive) -> int:
        """Let the bot take what was kept, if the database can be written again. Returns how many.

        Taking something twice changes nothing, so a crash in between loses nothing either.
        """
        if not self.waiting:
            return 0
        try:
            await database.check_writable()
            await self.refresh(database)
        except DatabaseUnavailable:
            return 0
        files = await asyncio.to_thread(_claim, self._spool, self._left_behind)
        self._left_behind = False
        kept, self._unwritten = self._unwritten, []
        records = [*await asyncio.to_thread(_read, files), *kept]
        # What cannot be saved this time either is appended again, to a new file.
        useless = [record for record in records if not await self._take_again(record, receive)]
        if useless:  # looked at again when the bot starts, perhaps with another key or database
            await asyncio.to_thread(_append, _beside(self._spool), b"\n".join(useless))
        await asyncio.to_thread(_forget, files)
        if records:
            log.warning("spool_replayed", events=len(records) - len(useless))
        return len(records) - len(useless)

    async def _take_again(self, record: bytes, receive: Receive) -> bool:
        """Whether it could be taken: not if no key opens it, or its team is in another database."""
        try:
            event = eventjson.load(self._keys.open(record))
        except (WrongKey, ValueError, KeyError, TypeError):
            log.error("spooled_event_unreadable")
            return False
        if (event.user.platform, event.user.workspace) not in self._teams:
            log.error("spooled_event_of_no_team")
            return False
        self._told[event.dedupe_key] = True
        await receive(event)
        return True

    async def close(self) -> None:
        """Stop trying to tell adults."""
        for task in self._calling:
            task.cancel()
        await asyncio.gather(*self._calling, return_exceptions=True)


async def _hand_over(adapter: Adapter, way: Way, card: Card, key: str, *, again: bool) -> None:
    """Send to one address. ``again``: an earlier try may have arrived, so it is looked for first."""
    # A number below zero: no outbox row has it, and the same event is not sent twice by a platform.
    number = -crc32(f"{key}:{way.workspace}:{way.user}".encode())
    to = Address(way.platform, way.workspace, way.user)
    if again and await _stands_there(adapter, to, number):
        return
    await adapter.send(Outgoing(number, to, marked(card) if again else card))


async def _stands_there(adapter: Adapter, to: Address, number: int) -> bool:
    try:
        async with asyncio.timeout(LOOK_TIMEOUT):
            return await adapter.find(to, number) is not None
    except Exception:  # noqa: BLE001 - where looking does not answer, it is sent again
        return False


def _append(spool: Path, record: bytes) -> None:
    while True:
        with os.fdopen(os.open(spool, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
            # On a line of its own, even if a full disk cut the one before short.
            file.write(b"\n" + record + b"\n")
            file.flush()
            os.fsync(file.fileno())
            mine = os.fstat(file.fileno()).st_ino
        if spool.exists() and spool.stat().st_ino == mine:
            return  # else another process took the file away meanwhile, perhaps after reading it


def _beside(spool: Path) -> Path:
    return spool.with_name(f"{spool.name}.{uuid4().hex[:8]}")


def _claim(spool: Path, left_behind: bool) -> list[Path]:
    """Take the file away, so that no other process takes it too; and what a process that died had taken."""
    files = sorted(spool.parent.glob(f"{spool.name}.*")) if left_behind else []
    own = _beside(spool)
    try:
        spool.rename(own)
    except FileNotFoundError:
        return files
    return [*files, own]


def _read(files: Sequence[Path]) -> list[bytes]:
    return [record for file in files if file.exists() for record in file.read_bytes().split()]


def _forget(files: Sequence[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)
