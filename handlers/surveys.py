"""Surveys of students, for coordinators: started, printed as slips, closed. The answers come in by links."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from handlers import survey_questions
from handlers.cards import surveys as cards
from handlers.chat import ButtonPressed, Card, FormErrors, FormSubmitted, OpenForm, Reply, UpdateCard
from handlers.context import Arguments, Context, Effects
from handlers.pages import Page
from handlers.refusals import Refusal, Refused
from handlers.registry import button, form
from handlers.roster import note
from handlers.typed import Typed
from storage import programmes, surveys
from storage.db import Database, Tx
from storage.people import ADULTS
from storage.surveys import Survey

log = structlog.get_logger(__name__)


@button("survey", roles=ADULTS)
async def open_survey(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """The survey that is open, or what came of the last one."""
    return [Reply(await _card(ctx))]


async def _card(ctx: Context) -> Card:
    found = await surveys.of_programme(ctx.tx, ctx.programme.id)
    newest = found[0] if found else None
    link = ""
    if newest is not None and newest.is_open:
        link = ctx.link(Page.SLIPS, newest.id, ctx.member.id)
    return cards.survey(ctx.say, newest, link)


@button("survey.start", roles=ADULTS)
async def ask_start(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """How many slips, and for how long?"""
    if not ctx.link(Page.SLIPS, 0):
        return [Reply(cards.no_address(ctx.say))]
    return [OpenForm(cards.start_form(ctx.say))]


@form("survey.start", roles=ADULTS)
async def take_start(ctx: Context, event: FormSubmitted, _arguments: Arguments) -> Effects:
    """Begin a survey; one at a time."""
    found: Sequence[Survey] = await surveys.of_programme(ctx.tx, ctx.programme.id)
    if any(each.is_open for each in found):
        raise Refused(Refusal.ROUND_OPEN)
    typed = Typed(event, ctx.say)
    slips = typed.choice("slips", [str(each) for each in cards.SLIPS])
    days = typed.choice("days", [str(each) for each in cards.DAYS])
    if typed.errors:
        return [FormErrors(cards.start_form(ctx.say), typed.errors)]
    today = _today(ctx.now, ctx.programme.time_zone)
    last = today + timedelta(days=int(days))
    await surveys.start(ctx.tx, ctx.programme.id, opened_on=today, closes_on=last, slips=int(slips))
    await note(ctx, "survey_started", "survey")
    return [Reply(await _card(ctx))]


@button("survey.close", roles=ADULTS)
async def close_now(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Close it before its last day."""
    found = await surveys.get(ctx.tx, arguments.number(0), ctx.programme.id)
    if found is None or not found.is_open:
        raise Refused(Refusal.NOT_FOUND)
    await _close(ctx.tx, found)
    await note(ctx, "survey_closed", "survey")
    return [UpdateCard(await _card(ctx))]


async def close_over(database: Database, now: datetime) -> None:
    """Close every survey whose last day is over: its answers are counted, and kept no longer."""
    async with database.read() as tx:
        waiting = [
            each
            for each in await surveys.still_open(tx)
            if each.closes_on < _today(now, (await programmes.get(tx, each.programme_id)).time_zone)
        ]
    for each in waiting:
        try:
            async with database.write() as tx:
                await _close(tx, each)
        except Exception:
            log.error("survey_not_closed", id=each.id, exc_info=True)


async def _close(tx: Tx, survey: Survey) -> None:
    counted = survey_questions.count(await surveys.answers(tx, survey.id))
    await surveys.close(tx, survey.id, counted)


def _today(now: datetime, time_zone: str) -> date:
    return now.astimezone(ZoneInfo(time_zone)).date()
