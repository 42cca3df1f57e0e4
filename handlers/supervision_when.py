"""When something goes out, in a coordinator's words: read, read back, and saved only then."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from handlers.cards import supervision_staff as cards
from handlers.cards.supervision_staff import ScheduleView
from handlers.chat import (
    ButtonPressed,
    FormErrors,
    FormSubmitted,
    OpenForm,
    Reply,
    UpdateCard,
)
from handlers.context import Arguments, Context, Effects
from handlers.refusals import Refusal, Refused
from handlers.registry import button, form
from handlers.supervision import next_due_at
from handlers.supervision_phrases import read
from handlers.supervision_rounds import calendar_of
from handlers.supervision_staff import FOLLOWING, change, own_schedule, schedule_card
from handlers.supervision_times import (
    Calendar,
    NotARule,
    Rule,
    dump,
    load,
    times,
    too_often,
)
from handlers.typed import Typed
from storage import checkins
from storage.people import ADULTS


@button("schedule.when", roles=ADULTS)
async def ask_when(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """When does it go out?"""
    item, plan = await own_schedule(ctx, arguments.number(0))
    return [OpenForm(cards.when_form(ctx.say, item, plan.rule, lasts=plan.asks is not None))]


@form("schedule.when", roles=ADULTS)
async def take_when(ctx: Context, event: FormSubmitted, arguments: Arguments) -> Effects:
    """Read it back in words before it is saved."""
    item, plan = await own_schedule(ctx, arguments.number(0))
    if item.version != arguments.number(1):
        raise Refused(Refusal.CHANGED)
    typed, lasts = Typed(event, ctx.say), plan.asks is not None
    open_for = typed.choice("open_for", {str(each) for each in cards.OPEN_FOR}) if lasts else ""
    grace = typed.choice("grace", {str(each) for each in cards.GRACES})
    calendar = await calendar_of(ctx.tx, ctx.programme.id)
    rule, following = read_when(ctx, typed, calendar)
    if typed.errors or rule is None:
        return [FormErrors(cards.when_form(ctx.say, item, plan.rule, lasts=lasts), typed.errors)]
    content = {
        "schedule": item.id,
        "version": item.version,
        "rule": dump(rule),
        "open_for": int(open_for) if lasts else item.open_for,
        "grace": int(grace),
    }
    draft = await checkins.keep_draft(ctx.tx, ctx.member.id, content, ctx.now)
    title = ScheduleView(item, plan.asks, rule).title(ctx.say)
    card = cards.confirm_when(ctx.say, title, rule, following, draft, zone=ctx.local_zone, now=ctx.now)
    return [Reply(card)]


def read_when(ctx: Context, typed: Typed, calendar: Calendar) -> tuple[Rule | None, Sequence[datetime]]:
    """What was typed as ``when``, and its next times; what cannot be is refused."""
    text = typed.line("when", cards.WHEN, required=True)
    if not text:
        return None, ()
    try:
        rule = read(text, ctx.now.astimezone(ctx.local_zone).date())
    except NotARule:
        typed.refuse("when", ctx.say("I don't understand that yet. Try: every Monday 09:00"))
        return None, ()
    if too_often(rule, ctx.local_zone, ctx.now):
        typed.refuse("when", ctx.say("That is more than once a day. Once a day is the most."))
        return None, ()
    following = list(islice(times(rule, ctx.local_zone, calendar, ctx.now), FOLLOWING))
    if not following:
        typed.refuse("when", ctx.say("That never comes: no such day, or only holidays. Try another."))
    return rule, following


@button("schedule.save", roles=ADULTS)
async def save_when(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Save what was read back, unless somebody else has changed it meanwhile."""
    kept = await checkins.draft(ctx.tx, arguments.number(0), ctx.member.id)
    if kept is None or "rule" not in kept:
        raise Refused(Refusal.NOT_FOUND)
    item, plan = await own_schedule(ctx, kept["schedule"])
    if item.version != kept["version"]:
        raise Refused(Refusal.CHANGED)
    rule = load(kept["rule"])
    due = await next_due_at(ctx.tx, ctx.programme, replace(plan, rule=rule), ctx.now)
    after = replace(
        item,
        rule=kept["rule"],
        next_due_at=due,
        paused=False,
        open_for=kept["open_for"],
        grace=kept["grace"],
    )
    await change(ctx, item, after)
    await checkins.drop_draft(ctx.tx, arguments.number(0))
    return [UpdateCard(await schedule_card(ctx, item.id, ctx.say("Saved.")))]
