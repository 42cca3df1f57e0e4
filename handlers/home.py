"""Somebody's home: what they see before they ask, on platforms that have such a page for everybody.

An adult reads open cases first. A helper reads what still waits for their answer, then the menu, then their
last check-ins. Nothing is changed by looking.
"""

from collections.abc import Sequence
from datetime import datetime

from handlers import case_views, readiness
from handlers.cards import case_lists as list_cards
from handlers.cards import checkins as checkin_cards
from handlers.cards import helpers as helper_cards
from handlers.cards import menu as menu_cards
from handlers.chat import Card, User
from handlers.context import Context, FallbackAddresses
from handlers.menu import RAISED
from handlers.refusals import Refusal
from handlers.supervision_rounds import outstanding
from storage import case_writers, cases, checkins, people, programmes
from storage.db import Database
from storage.people import AROUND
from storage.words import Role

LISTED = 10
RECENT = 3


async def cards(
    database: Database, addresses: FallbackAddresses, user: User, now: datetime
) -> Sequence[Card]:
    """What stands on somebody's home now. Raises :class:`~storage.db.DatabaseUnavailable`."""
    async with database.read() as tx:
        talks = await programmes.at(tx, user.platform, user.workspace)
        if talks is None:
            return []
        connection, programme = talks
        ctx = Context(
            tx=tx,
            now=now,
            programme=programme,
            connection=connection,
            person=await people.by_account(tx, connection.id, user.id),
            raised=None,
            addresses=addresses,
        )
        return await _cards(ctx, user)


async def _cards(ctx: Context, user: User) -> list[Card]:
    if ctx.person is None:
        return [helper_cards.plain(ctx.say, "Handrail", ctx.say(Refusal.NOT_ON_ROSTER.value))]
    if ctx.person.suspended:
        return [helper_cards.plain(ctx.say, "Handrail", ctx.say(Refusal.SUSPENDED.value))]
    banner = await readiness.banner(ctx)
    raised = await case_writers.cases_of(ctx.tx, ctx.connection.id, user.id, ctx.now - RAISED)
    menu = menu_cards.menu(ctx.say, ctx.person, banner, raised=raised)
    found = [await _open_cases(ctx)] if ctx.person.roles & AROUND else []
    found += [*await _unanswered(ctx), menu]
    if ctx.person.roles & {Role.HELPER, Role.LEAD}:
        latest = await checkins.latest(ctx.tx, ctx.person.id, RECENT + 1)
        found.append(
            checkin_cards.mine(
                ctx.say, latest[:RECENT], older=len(latest) > RECENT, zone=ctx.local_zone, now=ctx.now
            )
        )
    return found


async def _open_cases(ctx: Context) -> Card:
    live = await cases.live(ctx.tx, ctx.programme.id, ctx.member.id, LISTED)
    views = [await case_views.of(ctx.tx, case, ctx.programme) for case in live]
    total = await cases.count_live(ctx.tx, ctx.programme.id, ctx.member.id)
    return list_cards.open_cases(ctx.say, views, total, ctx.now)


async def _unanswered(ctx: Context) -> list[Card]:
    """Questions that were put to this person, can still be answered, and are not."""
    return [plan.card(ctx.say, round_.id) for round_, plan in await outstanding(ctx)]
