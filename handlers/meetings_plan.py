"""Meetings planned, changed and called off: in a coordinator's or a lead's words, read back before saved."""

from collections.abc import Mapping
from typing import Any

from handlers import meetings_due
from handlers.cards import meetings as cards
from handlers.chat import ButtonPressed, Form, FormErrors, FormSubmitted, OpenForm, Reply, UpdateCard, action
from handlers.context import Arguments, Context, Effects
from handlers.meetings import may_run, overview_card, own_meeting
from handlers.meetings_due import RUNNING
from handlers.meetings_times import REMINDERS
from handlers.refusals import Refusal, Refused
from handlers.registry import button, form
from handlers.roster import note
from handlers.supervision_phrases import said
from handlers.supervision_rounds import calendar_of
from handlers.supervision_times import dump, load
from handlers.supervision_when import read_when
from handlers.typed import Typed
from storage import checkins, meetings, people, roster
from storage.meetings import MeetingPlan
from storage.words import Role

NEW = 0
"""In a draft: it is no change of an earlier plan."""


@button("meeting.plan", roles=RUNNING)
async def open_form(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """The form: who meets, when, where."""
    return [OpenForm(await _form(ctx, action("meeting.plan"), {}))]


@form("meeting.plan", roles=RUNNING)
async def take_form(ctx: Context, event: FormSubmitted, _arguments: Arguments) -> Effects:
    """Read it back in words before it is saved."""
    return await _read_back(ctx, event, NEW)


@button("meeting.change", roles=RUNNING)
async def open_change(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """The same form with what is planned."""
    plan = await _own_plan(ctx, arguments.number(0))
    values = {
        "whom": str(plan.lead_id or cards.ALL),
        "when": said(ctx.say, load(plan.rule)),
        "minutes": str(plan.minutes),
        "place": plan.place,
        "remind": plan.remind,
    }
    return [OpenForm(await _form(ctx, action("meeting.change", plan.id), values))]


@form("meeting.change", roles=RUNNING)
async def take_change(ctx: Context, event: FormSubmitted, arguments: Arguments) -> Effects:
    """Read the change back before it is saved."""
    return await _read_back(ctx, event, (await _own_plan(ctx, arguments.number(0))).id)


async def _own_plan(ctx: Context, plan_id: int) -> MeetingPlan:
    plan = await meetings.plan(ctx.tx, ctx.programme.id, plan_id)
    if plan is None or not may_run(ctx, plan):
        raise Refused(Refusal.NOT_FOUND)
    if plan.stopped:
        raise Refused(Refusal.CHANGED)
    return plan


async def _groups(ctx: Context) -> list[tuple[str, str]]:
    """Who can be invited: for adults the whole team and each lead's group; a lead has their own only."""
    if not ctx.member.is_adult:
        return []
    leads = await roster.entries(ctx.tx, ctx.programme.id, [Role.LEAD])
    named = [(str(each.id), cards.of_whom(ctx.say, each.name)) for each in leads if not each.suspended]
    return [(cards.ALL, cards.of_whom(ctx.say, "")), *named]


async def _form(ctx: Context, form_id: str, values: Mapping[str, str]) -> Form:
    return cards.plan_form(ctx.say, form_id, await _groups(ctx), values)


async def _read_back(ctx: Context, event: FormSubmitted, old: int) -> Effects:
    typed, offered = Typed(event, ctx.say), await _groups(ctx)
    whom = typed.choice("whom", dict(offered)) if offered else str(ctx.member.id)
    minutes = typed.choice("minutes", {str(each) for each in cards.LENGTHS})
    remind = typed.choice("remind", REMINDERS)
    place = typed.line("place", cards.PLACE)
    rule, following = read_when(ctx, typed, await calendar_of(ctx.tx, ctx.programme.id))
    if ctx.raised is not None:  # words that opened a case stand with it, and are shown to nobody else
        return [Reply(cards.not_planned(ctx.say))]
    if typed.errors or rule is None:
        return [FormErrors(await _form(ctx, event.form, typed.values), typed.errors)]
    lead_id = None if whom == cards.ALL else int(whom)
    content = {
        "old": old,
        "lead_id": lead_id,
        "rule": dump(rule),
        "minutes": int(minutes),
        "remind": remind,
        "place": place,
    }
    draft = await checkins.keep_draft(ctx.tx, ctx.member.id, content, ctx.now)
    lead = await people.name(ctx.tx, lead_id) if lead_id else ""
    plan = _plan(ctx, content)
    card = cards.confirm(ctx.say, plan, lead, rule, following=following, draft=draft, zone=ctx.local_zone)
    return [Reply(card)]


def _plan(ctx: Context, content: Mapping[str, Any]) -> MeetingPlan:
    return MeetingPlan(
        id=0,
        programme_id=ctx.programme.id,
        lead_id=content["lead_id"],
        rule=content["rule"],
        minutes=content["minutes"],
        remind=content["remind"],
        place=content["place"],
    )


@button("meeting.save", roles=RUNNING)
async def save(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Save what was read back, unless somebody else has changed it meanwhile."""
    kept = await checkins.draft(ctx.tx, arguments.number(0), ctx.member.id)
    if kept is None or "remind" not in kept:
        raise Refused(Refusal.NOT_FOUND)
    plan = _plan(ctx, kept)
    if not may_run(ctx, plan):
        raise Refused(Refusal.NOT_FOUND)
    if kept["old"] == NEW:
        plan = await meetings.add_plan(ctx.tx, plan)
        await meetings_due.lay_out(ctx.tx, ctx.programme, plan, ctx.now, ctx.now)
    elif not await meetings_due.replace(ctx.tx, ctx.programme, kept["old"], plan, ctx.now):
        raise Refused(Refusal.CHANGED)
    await checkins.drop_draft(ctx.tx, arguments.number(0))
    await note(ctx, "meeting_planned", f"programme:{ctx.programme.id}")
    return [UpdateCard(await overview_card(ctx))]


@button("meeting.off", roles=RUNNING)
async def call_off(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """One meeting does not take place; the next one of its plan does."""
    found = await own_meeting(ctx, arguments.number(0))
    if found.starts_at <= ctx.now:
        raise Refused(Refusal.MEETING_OVER)
    await meetings_due.take_off(ctx.tx, ctx.programme, found, ctx.now, keep=True)
    if not found.plan.stopped:
        await meetings_due.lay_out(ctx.tx, ctx.programme, found.plan, ctx.now, ctx.now)
    await note(ctx, "meeting_called_off", f"meeting:{found.id}")
    return [UpdateCard(await overview_card(ctx))]


@button("meeting.stop", roles=RUNNING)
async def stop(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Plan nothing more by it."""
    plan = await _own_plan(ctx, arguments.number(0))
    if not await meetings_due.stop(ctx.tx, ctx.programme, plan, ctx.now):
        raise Refused(Refusal.CHANGED)
    await note(ctx, "meeting_stopped", f"meeting-plan:{plan.id}")
    return [UpdateCard(cards.stopped(ctx.say))]
