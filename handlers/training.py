"""``/training``: what helpers have and what is due; who records it, and what services ask for."""

from collections.abc import Collection
from datetime import date

from handlers import trainings
from handlers.cards import training as cards
from handlers.cards.training import LISTED, PICKED, Team
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
from handlers.languages import mark
from handlers.meetings_due import RUNNING
from handlers.refusals import Refusal, Refused
from handlers.registry import button, command, form
from handlers.roster import note
from handlers.training_needs import CERTIFICATE, Module, months_later
from handlers.typed import Typed
from storage import people as stored_people
from storage import training
from storage.people import ADULTS
from storage.roster import Entry
from storage.training import Training
from storage.words import Role


@command("training", summary=mark("Your training: what you have, and what is due"))
async def show(ctx: Context, _event: CommandUsed) -> Effects:
    """One's own training; the team's, for those who look after it."""
    return [Reply(await _team(ctx) if ctx.member.roles & ADULTS else await _own(ctx))]


async def _own(ctx: Context, news: str = "") -> Card:
    """One's own; a lead helper also records there who took part in a training."""
    found = await trainings.own(ctx.tx, ctx.programme, ctx.member.id, ctx.now)
    wanted = await trainings.suggested(ctx.tx, ctx.programme, ctx.member.id, ctx.now)
    pages = _pages(await _recordable(ctx)) if Role.LEAD in ctx.member.roles else []
    return cards.own(ctx.say, found, wanted, pages, news)


async def _team(ctx: Context, news: str = "") -> Card:
    stands = await trainings.by_helper(ctx.tx, ctx.programme, ctx.now)
    certificates = [
        (await stored_people.name(ctx.tx, each.person_id), each)
        for each in await trainings.certificates(ctx.tx, ctx.programme)
    ]
    team = Team(
        helpers=len(stands),
        complete=sum(1 for _, each in stands if not each.due),
        ending=await trainings.ending(ctx.tx, ctx.programme, ctx.now),
        suggested=await trainings.suggested_to_team(ctx.tx, ctx.programme, ctx.now),
        needed=await training.needed(ctx.tx, ctx.programme.id),
        certificates=tuple(certificates),
    )
    return cards.team(ctx.say, team, _pages([entry for entry, _ in stands]), news)


def _pages(everybody: list[Entry]) -> list[tuple[str, str]]:
    """The first and the last name of each form that everybody fits in."""
    starts = range(0, len(everybody), PICKED)
    return [(everybody[at].name, everybody[min(at + PICKED, len(everybody)) - 1].name) for at in starts]


@button("training.read")
async def read(ctx: Context, event: ButtonPressed, _arguments: Arguments) -> Effects:
    """What a module is about."""
    if event.value not in set(Module):
        raise Refused(Refusal.OLD_BUTTON)
    return [Reply(cards.module(ctx.say, Module(event.value)))]


