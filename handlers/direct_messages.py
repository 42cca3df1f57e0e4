"""Plain messages to the bot: read as check-ins to confirm, or answered with the menu."""

from datetime import timedelta

from handlers import asked, check_in_text, writers
from handlers.chat import Reply, TextPosted
from handlers.checkins import fill, keep_draft
from handlers.context import Context, Effects
from handlers.menu import menu_card
from storage import case_writers, cases
from storage.words import CaseState, Urgency

STILL_ABOUT_IT = timedelta(minutes=30)
"""How long after raising a case a plain message is taken as more about it."""
_YES = frozenset(
    {
        "yes",
        "yeah",
        "yep",
        "y",
        "not sure",
        "i don't know",
        "si",
        "sí",
        "no sé",
        "oui",
        "ouais",
        "je ne sais pas",
    }
)
"""Typed answers to the question whether it needs an adult: yes and not sure page."""
FEW_WORDS = 4
"""Fewer words than this, with nothing of a check-in in them, are a greeting."""


async def words_about_a_case(ctx: Context, event: TextPosted) -> Effects | None:
    """Take a message as more about the case that its writer raised a moment ago.

    Somebody who stands beside a friend answers "room 12, by the lockers" and presses no button. ``None``
    where there is no such case, or the message is something else.
    """
    if event.edited or ctx.raised is not None:
        return None
    since = ctx.now - STILL_ABOUT_IT
    found = await case_writers.last_case_of(ctx.tx, ctx.connection.id, event.user.id, since)
    case = await cases.lock(ctx.tx, found) if found else None
    understood = check_in_text.read(event.text)
    whole_check_in = understood.peer and understood.service and understood.minutes
    another_peer = understood.peer and case and case.peer_code not in (None, understood.peer)
    if case is None or case.state not in cases.LIVE or whole_check_in or another_peer:
        return None
    if case.state is CaseState.ASKED and event.text.strip(" .!").casefold() in _YES:
        return await asked.page_now(ctx, event, case.id, Urgency.SOON)
    told = Reply(await writers.take_words(ctx, event, case))
    if not understood.looks_like_a_check_in or ctx.person is None or ctx.person.suspended:
        return [told]
    return [told, *await read_direct_message(ctx, event)]


async def answer_mention(ctx: Context, event: TextPosted) -> Effects:
    """Show the menu to a member who calls the bot by its name in a channel; screening came first."""
    if not event.to_bot or event.edited or ctx.raised is not None or ctx.person is None:
        return []
    return [] if ctx.person.suspended else [Reply(await menu_card(ctx, event))]


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
