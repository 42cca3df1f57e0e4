"""Supervision every week, because the bot asks: what is asked by itself, and what is due by the clock.

Schedules stand in the database with their next time, so that any process can change or send them, and what
fell due while the bot was away is found by the same query. Whoever moves a schedule on sends it, nobody else.
"""

from collections.abc import Awaitable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from handlers import meetings_due
from handlers.cards import supervision as cards
from handlers.chat import Card
from handlers.languages import Say
from handlers.registry import prompt, registry
from handlers.supervision_digest import DIGEST, close_due, draw_digests, first_reader_at, write_digests
from handlers.supervision_questions import AGENDA, CONFIDENCE, MEETING, SESSION, WEEKLY, WELLBEING
from handlers.supervision_rounds import Plan, calendar_of, nudge, plan_of, start
from handlers.supervision_times import NotARule, due_since, next_time
from storage import programmes, supervision, supervision_rounds
from storage.db import Database, Tx
from storage.programmes import Programme
from storage.supervision import Schedule
from storage.words import HELPING

log = structlog.get_logger(__name__)


@prompt("weekly", cron="0 9 * * mon", roles=HELPING, asks=WEEKLY)
def weekly_check(say: Say, round_id: int) -> Card:
    """Every Monday at nine: how was your week?"""
    return cards.question(say, WEEKLY, round_id)


@prompt("wellbeing", roles=HELPING, asks=WELLBEING)
def wellbeing(say: Say, round_id: int) -> Card:
    """How helping feels, without names."""
    return cards.question(say, WELLBEING, round_id)


@prompt("confidence", roles=HELPING, asks=CONFIDENCE)
def confidence(say: Say, round_id: int) -> Card:
    """Before and after a training, without names."""
    return cards.question(say, CONFIDENCE, round_id)


@prompt("session", roles=HELPING, asks=SESSION)
def session(say: Say, round_id: int) -> Card:
    """Before a supervision session."""
    return cards.question(say, SESSION, round_id)


@prompt("meeting", roles=HELPING, asks=MEETING)
def meeting(say: Say, round_id: int) -> Card:
    """When everybody can come."""
    return cards.question(say, MEETING, round_id)


@prompt("agenda", roles=HELPING, asks=AGENDA)
def agenda(say: Say, round_id: int) -> Card:
    """What to talk about."""
    return cards.question(say, AGENDA, round_id)


# --- planning ----------------------------------------------------------------------------------


async def plan_missing(database: Database, now: datetime) -> None:
    """Give every programme a schedule for every prompt that it has none for yet."""
    async with database.write() as tx:
        for programme in await programmes.all_programmes(tx):
            await plan_new(tx, programme, now)


async def plan_new(tx: Tx, programme: Programme, now: datetime) -> None:
    """Give one programme what it has no schedule for yet."""
    known = await supervision.planned(tx, programme.id)
    for name in registry.prompts:
        if name not in known:
            plan = await plan_of(tx, programme.id, name)
            due = None if plan is None else await next_due_at(tx, programme, plan, now)
            await supervision.plan(tx, programme.id, name, due)


async def next_due_at(tx: Tx, programme: Programme, plan: Plan, after: datetime) -> datetime | None:
    """When a prompt goes out next by itself, by the programme's clock and calendar."""
    calendar = await calendar_of(tx, programme.id)
    return next_time(plan.rule, ZoneInfo(programme.time_zone), calendar, after)


async def plan_again(tx: Tx, programme: Programme, now: datetime) -> None:
    """The programme's clock or calendar has changed: what is planned goes out by the new one."""
    for schedule in await supervision.schedules(tx, programme.id):
        plan = await plan_of(tx, programme.id, schedule.prompt, schedule.rule)
        if plan is not None:
            await supervision.plan_again(tx, schedule.id, await next_due_at(tx, programme, plan, now))
    await meetings_due.plan_again(tx, programme, now)


# --- what is due -------------------------------------------------------------------------------


async def send_due_prompts(database: Database, now: datetime) -> int:
    """Send what its time has come for, remind and close; each once, however many look. Returns how many."""
    async with database.read() as tx:
        waiting = await supervision.due(tx, now, list(registry.prompts))
        nudges = await supervision_rounds.to_nudge(tx, now)
    for schedule in waiting:
        await _carefully("schedule", schedule.id, _send_prompt(database, schedule, now))
    for round_id in nudges:
        await _carefully("round", round_id, _nudge(database, round_id, now))
    return len(waiting) + len(nudges) + await close_due(database, now)


async def _carefully(what: str, number: int, work: Awaitable[None]) -> None:
    """One that fails keeps no other waiting; it is left for the next tick."""
    try:
        await work
    except Exception:
        log.error("prompt_failed", what=what, id=number, exc_info=True)


async def _send_prompt(database: Database, schedule: Schedule, now: datetime) -> None:
    drawn = []
    if schedule.prompt == DIGEST:  # drawn before, so that no transaction waits for a picture
        drawn = await draw_digests(database, schedule.programme_id, now)
    async with database.write() as tx:
        programme = await programmes.get(tx, schedule.programme_id)
        try:
            plan = await plan_of(tx, programme.id, schedule.prompt, schedule.rule)
        except NotARule:
            plan = None
        if plan is None:  # written by another version, which knows it
            return
        due_at = await _take(tx, programme, schedule, plan, now)
        if due_at is None:
            return
        if schedule.prompt == DIGEST:
            if await _put_off(tx, programme, schedule, plan, now):
                return
            if not drawn:  # nobody reads it, so the next one tells of these days too
                await supervision_rounds.record_skipped(tx, schedule.id, [due_at])
                return
            await supervision_rounds.start(tx, schedule.id, due_at, closes_at=None, nudge_at=None)
            await write_digests(tx, programme, f"digest:{schedule.id}:{due_at.isoformat()}", drawn, now)
        else:
            await start(tx, programme, schedule, plan, due_at=due_at, now=now)


async def _take(
    tx: Tx, programme: Programme, schedule: Schedule, plan: Plan, now: datetime
) -> datetime | None:
    """Of everything that fell due since the bot looked last, the newest goes out, unless that is too late.

    Returns its time; ``None`` where nothing goes out, or another process sends it.
    """
    if schedule.next_due_at is None:
        return None
    zone, calendar = ZoneInfo(programme.time_zone), await calendar_of(tx, programme.id)
    if not await supervision.take(tx, schedule, next_time(plan.rule, zone, calendar, now)):
        return None
    found = due_since(plan.rule, zone, calendar, schedule.next_due_at, now)
    too_late = now - found.last > timedelta(minutes=schedule.grace)
    if too_late or not calendar.is_open(now.astimezone(zone).date()):
        await supervision_rounds.record_skipped(tx, schedule.id, [*found.missed, found.last])
        return None
    await supervision_rounds.record_skipped(tx, schedule.id, found.missed)
    return found.last


async def _put_off(tx: Tx, programme: Programme, schedule: Schedule, plan: Plan, now: datetime) -> bool:
    """Where it is night for all who read the digest, it is made in the morning: it tells how things stand."""
    first = await first_reader_at(tx, programme, now)
    if first <= now:
        return False
    following = await next_due_at(tx, programme, plan, now)
    await supervision.plan_again(tx, schedule.id, min(first, following or first))
    return True


async def _nudge(database: Database, round_id: int, now: datetime) -> None:
    async with database.write() as tx:
        round_ = await supervision_rounds.look(tx, round_id)
        if round_ is not None:
            await nudge(tx, round_id, await programmes.get(tx, round_.programme_id), now)
