"""The menu, the urgent command, the worried button and the language."""

from dataclasses import replace
from datetime import timedelta

from handlers import agreement_signing, announcements, channels, local_words, readiness, rota_staff, setup
from handlers.cards import menu as menu_cards
from handlers.chat import ButtonPressed, Card, CommandUsed, Event, MessageRaised, Option, Reply, UpdateCard
from handlers.context import Arguments, Context, Effects
from handlers.languages import LANGUAGES, mark
from handlers.refusals import Refusal, Refused
from handlers.registry import EVERYBODY, CommandHandler, Said, Typed, button, command, on_message, registry
from storage import case_writers, checkins, outcomes, people, supervision_rounds
from storage.people import ADULTS
from storage.words import About, Role, Urgency

RAISED = timedelta(days=7)
"""How long somebody's own open case stands in their menu."""


def _urgent(_event: Event, _arguments: Arguments) -> Said:
    return Said(Urgency.IMMEDIATE)


@command(
    "urgent",
    summary=mark("Page an adult at once; nothing else is needed"),
    argument=mark("what is happening, if you can"),
    anyone=True,
    says=_urgent,
)
async def urgent(_ctx: Context, _event: CommandUsed) -> Effects:
    """The page has gone already, because using this command says so."""
    return []


def _worried(_event: Event, _arguments: Arguments) -> Said:
    return Said(Urgency.POSSIBLE)


@button("worried", anyone=True, says=_worried)
async def worried(_ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """The question how urgent it is was asked already; silence pages in ten minutes."""
    return []


def _points_out(event: Event, _arguments: Arguments) -> Said:
    quoted = isinstance(event, MessageRaised) and event.by_another
    return Said(Urgency.POSSIBLE, About.SOMEBODY_ELSE if quoted else About.UNKNOWN, quoted=quoted)


@on_message(
    "concern",
    label="Raise a concern",
    summary="Raise a concern about this message",
    anyone=True,
    says=_points_out,
)
async def concern(_ctx: Context, _event: MessageRaised) -> Effects:
    """As with "I'm worried": how urgent it is was asked, unless the words of the message say it."""
    return []


BEHIND: dict[str, CommandHandler] = {
    "setup": setup.start,
    "rota": rota_staff.start,
    "agreement": agreement_signing.start,
    "words": local_words.start,
    "announce": announcements.start,
    "watch": channels.watch,
    "stop watching": channels.stop_watching,
    "unwatch": channels.stop_watching,
    "alerts here": channels.alerts_here,
    "no alerts": channels.no_alerts,
}
"""What can stand behind ``/handrail``: the rota for the team's adults, all else for coordinators."""


async def _behind(ctx: Context, typed: str) -> list[Option]:
    """What can stand there, for whom it would do something."""
    words = BEHIND if ctx.person and ctx.person.roles & ADULTS else ()
    return [Option(word, word) for word in words if word.startswith(typed.casefold().strip())]


@command(
    "handrail",
    summary=mark("The menu: check in, I'm worried, my check-ins, help"),
    argument=mark("for coordinators: setup, rota, words, announce, watch or stop watching"),
    typed=(
        Typed(
            "what",
            mark("for coordinators: setup, rota, words, announce, watch or stop watching"),
            complete=_behind,
        ),
    ),
    roles=EVERYBODY,
)
async def menu(ctx: Context, event: CommandUsed) -> Effects:
    """Where everything starts, or what stands behind it."""
    words = " ".join(event.text.casefold().split())
    if words in BEHIND:
        if Role.OBSERVER in ctx.member.roles:
            raise Refused(Refusal.FIGURES_ONLY)
        return await BEHIND[words](ctx, event)
    # A disclosure typed here was taken as one; that it is no known word is beside the point then.
    hint = bool(words) and ctx.raised is None
    return [Reply(await menu_card(ctx, event, hint=hint))]


async def menu_card(ctx: Context, event: Event, *, hint: bool = False) -> Card:
    """The menu as the person who acts sees it now."""
    raised = await case_writers.cases_of(ctx.tx, ctx.connection.id, event.user.id, ctx.now - RAISED)
    banner = await readiness.banner(ctx)
    return menu_cards.menu(ctx.say, ctx.member, banner, raised=raised, hint=hint)


@button("help", roles=EVERYBODY)
async def help_(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """What one can type."""
    return [Reply(_help(ctx))]


def _help(ctx: Context) -> Card:
    commands = [(entry.name, entry.argument, entry.summary) for entry in registry.commands.values()]
    return menu_cards.help_card(ctx.say, sorted(commands), ctx.programme)


@button("language", roles=EVERYBODY)
async def language(ctx: Context, event: ButtonPressed, _arguments: Arguments) -> Effects:
    """Somebody chooses the language that they are spoken to in."""
    if event.value not in LANGUAGES:
        raise Refused(Refusal.OLD_BUTTON)
    await people.set_locale(ctx.tx, ctx.member.id, event.value)
    chosen = replace(ctx, person=replace(ctx.member, locale=event.value))
    return [UpdateCard(_help(chosen))]


@button("week", roles=ADULTS)
async def week(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """The coordinator's last seven days."""
    since = ctx.now - timedelta(days=7)
    services = await checkins.totals(ctx.tx, ctx.programme.id, since)
    totals = await outcomes.totals(ctx.tx, ctx.programme.id, since, ctx.member.id)
    answers = await supervision_rounds.answers_since(ctx.tx, ctx.programme.id, "weekly", since)
    unsure = await checkins.count_unsure(ctx.tx, ctx.programme.id, since)
    banner = await readiness.banner(ctx)
    return [Reply(menu_cards.week(ctx.say, services, totals, answers, unsure, banner=banner))]
