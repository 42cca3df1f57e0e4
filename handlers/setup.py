"""``/handrail setup``: five short forms, each saved when it is sent, and a card that says how far one is.

What else can be chosen, but need not be, opens from the same card.

Nothing is remembered of the way through: what is set says where one is, so anybody can leave and come back.
"""

from collections.abc import Sequence
from dataclasses import replace

from handlers import readiness, setup_adults, setup_programme
from handlers.cards import setup as cards
from handlers.cards.setup import SetupView, Step
from handlers.chat import (
    ButtonPressed,
    Card,
    CommandUsed,
    FormErrors,
    FormSubmitted,
    OpenForm,
    Reply,
    action,
)
from handlers.context import Arguments, Context, Effects
from handlers.refusals import Refusal, Refused
from handlers.registry import button, form
from handlers.roster import find, note
from handlers.roster_rules import COORDINATORS
from handlers.typed import Typed
from storage import programmes, roster
from storage.roster import Entry
from storage.words import Role


async def start(ctx: Context, _event: CommandUsed) -> Effects:
    """``/handrail setup``: the card, wherever one has got to."""
    if not ctx.member.roles & COORDINATORS:
        raise Refused(Refusal.NOT_ALLOWED)
    return [Reply(await _card(ctx))]


@button("setup", roles=COORDINATORS)
async def open_step(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """One step's form, filled in with what is set."""
    step = _step(arguments)
    edited = _edited(await _view(ctx), step)
    form_id = action("setup", step, *((edited.id,) if edited else ()))
    return [OpenForm(cards.form(ctx.say, form_id, step, _values(ctx, step, edited)))]


@form("setup", roles=COORDINATORS, screened=False)
async def take_step(ctx: Context, event: FormSubmitted, arguments: Arguments) -> Effects:
    """Save one step, and show how far it has come."""
    step = _step(arguments)
    typed = Typed(event, ctx.say)
    news = await _save(ctx, typed, step, arguments.number_or_none(1))
    if typed.errors:
        return [FormErrors(cards.form(ctx.say, event.form, step, typed.values), typed.errors)]
    await note(ctx, f"setup_{step.value}", f"programme:{ctx.programme.id}")
    return await show(ctx, news)


async def show(ctx: Context, news: str = "") -> Effects:
    """The card, as everything stands now."""
    changed = replace(ctx, programme=await programmes.get(ctx.tx, ctx.programme.id))
    return [Reply(await _card(changed, news))]


def _step(arguments: Arguments) -> Step:
    if (word := arguments.word(0)) not in set(Step):
        raise Refused(Refusal.OLD_BUTTON)
    return Step(word)


async def _card(ctx: Context, news: str = "") -> Card:
    return cards.overview(ctx.say, await _view(ctx), await readiness.banner(ctx), news)


async def _view(ctx: Context) -> SetupView:
    backups = await roster.entries(ctx.tx, ctx.programme.id, {Role.BACKUP})
    outside = await roster.entries(ctx.tx, ctx.programme.id, {Role.OUTSIDE_CONTACT})
    you = await find(ctx, ctx.member.id)
    watched = await programmes.count_watched(ctx.tx, ctx.connection.id)
    return SetupView(ctx.programme, you, _active(backups), _active(outside), ctx.now, watched)


def _active(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    return tuple(entry for entry in entries if not entry.suspended)


def _edited(view: SetupView, step: Step) -> Entry | None:
    """Whom a step's form is about, if there is somebody already; others are added with ``/roster add``."""
    people = {Step.YOU: (view.you,), Step.BACKUP: view.backups, Step.OUTSIDE: view.outside}.get(step, ())
    return people[0] if people else None


def _values(ctx: Context, step: Step, edited: Entry | None) -> dict[str, str]:
    match step:
        case Step.PROGRAMME:
            return setup_programme.programme_values(ctx.programme)
        case Step.NUMBERS:
            return setup_programme.numbers_values(ctx.programme)
        case Step.YOU | Step.BACKUP | Step.OUTSIDE:
            return setup_adults.values(ctx, edited)


async def _save(ctx: Context, typed: Typed, step: Step, edited: int | None) -> str:
    """Save a step, unless something is to be mended (``typed.errors``). Returns what there is to tell."""
    match step:
        case Step.PROGRAMME:
            return await setup_programme.save_programme(ctx, typed)
        case Step.NUMBERS:
            return await setup_programme.save_numbers(ctx, typed)
        case Step.YOU:
            return await setup_adults.save_you(ctx, typed)
        case Step.BACKUP:
            return await setup_adults.save_adult(ctx, typed, Role.BACKUP, edited)
        case Step.OUTSIDE:
            return await setup_adults.save_adult(ctx, typed, Role.OUTSIDE_CONTACT, edited)
