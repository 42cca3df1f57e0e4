"""Delivery: claim, send, record. Two lanes, so that a page never waits behind anything else.

Every message is an outbox row that was committed with the facts it tells of. A process claims rows of
connections it has tokens for, hands each to its adapter, and finishes it with the same claim. How sending
failed decides what follows: wait, look and send again, set aside, or climb.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import structlog

from adapters.base import (
    Adapter,
    Address,
    Ambiguous,
    AuthFailed,
    Outgoing,
    RateLimited,
    Rejected,
    Sent,
    Unreachable,
)
from bot.metrics import Metrics
from handlers import cardjson, undelivered
from handlers.chat import Card, Text, TextStyle, VocabularyError
from handlers.languages import LANGUAGES, mark, say_in
from storage import cases, outbox, sending
from storage.db import Database, Tx, commit_only
from storage.sending import Claimed, PageAddress
from storage.words import Deed, Lane, OutboxState, Platform

log = structlog.get_logger(__name__)

SEND_TIMEOUT = 8.0
"""Seconds for one hand-over; with the look for a repeat it stays inside the lease of 15."""
LOOK_TIMEOUT = 2.0
LAST_WORDS = 2.0
"""Seconds that messages under way are given when the bot stops; a send cut off is looked for later."""
POLL = 1.0
"""Seconds after which rows that another process wrote are noticed."""
RETRY = timedelta(seconds=2)
RETRY_TOKEN = timedelta(seconds=30)
"""Until a message that is no page is tried again where the platform did not accept our token."""
RETRY_LOOK = timedelta(seconds=30)
"""Until a message that must not be seen any more is looked for again, where the last look told nothing."""
LOOK_PATIENCE, LOOKS = 10.0, 3
"""Seconds that a page waits for a look which the platform limits, and how often; else it is sent again."""
COPIES = 5
"""Copies of one message that are looked for at once when it is taken away; there is hardly ever a second."""
KEPT = timedelta(days=1)
"""How long such a message is worth sending still. A page does not wait: its ladder climbs and pages again."""
_TWICE = mark("Possibly sent twice.")
AT_ONCE = {Lane.PAGES: 200, Lane.REST: 8}
"""People that a lane sends to at once; prompts so few that pages find room in the pool of connections."""


_Queues = dict[tuple[int, str], list[Claimed]]


class _TakenBack(Exception):
    """Its reader was left out of the case while it waited for another try: it does not go any more."""


class Delivery:
    """Sends what is due. :meth:`run` does it until cancelled, :meth:`send_due` once."""

    def __init__(
        self,
        database: Database,
        adapters: Iterable[Adapter],
        clock: Callable[[], datetime],
        metrics: Metrics,
    ) -> None:
        self._database = database
        self._adapters: Mapping[str, Adapter] = {adapter.platform: adapter for adapter in adapters}
        self._clock = clock
        self._metrics = metrics
        self._awake = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()
        # What a task is sending, by (connection id, user). By lane: a page never waits behind a prompt.
        self._busy: dict[Lane, _Queues] = {lane: {} for lane in Lane}
        # Connections that something was sent to from here, by their id.
        self._served: dict[int, tuple[Platform, str]] = {}

    def wake(self) -> None:
        """Something may have been written: look for pages now; the rest is found at the next poll."""
        self._awake.set()

    async def run(self) -> None:
        """Send what is due, as it comes, until cancelled; what is on its way then may still arrive."""
        self._database.at_commit = self._claim_written
        try:
            async with asyncio.TaskGroup() as lanes:
                for lane in Lane:
                    lanes.create_task(self._run_lane(lane))
        finally:
            self._database.at_commit = commit_only
            if self._sending:
                _, late = await asyncio.wait(self._sending, timeout=LAST_WORDS)
                for task in late:
                    task.cancel()
                await asyncio.gather(*late, return_exceptions=True)

    async def _run_lane(self, lane: Lane) -> None:
        awake = self._awake if lane is Lane.PAGES else asyncio.Event()
        while True:
            awake.clear()
            try:
                if await self._start_due(lane):
                    continue
            except Exception:
                log.error("delivery_failed", lane=lane.value, exc_info=True)
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL):
                    await awake.wait()

    async def send_due(self, lane: Lane) -> int:
        """Claim and send one batch, to its end. Returns how many messages were claimed."""
        started = await self._start_due(lane)
        await asyncio.gather(*started)
        return len(started)

    async def drain(self) -> None:
        """Send until nothing is due in either lane and nothing is on its way."""
        while any([await self._start_due(lane) for lane in Lane]) or self._sending:
            await asyncio.gather(*self._sending)

    async def _claim_written(self, tx: Tx) -> Callable[[], None]:
        """A transaction is about to be committed: take the pages that it has written, to send them at once.

        So a page waits for one commit and not for two. It is claimed like any other: should this process die
        before it has sent it, another one takes it when the lease has run out. Whoever is being paged, and
        whoever this process has not written to yet, is found by :meth:`_run_lane` a moment later.
        """
        now, workspaces, busy = self._clock(), set(self.workspaces), self._busy[Lane.PAGES]
        paged = {to for to, queue in busy.items() if any(map(_is_page, queue))}
        mine = [
            (number, message)
            for number, message in outbox.written(tx)
            if message.lane is Lane.PAGES
            and message.deed is Deed.SEND
            and message.due_at <= now
            and self._served.get(message.connection_id) in workspaces
            and (message.connection_id, message.user) not in paged
        ]
        if not mine or len(busy) >= AT_ONCE[Lane.PAGES]:
            return await commit_only(tx)
        claimed = await sending.claim_written(tx, mine, self._served, claim=str(uuid4()), now=now)

        def send() -> None:
            self._start(claimed, Lane.PAGES)

        return send

    async def _start_due(self, lane: Lane) -> list[asyncio.Task[None]]:
        """Claim one batch and start sending it."""
        workspaces, busy = self.workspaces, self._busy[lane]
        now = self._clock()
        if not workspaces or len(busy) >= AT_ONCE[lane]:
            return []
        async with self._database.read() as tx:
            if not await sending.anything_due(tx, lane, now):
                return []  # this saves the write transaction
        async with self._database.write() as tx:
            claimed = await sending.claim(
                tx, lane=lane, workspaces=workspaces, claim=str(uuid4()), now=now, busy=list(busy)
            )
        self._served |= {each.connection_id: (each.platform, each.workspace) for each in claimed}
        return self._start(claimed, lane)

    def _start(self, claimed: Sequence[Claimed], lane: Lane) -> list[asyncio.Task[None]]:
        """Start sending; one task a person, so that nobody waits for another."""
        busy = self._busy[lane]
        new: _Queues = {}
        for message in claimed:
            to = (message.connection_id, message.user)
            # Who has become busy meanwhile gets it behind what is on its way.
            if to in busy:
                _line_up(busy[to], message, under_way=1)
            else:
                _line_up(new.setdefault(to, []), message)
        busy |= new
        started = [asyncio.create_task(self._send_in_order(to, busy)) for to in new]
        self._sending.update(started)
        for task in started:
            task.add_done_callback(self._sending.discard)
        return started

    async def _send_in_order(self, to: tuple[int, str], busy: _Queues) -> None:
        """Send one person's messages of a lane, in their order."""
        queue = busy[to]
        try:
            while queue:
                # Counted from the claim: a process may stand still between claiming and sending, too.
                if self._clock() - queue[0].claimed_at > sending.LEASE - timedelta(seconds=SEND_TIMEOUT):
                    await self._give_back(queue)  # the claim runs out before this one could be sent
                else:
                    await self._send(queue[0])
                    del queue[0]
        except Exception:
            # What could not be recorded is taken again when its claim has run out.
            log.error("delivery_not_recorded", exc_info=True)
        finally:
            del busy[to]
            self.wake()

    async def _give_back(self, queue: list[Claimed]) -> None:
        """Let what has not been tried be taken anew at once, by whoever can."""
        untried = list(queue)
        queue.clear()  # more may come meanwhile
        async with self._database.write() as tx:
            await sending.give_back(tx, untried)

    @property
    def workspaces(self) -> list[tuple[Platform, str]]:
        """The workspaces that this process has tokens for."""
        return [
            (Platform(adapter.platform), workspace)
            for adapter in self._adapters.values()
            for workspace in adapter.workspaces
        ]

    async def _send(self, message: Claimed) -> None:
        adapter = self._adapters[message.platform]
        to = Address(message.platform, message.workspace, message.user)
        try:
            async with asyncio.timeout(SEND_TIMEOUT):
                sent, repeat = await _hand_over(adapter, to, message)
        except RateLimited as error:
            # This try did not arrive, but an earlier one may have.
            wait = timedelta(seconds=error.after)
            await self._later(message, wait, "rate_limited", unsure=message.interrupted)
        except (Ambiguous, TimeoutError):
            looks = message.taken_back or message.copies_of is not None
            if looks and self._clock() - message.created_at > KEPT:
                await self._give_up(message, OutboxState.DROPPED, "taken_back")
                return
            await self._later(message, RETRY_LOOK if looks else RETRY, "ambiguous", unsure=True)
        except _TakenBack:
            async with self._database.write() as tx:
                await sending.fail(tx, message, state=OutboxState.DROPPED, error="taken_back")
        except Unreachable:
            await self._give_up(message, OutboxState.FAILED, "unreachable")
        except AuthFailed:
            await self._not_let_in(message)
        except Rejected:
            await self._give_up(message, OutboxState.SET_ASIDE, "rejected")
        except Exception:
            log.error("message_set_aside", outbox=message.id, exc_info=True)
            await self._give_up(message, OutboxState.SET_ASIDE, "failed")
        else:
            await self._record(message, sent, repeat=repeat)

    async def _record(self, message: Claimed, sent: Sent, *, repeat: bool) -> None:
        now = self._clock()
        async with self._database.write() as tx:
            await sending.sent(tx, message, reference=sent.reference, possible_repeat=repeat, now=now)
            if message.page and message.case_id is not None:
                await undelivered.page_arrived(tx, _page(message, message.case_id))
        self._metrics.sent.labels(message.lane.value, "sent").inc()
        if message.page:
            self._metrics.page_seconds.observe((now - message.created_at).total_seconds())

    async def _later(self, message: Claimed, after: timedelta, error: str, *, unsure: bool) -> None:
        async with self._database.write() as tx:
            await sending.postpone(tx, message, until=self._clock() + after, error=error, unsure=unsure)
        self._metrics.sent.labels(message.lane.value, error).inc()

    async def _not_let_in(self, message: Claimed) -> None:
        """Nobody can be reached until somebody mends the token; then a card must still be taken away."""
        if _is_page(message) or self._clock() - message.created_at > KEPT:
            await self._give_up(message, OutboxState.FAILED, "auth_failed")
        else:
            await self._later(message, RETRY_TOKEN, "auth_failed", unsure=message.interrupted)

    async def _give_up(self, message: Claimed, state: OutboxState, error: str) -> None:
        """Nothing more can be done for this message; for a page the ladder climbs with it."""
        now, is_page = self._clock(), _is_page(message)
        async with self._database.write() as tx:
            # The case before its outbox rows, as everywhere: two transactions never wait for each other.
            case = await cases.lock(tx, message.case_id) if is_page and message.case_id else None
            finished = await sending.fail(tx, message, state=state, error=error)
            if finished and case is not None:
                await undelivered.page_failed(tx, case, _page(message, case.id), error, now)
        log.warning("not_delivered", outbox=message.id, reason=error, page=message.page)
        self._metrics.sent.labels(message.lane.value, error).inc()
        self.wake()


