"""What the roster never allows, and what follows for open cases when an adult stops being one.

A programme always has a coordinator who can be reached; helpers are young people and never page or are
paged; who reads figures only does nothing else.
"""

from collections.abc import Collection
from datetime import datetime

from handlers import case_moves, ladder
from handlers.cards.words import short
from handlers.languages import Say, mark
from storage import cases, ladders, outbox, roster
from storage.db import Tx
from storage.people import ADULTS, AROUND
from storage.programmes import Programme
from storage.roster import Entry
from storage.words import HELPING, CaseState, Role

COORDINATORS = frozenset({Role.COORDINATOR})
_ALL_CASES = 1_000


async def why_not(tx: Tx, programme_id: int, say: Say, known: Entry, roles: Collection[Role]) -> str:
    """Why somebody who is on the roster cannot have these roles now; empty if they can."""
    name, wanted = short(say, known.name), frozenset(roles)
    if known.roles & HELPING and wanted - HELPING:
        return say(
            "{name} is a helper on this team. This role is for adults: staff, not students.", name=name
        )
    if known.roles - HELPING and wanted & HELPING:
        return say("{name} is one of the adults here, so they are no helper.", name=name)
    if COORDINATORS & known.roles - wanted and await is_last(tx, programme_id, known):
        return say("{name} is the only coordinator. Add another one first.", name=name)
    return say(not_together(wanted))


def not_together(roles: frozenset[Role]) -> str:
    """Why nobody can have these roles at once, as a marked text; empty if somebody can."""
    if roles & HELPING and roles - HELPING:
        return mark("Somebody is a helper or one of the adults, not both.")
    if Role.OBSERVER in roles and len(roles) > 1:
        return mark("An observer sees figures only, so they have no other role.")
    if Role.OUTSIDE_CONTACT in roles and roles & ADULTS:
        return mark("The outside contact is somebody outside the team.")
    return ""


async def is_last(tx: Tx, programme_id: int, known: Entry) -> bool:
    """Whether no other coordinator could be reached. Nobody else can change that until the end."""
    if Role.COORDINATOR not in known.roles or known.suspended:
        return False
    await roster.hold(tx, programme_id)
    others = await roster.entries(tx, programme_id, COORDINATORS)
    return not any(other.id != known.id and other.accounts and not other.suspended for other in others)


async def hand_on_cases(tx: Tx, programme: Programme, person_id: int, now: datetime) -> int:
    """Somebody stops being one of the adults: their open cases go on with the others, at once.

    What they were sent is taken away; a case that they had climbs again. Returns how many they had. To be
    called before they lose their role, while they still stand on the ladders.
    """
    held = 0
    for each in await cases.live(tx, programme.id, person_id, _ALL_CASES):
        case = await cases.lock(tx, each.id)
        if case is None:
            continue
        if case.state is CaseState.ACKNOWLEDGED and case.acknowledged_by == person_id:
            held += 1
            await cases.tell(tx, case.id, "left_team", now, person_id)
        await case_moves.move(tx, programme, case, ladder.Declined(person_id), now)
        await ladders.mark_declined(tx, case.id, person_id)
        await outbox.take_back(tx, case.id, {person_id}, now)
    return held


def stops_being_adult(known: Entry, roles: Collection[Role]) -> bool:
    """Whether somebody who stands on ladders will stand on none."""
    return bool(known.roles & AROUND) and not set(roles) & AROUND
