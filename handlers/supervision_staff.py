"""/supervision: for coordinators everything that is asked and when, for helpers what waits for them."""

from dataclasses import replace
from itertools import islice

from handlers.cards import supervision as helper_cards
from handlers.cards import supervision_staff as cards
from handlers.cards.supervision_staff import ScheduleView
from handlers.chat import (
    ButtonPressed,
    Card,
    CommandUsed,
    Reply,
    UpdateCard,
)
from handlers.context import Arguments, Context, Effects
from handlers.languages import mark
from handlers.refusals import Refusal, Refused
from handlers.registry import button, command
from handlers.supervision import next_due_at, plan_new
from handlers.supervision_polls import until_when
from handlers.supervision_rounds import Plan, calendar_of, outstanding, plan_of, start, who_answered
from handlers.supervision_times import (
    NotARule,
    times,
)
from storage import supervision, supervision_people, supervision_rounds
from storage.people import ADULTS
from storage.supervision import Schedule

FOLLOWING = 3


@command(
    "supervision",
    summary=mark("Supervision: what waits for you; for coordinators rounds and schedules"),
)
async def open_supervision(ctx: Context, _event: CommandUsed) -> Effects:
    """Everything about supervision, for whoever asks."""
    return await _open(ctx)


@button("supervision")
async def open_by_button(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """The same by a button."""
    return await _open(ctx)


async def _open(ctx: Context) -> Effects:
    if ctx.member.roles & ADULTS:
        return [Reply(await overview_card(ctx))]
    waiting = await outstanding(ctx)
    if waiting:
        return [Reply(plan.card(ctx.say, round_.id)) for round_, plan in waiting]
    wish = await supervision_people.wish(ctx.tx, ctx.member.id)
    return [Reply(helper_cards.nothing_waits(ctx.say, until_when(ctx, wish, ctx.now)))]


# --- what is planned -----------------------------------------------------------------------------


async def overview_card(ctx: Context) -> Card:
    """Everything that is planned, as it is now."""
    await plan_new(ctx.tx, ctx.programme, ctx.now)
    found = await supervision.schedules(ctx.tx, ctx.programme.id)
    views = [view for each in found if (view := await _view(ctx, each, following=0)) is not None]
    views.sort(key=lambda view: (view.schedule.next_due_at is None, -view.schedule.id * view.own))
    wishes = await supervision_people.wishes(ctx.tx, ctx.programme.id)
    paused = {number: wish for number, wish in wishes.items() if wish.is_paused(ctx.now)}
    names = await supervision_people.names(ctx.tx, ctx.programme.id, paused)
    breaks = [(names[number], wish.pause, wish.paused_until or ctx.now) for number, wish in paused.items()]
    calendar = await calendar_of(ctx.tx, ctx.programme.id)
    today = ctx.now.astimezone(ctx.local_zone).date()
    over = bool(calendar.terms) and all(term.last < today for term in calendar.terms)
    return cards.overview(ctx.say, views, breaks, zone=ctx.local_zone, now=ctx.now, term_over=over)


async def _view(ctx: Context, item: Schedule, *, following: int = FOLLOWING) -> ScheduleView | None:
    """A schedule as it stands; ``None`` where this version does not know what it sends."""
    plan = await _plan(ctx, item)
    if plan is None:
        return None
    calendar = await calendar_of(ctx.tx, ctx.programme.id)
    latest = await supervision_rounds.latest(ctx.tx, ctx.programme.id, 1, schedule_id=item.id)
    last = latest[0] if latest else None
    asked = await supervision_rounds.asked(ctx.tx, last.id) if last else set()
    answered = len(await who_answered(ctx.tx, last)) if last else 0
    if last is not None and last.results is not None:
        answered = int(last.results["answered"])
    return ScheduleView(
        item,
        plan.asks,
        plan.rule,
        last,
        len(asked),
        answered,
        tuple(islice(times(plan.rule, ctx.local_zone, calendar, ctx.now), following)),
    )


async def _plan(ctx: Context, item: Schedule) -> Plan | None:
    try:
        return await plan_of(ctx.tx, ctx.programme.id, item.prompt, item.rule)
    except NotARule:
        return None


async def own_schedule(ctx: Context, schedule_id: int) -> tuple[Schedule, Plan]:
    """A schedule of this programme. Raises :class:`Refused` where there is no such."""
    item = await supervision.get(ctx.tx, schedule_id, ctx.programme.id)
    plan = await _plan(ctx, item) if item is not None and not item.retired else None
    if item is None or plan is None:
        raise Refused(Refusal.NOT_FOUND)
    return item, plan


async def schedule_card(ctx: Context, schedule_id: int, news: str = "") -> Card:
    """A schedule's card as it is now."""
    item, _ = await own_schedule(ctx, schedule_id)
    view = await _view(ctx, item)
    if view is None:
        raise Refused(Refusal.NOT_FOUND)
    return cards.schedule(ctx.say, view, zone=ctx.local_zone, now=ctx.now, news=news)


@button("schedule", roles=ADULTS)
async def open_schedule(ctx: Context, event: ButtonPressed, _arguments: Arguments) -> Effects:
    """One of them, chosen from the list."""
    return [Reply(await schedule_card(ctx, Arguments((event.value,)).number(0)))]


@button("schedule.start", roles=ADULTS)
async def start_now(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Start a round now, beside what is planned."""
    item, plan = await own_schedule(ctx, arguments.number(0))
    if plan.asks is None:
        raise Refused(Refusal.OLD_BUTTON)
    await supervision.hold(ctx.tx, item.id)
    latest = await supervision_rounds.latest(ctx.tx, ctx.programme.id, 1, schedule_id=item.id)
    if latest and latest[0].is_open and latest[0].closes_at is not None:
        raise Refused(Refusal.ROUND_OPEN)
    round_id = await start(ctx.tx, ctx.programme, item, plan, due_at=ctx.now, now=ctx.now)
    asked = len(await supervision_rounds.asked(ctx.tx, round_id))
    news = ctx.say("It is on its way. Asked: {count}.", count=asked)
    return [Reply(await schedule_card(ctx, item.id, news))]


@button("schedule.pause", roles=ADULTS)
async def pause(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Let it rest, or let it go on from now."""
    item, plan = await own_schedule(ctx, arguments.number(0))
    if item.version != arguments.number(1):
        raise Refused(Refusal.CHANGED)
    due = await next_due_at(ctx.tx, ctx.programme, plan, ctx.now) if item.paused else item.next_due_at
    await change(ctx, item, replace(item, paused=not item.paused, next_due_at=due))
    return [UpdateCard(await schedule_card(ctx, item.id))]


async def change(ctx: Context, before: Schedule, after: Schedule) -> None:
    """Change a schedule, unless somebody else did since it was read."""
    if not await supervision.change(ctx.tx, before, after):
        raise Refused(Refusal.CHANGED)


@button("schedule.delete", roles=ADULTS)
async def delete(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Send a coordinator's own questions no more. A round that is open stays open until its end."""
    item, plan = await own_schedule(ctx, arguments.number(0))
    if plan.asks is None or not plan.asks.own:
        raise Refused(Refusal.OLD_BUTTON)
    if item.version != arguments.number(1):
        raise Refused(Refusal.CHANGED)
    await change(ctx, item, replace(item, retired=True))
    latest = await supervision_rounds.latest(ctx.tx, ctx.programme.id, 1, schedule_id=item.id)
    return [UpdateCard(cards.deleted(ctx.say, is_open=bool(latest) and latest[0].is_open))]
