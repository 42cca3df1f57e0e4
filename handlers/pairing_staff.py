"""``/pair``: a coordinator enters peers, decides on suggestions, and lets pairs end well.

Nobody is paired by itself, and who is paired stays so until somebody says otherwise.
"""

import asyncio
from datetime import timedelta

from handlers import pairing, peer_codes
from handlers.cards import pairing as cards
from handlers.cards.paging import part_of
from handlers.chat import (
    ButtonPressed,
    Card,
    CommandUsed,
    Event,
    FormErrors,
    FormSubmitted,
    OpenForm,
    Reply,
    UpdateCard,
    action,
)
from handlers.context import Arguments, Context, Effects
from handlers.languages import mark
from handlers.pairing import Misfit, Suggestion
from handlers.pairing_ends import end_pairing, tell_helper
from handlers.pairing_offers import read_wishes
from handlers.refusals import Refusal, Refused
from handlers.registry import Said, button, command, form
from handlers.roster import note
from handlers.roster_rules import COORDINATORS
from storage import checkins, peers, supervision_people
from storage import pairing as stored
from storage.pairing import Need, Wishes
from storage.words import About

NOT_NOW = timedelta(days=7)
LISTED = 20


@command("pair", summary=mark("Pair peers with helpers, for coordinators"), roles=COORDINATORS)
async def start(ctx: Context, _event: CommandUsed) -> Effects:
    """Who waits, and what can be done."""
    pairing.get_ready()
    return [Reply(await _overview(ctx))]