def _line_up(queue: list[Claimed], message: Claimed, *, under_way: int = 0) -> None:
    """A page goes before what is none. An update is taken only once the page that it changes has gone."""
    others = (at for at in range(under_way, len(queue)) if not _is_page(queue[at]))
    queue.insert(next(others, len(queue)) if _is_page(message) else len(queue), message)


def _is_page(message: Claimed) -> bool:
    return message.page and message.deed is Deed.SEND


async def _hand_over(adapter: Adapter, to: Address, message: Claimed) -> tuple[Sent, bool]:
    """Give a message to its platform. The second value tells whether it may now stand there twice."""
    if message.deed is not Deed.SEND and message.target is None:
        raise Rejected("a change without the message it changes")
    if message.deed is Deed.DELETE and message.target is not None:
        await adapter.delete(to, message.target)
        await _delete_copies(adapter, to, message.copies_of)
        return Sent(message.target), False
    card = cardjson.load(message.card)
    if message.deed is Deed.UPDATE and message.target is not None:
        await adapter.update(to, message.target, card)
        return Sent(message.target), False
    if message.interrupted and (found := await _look(adapter, to, message)) is not None:
        return found, False
    if message.taken_back:
        raise _TakenBack
    if message.interrupted:
        card = marked(card)
    return await adapter.send(Outgoing(message.id, to, card)), message.interrupted