@button("training.who", roles=ADULTS)
async def who(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Who has what, a page at a time."""
    stands = await trainings.by_helper(ctx.tx, ctx.programme, ctx.now)
    pages = max(1, -(-len(stands) // LISTED))
    page = min(arguments.number_or_none(0) or 0, pages - 1)
    shown = stands[page * LISTED : (page + 1) * LISTED]
    card = cards.who(ctx.say, shown, page=page, pages=pages)
    return [UpdateCard(card) if arguments.words else Reply(card)]


# --- recording -----------------------------------------------------------------------------------


async def _recordable(ctx: Context) -> list[Entry]:
    """Whose training one may record: adults everybody's, a lead everybody's but their own."""
    found = await trainings.helpers(ctx.tx, ctx.programme)
    return found if ctx.member.is_adult else [entry for entry in found if entry.id != ctx.member.id]


@button("training.record", roles=RUNNING)
async def open_record(ctx: Context, event: ButtonPressed, arguments: Arguments) -> Effects:
    """Who completed which module; of many helpers, the part of the list that was chosen."""
    page = (Arguments((event.value,)) if event.value else arguments).number_or_none(0) or 0
    offered = await _offered(ctx, page)
    values = {"day": trainings.today(ctx.programme, ctx.now).isoformat()}
    return [OpenForm(cards.record_form(ctx.say, page, offered, values, ()))]


async def _offered(ctx: Context, page: int) -> list[Entry]:
    offered = (await _recordable(ctx))[page * PICKED : (page + 1) * PICKED]
    if not offered:
        raise Refused(Refusal.NO_HELPERS)
    return offered


def _offered_again(everybody: list[Entry], page: int, chosen: Collection[int]) -> list[Entry]:
    """A part of the list, with whoever was chosen although they stand in another part by now."""
    part = everybody[page * PICKED : (page + 1) * PICKED]
    ticked = [entry for entry in everybody if entry.id in chosen][:PICKED]
    others = [entry for entry in part if entry.id not in chosen]
    offered = {entry.id for entry in [*ticked, *others][:PICKED]}
    return [entry for entry in everybody if entry.id in offered]


@form("training.record", roles=RUNNING)
async def take_record(ctx: Context, event: FormSubmitted, arguments: Arguments) -> Effects:
    """Keep it, for one or for many."""
    page = arguments.number(0)
    everybody = await _recordable(ctx)
    typed = Typed(event, ctx.say)
    module = typed.choice("module", set(Module))
    # Not only of its part of the list: if somebody was added meanwhile, the parts have shifted.
    ticked = set(event.choices("people"))
    chosen = [entry.id for entry in everybody if str(entry.id) in ticked]
    if not chosen:
        typed.refuse("people", ctx.say("Please choose somebody."))
    day = _day(ctx, typed)
    trainer = typed.line("trainer", cards.TRAINER, required=True)
    months = typed.choice("months", {str(each) for each in cards.MONTHS})
    if typed.errors:
        again = cards.record_form(
            ctx.say, page, _offered_again(everybody, page, chosen), typed.values, event.choices("people")
        )
        return [FormErrors(again, typed.errors)]
    expires = months_later(day, int(months)) if int(months) else None
    done = [
        Training(person_id=each, module=module, title="", trainer=trainer, done_on=day, expires_on=expires)
        for each in chosen
    ]
    await training.record_all(ctx.tx, ctx.programme.id, done, recorded_by=ctx.member.id, now=ctx.now)
    await note(ctx, "training_recorded", f"programme:{ctx.programme.id}")
    news = ctx.say("Recorded: {count}.", count=len(done))
    return [Reply(await _team(ctx, news) if ctx.member.is_adult else await _own(ctx, news))]


def _day(ctx: Context, typed: Typed) -> date:
    """The day on which something was completed, which is not to come."""
    today = trainings.today(ctx.programme, ctx.now)
    try:
        day = date.fromisoformat(typed.line("day", cards.DAY, required=True))
    except ValueError:
        typed.refuse("day", ctx.say("Please write a date like {example}.", example=today.isoformat()))
        return today
    if day > today:
        typed.refuse("day", ctx.say("That day is still to come."))
    return day


@button("training.certificate", roles=ADULTS)
async def open_certificate(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """One's own certificate as an adult."""
    return [OpenForm(cards.certificate_form(ctx.say, {}))]


@form("training.certificate", roles=ADULTS)
async def take_certificate(ctx: Context, event: FormSubmitted, _arguments: Arguments) -> Effects:
    """Keep it on record."""
    typed = Typed(event, ctx.say)
    title = typed.line("title", cards.TITLE, required=True)
    trainer = typed.line("trainer", cards.TRAINER, required=True)
    day = _day(ctx, typed)
    months = typed.choice("months", {str(each) for each in cards.MONTHS})
    if typed.errors:
        return [FormErrors(cards.certificate_form(ctx.say, typed.values), typed.errors)]
    done = Training(
        person_id=ctx.member.id,
        module=CERTIFICATE,
        title=title,
        trainer=trainer,
        done_on=day,
        expires_on=months_later(day, int(months)) if int(months) else None,
    )
    await training.record_all(ctx.tx, ctx.programme.id, [done], recorded_by=ctx.member.id, now=ctx.now)
    await note(ctx, "certificate_recorded", f"person:{ctx.member.id}")
    return [Reply(await _team(ctx, ctx.say("Your certificate is on record.")))]


# --- what services ask for -----------------------------------------------------------------------


@button("training.services", roles=ADULTS)
async def services(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """The services and what they ask for."""
    needed = await training.needed(ctx.tx, ctx.programme.id)
    return [Reply(cards.services(ctx.say, list(ctx.programme.services["on"]), needed))]


@button("training.needs", roles=ADULTS)
async def open_needs(ctx: Context, event: ButtonPressed, _arguments: Arguments) -> Effects:
    """Which modules does a service ask for?"""
    if event.value not in ctx.programme.services["on"]:
        raise Refused(Refusal.NOT_FOUND)
    needed = await training.needed(ctx.tx, ctx.programme.id)
    modules = sorted(needed.get(event.value, ()))
    return [OpenForm(cards.needs_form(ctx.say, event.value, modules))]


@form("training.needs", roles=ADULTS)
async def take_needs(ctx: Context, event: FormSubmitted, arguments: Arguments) -> Effects:
    """Keep it. A check-in without the module is taken all the same, and shown to coordinators."""
    service = arguments.word(0)
    if service not in ctx.programme.services["on"]:
        raise Refused(Refusal.NOT_FOUND)
    modules = [each for each in event.choices("modules") if each in set(Module)]
    await training.set_needed(ctx.tx, ctx.programme.id, service, modules)
    await note(ctx, "training_needs_changed", f"programme:{ctx.programme.id}")
    return [Reply(await _team(ctx, ctx.say("Saved.")))]
