"""New helpers: anybody nominates themselves or somebody, lead helpers are asked, the coordinator decides."""

from handlers.cards import nominations as cards
from handlers.cards.nominations import COMMENT, REASON
from handlers.cards.roster import NAME
from handlers.chat import ButtonPressed, CommandUsed, FormErrors, FormSubmitted, OpenForm, Reply, UpdateCard
from handlers.context import Arguments, Context, Effects
from handlers.languages import mark
from handlers.refusals import Refusal, Refused
from handlers.registry import button, command, form
from handlers.roster import Details, find, note, put, welcome
from handlers.roster_rules import COORDINATORS
from handlers.supervision_rounds import mornings
from handlers.supervision_send import awake, coordinators, readers, send
from handlers.typed import Typed
from storage import nominations, roster
from storage.nominations import Nomination
from storage.words import NominationKind, NominationState, Role, View

LEADS = frozenset({Role.LEAD})
LISTED = 10
MOST = 5
"""Nominations of one person that wait at once: anybody in the workspace can write them."""
TEAM = "team"
"""Chosen where lead helpers may read a nomination too."""


# --- nominating --------------------------------------------------------------------------------


@command(
    "nominate",
    summary=mark("Nominate yourself or somebody else as a helper"),
    argument=mark("why, or nothing for a form"),
    anyone=True,
)
async def nominate(ctx: Context, event: CommandUsed) -> Effects:
    """Open the form; what was typed behind the command stands in it."""
    return [OpenForm(cards.form(ctx.say, {"reason": event.text.strip()}))]


@form("nominate", anyone=True)
async def take_nomination(ctx: Context, event: FormSubmitted, _arguments: Arguments) -> Effects:
    """Keep it for the coordinator. Its words were screened first; words that opened a case stand with it."""
    typed = Typed(event, ctx.say)
    chosen = typed.choice("kind", set(NominationKind))
    name = typed.line("name", NAME, required=True)
    reason = event.text("reason")
    if len(reason) > REASON:
        typed.refuse("reason", ctx.say("At most {most} characters, please.", most=REASON))
    readers = typed.choice("readers", {"coordinator", TEAM})
    if typed.errors:
        return [FormErrors(cards.form(ctx.say, typed.values), typed.errors)]
    kind, picked = NominationKind(chosen), typed.person("who")
    own = kind in (NominationKind.SELF, NominationKind.APPLICATION)
    user = event.user.id if own else picked
    if await nominations.count_waiting(ctx.tx, ctx.programme.id, event.user.id) >= MOST:
        return [Reply(cards.many(ctx.say))]
    known = await roster.at(ctx.tx, ctx.connection.id, user) if user else None
    if known is not None and known.roles:
        return [Reply(cards.on_the_team(ctx.say, own=own))]
    number = await nominations.add(
        ctx.tx,
        programme_id=ctx.programme.id,
        kind=kind,
        name=name,
        reason="" if ctx.raised else reason,
        connection_id=ctx.connection.id,
        user=user,
        writer=event.user.id,
        writer_id=ctx.person.id if ctx.person else None,
        shared=readers == TEAM and ctx.raised is None,
        now=ctx.now,
    )
    to = await coordinators(ctx.tx, ctx.programme)
    due = await mornings(ctx.tx, ctx.programme, to, ctx.now)
    await send(ctx.tx, ctx.programme, f"nominated:{number}", to=to, card=cards.news, now=ctx.now, due=due)
    return [Reply(cards.thanks(ctx.say))]


# --- what coordinators do ------------------------------------------------------------------------


async def listing(ctx: Context) -> Effects:
    """Who waits for a decision."""
    found = await nominations.waiting(ctx.tx, ctx.programme.id, LISTED)
    total = await nominations.count_waiting(ctx.tx, ctx.programme.id)
    return [Reply(cards.listing(ctx.say, found, total), fleeting=True)]


