"""The roster: coordinators add people and see who is on it; somebody with a new role is welcomed."""

from collections.abc import Collection
from dataclasses import asdict, dataclass

from handlers import cardjson
from handlers.cards import roster as cards
from handlers.cards.roster import ALSO_CALLED, NAME, PHONE, ROLES
from handlers.cards.words import short
from handlers.chat import (
    ButtonPressed,
    Card,
    CommandUsed,
    FormErrors,
    FormSubmitted,
    OpenForm,
    Reply,
    UpdateCard,
)
from handlers.context import Arguments, Context, Effects
from handlers.languages import mark, say_in
from handlers.refusals import Refusal, Refused
from handlers.registry import button, command, form
from handlers.typed import Typed
from storage import events, outbox, people, roster
from storage.outbox import NewMessage
from storage.roster import Entry
from storage.words import HELPING, Lane, Role

COORDINATORS = frozenset({Role.COORDINATOR})
LISTED = 10


@dataclass(frozen=True)
class Details:
    """What is kept about somebody, as it was typed."""

    name: str
    phone: str
    also_called: str


def read_details(typed: Typed, *, phone_required: bool = False) -> Details:
    """Name, phone and what somebody is called, out of a form that has them."""
    return Details(
        typed.line("name", NAME, required=True),
        typed.phone("phone", PHONE, required=phone_required),
        typed.names("also_called", ALSO_CALLED),
    )


# --- the commands ------------------------------------------------------------------------------


@command(
    "roster",
    summary=mark("Who is on the team, for coordinators"),
    argument=mark("add, to add somebody"),
    roles=COORDINATORS,
)
async def show(ctx: Context, event: CommandUsed) -> Effects:
    """The list, or the form that adds somebody."""
    asked = " ".join(event.text.casefold().split())
    if asked == "add":
        return [OpenForm(cards.form(ctx.say, {}))]
    return [Reply(await _listing(ctx, 0, hint=bool(asked)))]


@button("roster.page", roles=COORDINATORS)
async def turn(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Another page of the list."""
    return [UpdateCard(await _listing(ctx, arguments.number(0)))]


async def _listing(ctx: Context, page: int, *, hint: bool = False) -> Card:
    everybody = sorted(await roster.entries(ctx.tx, ctx.programme.id), key=_rank)
    pages = max(1, -(-len(everybody) // LISTED))
    page = min(page, pages - 1)
    shown = everybody[page * LISTED : (page + 1) * LISTED]
    return cards.listing(ctx.say, shown, page=page, pages=pages, total=len(everybody), hint=hint)


def _rank(entry: Entry) -> tuple[int, str]:
    """Adults first, then by name."""
    order = list(ROLES)
    return min((order.index(role) for role in entry.roles), default=len(order)), entry.name.casefold()


@button("roster.add", roles=COORDINATORS)
async def open_form(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """The form that adds somebody."""
    return [OpenForm(cards.form(ctx.say, {}))]


@form("roster.add", roles=COORDINATORS, screened=False)
async def take_form(ctx: Context, event: FormSubmitted, _arguments: Arguments) -> Effects:
    """Add somebody, or change whoever has this account already."""
    typed = Typed(event, ctx.say)
    user = typed.person("who", required=True)
    details = read_details(typed)
    chosen = typed.choice("role", set(Role))
    known = await roster.at(ctx.tx, ctx.connection.id, user) if user else None
    if chosen in set(Role) and known is not None:
        typed.refuse("role", await _why_not(ctx, known, Role(chosen)))
    if typed.errors:
        return [FormErrors(cards.form(ctx.say, typed.values), typed.errors)]
    role = Role(chosen)
    phone_kept = not details.phone or role not in HELPING
    if role in HELPING:
        details = Details(details.name, "", "")  # no more is kept of a young person than is needed
    entry = await put(ctx, known, details, {role}, user=user, keep=True)
    await note(ctx, "roster_changed" if known else "roster_added", f"person:{entry.id}")
    was = known.roles if known else frozenset[Role]()
    if role not in was:
        await welcome(ctx, entry, role)
    card = cards.added(ctx.say, entry, role, known=known is not None, was=was, phone_kept=phone_kept)
    return [Reply(card)]


async def _why_not(ctx: Context, known: Entry, role: Role) -> str:
    """Why somebody who is on the roster cannot have this role now; empty if they can."""
    name = short(ctx.say, known.name)
    if known.roles & HELPING and role not in HELPING:
        return ctx.say(
            "{name} is a helper on this team. This role is for adults: staff, not students.", name=name
        )
    if known.roles - HELPING and role in HELPING:
        return ctx.say("{name} is one of the adults here, so they are no helper.", name=name)
    if Role.COORDINATOR in known.roles and role is not Role.COORDINATOR:
        others = await roster.entries(ctx.tx, ctx.programme.id, COORDINATORS)
        if not any(other.id != known.id and other.accounts and not other.suspended for other in others):
            return ctx.say("{name} is the only coordinator. Add another one first.", name=name)
    return ""


# --- for the set-up too ------------------------------------------------------------------------


async def put(
    ctx: Context,
    known: Entry | None,
    details: Details,
    roles: Collection[Role],
    *,
    user: str | None = None,
    keep: bool,
) -> Entry:
    """Write somebody down: whoever is ``known``, changed, or somebody new.

    ``user`` is their account here, empty if they have none; not given, it stays as it is. ``keep``: what was
    left empty of somebody known stays as it was, since the form did not show it.
    """
    if known is None:
        person_id = await people.add(ctx.tx, programme_id=ctx.programme.id, roles=roles, **asdict(details))
    else:
        person_id = known.id
        if keep:
            details = Details(
                details.name, details.phone or known.phone, details.also_called or known.also_called
            )
        await roster.change(ctx.tx, person_id, **asdict(details))
        await roster.set_roles(ctx.tx, person_id, roles)
    if user is not None:
        await roster.set_account(ctx.tx, person_id, ctx.connection.id, user)
    return await find(ctx, person_id)


async def find(ctx: Context, person_id: int) -> Entry:
    """Somebody of this programme. Raises :class:`Refused` if there is nobody of this id."""
    entry = await roster.get(ctx.tx, ctx.programme.id, person_id)
    if entry is None:
        raise Refused(Refusal.NOT_FOUND)
    return entry


async def welcome(ctx: Context, entry: Entry, role: Role) -> None:
    """Tell somebody, privately, what they are here for and what to do first; once for each role."""
    user = entry.account(ctx.connection.id)
    if not user or entry.id == ctx.member.id:
        return
    language = await people.locale(ctx.tx, entry.id) or ctx.programme.locale
    card = cards.welcome(say_in(language), ctx.programme, role)
    message = NewMessage(
        key=f"welcome:{entry.id}:{role.value}",
        lane=Lane.REST,
        connection_id=ctx.connection.id,
        user=user,
        person_id=entry.id,
        card=cardjson.dump(card),
        due_at=ctx.now,
    )
    await outbox.add(ctx.tx, [message], ctx.now)


async def note(ctx: Context, deed: str, subject: str) -> None:
    """A line in the audit trail about what the acting person did."""
    await events.audit(
        ctx.tx,
        programme_id=ctx.programme.id,
        person_id=ctx.member.id,
        deed=deed,
        subject=subject,
        now=ctx.now,
    )
