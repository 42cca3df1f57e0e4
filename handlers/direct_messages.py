"""Plain messages to the bot: read as check-ins to confirm, or answered with the menu."""

from datetime import timedelta

from handlers import check_in_text, writers
from handlers.chat import Reply, TextPosted
from handlers.checkins import fill, keep_draft
from handlers.context import Context, Effects
from handlers.menu import menu_card
from storage import cases
from storage.words import CaseState

STILL_ABOUT_IT = timedelta(minutes=30)
"""How long after raising a case a plain message is taken as more about it."""
FEW_WORDS = 4
"""Fewer words than this, with nothing of a check-in in them, are a greeting."""


async def words_about_a_case(ctx: Context, event: TextPosted) -> Effects | None:
    """Take a message as more about the case that its writer raised a moment ago.

    Somebody who stands beside a friend answers "room 12, by the lockers" and presses no button. ``None``
    where there is no such case, or the message is something else.
    """
    if event.edited or ctx.raised is not None or check_in_text.read(event.text).looks_like_a_check_in:
        return None
    since = ctx.now - STILL_ABOUT_IT
    found = await cases.of_writer(ctx.tx, ctx.connection.id, event.user.id, since, most=1)
    case = await cases.lock(ctx.tx, found[0].id) if found else None
    if case is None:
        return None
    return [Reply(await writers.take_words(ctx, event, case))]


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
        return [Reply(await menu_card(ctx, event))]
    draft, _ = await fill(ctx, understood)
    return [Reply(await keep_draft(ctx, draft))]
