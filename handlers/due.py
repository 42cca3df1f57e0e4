"""What is due by the clock. Called by fixed ticks; whatever came due while the bot was away is found too."""

from collections.abc import Awaitable, Collection
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from handlers import care, case_moves, drills, ladder, meetings_due, practice_due, surveys, undelivered
from handlers.registry import registry
from handlers.supervision import plan_missing, send_due_prompts
from storage import cases, checkins, events, form_drafts, meetings, programmes, sending, supervision
from storage.cases import Case
from storage.db import Database
from storage.sending import PageAddress
from storage.words import Platform

log = structlog.get_logger(__name__)

UNCLAIMED = timedelta(seconds=10)
"""A page that no process has taken for this long is unreachable there."""
DRAFTS_KEPT = timedelta(days=1)
EVENTS_KEPT = timedelta(days=7)
"""Longer than any platform repeats an event."""


async def run_due(database: Database, now: datetime, served: Collection[tuple[Platform, str]] = ()) -> int:
    """Move every ladder, send every prompt, see to every meeting whose time has come: a transaction each.

    ``served`` are the workspaces whose messages this process sends itself. What fails is logged and left
    for the next tick; it never keeps the others waiting. Returns how many moved.
    """
    async with database.read() as tx:
        waiting = await cases.due(tx, now)
        cared_for = await cases.care_due(tx, now)
        unclaimed = await sending.unclaimed_pages(tx, now - UNCLAIMED, served)
    moved = 0
    for case_id in waiting:
        moved += await _carefully("case", case_id, _move_on(database, case_id, now))
    for case_id in cared_for:
        moved += await _carefully("care", case_id, _care_for(database, case_id, now))
    for page in unclaimed:
        moved += await _carefully("page", page.id, _give_up(database, page, now))
    moved += await meetings_due.send_due(database, now)
    moved += await practice_due.run(database, now)
    return moved + await send_due_prompts(database, now)


async def _carefully(what: str, number: int, work: Awaitable[bool]) -> bool:
    try:
        return await work
    except Exception:
        log.error("due_failed", what=what, id=number, exc_info=True)
        return False


async def _move_on(database: Database, case_id: int, now: datetime) -> bool:
    async with database.write() as tx:
        case = await cases.lock(tx, case_id, skip_locked=True)
        # Another process may hold it, or have moved it between the look and the lock.
        if case is None or case.next_at is None:
            return False
        if ahead := cases.ahead(case, now):
            await cases.save(tx, _set_back(case, ahead))
            return True
        if case.next_at > now:
            return False
        programme = await programmes.get(tx, case.programme_id)
        await case_moves.move(tx, programme, case, ladder.Due(), now)
    return True


def _set_back(case: Case, by: timedelta) -> Case:
    """The case with the time between its steps kept, after the clock has gone back."""
    return replace(
        case,
        climb_started_at=case.climb_started_at - by,
        acknowledged_at=case.acknowledged_at and case.acknowledged_at - by,
        next_at=case.next_at and case.next_at - by,
    )


async def _care_for(database: Database, case_id: int, now: datetime) -> bool:
    async with database.write() as tx:
        case = await cases.lock(tx, case_id, skip_locked=True)
        if case is None or case.care_at is None or case.care_at > now:
            return False
        programme = await programmes.get(tx, case.programme_id)
        await care.send_due(tx, programme, case, now)
    return True


async def _give_up(database: Database, page: PageAddress, now: datetime) -> bool:
    async with database.write() as tx:
        case = await cases.lock(tx, page.case_id)
        if case is None or not await sending.fail_unclaimed(tx, page.id):
            return False
        await undelivered.page_failed(tx, case, page, "unclaimed", now)
    return True


async def next_due(database: Database) -> datetime | None:
    """When something next falls due by itself: a ladder, a prompt, a meeting, or asking somebody again."""
    async with database.read() as tx:
        times = [
            await cases.next_due(tx),
            await supervision.next_due(tx, list(registry.prompts)),
            await meetings.next_due(tx),
            *await practice_due.next_due(tx),
        ]
    return min((time for time in times if time is not None), default=None)


async def keep_house(database: Database, now: datetime) -> None:
    """Plan prompts, start monthly drills; forget old drafts, and marks of events that nobody repeats."""
    await plan_missing(database, now)
    await drills.start_monthly(database, now)
    await surveys.close_over(database, now)
    async with database.write() as tx:
        await checkins.drop_drafts_before(tx, now - DRAFTS_KEPT)
        await form_drafts.drop_before(tx, now - DRAFTS_KEPT)
        await events.forget_before(tx, now - EVENTS_KEPT)
