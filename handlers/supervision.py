"""Supervision every week, because the bot asks: scheduled prompts and their answers."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from apscheduler.triggers.cron import CronTrigger

from handlers import cardjson
from handlers.cards import supervision as cards
from handlers.chat import ButtonPressed, Card, UpdateCard
from handlers.context import Arguments, Context, Effects
from handlers.languages import Say, say_in
from handlers.refusals import Refusal, Refused
from handlers.registry import Prompt, button, prompt, registry
from storage import outbox, programmes, supervision
from storage.db import Database, Tx
from storage.outbox import NewMessage
from storage.programmes import Programme
from storage.supervision import Recipient, Schedule
from storage.words import Lane, Role

log = structlog.get_logger(__name__)

GRACE = timedelta(hours=12)
"""A prompt found later than this after its time (the bot was down) is left out."""


@prompt("weekly", cron="0 9 * * mon", roles=frozenset({Role.HELPER, Role.LEAD}))
def weekly_check(say: Say, round_id: int) -> Card:
    """Every Monday at nine: how was your week?"""
    return cards.weekly_check(say, round_id)


@button("weekly")
async def answer_weekly(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Keep the answer; who would like to talk is passed on to the coordinators."""
    round_id, word = arguments.number(0), arguments.word(1)
    if word not in cards.WEEKLY:
        raise Refused(Refusal.OLD_BUTTON)
    kept = await supervision.answer(
        ctx.tx,
        round_id,
        programme_id=ctx.programme.id,
        person_id=ctx.member.id,
        word=word,
        now=ctx.now,
    )
    if not kept:
        raise Refused(Refusal.NOT_FOUND)
    if word == "talk":

        def card(say: Say) -> Card:
            return cards.wants_to_talk(say, ctx.member.name)

        adults = await supervision.recipients(ctx.tx, ctx.programme.id, [Role.COORDINATOR])
        adults = adults or await supervision.recipients(ctx.tx, ctx.programme.id, [Role.BACKUP])
        key = f"talk:{round_id}:{ctx.member.id}"
        await _send(ctx.tx, ctx.programme, key, to=adults, card=card, now=ctx.now)
    return [UpdateCard(cards.thanks(ctx.say, word))]


# --- the clock ---------------------------------------------------------------------------------


def next_time(rule: Prompt, programme: Programme, after: datetime) -> datetime:
    """When a prompt is next due after a moment, by the programme's own clock."""
    trigger = CronTrigger.from_crontab(rule.cron, timezone=ZoneInfo(programme.time_zone))
    found: datetime = trigger.get_next_fire_time(None, after + timedelta(microseconds=1))
    return found


async def plan_missing(database: Database, now: datetime) -> None:
    """Give every programme a schedule for every prompt that it has none for yet."""
    async with database.write() as tx:
        for programme in await programmes.all_programmes(tx):
            known = await supervision.planned(tx, programme.id)
            for name, rule in registry.prompts.items():
                if name not in known:
                    await supervision.plan(tx, programme.id, name, next_time(rule, programme, now))


async def plan_again(tx: Tx, programme: Programme, now: datetime) -> None:
    """The programme's clock has changed: what is planned goes out by the new one."""
    for name, rule in registry.prompts.items():
        await supervision.plan_again(tx, programme.id, name, next_time(rule, programme, now))


async def send_due_prompts(database: Database, now: datetime) -> int:
    """Send the prompts whose time has come, each once however many processes look. Returns how many."""
    async with database.read() as tx:
        waiting = await supervision.due(tx, now, list(registry.prompts))
    for schedule in waiting:
        try:
            async with database.write() as tx:
                await _send_prompt(tx, schedule, now)
        except Exception:
            log.error("prompt_failed", schedule=schedule.id, exc_info=True)
    return len(waiting)


async def _send_prompt(tx: Tx, schedule: Schedule, now: datetime) -> None:
    rule = registry.prompts[schedule.prompt]
    programme = await programmes.get(tx, schedule.programme_id)
    if not await supervision.take(tx, schedule, next_time(rule, programme, now)):
        return
    if now - schedule.next_due_at > GRACE:
        return
    round_id = await supervision.start_round(tx, schedule.id, schedule.next_due_at)
    to = await supervision.recipients(tx, programme.id, rule.roles)
    key = f"prompt:{schedule.id}:{schedule.next_due_at.isoformat()}"
    await _send(tx, programme, key, to=to, card=lambda say: rule.card(say, round_id), now=now)


async def _send(
    tx: Tx,
    programme: Programme,
    key: str,
    *,
    to: list[Recipient],
    card: Callable[[Say], Card],
    now: datetime,
) -> None:
    """One message to each, in the language of whom it goes to."""
    messages = [
        NewMessage(
            key=f"{key}:{recipient.person_id}",
            lane=Lane.REST,
            connection_id=recipient.connection_id,
            user=recipient.user,
            person_id=recipient.person_id,
            card=cardjson.dump(card(say_in(recipient.locale or programme.locale))),
            due_at=now,
        )
        for recipient in to
    ]
    await outbox.add(tx, messages, now)
