"""The menu, the urgent command and the worried button."""

from datetime import timedelta

from handlers.cards import menu as cards
from handlers.chat import ButtonPressed, CommandUsed, Event, Reply
from handlers.context import Arguments, Context, Effects
from handlers.registry import Said, button, command, registry
from storage import cases, checkins, supervision
from storage.people import ADULTS
from storage.words import Urgency


def _urgent(_event: Event, _arguments: Arguments) -> Said:
    return Said(Urgency.IMMEDIATE)


@command(
    "urgent",
    summary="Page an adult at once; nothing else is needed",
    argument="what is happening, if you can",
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


@command("handrail", summary="The menu: check in, I'm worried, my check-ins, help")
async def menu(ctx: Context, _event: CommandUsed) -> Effects:
    """Where everything starts."""
    return [Reply(cards.menu(ctx.member))]


@button("help")
async def help_(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """What one can type."""
    commands = [(entry.name, entry.argument, entry.summary) for entry in registry.commands.values()]
    return [Reply(cards.help_card(sorted(commands), ctx.programme))]


@button("week", roles=ADULTS)
async def week(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """The coordinator's last seven days."""
    since = ctx.now - timedelta(days=7)
    services = await checkins.totals(ctx.tx, ctx.programme.id, since)
    totals = await cases.totals(ctx.tx, ctx.programme.id, since)
    answers = await supervision.answers_since(ctx.tx, ctx.programme.id, "weekly", since)
    unsure = await checkins.count_unsure(ctx.tx, ctx.programme.id, since)
    return [Reply(cards.week(services, totals, answers, unsure))]
