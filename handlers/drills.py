"""Drills: a test page walks the whole ladder, marked as a drill everywhere, until an adult answers.

A team that never tried its pages learns in the worst moment that one does not arrive. A drill begins when a
coordinator asks for it, from the command line, and once a month by itself, in the late morning of a weekday
on which school is open.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers import case_moves
from handlers.cards import drills as cards
from handlers.chat import CommandUsed, Reply
from handlers.climbs import ladder_minutes
from handlers.context import Context, Effects
from handlers.languages import mark
from handlers.registry import command
from handlers.supervision_rounds import calendar_of
from storage import cases, drills, programmes
from storage.cases import Case
from storage.db import Database, Tx
from storage.programmes import Programme
from storage.words import About, CaseState, Role, Urgency

EVERY = timedelta(days=28)
FROM, UNTIL = time(10), time(12)
"""The hours, by the programme's clock, in which a monthly drill may begin."""
COORDINATORS = frozenset({Role.COORDINATOR})


@command("drill", summary=mark("Try the pages: a drill through the whole ladder"), roles=COORDINATORS)
async def drill(ctx: Context, _event: CommandUsed) -> Effects:
    """Start one now, unless one is under way."""
    case = await start(ctx.tx, ctx.programme, ctx.now)
    return [Reply(cards.started(ctx.say) if case else cards.not_started(ctx.say))]


async def start(tx: Tx, programme: Programme, now: datetime) -> Case | None:
    """Start a drill; ``None`` where one is under way, or nobody can be paged."""
    await cases.take_turn(tx, programme.id)
    ladder = await case_moves.ladder_without(tx, programme, (), now)
    if not ladder or await drills.running(tx, programme.id):
        return None
    first = ladder[0]
    case = await cases.open_case(
        tx,
        programme_id=programme.id,
        state=CaseState.OPEN,
        urgency=Urgency.IMMEDIATE,
        about=About.UNKNOWN,
        helper_id=None,
        writer_connection_id=first.connection_id,
        writer_user=first.user,
        peer_code=None,
        minutes=vars(ladder_minutes(programme, Urgency.IMMEDIATE)),
        next_at=now,
        ladder=ladder,
        now=now,
        drill=True,
    )
    await cases.tell(tx, case.id, "drill_started", now)
    return await case_moves.start(tx, programme, case, now)


async def start_monthly(database: Database, now: datetime) -> int:
    """Start the drills whose month is over, each once however many processes look. Returns how many."""
    async with database.read() as tx:
        every = await programmes.all_programmes(tx)
        due = [programme for programme in every if await _is_due(tx, programme, now)]
    started = 0
    for programme in due:
        async with database.write() as tx:
            await cases.take_turn(tx, programme.id)
            if await _is_due(tx, programme, now) and await start(tx, programme, now) is not None:
                started += 1
    return started


async def _is_due(tx: Tx, programme: Programme, now: datetime) -> bool:
    local = now.astimezone(ZoneInfo(programme.time_zone))
    if local.weekday() > 4 or not FROM <= local.time() < UNTIL:
        return False
    # Not on a holiday; but where nobody has entered the next term, drills do not cease.
    if (await calendar_of(tx, programme.id)).opens_on(local.date()) not in (None, local.date()):
        return False
    return now - await drills.last(tx, programme.id) >= EVERY and not await drills.busy(tx, programme.id)
