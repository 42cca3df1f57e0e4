"""Moving a case: load its climb, apply what happened, save, and write the messages that follow.

Everything here happens inside the caller's transaction, so facts and messages are committed together.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from handlers import aftercare, case_messages, drill_results, escalation, ladder, rota, shared_pages
from handlers.cards.cases import CaseView
from handlers.climbs import adults_of, climb_of, with_climb
from storage import adults, cases, ladders, left_out, people
from storage.cases import Case
from storage.db import Tx
from storage.ladders import LadderEntry
from storage.people import LadderAddress
from storage.programmes import Programme
from storage.words import CaseState

AFTER_TEAM = 1_000
"""Where the outside contact's places on a ladder begin."""


async def move(tx: Tx, programme: Programme, case: Case, happening: ladder.Happening, now: datetime) -> Case:
    """Apply what happened to a locked case of this programme. Returns the case as it stands then."""
    entries = await _refill(tx, programme, case, await ladders.of_case(tx, case.id), now)
    step = escalation.advance(climb_of(case, entries), happening, now)
    return await _carry_out(tx, programme, case, entries=entries, step=step, now=now)


async def change_ladder(
    tx: Tx, programme: Programme, case: Case, before: Sequence[LadderEntry], now: datetime
) -> Case:
    """Let a case go on with the ladder that storage holds for it now; ``before`` is the one it had."""
    entries = await ladders.of_case(tx, case.id)
    changed = ladder.LadderChanged(adults_of(entries))
    step = escalation.advance(climb_of(case, before), changed, now)
    return await _carry_out(tx, programme, case, entries=entries, step=step, now=now)


async def begin_anew(tx: Tx, programme: Programme, case: Case, now: datetime) -> Case:
    """Let a (locked) open case that nobody could be paged for climb from its first step, as if raised now.

    Where there is still nobody, it stays as it is.
    """
    entries = await _refill(tx, programme, case, await ladders.of_case(tx, case.id), now)
    if not entries:
        return case
    climb = replace(climb_of(case, entries), number=case.climb + 1, started_at=now, step=0)
    step = escalation.start(climb, now)
    return await _carry_out(tx, programme, case, entries=entries, step=step, now=now)


@dataclass(frozen=True)
class New:
    """A case that was opened this moment, as whoever wrote it knows it, so that nothing is read back."""

    view: CaseView
    entries: Sequence[LadderEntry]


async def start(tx: Tx, programme: Programme, case: Case, now: datetime, *, new: New | None = None) -> Case:
    """Start a new case's first climb: the first page is written here."""
    entries = await ladders.of_case(tx, case.id) if new is None else new.entries
    step = escalation.start(climb_of(case, entries), now)
    known = None if new is None else new.view
    return await _carry_out(tx, programme, case, entries=entries, step=step, now=now, known=known)


async def _carry_out(
    tx: Tx,
    programme: Programme,
    case: Case,
    *,
    entries: Sequence[LadderEntry],
    step: ladder.Step,
    now: datetime,
    known: CaseView | None = None,
) -> Case:
    climb, messages = step
    after = with_climb(case, climb)
    after = drill_results.moved(after, now) if case.drill else aftercare.planned(case, after, now)
    if after.state is CaseState.RESOLVED:
        after = replace(after, closed_at=after.closed_at or now)
    if after.state is CaseState.OPEN:
        after = replace(after, acknowledged_how=None, closed_at=None)
    await cases.save(tx, after)
    if case.drill and after.state is CaseState.RESOLVED:
        messages = (ladder.RefreshPages(),)
        await drill_results.end(tx, programme, after, now)
    await case_messages.write(tx, programme, after, messages, entries=entries, now=now, known=known)
    await shared_pages.follow(tx, programme, case, after, now)
    return after


async def ladder_without(
    tx: Tx, programme: Programme, kept_away: Collection[int], now: datetime
) -> list[LadderAddress]:
    """The team's ladder as it is now, whoever is on duty first, without these people.

    Where there are any, the outside contact stands at its end: paged with everybody, and first where nobody
    of the team is left who can answer.
    """
    duty = await rota.of_programme(tx, programme, now)
    everybody = duty.order(await people.ladder(tx, programme.id), rota.local_time(programme, now))
    team = [entry for entry in everybody if entry.person_id not in kept_away]
    if not kept_away:
        return team
    outside = [entry for entry in await adults.outside(tx, programme.id) if entry.person_id not in kept_away]
    return [*team, *(replace(entry, position=AFTER_TEAM + entry.position) for entry in outside)]


async def _refill(
    tx: Tx, programme: Programme, case: Case, entries: Sequence[LadderEntry], now: datetime
) -> Sequence[LadderEntry]:
    """One adult at most is left on a case's ladder: whoever may be told of it by now stands beside them."""
    standing = {entry.person_id for entry in entries}
    if len(standing) > 1:
        return entries
    wanted = await ladder_without(tx, programme, await left_out.of_case(tx, case.id), now)
    missing = [entry for entry in wanted if entry.person_id not in standing]
    if not missing:
        return entries
    await ladders.add(tx, case.id, missing)
    await cases.tell(tx, case.id, "ladder_rebuilt", now, adults=len(missing))
    return await ladders.of_case(tx, case.id)
