"""Whom each step of the ladder pages, by who can answer. Pure functions."""

from handlers.ladder import Adult, Climb
from storage.words import Rung

AGAIN, BACKUP, EVERYONE = 1, 2, 3
"""The steps after the first page, which is step 0."""


def paged_now(climb: Climb) -> tuple[Adult, ...]:
    """Whom the step taken last has paged, the first on the ladder first."""
    return paged_at(climb, max(climb.step - 1, 0))


def paged_at(climb: Climb, step: int) -> tuple[Adult, ...]:
    """Whom a step pages.

    First the coordinator on duty (the first on the ladder who can answer), then the backups beside, then
    everybody, also who declined or could not be reached before.
    """
    if step >= EVERYONE:
        return climb.ladder
    available = [adult for adult in climb.ladder if can_answer(adult)]
    if step < BACKUP:
        return tuple(available[:1])
    return tuple(adult for index, adult in enumerate(available) if index == 0 or adult.rung is Rung.BACKUP)


def missed_at(climb: Climb, step: int) -> tuple[Adult, ...]:
    """Whose turn a step would be too, were they reachable in chat: those who have a fallback address.

    From the step to everybody on nobody is missed: everybody is paged by all that they have.
    """
    if step >= EVERYONE:
        return ()
    on_duty = next((at for at, adult in enumerate(climb.ladder) if can_answer(adult)), len(climb.ladder))
    return tuple(
        adult
        for at, adult in enumerate(climb.ladder)
        if (at < on_duty or (step >= BACKUP and adult.rung is Rung.BACKUP))
        and adult.unreachable
        and adult.fallback
        and not adult.declined
    )


def newly_missed(before: Climb, after: Climb, step: int) -> tuple[Adult, ...]:
    """Those whom a step misses only as the ladder stands now."""
    known = {adult.person for adult in missed_at(before, step)}
    return tuple(adult for adult in missed_at(after, step) if adult.person not in known)


def can_answer(adult: Adult) -> bool:
    """Neither said "I can't" nor is out of reach in chat."""
    return not adult.declined and not adult.unreachable
