"""What is due by the clock. Called by fixed ticks; whatever came due while the bot was away is found too."""

from datetime import datetime, timedelta

from handlers import case_moves, escalation, undelivered
from handlers.supervision import plan_missing, send_due_prompts
from storage import cases, checkins, events, outbox, programmes, supervision
from storage.db import Database

UNCLAIMED = timedelta(seconds=10)
"""A page that no process has taken for this long is unreachable there."""
DRAFTS_KEPT = timedelta(days=1)
EVENTS_KEPT = timedelta(days=7)
"""Longer than any platform repeats an event."""


async def run_due(database: Database, now: datetime) -> int:
    """Move every ladder and send every prompt whose time has come, each in a transaction of its own.

    Returns how many moved.
    """
    async with database.read() as tx:
        waiting = await cases.due(tx, now)
        unclaimed = await outbox.unclaimed_pages(tx, now - UNCLAIMED)
    moved = 0
    for case_id in waiting:
        async with database.write() as tx:
            case = await cases.lock(tx, case_id)
            # Another process may have moved it between the look and the lock.
            if case is not None and case.next_at is not None and case.next_at <= now:
                programme = await programmes.get(tx, case.programme_id)
                await case_moves.move(tx, programme, case, escalation.Due(), now)
                moved += 1
    for page in unclaimed:
        async with database.write() as tx:
            if await outbox.fail_unclaimed(tx, page.id):
                await undelivered.page_failed(tx, page, "unclaimed", now)
                moved += 1
    return moved + await send_due_prompts(database, now)


async def next_due(database: Database) -> datetime | None:
    """When something next falls due by itself: a ladder or a prompt."""
    async with database.read() as tx:
        times = (await cases.next_due(tx), await supervision.next_due(tx))
    return min((time for time in times if time is not None), default=None)


async def keep_house(database: Database, now: datetime) -> None:
    """Plan new prompts; forget old drafts, and marks of events that nobody repeats any more."""
    await plan_missing(database, now)
    async with database.write() as tx:
        await checkins.drop_drafts_before(tx, now - DRAFTS_KEPT)
        await events.forget_before(tx, now - EVENTS_KEPT)
