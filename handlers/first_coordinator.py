"""How a team gets its first coordinator in chat, where the environment names none.

Whoever administers the workspace or server becomes it by typing ``/handrail setup``. Once there is a
coordinator this way is closed: from then on coordinators add each other.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from handlers import case_moves, countries, exclusion, supervision
from handlers.chat import CommandUsed, Event, Membership, Rank
from handlers.context import Context
from handlers.refusals import Refusal, Refused
from handlers.roster_rules import COORDINATORS, not_together
from storage import case_notes, cases, events, ladders, people, programmes, roster
from storage.db import Database, Tx
from storage.programmes import Programme
from storage.roster import Entry
from storage.words import CaseState, Platform, Role

log = structlog.get_logger(__name__)

NAMED = "coordinator_by_environment"
ADMINISTRATES = "coordinator_by_administrating"
"""How somebody became a first coordinator, as the audit trail says it."""

_REFUSALS = {
    (Platform.SLACK, Rank.MEMBER): Refusal.SLACK_ADMIN_NEEDED,
    (Platform.SLACK, Rank.UNKNOWN): Refusal.SLACK_DID_NOT_SAY,
    (Platform.DISCORD, Rank.MEMBER): Refusal.DISCORD_ADMIN_NEEDED,
    (Platform.DISCORD, Rank.UNKNOWN): Refusal.DISCORD_DID_NOT_SAY,
}


async def asks(database: Database, event: Event) -> bool:
    """Whether it matters who administers the workspace: somebody begins the set-up, and nobody coordinates.

    No where the database does not tell: then the event is answered as any other.
    """
    if not isinstance(event, CommandUsed) or event.name != "handrail":
        return False
    if event.text.casefold().split() != ["setup"]:
        return False
    try:
        async with database.read() as tx:
            talks = await programmes.at(tx, event.user.platform, event.user.workspace)
            return talks is not None and not await roster.entries(tx, talks[1].id, COORDINATORS)
    except Exception:  # the event is taken all the same, which must not depend on this
        log.warning("coordinators_not_read", exc_info=True)
        return False


async def let_in(ctx: Context, event: Event) -> Context:
    """Make whoever administers the workspace the first coordinator, where the platform was asked about it.

    Returns the view of whoever acts from now on. Raises :class:`Refused` where it is not for them, or where
    somebody else was faster.
    """
    if not isinstance(event, CommandUsed) or event.membership is None:
        return ctx
    # Two may type it at the same moment: the second one waits here, and finds the first.
    await roster.hold(ctx.tx, ctx.programme.id)
    if await roster.entries(ctx.tx, ctx.programme.id, COORDINATORS):
        return await _after_another(ctx, event)
    if ctx.person is not None and ctx.person.suspended:
        return ctx
    rank = event.membership.rank
    known = ctx.person.roles if ctx.person else frozenset[Role]()
    if rank is Rank.ADMINISTRATOR and not_together(known | COORDINATORS):
        rank = Rank.MEMBER  # a helper who looks after the server is a young person all the same
    if rank is not Rank.ADMINISTRATOR:
        raise Refused(_REFUSALS[Platform(event.user.platform), rank])
    return await _begin(ctx, event, event.membership)


async def _after_another(ctx: Context, event: CommandUsed) -> Context:
    person = await people.by_account(ctx.tx, ctx.connection.id, event.user.id)
    if person is None:
        raise Refused(Refusal.COORDINATOR_THERE)
    return replace(ctx, person=person)


async def _begin(ctx: Context, event: CommandUsed, said: Membership) -> Context:
    where = (ctx.programme.id, ctx.connection.id)
    await add(ctx.tx, where, event.user.id, said.name, known=(), how=ADMINISTRATES, now=ctx.now)
    programme = ctx.programme
    zone = countries.read_zone(said.time_zone, programme.country)
    if zone and programme.time_zone == "UTC" and not programme.country:  # as made at the first start
        programme = await programmes.describe(
            ctx.tx,
            programme.id,
            name=programme.name,
            country=programme.country,
            time_zone=zone,
            locale=programme.locale,
        )
        await supervision.plan_again(ctx.tx, programme, ctx.now)
    await page_what_waits(ctx.tx, programme, ctx.now)
    person = await people.by_account(ctx.tx, ctx.connection.id, event.user.id)
    return replace(ctx, person=person, programme=programme)


async def page_what_waits(tx: Tx, programme: Programme, now: datetime) -> None:
    """Open cases that nobody could be paged for page the first adults of the team now, from the first step.

    Whom words about abuse name is left out before that, as if it had been raised this moment.
    """
    for case_id in await cases.unanswered(tx, programme.id):
        case = await cases.lock(tx, case_id)
        if case is None or case.state is not CaseState.OPEN or await ladders.of_case(tx, case_id):
            continue
        categories = {flag.category for flag in await case_notes.flag_summaries(tx, case_id)}
        case = await exclusion.heed(tx, programme, case, "", new=categories, known=(), now=now)
        if not await ladders.of_case(tx, case_id):
            await case_moves.begin_anew(tx, programme, case, now)


async def add(
    tx: Tx,
    where: tuple[int, int],
    user: str,
    name: str,
    *,
    known: Sequence[Entry],
    how: str,
    now: datetime,
) -> None:
    """Make somebody a coordinator, and note how: the environment names them, or they administer the place.

    ``where`` are the ids of programme and connection; ``user`` is their account there. A coordinator of the
    same name among the ``known`` ones, who talk on another platform, is the same person.
    """
    programme, connection = where
    there = await roster.at(tx, connection, user)
    if there is not None:
        person = there.id
        await roster.set_roles(tx, person, there.roles | COORDINATORS)
    else:
        name = name or "Coordinator"
        same = next((entry.id for entry in known if entry.name.casefold() == name.casefold()), None)
        person = same or await people.add(tx, programme_id=programme, name=name, roles=COORDINATORS)
        await people.add_account(tx, person, connection, user)
    await events.audit(
        tx, programme_id=programme, person_id=person, deed=how, subject=f"person:{person}", now=now
    )
