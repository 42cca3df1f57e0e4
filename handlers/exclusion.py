"""Never to the wrong adult: whom a case may be about is left out before the first page, or later.

Before the first page: a text about abuse leaves out every adult of the team whom it names. Where nobody knows
yet what it is about, a named adult is left out only if somebody else is left to be told: most such texts
name an adult because they could not be found. Whoever raised the case can say more, or take it back.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from handlers import case_moves, staff
from storage import adults, cases, left_out, outbox, people
from storage.cases import Case, LadderEntry
from storage.db import Tx
from storage.programmes import Programme
from storage.words import Category, WhyLeftOut


async def meant(
    tx: Tx, programme_id: int, words: str, categories: Collection[Category], writer_id: int | None
) -> frozenset[int]:
    """The adults whom words of these categories may be about; never their own writer."""
    abuse = Category.ABUSE in categories
    if not words or not (abuse or set(categories) <= {Category.UNSURE}):
        return frozenset()
    around = await adults.around(tx, programme_id)
    named = staff.named_in(words, around) - {writer_id}
    others = any(adult.person_id not in named for adult in around if adult.roles & people.ADULTS)
    return named if abuse or others else frozenset()


async def leave_out(
    tx: Tx, programme: Programme, case: Case, person_ids: Collection[int], *, why: WhyLeftOut, now: datetime
) -> Case:
    """Keep people away from a (locked) case from now on. Returns the case as it stands then.

    What they were sent is taken away, the ladder is rebuilt without them, and if one of them had the case (or
    has closed it), it climbs again for the others.
    """
    before = await cases.ladder(tx, case.id)
    new = await left_out.leave_out(tx, case.id, person_ids, why, now)
    if not new:
        return case
    await outbox.take_back(tx, case.id, new, now)
    for person in sorted(new):
        await cases.tell(tx, case.id, "left_out", now, person, why=why.value)
    return await _rebuild(tx, programme, case, before, now)


async def put_back(tx: Tx, programme: Programme, case: Case, now: datetime) -> Case:
    """The writer says that it is not about the team: whoever was left out is told like everybody else."""
    before = await cases.ladder(tx, case.id)
    await left_out.put_back(tx, case.id)
    await cases.tell(tx, case.id, "put_back", now, case.helper_id)
    return await _rebuild(tx, programme, case, before, now)


async def _rebuild(
    tx: Tx, programme: Programme, case: Case, before: Sequence[LadderEntry], now: datetime
) -> Case:
    kept_away = await left_out.of_case(tx, case.id)
    standing = {entry.person_id for entry in await cases.ladder(tx, case.id)}
    wanted = await case_moves.ladder_without(tx, programme.id, kept_away)
    # Who stands there keeps the place, with what they have said; the outside contact stays once told.
    missing = [entry for entry in wanted if entry.person_id not in standing]
    await cases.extend_ladder(tx, case.id, missing)
    return await case_moves.change_ladder(tx, programme, case, before, now)
