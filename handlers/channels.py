"""Channels that a coordinator chooses: to be read, with a notice that says so; to be told of lost pages."""

from handlers.cards import channels as cards
from handlers.chat import Card, CommandUsed, PlaceKind, Reply
from handlers.context import Context, Effects
from handlers.languages import say_in
from handlers.refusals import Refusal, Refused
from handlers.roster import note
from handlers.roster_rules import COORDINATORS
from storage import programmes

SUBJECT = 60
"""Characters of a subject in the audit trail."""


async def watch(ctx: Context, event: CommandUsed) -> Effects:
    """``/handrail watch``: read along in this channel from now on, and say so there to everybody."""
    if (refused := _refused(ctx, event)) is not None:
        return [Reply(refused)]
    if not await programmes.watch(ctx.tx, ctx.connection.id, event.place.id, ctx.now):
        return [Reply(cards.watched_already(ctx.say))]
    await note(ctx, "channel_watched", _subject(event))
    # What a whole channel reads is in the team's language, not in that of whoever typed the command.
    notice = cards.reads_along(say_in(ctx.programme.locale), ctx.programme)
    return [Reply(notice, private=False)]


async def stop_watching(ctx: Context, event: CommandUsed) -> Effects:
    """``/handrail stop watching``: from now on nothing that is written in this channel is read."""
    if (refused := _refused(ctx, event)) is not None:
        return [Reply(refused)]
    if not await programmes.unwatch(ctx.tx, ctx.connection.id, event.place.id):
        return [Reply(cards.not_watched(ctx.say))]
    await note(ctx, "channel_unwatched", _subject(event))
    return [Reply(cards.reads_no_more(say_in(ctx.programme.locale)), private=False)]


async def alerts_here(ctx: Context, event: CommandUsed) -> Effects:
    """``/handrail alerts here``: this channel is told when a page did not reach an adult."""
    if (refused := _refused(ctx, event)) is not None:
        return [Reply(refused)]
    await programmes.set_alerts(ctx.tx, ctx.connection.id, event.place.id)
    await note(ctx, "alerts_here", _subject(event))
    return [Reply(cards.alerts_here(say_in(ctx.programme.locale)), private=False)]


async def no_alerts(ctx: Context, event: CommandUsed) -> Effects:
    """``/handrail no alerts``: no channel is told any more."""
    if not ctx.member.roles & COORDINATORS:
        raise Refused(Refusal.NOT_ALLOWED)
    await programmes.set_alerts(ctx.tx, ctx.connection.id, None)
    await note(ctx, "no_alerts", _subject(event))
    return [Reply(cards.no_alerts(ctx.say))]


def _refused(ctx: Context, event: CommandUsed) -> Card | None:
    if not ctx.member.roles & COORDINATORS:
        raise Refused(Refusal.NOT_ALLOWED)
    return None if event.place.kind is PlaceKind.CHANNEL else cards.not_a_channel(ctx.say)


def _subject(event: CommandUsed) -> str:
    return f"channel:{event.place.id}"[:SUBJECT]
