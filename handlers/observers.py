"""What an observer sees: the week's figures, with no name and no count that could point at anybody."""

from handlers.cards import observers as cards
from handlers.chat import ButtonPressed, Reply
from handlers.context import Arguments, Context, Effects
from handlers.registry import button
from handlers.supervision_digest import figures
from storage import checkins
from storage.people import ADULTS
from storage.words import Role

SEES_FIGURES = ADULTS | {Role.OBSERVER}


@button("figures", roles=SEES_FIGURES)
async def show(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """The last seven days."""
    view = await figures(ctx.tx, ctx.programme, ctx.member.id, ctx.now)
    totals = await checkins.totals(ctx.tx, ctx.programme.id, view.since, view.until)
    return [Reply(cards.week(ctx.say, view, totals))]