@button("pair", roles=COORDINATORS)
async def show(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """The same from a button."""
    pairing.get_ready()
    return [Reply(await _overview(ctx))]


async def _overview(ctx: Context, news: str = "") -> Card:
    offers = await stored.offers(ctx.tx, ctx.programme.id)
    told = {offer.helper_id for offer in offers}
    return cards.overview(
        ctx.say,
        await stored.waiting(ctx.tx, ctx.programme.id),
        pairs=len(await stored.open_pairs(ctx.tx, ctx.programme.id)),
        free=sum(max(0, offer.places - offer.taken) for offer in offers),
        silent=[
            name for number, name in await stored.helpers(ctx.tx, ctx.programme.id) if number not in told
        ],
        zone=ctx.local_zone,
        now=ctx.now,
        news=news,
    )


# --- what a peer looks for ---------------------------------------------------------------------


def _says(_event: Event, _arguments: Arguments) -> Said:
    return Said(about=About.SOMEBODY_ELSE)


@button("pair.add", roles=COORDINATORS)
async def open_new(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """The form for a peer who looks for a helper."""
    return [OpenForm(cards.need_form(ctx.say, action("pair.add"), Wishes()))]


@form("pair.add", roles=COORDINATORS, says=_says)
async def take_new(ctx: Context, event: FormSubmitted, _arguments: Arguments) -> Effects:
    """Put a peer on the waiting list. What is typed for a code and is none may be a name: it goes nowhere."""
    wishes, typed = read_wishes(event), event.text("code")
    code = await (
        peer_codes.named(ctx.tx, ctx.programme.id, typed)
        if typed
        else peer_codes.unused(ctx.tx, ctx.programme.id)
    )
    if code is None:
        again = cards.need_form(ctx.say, event.form, wishes)
        text = ctx.say("Please use a code such as P-7K2M, never a name. What stood here was not kept.")
        return [FormErrors(again, {"code": text}, forget=frozenset({"code"}))]
    peer_id = await checkins.find_peer(ctx.tx, ctx.programme.id, code)
    peer_id = peer_id or await checkins.add_peer(ctx.tx, ctx.programme.id, code, ctx.now)
    paired, _ = await peers.helpers_of(ctx.tx, peer_id)
    await stored.keep_need(ctx.tx, peer_id, wishes)
    if not paired:
        await stored.wait(ctx.tx, peer_id, ctx.now)
    await note(ctx, "peer_entered", f"peer:{code}")
    news = "" if paired else ctx.say("{code} is on the waiting list.", code=code)
    return [Reply(await _need_card(ctx, peer_id, news))]


async def _need(ctx: Context, peer_id: int) -> Need:
    found = await stored.need_of(ctx.tx, ctx.programme.id, peer_id)
    if found is None:
        raise Refused(Refusal.NOT_FOUND)
    return found


async def _need_card(ctx: Context, peer_id: int, news: str = "") -> Card:
    found = await _need(ctx, peer_id)
    names = await supervision_people.names(ctx.tx, ctx.programme.id, found.not_with)
    return cards.need(ctx.say, found, list(names.values()), news)


@button("pair.open", roles=COORDINATORS)
async def show_need(ctx: Context, event: ButtonPressed, _arguments: Arguments) -> Effects:
    """One of those who wait."""
    return [Reply(await _need_card(ctx, Arguments((event.value,)).number(0)))]


@button("pair.change", roles=COORDINATORS)
async def open_change(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """What they look for, to be changed."""
    found = await _need(ctx, arguments.number(0))
    form_id = action("pair.change", found.peer_id)
    return [OpenForm(cards.need_form(ctx.say, form_id, found.wishes, new=False))]


@form("pair.change", roles=COORDINATORS)
async def take_change(ctx: Context, event: FormSubmitted, arguments: Arguments) -> Effects:
    """Keep the change."""
    found = await _need(ctx, arguments.number(0))
    await stored.keep_need(ctx.tx, found.peer_id, read_wishes(event))
    return [Reply(await _need_card(ctx, found.peer_id))]


@button("pair.apart", roles=COORDINATORS)
async def open_apart(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Helpers to keep a peer apart from."""
    found = await _need(ctx, arguments.number(0))
    helpers = await stored.helpers(ctx.tx, ctx.programme.id)
    if not helpers:
        return [Reply(await _need_card(ctx, found.peer_id))]
    return [OpenForm(cards.apart_form(ctx.say, found.peer_id, helpers, found.not_with))]


@form("pair.apart", roles=COORDINATORS)
async def take_apart(ctx: Context, event: FormSubmitted, arguments: Arguments) -> Effects:
    """Keep them apart; a pair that stands already is left to be decided on."""
    found = await _need(ctx, arguments.number(0))
    helpers = await stored.helpers(ctx.tx, ctx.programme.id)
    offered = [number for number, _ in helpers[: cards.APART_LISTED]]
    words = {word for name in event.values for word in event.choices(name)}
    chosen = [number for number in offered if str(number) in words]
    await stored.keep_apart(ctx.tx, found.peer_id, chosen, offered=offered)
    await note(ctx, "kept_apart", f"peer:{found.code}")
    return [Reply(await _need_card(ctx, found.peer_id))]


@button("pair.unlist", roles=COORDINATORS)
async def unlist(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """A peer looks for nobody any more."""
    found = await _need(ctx, arguments.number(0))
    await stored.stop_waiting(ctx.tx, found.peer_id)
    await note(ctx, "waits_no_more", f"peer:{found.code}")
    news = ctx.say("{code} is off the waiting list.", code=found.code)
    return [UpdateCard(await _overview(ctx, news))]


# --- suggestions, one after the other ----------------------------------------------------------


@button("pair.suggest", roles=COORDINATORS, loads=pairing.solver)
async def suggest(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """The first suggestion of the best way to pair everybody who waits."""
    return [Reply(await _next(ctx))]


async def _next(ctx: Context, news: str = "") -> Card:
    waiting = await stored.waiting(ctx.tx, ctx.programme.id, ctx.now)
    offers = await stored.offers(ctx.tx, ctx.programme.id)
    found = await asyncio.to_thread(pairing.suggest, waiting, offers, ctx.now, ctx.programme.locale[:2])
    if not found:
        return cards.no_suggestion(ctx.say, waiting=len(waiting), news=news)
    names = await supervision_people.names(ctx.tx, ctx.programme.id, [found[0].offer.helper_id])
    helper = names.get(found[0].offer.helper_id, "")
    return cards.suggestion(ctx.say, found[0], helper, more=len(found) - 1, news=news)


@button("pair.yes", roles=COORDINATORS, loads=pairing.solver)
async def accept(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Pair them, and show the next suggestion."""
    return [UpdateCard(await _pair(ctx, arguments.number(0), arguments.number(1)))]


@button("pair.pick", roles=COORDINATORS, loads=pairing.solver)
async def pick(ctx: Context, event: ButtonPressed, _arguments: Arguments) -> Effects:
    """Pair a peer with the helper who was chosen from the list."""
    peer, _, rest = event.value.partition("-")
    helper, _, although = rest.partition("-")
    chosen = Arguments((peer, helper))
    card = await _pair(ctx, chosen.number(0), chosen.number(1), although=although == cards.ALTHOUGH)
    return [UpdateCard(card)]


async def _pair(ctx: Context, peer_id: int, helper_id: int, *, although: bool = False) -> Card:
    """Pair two. ``although``: a coordinator chose somebody who does not fit, and was told why not."""
    await stored.take_turns(ctx.tx, peer_id, helper_id)
    found = await _need(ctx, peer_id)
    # It may have changed since the card was made: a place taken, somebody kept apart, another decision.
    late = found.waiting_since is None or not await _can_take(ctx, helper_id, although=although)
    if late or helper_id in found.not_with:
        return await _next(ctx, ctx.say("That was changed meanwhile, so nobody was paired."))
    pair_id = await stored.pair(ctx.tx, ctx.programme.id, peer_id=peer_id, helper_id=helper_id, now=ctx.now)
    await note(ctx, "paired", f"peer:{found.code}")
    await tell_helper(ctx, helper_id, f"paired:{pair_id}", lambda say: cards.new_peer(say, pair_id, found))
    return await _next(ctx, ctx.say("{code} is paired.", code=found.code))


async def _can_take(ctx: Context, helper_id: int, *, although: bool) -> bool:
    if although:
        return helper_id in dict(await stored.helpers(ctx.tx, ctx.programme.id))
    offers = await stored.offers(ctx.tx, ctx.programme.id)
    return any(each.helper_id == helper_id and each.taken < each.places for each in offers)


@button("pair.other", roles=COORDINATORS)
async def other(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Everybody, to choose from: who fits first, then who does not, with why not."""
    found, start = await _need(ctx, arguments.number(0)), arguments.number_or_none(1) or 0
    offers = await stored.offers(ctx.tx, ctx.programme.id)
    ranked = pairing.ranked(found, offers, ctx.now, ctx.programme.locale[:2])
    helpers = await stored.helpers(ctx.tx, ctx.programme.id)
    rest = pairing.misfits(found, offers, [number for number, _ in helpers])
    everybody: list[Suggestion | Misfit] = [*ranked, *rest]
    shown, following = part_of(everybody, start, cards.LISTED)
    card = cards.others(ctx.say, found.code, found.peer_id, shown, dict(helpers), following=following)
    return [Reply(card)]


@button("pair.later", roles=COORDINATORS, loads=pairing.solver)
async def later(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Not now: the peer goes on waiting, and is suggested again in a week."""
    found = await _need(ctx, arguments.number(0))
    await stored.put_off(ctx.tx, found.peer_id, ctx.now + NOT_NOW)
    news = ctx.say("{code} goes on waiting. I ask again in a week.", code=found.code)
    return [UpdateCard(await _next(ctx, news))]


# --- pairs -------------------------------------------------------------------------------------


@button("pair.list", roles=COORDINATORS)
async def list_pairs(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Everybody who is paired."""
    found = await stored.open_pairs(ctx.tx, ctx.programme.id)
    shown, following = part_of(found, arguments.number_or_none(0) or 0, LISTED)
    names = await supervision_people.names(ctx.tx, ctx.programme.id)
    resting = await stored.resting(ctx.tx, ctx.programme.id, ctx.now)
    return [Reply(cards.pairs(ctx.say, shown, names, resting=resting, following=following))]


@button("pair.show", roles=COORDINATORS)
async def show_pair(ctx: Context, event: ButtonPressed, _arguments: Arguments) -> Effects:
    """One pair."""
    chosen = Arguments((event.value,)).number(0)
    pairs = await stored.open_pairs(ctx.tx, ctx.programme.id)
    for found, code in pairs:
        if found.id == chosen:
            names = await supervision_people.names(ctx.tx, ctx.programme.id, [found.helper_id])
            helper = names.get(found.helper_id, "")
            rests = found.helper_id in await stored.resting(ctx.tx, ctx.programme.id, ctx.now)
            card = cards.pair(ctx.say, found, code, helper, rests=rests, zone=ctx.local_zone, now=ctx.now)
            return [Reply(card)]
    raise Refused(Refusal.NOT_FOUND)


@button("pair.end", roles=COORDINATORS)
async def end(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """A pair comes to its end: for good, or because somebody else is to help."""
    why = arguments.word(1)
    if why not in ("done", "changed"):
        raise Refused(Refusal.OLD_BUTTON)
    code, asked = await end_pairing(ctx, arguments.number(0), why=why)
    return [UpdateCard(cards.ended(ctx.say, code, waits=why == "changed", asked=asked))]