@button("nominations", roles=COORDINATORS)
async def show_list(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """Who waits for a decision."""
    return await listing(ctx)


@button("nomination.pick", roles=COORDINATORS)
async def pick(ctx: Context, event: ButtonPressed, _arguments: Arguments) -> Effects:
    """One of them, with the reason and what lead helpers think."""
    return await _show(ctx, Arguments((event.value,)).number(0))


@button("nomination", roles=COORDINATORS)
async def show(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """The same from a message."""
    return await _show(ctx, arguments.number(0))


async def _show(ctx: Context, number: int) -> Effects:
    found = await _find(ctx, number)
    said = await nominations.opinions(ctx.tx, found.id)
    await note(ctx, "nomination_shown", f"nomination:{found.id}")
    return [Reply(cards.one(ctx.say, found, said), fleeting=True)]


async def _find(ctx: Context, number: int) -> Nomination:
    found = await nominations.get(ctx.tx, ctx.programme.id, number)
    if found is None:
        raise Refused(Refusal.NOT_FOUND)
    return found


async def _undecided(ctx: Context, number: int) -> Nomination:
    found = await _find(ctx, number)
    if found.state is not NominationState.WAITING:
        raise Refused(Refusal.CHANGED)
    return found


@button("nomination.accept", roles=COORDINATORS)
async def accept(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Put them on the roster as a helper, and welcome them."""
    found = await _undecided(ctx, arguments.number(0))
    await nominations.decide(ctx.tx, found.id, NominationState.ACCEPTED, by=ctx.member.id, now=ctx.now)
    known = await roster.at(ctx.tx, found.connection_id, found.user) if found.user else None
    if known is None:
        details = Details(found.name, "", "")
        entry = await put(ctx, None, details, {Role.HELPER}, keep=False)
        if found.user:
            await roster.set_account(ctx.tx, entry.id, found.connection_id, found.user)
            entry = await find(ctx, entry.id)
        await welcome(ctx, entry, Role.HELPER)
        known = entry
    await note(ctx, "nomination_accepted", f"person:{known.id}")
    return [UpdateCard(cards.accepted(ctx.say, known))]


@button("nomination.later", roles=COORDINATORS)
async def not_now(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Not now. Nobody is told by the bot."""
    found = await _undecided(ctx, arguments.number(0))
    await nominations.decide(ctx.tx, found.id, NominationState.NOT_NOW, by=ctx.member.id, now=ctx.now)
    await note(ctx, "nomination_not_now", f"nomination:{found.id}")
    return [UpdateCard(cards.not_now(ctx.say, found.name))]


@button("nomination.ask", roles=COORDINATORS)
async def ask_leads(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Ask lead helpers, if whoever wrote it agreed that they read it."""
    found = await _undecided(ctx, arguments.number(0))
    if not found.shared:
        raise Refused(Refusal.NOT_SHARED)
    leads = [
        lead
        for lead in await readers(ctx.tx, ctx.programme, LEADS)
        if lead.to.user not in (found.user, found.writer)
    ]
    await send(
        ctx.tx,
        ctx.programme,
        f"nomination:{found.id}",
        to=[lead.to for lead in leads],
        card=lambda say: cards.ask(say, found.id),
        now=ctx.now,
        due={lead.id: awake(lead.wish, ctx.local_zone, ctx.now) for lead in leads},
    )
    await nominations.ask_leads(ctx.tx, found.id, ctx.now)
    return [Reply(cards.asked(ctx.say, len(leads)))]


# --- what lead helpers do ------------------------------------------------------------------------


async def _for_leads(ctx: Context, number: int) -> Nomination:
    """A nomination that lead helpers were asked about, and that is still open."""
    found = await _find(ctx, number)
    if not found.shared or found.asked_leads_at is None:
        raise Refused(Refusal.NOT_FOUND)
    if found.state is not NominationState.WAITING:
        raise Refused(Refusal.CHANGED)
    return found


@button("nomination.read", roles=LEADS)
async def read(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """The name and the reason, as a private answer."""
    found = await _for_leads(ctx, arguments.number(0))
    await note(ctx, "nomination_shown", f"nomination:{found.id}")
    return [Reply(cards.for_lead(ctx.say, found), fleeting=True)]


@button("nomination.view", roles=LEADS)
async def open_view(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """What do you think?"""
    found = await _for_leads(ctx, arguments.number(0))
    return [OpenForm(cards.view_form(ctx.say, found.id, {}))]


@form("nomination.view", roles=LEADS)
async def take_view(ctx: Context, event: FormSubmitted, arguments: Arguments) -> Effects:
    """Keep it for the coordinator; words that opened a case stand with the case."""
    found = await _for_leads(ctx, arguments.number(0))
    typed = Typed(event, ctx.say)
    view = typed.choice("view", set(View))
    comment = typed.line("comment", COMMENT)
    if typed.errors:
        return [FormErrors(cards.view_form(ctx.say, found.id, typed.values), typed.errors)]
    kept = "" if ctx.raised else comment
    await nominations.give_view(ctx.tx, found.id, ctx.member.id, view=View(view), comment=kept, now=ctx.now)
    return [Reply(cards.view_kept(ctx.say))]