def marked(card: Card) -> Card:
    """A card that may now stand there twice says so; in every language, for it does not tell its own."""
    twice = " · ".join(say_in(language)(_TWICE) for language in LANGUAGES)
    try:
        return replace(card, blocks=(Text(twice, TextStyle.QUIET), *card.blocks))
    except VocabularyError:
        return card  # full to the brim; better unmarked than not at all


async def _delete_copies(adapter: Adapter, to: Address, outbox_id: int | None) -> None:
    """Take away what else may stand there of a message that was sent again: an earlier try had arrived."""
    if outbox_id is None:
        return
    for _ in range(COPIES):
        copy = await adapter.find(to, outbox_id)
        if copy is None:
            return
        await adapter.delete(to, copy.reference)


async def _look(adapter: Adapter, to: Address, message: Claimed) -> Sent | None:
    """Whether a message stands there already. Where looking does not answer, it is sent again.

    Not one that its reader must not see any more: it is looked for until it is found, to be deleted.
    """
    try:
        async with asyncio.timeout(LOOK_TIMEOUT):
            return await adapter.find(to, message.id)
    except RateLimited as error:
        patient = error.after <= LOOK_PATIENCE and message.attempts <= LOOKS
        if patient or message.taken_back or not _is_page(message):
            raise
        return None
    except (Ambiguous, TimeoutError):
        if message.taken_back:
            raise
        return None
    except Exception as error:
        log.error("look_failed", outbox=message.id, exc_info=True)
        if message.taken_back:
            raise Ambiguous("the look failed") from error
        return None  # a defect in looking must not cost the page


def _page(message: Claimed, case_id: int) -> PageAddress:
    return PageAddress(message.id, case_id, message.connection_id, message.user, message.person_id)
