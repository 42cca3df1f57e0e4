"""Walking a peer to an adult ("warm handoff"): with consent, told to the adults, and followed until it ends.

It never stands in a page's place: what is written in it is screened like any text, and words that open a case
stand with that case alone. Nobody is told before the peer agrees.
"""

from dataclasses import replace
from datetime import datetime, time, timedelta

from handlers import handoff_messages as messages
from handlers import rota
from handlers.cards import handoffs as cards
from handlers.cards.handoffs import CONSENT, DATE, NOTE, OUTCOME, PLANNED, WALKER, WHERE
from handlers.chat import (
    ButtonPressed,
    Card,
    Event,
    FormErrors,
    FormSubmitted,
    OpenForm,
    Reply,
    UpdateCard,
    action,
)
from handlers.context import Arguments, Context, Effects
from handlers.handoff_messages import AGAIN, REMINDERS
from handlers.peers import own_peer
from handlers.refusals import Refusal, Refused
from handlers.registry import Said, button, form
from handlers.roster import note
from handlers.supervision_send import awake, readers, send
from handlers.supervision_times import moment_of
from handlers.typed import Typed
from storage import checkins, handoffs, people, supervision_people
from storage.handoffs import Handoff
from storage.people import ADULTS
from storage.supervision_people import Recipient
from storage.words import HELPING, About

ASK_AFTER = {"now": timedelta(hours=1), "today": timedelta(hours=5), "later": timedelta(days=2)}
"""How long after it was agreed on somebody is asked whether they arrived."""
FOLLOW_UP = timedelta(days=14)
MORNING = time(8, 0)
LONGEST = timedelta(days=400)


# --- the helper asks ---------------------------------------------------------------------------


