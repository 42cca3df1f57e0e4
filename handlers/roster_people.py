"""One person on the roster: changed, paused and brought back, removed, given another account."""

from dataclasses import replace

from handlers import mending
from handlers.cards import roster_people as cards
from handlers.cards.words import short
from handlers.chat import ButtonPressed, Card, FormErrors, FormSubmitted, OpenForm, Reply, UpdateCard
from handlers.context import Arguments, Context, Effects
from handlers.refusals import Refusal, Refused
from handlers.registry import button, form
from handlers.roster import find, note, put, read_details, welcome
from handlers.roster_rules import (
    COORDINATORS,
    hand_on_cases,
    is_last,
    not_together,
    stops_being_adult,
    why_not,
)
from handlers.supervision_polls import stop_reminding
from handlers.typed import Typed
from storage import pairing, people, roster
from storage.roster import Entry
from storage.words import HELPING, Role


@button("roster.pick", roles=COORDINATORS)
async def pick(ctx: Context, event: ButtonPressed, _arguments: Arguments) -> Effects:
    """Somebody chosen from the list."""
    return [Reply(await _card(ctx, await find(ctx, Arguments((event.value,)).number(0))))]


@button("roster.show", roles=COORDINATORS)
async def show(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Somebody's card again."""
    return [UpdateCard(await _card(ctx, await find(ctx, arguments.number(0))))]


async def _card(ctx: Context, entry: Entry, news: str = "") -> Card:
    may_go = not await is_last(ctx.tx, ctx.programme.id, entry)
    return cards.person(ctx.say, entry, may_go=may_go, news=news)


# --- changing ----------------------------------------------------------------------------------


@button("roster.change", roles=COORDINATORS)
async def open_change(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """The form with what is kept about somebody."""
    entry = await find(ctx, arguments.number(0))
    values = {name: str(getattr(entry, name)) for name in ("name", "phone", "also_called", "grade")}
    return [OpenForm(cards.change_form(ctx.say, entry, values, [*entry.roles]))]


@form("roster.change", roles=COORDINATORS, screened=False)
async def take_change(ctx: Context, event: FormSubmitted, arguments: Arguments) -> Effects:
    """Keep it. A new role is welcomed; whoever stops being one of the adults hands their cases on.

    Where somebody else has changed the same person since the form was opened, nothing is: whoever sends it
    sees what it is now beside what they typed, and sends that or not.
    """
    await roster.hold(ctx.tx, ctx.programme.id)
    known = await find(ctx, arguments.number(0))
    typed = Typed(event, ctx.say)
    details = read_details(typed)
    roles = frozenset(Role(word) for word in event.choices("roles") if word in set(Role))
    if not roles:
        typed.refuse("roles", ctx.say("Please choose one."))
    typed.refuse("roles", ctx.say(not_together(roles)))
    if roles:
        typed.refuse("roles", await why_not(ctx.tx, ctx.programme.id, ctx.say, known, roles))
    opened = replace(known, version=arguments.number_or_none(1) or known.version)
    if typed.errors:
        again = cards.change_form(ctx.say, opened, typed.values, event.choices("roles"))
        return [FormErrors(again, typed.errors)]
    differs = cards.changed_meanwhile(ctx.say, known, typed.values, event.choices("roles"))
    if opened.version != known.version and differs:
        again = cards.change_form(ctx.say, known, typed.values, event.choices("roles"))
        return [await mending.keep(ctx, event, FormErrors(again, differs))]
    kept_of = {"phone": "", "also_called": ""} if roles <= HELPING else {"grade": ""}
    details = replace(details, **kept_of)
    held = 0
    if stops_being_adult(known, roles):
        held = await hand_on_cases(ctx.tx, ctx.programme, known.id, ctx.now)
    entry = await put(ctx, known, details, roles, keep=False)
    await note(ctx, "roster_changed", f"person:{entry.id}")
    for role in sorted(roles - known.roles):
        if not entry.suspended:
            await welcome(ctx, entry, role)
    news = cards.handed_on(ctx.say, held) if held else ctx.say("Saved.")
    return [Reply(await _card(ctx, entry, news))]


# --- pausing, coming back, leaving -------------------------------------------------------------


async def _who_may_go(ctx: Context, person_id: int) -> Entry:
    """Somebody who can be paused or removed. Raises :class:`Refused` for the last coordinator."""
    entry = await find(ctx, person_id)
    if await is_last(ctx.tx, ctx.programme.id, entry):
        raise Refused(Refusal.LAST_COORDINATOR)
    return entry


@button("roster.pause", roles=COORDINATORS)
async def pause(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Let somebody do nothing more for now, but raise a concern. Their cases go on with the adults."""
    entry = await _who_may_go(ctx, arguments.number(0))
    held = await hand_on_cases(ctx.tx, ctx.programme, entry.id, ctx.now)
    await stop_reminding(ctx, entry.id)
    await roster.set_suspended(ctx.tx, entry.id, suspended=True)
    await note(ctx, "roster_paused", f"person:{entry.id}")
    told = ctx.say("Paused: they are asked nothing and can only raise a concern. Please tell them.")
    codes = await pairing.codes_of(ctx.tx, entry.id)
    rest = (
        [ctx.say("Their pairs rest until they are back: {codes}.", codes=", ".join(codes))] if codes else []
    )
    news = "\n".join([told, *rest, *([cards.handed_on(ctx.say, held)] if held else [])])
    return [UpdateCard(await _card(ctx, await find(ctx, entry.id), news))]


@button("roster.back", roles=COORDINATORS)
async def bring_back(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Somebody who was paused is part of the team again."""
    entry = await find(ctx, arguments.number(0))
    await roster.set_suspended(ctx.tx, entry.id, suspended=False)
    await note(ctx, roster.BACK, f"person:{entry.id}")
    codes = await pairing.codes_of(ctx.tx, entry.id)
    news = [ctx.say("They are back.")]
    if codes:
        news.append(ctx.say("Their pairs go on: {codes}.", codes=", ".join(codes)))
    return [UpdateCard(await _card(ctx, await find(ctx, entry.id), "\n".join(news)))]


@button("roster.remove", roles=COORDINATORS)
async def remove(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Take somebody off the roster, after a second tap."""
    entry = await _who_may_go(ctx, arguments.number(0))
    if arguments.words[1:] != ("yes",):
        return [UpdateCard(cards.ask_remove(ctx.say, entry))]
    held = await hand_on_cases(ctx.tx, ctx.programme, entry.id, ctx.now)
    await stop_reminding(ctx, entry.id)
    await roster.remove(ctx.tx, entry.id, ctx.now)
    await note(ctx, "roster_removed", f"person:{entry.id}")
    return [UpdateCard(cards.removed(ctx.say, entry.name, held))]


# --- two accounts ------------------------------------------------------------------------------


@button("roster.link", roles=COORDINATORS)
async def open_link(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Which account is theirs too?"""
    return [OpenForm(cards.link_form(ctx.say, await find(ctx, arguments.number(0))))]


@form("roster.link", roles=COORDINATORS)
async def take_link(ctx: Context, event: FormSubmitted, arguments: Arguments) -> Effects:
    """One person, several accounts. A helper who stood on the list twice is one from now on."""
    entry = await find(ctx, arguments.number(0))
    typed = Typed(event, ctx.say)
    user = typed.person("who", required=True)
    other = await roster.at(ctx.tx, ctx.connection.id, user) if user else None
    if other is not None:
        typed.refuse("who", _why_no_link(ctx, entry, other))
    if typed.errors:
        return [FormErrors(cards.link_form(ctx.say, entry, user), typed.errors)]
    if other is None:
        await people.add_account(ctx.tx, entry.id, ctx.connection.id, user)
    elif other.id != entry.id:
        await stop_reminding(ctx, other.id)
        await roster.merge(ctx.tx, kept=entry.id, other=other.id, now=ctx.now)
        await roster.set_roles(ctx.tx, entry.id, entry.roles | other.roles)
        await roster.set_suspended(ctx.tx, entry.id, suspended=entry.suspended or other.suspended)
    await note(ctx, "account_linked", f"person:{entry.id}")
    linked = await find(ctx, entry.id)
    if not entry.accounts:
        for role in sorted(linked.roles):
            await welcome(ctx, linked, role)
    return [Reply(await _card(ctx, linked, ctx.say("Saved.")))]


def _why_no_link(ctx: Context, entry: Entry, other: Entry) -> str:
    """Why two entries are not made one; empty if they can be."""
    if other.id == entry.id or (entry.roles | other.roles) <= HELPING:
        return ""
    return ctx.say(
        "This account is on the list as {name}. Only two helpers become one: remove {name} first.",
        name=short(ctx.say, other.name),
    )
