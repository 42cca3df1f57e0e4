"""``/requests``: staff ask for help, helpers take it and give it back; asked again where nobody does.

First those whose offer fits are asked; after a day everybody; after another day whoever asked, and the
coordinators, are told. What is written goes to many, so words that raise a concern are not passed on.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.cards import help_requests as cards
from handlers.cards import matching
from handlers.chat import ButtonPressed, CommandUsed, FormErrors, FormSubmitted, OpenForm, Reply, UpdateCard
from handlers.context import Arguments, Context, Effects
from handlers.languages import mark
from handlers.refusals import Refusal, Refused
from handlers.registry import button, command, form
from handlers.supervision_rounds import mornings
from handlers.supervision_send import Reader, awake, coordinators, readers, send
from handlers.typed import Typed
from storage import help_requests as stored
from storage import pairing, programmes, supervision_people
from storage.db import Tx
from storage.help_requests import HelpRequest
from storage.people import ADULTS
from storage.programmes import Programme
from storage.words import HELPING

BUMP = timedelta(days=1)
"""How long nobody may answer before it is asked for again."""


@command("requests", summary=mark("Help that is looked for, to take or to ask for"), roles=HELPING | ADULTS)
async def show(ctx: Context, _event: CommandUsed) -> Effects:
    """All that is open."""
    return [await _listing(ctx)]


@button("requests", roles=HELPING | ADULTS)
async def show_again(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """The same from a button."""
    return [await _listing(ctx)]


async def _listing(ctx: Context) -> Reply:
    found = await stored.still_open(ctx.tx, ctx.programme.id)
    names = await supervision_people.names(ctx.tx, ctx.programme.id)
    card = cards.listing(ctx.say, found, names, staff=ctx.member.is_adult, reader=ctx.member.id)
    return Reply(card)


@button("request.open", roles=HELPING | ADULTS)
async def show_one(ctx: Context, event: ButtonPressed, _arguments: Arguments) -> Effects:
    """One of them."""
    found = await _get(ctx, Arguments((event.value,)).number(0))
    return [Reply(cards.one(ctx.say, found, staff=ctx.member.is_adult, reader=ctx.member.id))]


async def _get(ctx: Context, request_id: int) -> HelpRequest:
    found = await stored.get(ctx.tx, ctx.programme.id, request_id)
    if found is None:
        raise Refused(Refusal.NOT_FOUND)
    return found


# --- asking ------------------------------------------------------------------------------------


@button("request.new", roles=ADULTS)
async def open_form(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """What is needed?"""
    return [OpenForm(cards.form(ctx.say, {}))]


@form("request.new", roles=ADULTS)
async def take_form(ctx: Context, event: FormSubmitted, _arguments: Arguments) -> Effects:
    """Post it, and ask those whom it fits."""
    typed = Typed(event, ctx.say)
    text = typed.line("text", cards.TEXT, required=True)
    if ctx.raised is not None:
        typed.refuse("text", ctx.say("This raises a concern, so it goes to no helper. Please word it again."))
    if typed.errors:
        return [FormErrors(cards.form(ctx.say, typed.values), typed.errors)]
    subject, time = event.text("subject"), event.text("time")
    number = await stored.add(
        ctx.tx,
        ctx.programme.id,
        text=text,
        subject=subject if subject in matching.SUBJECTS else "",
        time=time if time in matching.TIMES else "",
        posted_by=ctx.member.id,
        now=ctx.now,
        next_at=ctx.now + BUMP,
    )
    found = await _get(ctx, number)
    asked = await _ask(ctx.tx, ctx.programme, found, ctx.now)
    return [Reply(cards.posted(ctx.say, asked))]


async def _ask(
    tx: Tx, programme: Programme, request: HelpRequest, now: datetime, *, but: int | None = None
) -> int:
    """Ask those whom it fits at first, later everybody who is not on a break. Returns how many."""
    around = [
        each
        for each in await readers(tx, programme, HELPING)
        if each.id != but and not each.wish.is_paused(now)
    ]
    first = request.step == 0
    to = (await _fitting(tx, programme, request, around) if first else []) or around
    zone = ZoneInfo(programme.time_zone)
    if first:  # somebody asks now, so it waits for nobody's holiday to end
        due = {each.id: awake(each.wish, zone, now) for each in to}
    else:
        due = await mornings(tx, programme, [each.to for each in to], now)
    await send(
        tx,
        programme,
        f"request:{request.id}:{request.turn}:{request.step}",
        to=[each.to for each in to],
        card=lambda say: cards.wanted(say, request, again=not first),
        now=now,
        due=due,
    )
    return len(to)


async def _fitting(
    tx: Tx, programme: Programme, request: HelpRequest, around: Sequence[Reader]
) -> list[Reader]:
    fits = {
        offer.helper_id
        for offer in await pairing.offers(tx, programme.id)
        if (not request.subject or request.subject in offer.wishes.subjects)
        and (not request.time or request.time in offer.wishes.times)
    }
    return [each for each in around if each.id in fits] if request.subject or request.time else []


# --- taking it, and giving it back -------------------------------------------------------------


@button("request.claim", roles=HELPING)
async def claim(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """The first who takes it has it; whoever asked is told who."""
    found = await _get(ctx, arguments.number(0))
    if not await stored.claim(ctx.tx, found.id, ctx.member.id, ctx.now):
        own = found.claimed_by == ctx.member.id
        return [UpdateCard(cards.claimed(ctx.say, found) if own else cards.taken(ctx.say))]
    helper = ctx.member.name
    adults = await supervision_people.recipients(ctx.tx, ctx.programme.id, ADULTS)
    to = [each for each in adults if each.person_id == found.posted_by]
    await send(
        ctx.tx,
        ctx.programme,
        f"request:{found.id}:{found.turn}:claimed",
        to=to,
        card=lambda say: cards.somebody_does_it(say, found, helper),
        now=ctx.now,
        due=await mornings(ctx.tx, ctx.programme, to, ctx.now),
    )
    return [UpdateCard(cards.claimed(ctx.say, found))]


@button("request.back", roles=HELPING)
async def give_back(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """The helper cannot after all; the others are asked at once."""
    found = await _get(ctx, arguments.number(0))
    if found.claimed_by != ctx.member.id or found.closed_at is not None:
        raise Refused(Refusal.NOT_FOUND)
    await stored.give_back(ctx.tx, found.id, ctx.now + BUMP)
    await _ask(ctx.tx, ctx.programme, await _get(ctx, found.id), ctx.now, but=ctx.member.id)
    return [UpdateCard(cards.given_back(ctx.say))]


@button("request.done", roles=HELPING | ADULTS)
async def done(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """It is done, as the helper who has it says; or an adult closes it."""
    found = await _get(ctx, arguments.number(0))
    if not ctx.member.is_adult and found.claimed_by != ctx.member.id:
        raise Refused(Refusal.NOT_FOUND)
    if found.closed_at is None:
        await stored.close(ctx.tx, found.id, ctx.now)
        await _tell_who_has_it(ctx, found)
    return [UpdateCard(cards.done(ctx.say))]


async def _tell_who_has_it(ctx: Context, found: HelpRequest) -> None:
    """To the helper under whom an adult has closed it, so that nobody prepares for nothing."""
    if found.claimed_by in (None, ctx.member.id):
        return
    every = await readers(ctx.tx, ctx.programme, HELPING)
    to = [each for each in every if each.id == found.claimed_by]
    await send(
        ctx.tx,
        ctx.programme,
        f"request:{found.id}:{found.turn}:closed",
        to=[each.to for each in to],
        card=lambda say: cards.not_needed(say, found),
        now=ctx.now,
        due={each.id: awake(each.wish, ctx.local_zone, ctx.now) for each in to},
    )


# --- what is due -------------------------------------------------------------------------------


async def ask_due(tx: Tx, programme_id: int, request_id: int, now: datetime) -> bool:
    """Ask everybody after a day; after another one tell whoever asked, and the coordinators."""
    found = await stored.get(tx, programme_id, request_id)
    if found is None or found.next_at is None or found.next_at > now:
        return False
    programme = await programmes.get(tx, programme_id)
    if found.step == 0:
        await stored.ask_again(tx, found.id, 1, now + BUMP)
        asked = await stored.get(tx, programme_id, request_id)
        if asked is not None:
            await _ask(tx, programme, asked, now)
        return True
    await stored.ask_again(tx, found.id, found.step + 1, None)
    adults = await supervision_people.recipients(tx, programme_id, ADULTS)
    to = {each.person_id: each for each in await coordinators(tx, programme)}
    to |= {each.person_id: each for each in adults if each.person_id == found.posted_by}
    await send(
        tx,
        programme,
        f"request:{found.id}:{found.turn}:nobody",
        to=list(to.values()),
        card=lambda say: cards.nobody(say, found),
        now=now,
        due=await mornings(tx, programme, list(to.values()), now),
    )
    return True


async def take_back(tx: Tx, now: datetime) -> int:
    """Ask again for what somebody had who helps no more. Returns how many."""
    moved = 0
    for programme_id, request_id in await stored.of_those_who_left(tx):
        found = await stored.get(tx, programme_id, request_id)
        if found is None or found.claimed_by is None:  # another process was first
            continue
        await stored.give_back(tx, request_id, now + BUMP)
        programme = await programmes.get(tx, programme_id)
        await _ask(tx, programme, replace(found, turn=found.turn + 1, step=1), now)
        moved += 1
    return moved