@button("handoff", roles=HELPING)
async def from_check_in(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """The form, about the one whom a check-in was with."""
    check_in_id, peer_id = await _own_check_in(ctx, arguments.number(0))
    before = await handoffs.unfinished(ctx.tx, ctx.member.id, check_in_id=check_in_id, peer_id=peer_id)
    return await _form(ctx, action("handoff", check_in_id), before)


@button("handoff.peer", roles=HELPING)
async def from_peer(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """The form, about a peer."""
    own = await own_peer(ctx, arguments.number(0))
    before = await handoffs.unfinished(ctx.tx, ctx.member.id, check_in_id=None, peer_id=own.peer_id)
    return await _form(ctx, action("handoff.peer", own.peer_id), before)


@button("handoff.again", roles=HELPING)
async def again(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """They said yes after all."""
    found = await _own(ctx, arguments.number(0))
    return await _form(ctx, action("handoff.again", found.id), found.id, consent="yes")


async def _form(ctx: Context, form_id: str, before: int | None, **chosen: str) -> Effects:
    """What the helper has written of the same walk stands in it: what is sent takes its place."""
    found = await _own(ctx, before) if before is not None else None
    names = ("consent", "planned", "walker", "note")
    values = {name: str(getattr(found, name)) for name in names} if found else {}
    return [OpenForm(cards.form(ctx.say, form_id, {**values, **chosen}))]


def _says(_event: Event, _arguments: Arguments) -> Said:
    return Said(about=About.SOMEBODY_ELSE)


def _says_of_check_in(_event: Event, arguments: Arguments) -> Said:
    return Said(about=About.SOMEBODY_ELSE, check_in=arguments.number_or_none(0))


@form("handoff", roles=HELPING, says=_says_of_check_in)
async def take_of_check_in(ctx: Context, event: FormSubmitted, arguments: Arguments) -> Effects:
    """Write it down, about the one whom a check-in was with."""
    check_in_id, peer_id = await _own_check_in(ctx, arguments.number(0))
    return await _take(ctx, event, check_in_id=check_in_id, peer_id=peer_id)


@form("handoff.peer", roles=HELPING, says=_says)
async def take_of_peer(ctx: Context, event: FormSubmitted, arguments: Arguments) -> Effects:
    """Write it down, about a peer."""
    own = await own_peer(ctx, arguments.number(0))
    return await _take(ctx, event, check_in_id=None, peer_id=own.peer_id)


@form("handoff.again", roles=HELPING, says=_says)
async def take_again(ctx: Context, event: FormSubmitted, arguments: Arguments) -> Effects:
    """Change what stands there."""
    found = await _own(ctx, arguments.number(0))
    return await _take(ctx, event, check_in_id=found.check_in_id, peer_id=found.peer_id)


async def _own_check_in(ctx: Context, check_in_id: int) -> tuple[int, int | None]:
    found = await checkins.get(ctx.tx, check_in_id, ctx.member.id)
    if found is None:
        raise Refused(Refusal.NOT_FOUND)
    peer_id = await checkins.find_peer(ctx.tx, ctx.programme.id, found.peer) if found.peer else None
    return found.id, peer_id


async def _own(ctx: Context, handoff_id: int) -> Handoff:
    found = await handoffs.get(ctx.tx, ctx.programme.id, handoff_id)
    if found is None or found.helper_id != ctx.member.id or found.outcome:
        raise Refused(Refusal.NOT_FOUND)
    return found


async def _own_agreed(ctx: Context, handoff_id: int) -> Handoff:
    found = await _own(ctx, handoff_id)
    if found.agreed_at is None:
        raise Refused(Refusal.NOT_FOUND)
    return found


async def _take(
    ctx: Context, event: FormSubmitted, *, check_in_id: int | None, peer_id: int | None
) -> Effects:
    typed = Typed(event, ctx.say)
    consent = typed.choice("consent", CONSENT)
    agreed = consent == "yes"
    planned = typed.choice("planned", PLANNED) if agreed else ""
    walker = event.text("walker")
    if typed.errors:
        return [FormErrors(cards.form(ctx.say, event.form, typed.values), typed.errors)]
    handoff_id = await handoffs.unfinished(
        ctx.tx, ctx.member.id, check_in_id=check_in_id, peer_id=peer_id
    ) or await handoffs.add(
        ctx.tx, ctx.programme.id, ctx.member.id, check_in_id=check_in_id, peer_id=peer_id, now=ctx.now
    )
    before = await _own(ctx, handoff_id)
    raised = ctx.raised.case.id if ctx.raised else before.case_id
    await handoffs.change(
        ctx.tx,
        handoff_id,
        consent=consent,
        planned=planned,
        walker=walker if walker in WALKER else "",
        # Words that opened a case stand with the case, for its adults: one of these may be in them.
        note="" if ctx.raised else event.text("note")[:NOTE],
        case_id=raised,
        agreed_at=(before.agreed_at or ctx.now) if agreed else None,
        next_at=ctx.now + ASK_AFTER[planned] if agreed else None,
        reminders=0,
    )
    found = await _own(ctx, handoff_id)
    if not agreed:
        if before.agreed_at is not None:
            await messages.tell_it_is_off(ctx.tx, ctx.programme, found, ctx.now)
        return [Reply(cards.not_yet(ctx.say, found))]
    to = await _tell_adults(ctx, f"handoff:{found.id}:{int(ctx.now.timestamp())}", found)
    names = await supervision_people.names(ctx.tx, ctx.programme.id, [each.person_id for each in to])
    return [Reply(cards.on_the_way(ctx.say, found, list(names.values()), ctx.programme.room))]


async def _tell_adults(ctx: Context, key: str, found: Handoff) -> list[Recipient]:
    to = await messages.adults(ctx.tx, ctx.programme, found, ctx.now)
    await messages.tell(ctx.tx, ctx.programme, key, to=to, walk=found, now=ctx.now)
    return to


# --- whether they arrived ----------------------------------------------------------------------


@button("handoff.there", roles=HELPING)
async def there(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """The helper says that they are there."""
    found = await _own_agreed(ctx, arguments.number(0))
    await _has_arrived(ctx, found)
    return [UpdateCard(cards.there(ctx.say))]


async def _has_arrived(ctx: Context, found: Handoff) -> None:
    """From here on only the outcome is open, and the adults are asked for it once."""
    arrived_at = found.arrived_at or ctx.now
    await handoffs.change(
        ctx.tx, found.id, arrived_at=arrived_at, next_at=ctx.now + AGAIN, reminders=REMINDERS - 1
    )


@button("handoff.no", roles=HELPING)
async def did_not_happen(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """The helper says that it came to nothing; the adults are told so, and the term's report counts it."""
    found = await _own_agreed(ctx, arguments.number(0))
    await handoffs.change(ctx.tx, found.id, outcome="did_not_come", outcome_by=ctx.member.id, next_at=None)
    await _tell_adults(ctx, f"handoff:{found.id}:no", replace(found, outcome="did_not_come"))
    return [UpdateCard(cards.did_not_happen(ctx.say))]


async def _seen(ctx: Context, handoff_id: int) -> Handoff:
    """A walk as an adult may know of it. Raises :class:`Refused` where a case about it leaves them out."""
    found = await handoffs.get(ctx.tx, ctx.programme.id, handoff_id)
    if found is None or found.agreed_at is None or ctx.member.id in await handoffs.kept_away(ctx.tx, found):
        raise Refused(Refusal.NOT_FOUND)
    return found


@button("handoff.here", roles=ADULTS)
async def here(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """The adult says that they have come; the helper is told that, and nothing more.

    It corrects a helper who said that it came to nothing, and no adult.
    """
    found = await _seen(ctx, arguments.number(0))
    if found.outcome and (found.outcome != "did_not_come" or found.outcome_by != found.helper_id):
        raise Refused(Refusal.CHANGED)
    if found.arrived_at is None or found.outcome:
        await _arrive(ctx, found)
    return [UpdateCard(await _card(ctx, found.id))]


async def _arrive(ctx: Context, found: Handoff) -> None:
    await _has_arrived(ctx, found)
    await handoffs.change(ctx.tx, found.id, outcome="", outcome_by=None)
    await note(ctx, "handoff_arrived", f"handoff:{found.id}")
    walked = [each for each in await readers(ctx.tx, ctx.programme, HELPING) if each.id == found.helper_id]
    await send(
        ctx.tx,
        ctx.programme,
        f"handoff:{found.id}:arrived",
        to=[each.to for each in walked],
        card=lambda say: cards.arrived(say, found),
        now=ctx.now,
        due={each.id: awake(each.wish, ctx.local_zone, ctx.now) for each in walked},
    )


async def _card(ctx: Context, handoff_id: int, news: str = "") -> Card:
    found = await _seen(ctx, handoff_id)
    helper = await people.name(ctx.tx, found.helper_id)
    return cards.one(ctx.say, found, helper, zone=ctx.local_zone, now=ctx.now, news=news)


# --- what came of it ---------------------------------------------------------------------------


@button("handoff.end", roles=ADULTS)
async def end(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Talked, asked to come again, or did not come."""
    outcome = arguments.word(1)
    if outcome not in OUTCOME or outcome == "referred":
        raise Refused(Refusal.OLD_BUTTON)
    found = await _unended(ctx, arguments.number(0))
    if outcome != "did_not_come" and found.arrived_at is None:
        await _arrive(ctx, found)
    await handoffs.change(ctx.tx, found.id, outcome=outcome, outcome_by=ctx.member.id, next_at=None)
    await note(ctx, "handoff_ended", f"handoff:{found.id}")
    return [UpdateCard(await _card(ctx, found.id, ctx.say("Kept. Thank you.")))]


async def _unended(ctx: Context, handoff_id: int) -> Handoff:
    found = await _seen(ctx, handoff_id)
    if found.outcome:
        raise Refused(Refusal.CHANGED)
    return found


@button("handoff.refer", roles=ADULTS)
async def open_referral(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Where to, and when it is followed up."""
    found = await _unended(ctx, arguments.number(0))
    day = rota.local_time(ctx.programme, ctx.now).date() + FOLLOW_UP
    return [OpenForm(cards.refer_form(ctx.say, action("handoff.refer", found.id), "", day.isoformat()))]


@form("handoff.refer", roles=ADULTS, screened=False)
async def take_referral(ctx: Context, event: FormSubmitted, arguments: Arguments) -> Effects:
    """Keep it; the adults are reminded on that morning."""
    found = await _unended(ctx, arguments.number(0))
    typed = Typed(event, ctx.say)
    where = typed.line("where", WHERE, required=True)
    day = typed.line("day", DATE, required=True)
    today = rota.local_time(ctx.programme, ctx.now).date()
    try:
        on = datetime.fromisoformat(day).date() if day else today
    except ValueError:
        on = today
        typed.refuse("day", ctx.say("Please write a day, such as 2026-03-09."))
    if not typed.errors and not today < on <= today + LONGEST:
        typed.refuse("day", ctx.say("Please choose a day after today, within a year."))
    if typed.errors:
        again = cards.refer_form(ctx.say, event.form, event.text("where"), event.text("day"))
        return [FormErrors(again, typed.errors)]
    if found.arrived_at is None:
        await _arrive(ctx, found)
    await handoffs.change(
        ctx.tx,
        found.id,
        outcome="referred",
        outcome_by=ctx.member.id,
        referred_to=where,
        follow_up_on=on,
        next_at=moment_of(on, MORNING, ctx.local_zone),
    )
    await note(ctx, "handoff_referred", f"handoff:{found.id}")
    return [Reply(await _card(ctx, found.id, ctx.say("Kept. Thank you.")))]


@button("handoff.followed", roles=ADULTS)
async def followed(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """A referral was followed up, or is to be asked about in a week."""
    found, answer = await _seen(ctx, arguments.number(0)), arguments.word(1)
    if found.follow_up_on is None or answer not in ("done", "week"):
        raise Refused(Refusal.OLD_BUTTON)
    on = rota.local_time(ctx.programme, ctx.now).date() + timedelta(days=7) if answer == "week" else None
    next_at = moment_of(on, MORNING, ctx.local_zone) if on else None
    await handoffs.change(ctx.tx, found.id, follow_up_on=on, next_at=next_at)
    await note(ctx, "referral_followed_up", f"handoff:{found.id}")
    return [UpdateCard(cards.followed(ctx.say, on))]


# --- looking -----------------------------------------------------------------------------------


@button("handoffs", roles=ADULTS)
async def show_all(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """Walks that are open, and referrals to follow up."""
    found = await handoffs.still_open(ctx.tx, ctx.programme.id)
    mine = [each for each in found if ctx.member.id not in await handoffs.kept_away(ctx.tx, each)]
    names = await supervision_people.names(ctx.tx, ctx.programme.id)
    return [Reply(cards.listing(ctx.say, mine, names, zone=ctx.local_zone, now=ctx.now))]


@button("handoff.open", roles=ADULTS)
async def show_one(ctx: Context, event: ButtonPressed, _arguments: Arguments) -> Effects:
    """One of them."""
    return [Reply(await _card(ctx, Arguments((event.value,)).number(0)))]


@button("handoff.note", roles=ADULTS)
async def show_note(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """What was written; each look is recorded."""
    found = await _seen(ctx, arguments.number(0))
    await note(ctx, "handoff_note_shown", f"handoff:{found.id}")
    return [Reply(cards.note(ctx.say, found), fleeting=True)]
