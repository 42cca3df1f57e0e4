"""Never to the wrong adult: whom a case may be about is left out before the first page, or later.

Before the first page: a text about abuse leaves out every adult of the team whom it names. Where nobody knows
yet what it is about, a named adult is left out only if somebody else is left to be told: most such texts
name an adult because they could not be found. Whoever raised the case can say more, or take it back.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from handlers import case_moves, handoff_messages, staff
from storage import (
    adults,
    case_notes,
    case_writers,
    cases,
    handoffs,
    ladders,
    left_out,
    outbox,
    people,
    shared,
)
from storage.adults import Adult
from storage.cases import Case
from storage.db import Tx
from storage.ladders import LadderEntry
from storage.programmes import Programme
from storage.words import Category, WhyLeftOut

SAME_MATTER = timedelta(hours=24)
_UNCLEAR = frozenset({Category.UNSURE, Category.ABUSE})


async def meant(
    tx: Tx, programme_id: int, words: str, categories: Collection[Category], writer_id: int | None
) -> frozenset[int]:
    """The adults whom words of these categories may be about; never their own writer."""
    if not _may_mean_somebody(words, categories):
        return frozenset()
    around = await adults.around(tx, programme_id)
    reachable = {entry.person_id for entry in await people.ladder(tx, programme_id)}
    return named(words, categories, around, reachable=reachable, writer_id=writer_id)


def named(
    words: str,
    categories: Collection[Category],
    around: Sequence[Adult],
    *,
    reachable: Collection[int],
    writer_id: int | None,
) -> frozenset[int]:
    """The same among adults that are known already; ``reachable`` are those whom a page can reach."""
    if not _may_mean_somebody(words, categories):
        return frozenset()
    found = staff.named_in(words, around) - {writer_id}
    # Somebody else is left only if a page can reach them, and if they are not the one who asks for help.
    others = set(reachable) - {writer_id} - found
    return found if Category.ABUSE in categories or others else frozenset()


def _may_mean_somebody(words: str, categories: Collection[Category]) -> bool:
    return bool(words) and (Category.ABUSE in categories or set(categories) <= {Category.UNSURE})


async def heed(
    tx: Tx,
    programme: Programme,
    case: Case,
    words: str,
    *,
    new: Collection[Category],
    known: Collection[Category],
    now: datetime,
) -> Case:
    """More is said about a (locked) case; before anybody is told of it, whom it names is left out.

    ``new`` is what these words are about by themselves, ``known`` what the case was about before. Once it is
    about abuse, all that was said before counts too, and from then on a name in plain words is enough,
    unless the writer has said that it is not about the team. So it is where nobody knows what it is about, if
    somebody else is left: "Ms. Rivera is with us now" then brings another adult too, "Ms. Rivera kissed me"
    does not reach her. Where it is known to be about something else, a name leaves nobody out.
    """
    abuse, before = Category.ABUSE in new, Category.ABUSE in known
    if abuse and not before:
        words = "\n".join([words, *await _said_so_far(tx, case)])
    elif not abuse and (before or not new) and await _not_about_the_team(tx, case):
        return case
    named = await meant(tx, programme.id, words, {*new, *known}, case.helper_id)
    return await leave_out(tx, programme, case, named, why=WhyLeftOut.NAMED, now=now)


async def _said_so_far(tx: Tx, case: Case) -> list[str]:
    written = [note.text for note in await case_notes.notes(tx, case.id)]
    return [*written, *(await case_notes.details(tx, case.id)).values()]


async def _not_about_the_team(tx: Tx, case: Case) -> bool:
    """Whether the writer said so, and nobody was left out again since."""
    kinds = [line.kind for line in await cases.timeline(tx, case.id)]
    return [kind for kind in kinds if kind in ("left_out", "put_back")][-1:] == ["put_back"]


async def leave_out(
    tx: Tx, programme: Programme, case: Case, person_ids: frozenset[int], *, why: WhyLeftOut, now: datetime
) -> Case:
    """Keep people away from a (locked) case from now on. Returns the case as it stands then.

    What they were sent is taken away, the ladder is rebuilt without them, and if one of them had the case (or
    has closed it), it climbs again for the others.
    """
    before = await ladders.of_case(tx, case.id)
    new = await left_out.leave_out(tx, case.id, person_ids, why, now)
    if not new:
        return case
    await outbox.take_back(tx, case.id, new, now)
    await outbox.drop_digests(tx, new)
    await shared.take_back(tx, case.id, now)
    await take_back_walks(tx, programme, case, new, now)
    for person in sorted(new):
        await cases.tell(tx, case.id, "left_out", now, person, why=why.value)
    after = await _rebuild(tx, programme, case, before, now)
    await spread(tx, programme, case, new, why=why, now=now)
    return after


async def take_back_walks(
    tx: Tx, programme: Programme, case: Case, person_ids: frozenset[int], now: datetime
) -> None:
    """What they were told of walks with the same contact or peer goes too."""
    for walk in await handoffs.tied_to(tx, case) if person_ids else ():
        await handoff_messages.keep_away(tx, programme, walk, person_ids, now)


async def take_back_walks_with(tx: Tx, programme: Programme, peer_id: int, now: datetime) -> None:
    """A check-in has a peer's code now: whom its case leaves out loses what they were told of that peer."""
    for walk in await handoffs.with_peer(tx, programme.id, peer_id):
        if kept_away := await handoffs.kept_away(tx, walk):
            await handoff_messages.keep_away(tx, programme, walk, kept_away, now)


async def spread(
    tx: Tx, programme: Programme, case: Case, person_ids: frozenset[int], *, why: WhyLeftOut, now: datetime
) -> None:
    """Leave them out of what the same writer raised a little before, where nobody knows what it is about.

    Somebody presses for help first and says what it is in the next message, which may open its own case.
    """
    if not person_ids or why is WhyLeftOut.BY_ADULT:
        return
    others = await case_writers.cases_of(tx, case.writer_connection_id, case.writer_user, now - SAME_MATTER)
    for other in others:
        found = {flag.category for flag in await case_notes.flag_summaries(tx, other.id)}
        held = await cases.lock(tx, other.id) if other.id != case.id and found <= _UNCLEAR else None
        if held is not None and person_ids - await left_out.of_case(tx, other.id):
            await leave_out(tx, programme, held, person_ids, why=why, now=now)


async def put_back(tx: Tx, programme: Programme, case: Case, now: datetime) -> Case:
    """The writer says that it is not about the team: whoever was left out is told like everybody else."""
    before = await ladders.of_case(tx, case.id)
    await left_out.put_back(tx, case.id)
    await cases.tell(tx, case.id, "put_back", now, case.helper_id)
    return await _rebuild(tx, programme, case, before, now)


async def _rebuild(
    tx: Tx, programme: Programme, case: Case, before: Sequence[LadderEntry], now: datetime
) -> Case:
    kept_away = await left_out.of_case(tx, case.id)
    standing = {entry.person_id for entry in await ladders.of_case(tx, case.id)}
    wanted = await case_moves.ladder_without(tx, programme, kept_away, now)
    # Who stands there keeps the place, with what they have said; the outside contact stays once told.
    missing = [entry for entry in wanted if entry.person_id not in standing]
    await ladders.add(tx, case.id, missing)
    return await case_moves.change_ladder(tx, programme, case, before, now)
