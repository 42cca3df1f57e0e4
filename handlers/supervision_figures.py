"""From what was counted to what a coordinator reads: small counts hidden, whom to see and why. All pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from handlers.languages import mark
from handlers.rota import Gap
from handlers.supervision_questions import Kind, Questionnaire
from handlers.supervision_times import Calendar
from storage.attendance import MeetingTotals
from storage.checkins import ServiceTotal
from storage.supervision_figures import Load

FEWEST = 5
"""A count below this could point at one peer, or at one answer."""
TO_SEE = 3
SILENT_AFTER = 14
"""Days on which the school was open: somebody who logged nothing in a holiday was not silent."""
_LOOKED_BACK = 400
MANY_MINUTES = 120


@dataclass(frozen=True)
class Services:
    """Check-ins by service. Those with few are together, unnamed; ``few``: even together they are few."""

    shown: tuple[ServiceTotal, ...]
    others: ServiceTotal | None
    few: bool


def hide_small(services: Sequence[ServiceTotal]) -> Services:
    """Services with fewer than five check-ins are not named: with the week, they could point at a peer."""
    shown = tuple(each for each in services if each.check_ins >= FEWEST)
    small = [each for each in services if each.check_ins < FEWEST]
    check_ins = sum(each.check_ins for each in small)
    if check_ins >= FEWEST:
        minutes, groups = sum(each.minutes for each in small), sum(each.groups for each in small)
        together = ServiceTotal("", check_ins, minutes, groups, sum(each.people for each in small))
        return Services(shown, together, few=False)
    return Services(shown, None, few=bool(small))


@dataclass(frozen=True)
class Week:
    """One round of the weekly question: how many were asked and answered in time, and gave which answer.

    Who used the form alone has answered without any of the ``words``.
    """

    due_at: datetime
    asked: int
    answered: int
    words: Mapping[str, int]


def silent_since(now: datetime, zone: ZoneInfo, calendar: Calendar) -> datetime | None:
    """Who was heard of last before this moment is silent; ``None``: hardly open for a year."""
    left = SILENT_AFTER
    for days in range(1, _LOOKED_BACK):
        moment = now - timedelta(days=days)
        left -= calendar.is_open(moment.astimezone(zone).date())
        if not left:
            return moment
    return None


@dataclass(frozen=True)
class Reason:
    """Why somebody is worth a visit; the heavier, the sooner."""

    weight: int
    text: str


TALK = Reason(100, mark("would like to talk"))
HEAVY = Reason(50, mark("says it was a lot"))
RAISED = Reason(40, mark("raised a concern"))
MANY = Reason(30, mark("many hours"))
FULL = Reason(25, mark("says the week is full"))
UNSURE = Reason(20, mark("often a little unsure"))
SILENT = Reason(10, mark("nothing heard for two weeks"))


@dataclass(frozen=True)
class ToSee:
    """Somebody to see, and why."""

    person_id: int
    name: str
    reasons: tuple[Reason, ...]


def to_see(loads: Sequence[Load], said: Mapping[int, set[Reason]], *, weeks: float = 1) -> tuple[ToSee, ...]:
    """The three whom a coordinator sees first. ``said`` are reasons that stand outside of what they did.

    ``weeks`` is how long that took: many hours are many by the week.
    """
    worked = [each.minutes for each in loads if each.minutes]
    usual = median(worked) if worked else 0
    found = []
    for each in loads:
        reasons = set(said.get(each.person_id, set()))
        if each.minutes >= max(MANY_MINUTES * weeks, 2 * usual):
            reasons.add(MANY)
        if each.unsure >= 3:
            reasons.add(UNSURE)
        if reasons:
            ordered = tuple(sorted(reasons, key=lambda reason: -reason.weight))
            found.append(ToSee(each.person_id, each.name, ordered))
    found.sort(key=lambda each: (-sum(reason.weight for reason in each.reasons), each.person_id))
    return tuple(found[:TO_SEE])


@dataclass(frozen=True)
class Digest:
    """A programme's last days for one adult, and when nobody is on duty in the coming ones."""

    since: datetime
    until: datetime
    weeks: tuple[Week, ...]
    services: Services
    loads: tuple[Load, ...]
    acknowledge_minutes: float | None
    opened: int
    waiting: int
    drills: int
    silent: tuple[str, ...]
    to_see: tuple[ToSee, ...]
    paused: tuple[tuple[str, str], ...]
    meetings: MeetingTotals
    gaps: tuple[Gap, ...] = ()
    all_away: tuple[date, ...] = ()
    unsigned: tuple[str, ...] = ()
    """Helpers who have not agreed to what the programme asks for."""
    renew_on: date | None = None
    """The first day of a term that begins soon, when everybody agrees anew."""
    untrained: tuple[tuple[str, str], ...] = ()
    """Who gave which service without a module that it asks for."""
    training_ends: tuple[str, ...] = ()
    """Helpers who have a module that is over, or will be soon."""
    certificates_end: tuple[str, ...] = ()
    """Adults whose own certificate is over, or will be soon."""
    peers_waiting: int = 0
    codes_used: int = 0
    """Peers who wait for a helper, and codes that somebody else than their helper has logged."""


@dataclass(frozen=True)
class Results:
    """What came of one round: by question, how often each option was chosen. ``None``: too few to tell.

    ``compared``: the same by the answer that the round is compared by; empty where it is not, or where one of
    those groups is so small that the whole would tell of it.
    """

    asked: int
    answered: int
    counts: Mapping[str, Mapping[str, int]] | None
    compared: Mapping[str, Mapping[str, Mapping[str, int]]] = field(default_factory=dict)


def count(asks: Questionnaire, answers: Sequence[Mapping[str, Any]], asked: int, answered: int) -> Results:
    """Count what was chosen. Without names, nothing is told of fewer than five answers."""
    if asks.anonymous and answered < FEWEST:
        return Results(asked, answered, None)
    return Results(asked, answered, _counts(asks, answers), _compared(asks, answers))


def _compared(
    asks: Questionnaire, answers: Sequence[Mapping[str, Any]]
) -> dict[str, dict[str, dict[str, int]]]:
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for answer in answers:
        if value := answer.get(asks.compared):
            groups.setdefault(value, []).append(answer)
    if any(len(group) < FEWEST for group in groups.values()):
        return {}
    return {value: _counts(asks, group) for value, group in groups.items()}


def _counts(asks: Questionnaire, answers: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for question in [*([asks.quick] if asks.quick else []), *asks.questions]:
        if question.kind is Kind.TEXT:
            continue
        chosen: Counter[str] = Counter()
        for answer in answers:
            value = answer.get(question.key)
            chosen.update(value if isinstance(value, list) else [value] if isinstance(value, str) else [])
        counts[question.key] = {value: chosen[value] for value in question.values()}
    return counts


def as_json(results: Results) -> dict[str, Any]:
    """Results as they stand with their round."""
    counts = None if results.counts is None else {key: dict(each) for key, each in results.counts.items()}
    found: dict[str, Any] = {"asked": results.asked, "answered": results.answered, "counts": counts}
    if results.compared:
        found["compared"] = {
            value: {key: dict(each) for key, each in group.items()}
            for value, group in results.compared.items()
        }
    return found


def from_json(found: Mapping[str, Any]) -> Results:
    """Read them back."""
    return Results(found["asked"], found["answered"], found["counts"], found.get("compared", {}))
