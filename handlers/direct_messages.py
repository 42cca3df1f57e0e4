"""Plain messages to the bot: read as check-ins to confirm, or answered with the menu."""

from handlers import check_in_text
from handlers.cards import menu as menu_cards
from handlers.chat import Reply, TextPosted
from handlers.checkins import fill, keep_draft
from handlers.context import Context, Effects
from storage.words import CaseState

FEW_WORDS = 4
"""Fewer words than this, with nothing of a check-in in them, are a greeting."""


async def read_direct_message(ctx: Context, event: TextPosted) -> Effects:
    """Offer to log a message as a check-in. Where it raised a case, that comes first and is enough.

    An edited message was screened again, but is not offered a second time.
    """
    understood = check_in_text.read(event.text)
    if event.edited or (ctx.raised is not None and ctx.raised.case.state is CaseState.ASKED):
        return []
    if ctx.raised is not None and understood.peer is None:
        return []
    if not understood.looks_like_a_check_in and len(event.text.split()) < FEW_WORDS:
        return [Reply(menu_cards.menu(ctx.member))]
    draft, _ = await fill(ctx, understood)
    return [Reply(await keep_draft(ctx, draft))]
