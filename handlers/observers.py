"""What an observer sees: the week's figures, with no name and no count that could point at anybody."""

from handlers.cards import observers as cards
from handlers.chat import ButtonPressed, Reply
from handlers.context import Arguments, Context, Effects
from handlers.registry import button
from handlers.supervision_digest import figures
from storage.people import ADULTS
from storage.words import Role

SEES_FIGURES = ADULTS | {Role.OBSERVER}


@button("figures", roles=SEES_FIGURES)
async def show(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """The last seven days."""
    view = await figures(ctx.tx, ctx.programme, ctx.member.id, ctx.now)
    return [Reply(cards.week(ctx.say, view))]
