"""Answers without names.

An answer goes into the round's one sealed sheet, together with the mark that its writer has answered. The
event that brought it is marked nowhere as taken: sent twice, the second one finds the mark. Nothing is logged
or audited, no message is written, and no form is kept to be mended, because each would tell when, or who.
"""

from handlers.cards import supervision as cards
from handlers.chat import FormSubmitted, Reply
from handlers.context import Arguments, Context, Effects
from handlers.refusals import Refusal, Refused
from handlers.registry import form
from handlers.supervision_polls import own_round
from handlers.supervision_questions import read_values
from storage import supervision_sheets


@form("poll.unnamed", remembered=False)
async def take_form(ctx: Context, event: FormSubmitted, arguments: Arguments) -> Effects:
    """Keep an answer without a name, once and for all."""
    round_, asks = await own_round(ctx, arguments.number(0))
    if not asks.anonymous:
        raise Refused(Refusal.OLD_FORM)
    if not round_.is_open:
        return [Reply(cards.closed_without_name(ctx.say))]
    content = read_values(asks, event.values)
    if len(content) < len(asks.questions):
        return [Reply(cards.not_complete(ctx.say, round_.id))]
    if not await supervision_sheets.hand_in(ctx.tx, round_.id, ctx.member.id, content):
        return [Reply(cards.answered_before(ctx.say))]
    return [Reply(cards.answered_without_name(ctx.say))]
