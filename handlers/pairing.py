"""Who could help whom: a fit for each two in points, and the best way to place everybody at once.

Pure rules. A place is what a helper has time for; a helper with three places stands there three times. Who is
paired already is no part of it, so nobody is moved who was not asked to be.

The points are a choice of ours, and ``docs/pairing.md`` says why: any pair is worth far more than a better
fit of another one, so that nobody is left waiting for the sake of somebody else's shared hobby.
"""

import asyncio
import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers.languages import mark
from storage.pairing import Need, Offer

PAIRED = 400
HOME_LANGUAGE, SCHOOL_LANGUAGE = 30, 10
TIME, TIMES = 15, 3
SUBJECT, SUBJECTS = 20, 2
LIKE, LIKES = 8, 3
WEEK, WEEKS = 2, 10
LOAD = 12
"""Points that each further peer of one helper costs, so that everybody gets some before one gets many."""


@dataclass(frozen=True)
class Fit:
    """How well two fit, and why: what they share. ``points`` are before the helper's load."""

    points: int
    language: str
    times: tuple[str, ...]
    subjects: tuple[str, ...]
    likes: tuple[str, ...]


@dataclass(frozen=True)
class Suggestion:
    """A pair that a coordinator decides on."""

    need: Need
    offer: Offer
    fit: Fit


NOT_WITH = mark("not with")
NO_OFFER = mark("has not said what they can give")
NO_PLACE = mark("no free place")
NO_LANGUAGE = mark("no common language")
NO_TIME = mark("no common day")


@dataclass(frozen=True)
class Misfit:
    """A helper who does not fit a peer, and why: marked texts. Of both, a coordinator knows more."""

    helper_id: int
    why: tuple[str, ...]

    @property
    def refused(self) -> bool:
        """Whether even a coordinator cannot pair them before that is changed."""
        return NOT_WITH in self.why


def _apart(need: Need, offer: Offer) -> tuple[str, ...]:
    """Why two cannot be suggested for each other; nothing where they can."""
    wanted, given = need.wishes, offer.wishes
    found = [NOT_WITH] if offer.helper_id in need.not_with else []
    if wanted.languages and not _shared(wanted.languages, given.languages):
        found.append(NO_LANGUAGE)
    if wanted.times and given.times and not _shared(wanted.times, given.times):
        found.append(NO_TIME)
    return tuple(found)


def misfits(need: Need, offers: Sequence[Offer], helpers: Sequence[int]) -> list[Misfit]:
    """Every helper who is not :func:`ranked` for a peer, the fewest reasons first."""
    by_helper = {offer.helper_id: offer for offer in offers}
    found = []
    for helper in helpers:
        offer = by_helper.get(helper)
        if offer is None:
            why: tuple[str, ...] = (*([NOT_WITH] if helper in need.not_with else []), NO_OFFER)
        else:
            why = (*_apart(need, offer), *([NO_PLACE] if offer.taken >= offer.places else []))
        if why:
            found.append(Misfit(helper, why))
    return sorted(found, key=lambda each: (each.refused, len(each.why), each.helper_id))


def fit(need: Need, offer: Offer, now: datetime, school: str) -> Fit | None:
    """How well two fit; ``None`` where they cannot be paired.

    They need a language and a time in common, as far as these were named. A language in common that is not
    the ``school``'s own counts more; subjects and interests count, and who has waited longer a little more.
    """
    wanted, given = need.wishes, offer.wishes
    languages = _shared(wanted.languages, given.languages)
    times = _shared(wanted.times, given.times)
    if _apart(need, offer):
        return None
    subjects = _shared(wanted.subjects, given.subjects)
    likes = _shared(wanted.likes, given.likes)
    weeks = (now - need.waiting_since).days // 7 if need.waiting_since else 0
    home = [language for language in languages if language != school]
    points = (
        PAIRED
        + (HOME_LANGUAGE if home else SCHOOL_LANGUAGE if languages else 0)
        + TIME * min(len(times), TIMES)
        + SUBJECT * min(len(subjects), SUBJECTS)
        + LIKE * min(len(likes), LIKES)
        + WEEK * min(max(weeks, 0), WEEKS)
    )
    return Fit(points, next(iter([*home, *languages]), ""), times, subjects, likes)


def _shared(wanted: Sequence[str], given: Sequence[str]) -> tuple[str, ...]:
    return tuple(word for word in wanted if word in given)


def load(peers: int) -> int:
    """Points that one more peer costs for a helper who has so many."""
    return LOAD * peers


def suggest(needs: Sequence[Need], offers: Sequence[Offer], now: datetime, school: str) -> list[Suggestion]:
    """The way to pair that has the most points in all, those who wait longest first.

    Solved as an assignment (J. Munkres 1957; here D. Crouse's algorithm, IEEE Transactions on Aerospace and
    Electronic Systems 52, 2016, as SciPy has it). Who fits with nobody stays out.
    """
    places = [(offer, taken) for offer in offers for taken in range(offer.taken, offer.places)]
    if not needs or not places:
        return []
    fits = [{offer.helper_id: fit(need, offer, now, school) for offer in offers} for need in needs]
    points = [
        [
            found.points - load(taken) if (found := of_need[offer.helper_id]) is not None else 0
            for offer, taken in places
        ]
        for of_need in fits
    ]
    rows, columns = solver()(points, maximize=True)
    suggestions = []
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        offer = places[column][0]
        found = fits[row][offer.helper_id]
        if found is not None:
            suggestions.append(Suggestion(needs[row], offer, found))
    return suggestions


@functools.cache
def solver() -> Callable[..., tuple[Any, Any]]:
    """What solves an assignment. Takes a second when it is first called: never call it in a transaction."""
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - a second, for a card now and then

    found: Callable[..., tuple[Any, Any]] = linear_sum_assignment
    return found


def ranked(need: Need, offers: Sequence[Offer], now: datetime, school: str) -> list[Suggestion]:
    """Everybody with a free place who fits one peer, the best first."""
    found = [
        Suggestion(need, offer, how)
        for offer in offers
        if offer.taken < offer.places and (how := fit(need, offer, now, school)) is not None
    ]
    return sorted(found, key=lambda each: (load(each.offer.taken) - each.fit.points, each.offer.helper_id))


def get_ready() -> None:
    """Somebody may soon ask for suggestions: begin to load the solver, without waiting for it."""
    asyncio.get_running_loop().run_in_executor(None, solver)
