"""The answers of a writer who was asked whether it needs an adult now."""

from dataclasses import replace

from handlers import case_moves, ladder
from handlers.chat import ButtonPressed, Event, Reply, UpdateCard
from handlers.climbs import ladder_minutes
from handlers.context import Arguments, Context, Effects
from handlers.refusals import Refusal, Refused
from handlers.registry import button
from handlers.writers import card_for, own_case
from storage import cases
from storage.words import CaseState, FollowUp, Urgency


async def page_now(ctx: Context, event: Event, case_id: int, urgency: Urgency) -> Effects:
    case = await own_case(ctx, event, case_id)
    if case.state is CaseState.RESOLVED:
        raise Refused(Refusal.CASE_CLOSED)
    unasked = case.state in (CaseState.ASKED, CaseState.WITHDRAWN)  # who said no may change their mind
    # Words from a channel: one adult was told, and the ladder waited for this very answer.
    quiet = case.state is CaseState.OPEN and case.follow_up in (FollowUp.UNOPENED, FollowUp.OPENED)
    if unasked or quiet or urgency.rank > case.urgency.rank:
        minutes = ladder_minutes(ctx.programme, urgency)
        raised = replace(case, urgency=urgency, minutes=vars(minutes))
        happening = ladder.Confirmed() if unasked or quiet else ladder.NoteJoined(worse=True)
        await cases.tell(ctx.tx, case.id, "confirmed", ctx.now, case.helper_id, urgency=urgency.value)
        case = await case_moves.move(ctx.tx, ctx.programme, raised, happening, ctx.now)
    card = await card_for(ctx, case)
    return [UpdateCard(card) if isinstance(event, ButtonPressed) else Reply(card)]


@button("ask.yes", anyone=True)
async def ask_yes(ctx: Context, event: ButtonPressed, arguments: Arguments) -> Effects:
    """Yes, it needs an adult."""
    return await page_now(ctx, event, arguments.number(0), Urgency.SOON)


@button("ask.unsure", anyone=True)
async def ask_unsure(ctx: Context, event: ButtonPressed, arguments: Arguments) -> Effects:
    """Not sure: then an adult decides."""
    return await page_now(ctx, event, arguments.number(0), Urgency.SOON)


@button("ask.danger", anyone=True)
async def ask_danger(ctx: Context, event: ButtonPressed, arguments: Arguments) -> Effects:
    """Somebody is in danger now."""
    return await page_now(ctx, event, arguments.number(0), Urgency.IMMEDIATE)


@button("ask.no", anyone=True)
async def ask_no(ctx: Context, event: ButtonPressed, arguments: Arguments) -> Effects:
    """No. It stands in the coordinator's review list; once paged, only an adult closes it."""
    case = await own_case(ctx, event, arguments.number(0))
    if case.state is CaseState.WITHDRAWN:
        return [UpdateCard(await card_for(ctx, case))]
    if case.state is not CaseState.ASKED:
        raise Refused(Refusal.PAGED_ALREADY)
    await cases.tell(ctx.tx, case.id, "withdrawn", ctx.now, case.helper_id)
    case = await case_moves.move(ctx.tx, ctx.programme, case, ladder.Withdrawn(), ctx.now)
    return [UpdateCard(await card_for(ctx, case))]
