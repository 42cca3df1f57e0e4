"""Who still has to agree to the programme's confidentiality clause and code of ethics.

A programme asks for it once it has a version that says so. It holds for a term: with the first day of the
next one everybody agrees anew, and may do so two weeks before. Whoever has not agreed reads it before the
next check-in; a concern never waits for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.cards import agreement as cards
from handlers.chat import Card
from handlers.context import Context
from storage import agreements, roster, supervision_people
from storage.agreements import Agreement
from storage.db import Tx
from storage.programmes import Programme
from storage.supervision_people import SchoolDays
from storage.words import HELPING

AHEAD = timedelta(days=14)
"""How long before a term one can agree for it."""


@dataclass(frozen=True)
class Standing:
    """How far a team has agreed. ``unsigned``: helpers who have not, by name; ``renew_on``: a new term."""

    agreement: Agreement
    helpers: int
    unsigned: tuple[str, ...]
    renew_on: date | None


async def before(ctx: Context, draft: int | None = None) -> Card | None:
    """What a helper reads before a check-in; ``None`` if they have agreed. ``draft`` is what they wrote."""
    if not ctx.member.roles & HELPING:
        return None
    current = await agreements.current(ctx.tx, ctx.programme.id)
    if current is None or not current.required or await has_signed(ctx, current):
        return None
    after = str(draft) if draft is not None else cards.CHECK_IN
    return cards.read(ctx.say, current, after=after, kept=draft is not None)


async def has_signed(ctx: Context, current: Agreement) -> bool:
    """Whether the person who acts has agreed to this version, in this term."""
    at = (await agreements.signed_at(ctx.tx, ctx.programme.id, current.id)).get(ctx.member.id)
    days = await supervision_people.school_days(ctx.tx, ctx.programme.id)
    return at is not None and _counts(at, days, ctx.local_zone, ctx.now)


def _counts(signed_at: datetime, days: Sequence[SchoolDays], zone: ZoneInfo, now: datetime) -> bool:
    """Whether an agreement of that time is for the term that is on (or was on last)."""
    today = now.astimezone(zone).date()
    begun = [each.first for each in days if each.kind == "term" and each.first <= today]
    return not begun or signed_at.astimezone(zone).date() >= max(begun) - AHEAD


async def standing(tx: Tx, programme: Programme, now: datetime) -> Standing | None:
    """How far a team has agreed; ``None`` where nothing was ever asked for."""
    current = await agreements.current(tx, programme.id)
    if current is None:
        return None
    zone = ZoneInfo(programme.time_zone)
    days = await supervision_people.school_days(tx, programme.id)
    signed = await agreements.signed_at(tx, programme.id, current.id)
    helpers = [each for each in await roster.entries(tx, programme.id, HELPING) if not each.suspended]
    unsigned = [
        each.name
        for each in helpers
        if each.id not in signed or not _counts(signed[each.id], days, zone, now)
    ]
    today = now.astimezone(zone).date()
    coming = [each.first for each in days if each.kind == "term" and today < each.first <= today + AHEAD]
    asked = current.required
    return Standing(
        current, len(helpers), tuple(unsigned if asked else ()), min(coming) if coming and asked else None
    )
