"""What falls due of pairing, help requests and walks to an adult; each in a transaction of its own."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from handlers import handoff_messages, help_requests, pairing_ends
from storage import handoffs as stored_handoffs
from storage import help_requests as stored_requests
from storage import pairing
from storage.db import Database, Tx

log = structlog.get_logger(__name__)

AskDue = Callable[[Tx, int, int, datetime], Awaitable[bool]]


async def run(database: Database, now: datetime) -> int:
    """Do what is due. What fails is logged and left for the next tick. Returns how many moved."""
    async with database.read() as tx:
        walks = await stored_handoffs.due(tx, now)
        requests = await stored_requests.due(tx, now)
        gone = await pairing.of_those_who_left(tx) or await stored_requests.of_those_who_left(tx)
    moved = 0
    for programme_id, number in walks:
        moved += await _carefully(database, handoff_messages.ask_due, (programme_id, number), now)
    for programme_id, number in requests:
        moved += await _carefully(database, help_requests.ask_due, (programme_id, number), now)
    if gone:
        moved += await _take_back(database, now)
    return moved


async def _carefully(database: Database, ask: AskDue, which: tuple[int, int], now: datetime) -> bool:
    """``which``: the programme, and the number of what is due."""
    try:
        async with database.write() as tx:
            return await ask(tx, *which, now)
    except Exception:
        log.error("due_failed", what=ask.__module__, id=which[1], exc_info=True)
        return False


async def _take_back(database: Database, now: datetime) -> int:
    """Let others help whom somebody helped who is gone."""
    try:
        async with database.write() as tx:
            return await pairing_ends.take_back(tx, now) + await help_requests.take_back(tx, now)
    except Exception:
        log.error("due_failed", what="helper_left", id=0, exc_info=True)
        return 0


async def next_due(tx: Tx) -> list[datetime | None]:
    """When something of these next falls due."""
    return [await stored_handoffs.next_due(tx), await stored_requests.next_due(tx)]
