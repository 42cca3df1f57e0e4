"""The roster: coordinators add people; somebody with a new role is welcomed."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers import cardjson
from handlers.cards import roster as cards
from handlers.cards.roster import ALSO_CALLED, GRADE, NAME, PHONE
from handlers.chat import ButtonPressed, FormErrors, FormSubmitted, OpenForm, Reply
from handlers.context import Arguments, Context, Effects
from handlers.languages import say_in
from handlers.refusals import Refusal, Refused
from handlers.registry import button, form
from handlers.roster_rules import COORDINATORS, hand_on_cases, stops_being_adult, why_not
from handlers.supervision_send import awake
from handlers.typed import Typed
from storage import events, outbox, people, roster, supervision_people, supervision_rounds
from storage.db import Tx
from storage.outbox import NewMessage
from storage.people import ADULTS, AROUND
from storage.programmes import Programme
from storage.roster import Entry
from storage.words import HELPING, Lane, Role


@dataclass(frozen=True)
class Details:
    """What is kept about somebody, as it was typed."""

    name: str
    phone: str
    also_called: str
    grade: str = ""


def read_details(typed: Typed, *, phone_required: bool = False) -> Details:
    """Name, phone, what somebody is called and their grade, out of a form that has them."""
    return Details(
        typed.line("name", NAME, required=True),
        typed.phone("phone", PHONE, required=phone_required),
        typed.names("also_called", ALSO_CALLED),
        typed.line("grade", GRADE),
    )


# --- adding somebody ---------------------------------------------------------------------------


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
        typed.refuse("role", await why_not(ctx.tx, ctx.programme.id, ctx.say, known, {Role(chosen)}))
    if typed.errors:
        return [FormErrors(cards.form(ctx.say, typed.values), typed.errors)]
    role = Role(chosen)
    phone_kept = not details.phone or role not in HELPING
    if role in HELPING:
        details = Details(details.name, "", "")  # no more is kept of a young person than is needed
    if known is not None and stops_being_adult(known, {role}):
        await hand_on_cases(ctx.tx, ctx.programme, known.id, ctx.now)
    # An account that is known stays beside others of the same person.
    entry = await put(ctx, known, details, {role}, user=None if known else user, keep=True)
    await note(ctx, "roster_changed" if known else roster.ADDED, f"person:{entry.id}")
    was = known.roles if known else frozenset[Role]()
    if role not in was:
        await welcome(ctx, entry, role)
    card = cards.added(ctx.say, entry, role, known=known is not None, was=was, phone_kept=phone_kept)
    return [Reply(card)]


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
                details.name,
                details.phone or known.phone,
                details.also_called or known.also_called,
                details.grade or known.grade,
            )
        if known.roles & ADULTS - set(roles):  # what waits for their morning is for who has that role
            await supervision_rounds.forget_all_waiting(ctx.tx, person_id, ctx.now)
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
    if entry.id != ctx.member.id:
        await welcome_all(ctx.tx, ctx.programme, [(entry, role)], ctx.now, here=ctx.connection.id)


async def welcome_all(
    tx: Tx, programme: Programme, new: Sequence[tuple[Entry, Role]], now: datetime, *, here: int = 0
) -> None:
    """The same for several, each at their account on the connection ``here``, or else their first one."""
    messages, zone = [], ZoneInfo(programme.time_zone)
    for entry, role in new:
        if not entry.accounts:
            continue
        wish = await supervision_people.wish(tx, entry.id)
        own = entry.account(here)
        connection, user = (here, own) if own else entry.accounts[0]
        language = await people.locale(tx, entry.id) or programme.locale
        messages.append(
            NewMessage(
                key=f"welcome:{entry.id}:{role.value}",
                lane=Lane.REST,
                connection_id=connection,
                user=user,
                person_id=entry.id,
                card=cardjson.dump(cards.welcome(say_in(language), programme, role)),
                # The adults may be paged from now on; nobody else is woken to read that they are welcome.
                due_at=now if role in AROUND else awake(wish, zone, now),
            )
        )
    await outbox.add(tx, messages, now)


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
