"""From what was counted to what a report may say: small cells hidden, goals beside figures. All pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.languages import Say, mark
from handlers.supervision_chart import Panel
from handlers.supervision_figures import FEWEST
from handlers.supervision_times import moment_of
from storage.checkins import ServiceTotal
from storage.evaluation import Goal
from storage.supervision_people import SchoolDays

NO_TERM = timedelta(days=120)
"""How far a report goes back where the programme has no terms."""


@dataclass(frozen=True)
class Term:
    """The days that a report is about."""

    first: date
    last: date

    def since(self, zone: ZoneInfo) -> datetime:
        """The first moment."""
        return moment_of(self.first, time(0), zone)

    def until(self, zone: ZoneInfo) -> datetime:
        """The first moment that is not in it any more."""
        return moment_of(self.last + timedelta(days=1), time(0), zone)

    def words(self, say: Say) -> str:
        """From when to when."""
        return say("{first} to {last}", first=say.whole_day(self.first), last=say.whole_day(self.last))


def terms(days: Sequence[SchoolDays], today: date) -> tuple[Term, ...]:
    """The programme's terms that have begun, the newest first; where it has none, the last four months."""
    found = sorted((Term(each.first, each.last) for each in days if each.kind == "term"), key=_first)
    begun = tuple(term for term in reversed(found) if term.first <= today)
    return begun or (Term(today - NO_TERM, today),)


def _first(term: Term) -> date:
    return term.first


def before(term: Term, every: Sequence[Term]) -> Term | None:
    """The term before another one."""
    return next((each for each in every if each.first < term.first), None)


@dataclass(frozen=True)
class Line:
    """One figure of a report in words: now, in the last term, and what was wanted. Empty: not known."""

    label: str
    now: str
    before: str = ""
    goal: str = ""
    baseline: str = ""


@dataclass(frozen=True)
class Section:
    """One part of a report, ready to be shown: what it says, its figures and its picture."""

    title: str
    says: tuple[str, ...]
    lines: tuple[Line, ...] = ()
    panels: tuple[Panel, ...] = ()


MEASURES = {
    "peers": mark("Students reached"),
    "check_ins": mark("Conversations"),
    "hours": mark("Hours given"),
    "helpers": mark("Helpers who took part"),
    "weekly": mark("Weekly question answered"),
    "satisfied": mark("Students who say it helped"),
    "walked": mark("Asked to be walked to the counselor"),
}
"""What a goal can be set for, and how it is called."""
_TOGETHER = "\N{NO-BREAK SPACE}"
PERCENT = frozenset({"weekly", "satisfied", "walked"})
"""Which of them are shares."""


def small(say: Say, number: int) -> str:
    """A number of people or cases, unless it could point at one of them."""
    return say("fewer than 5") if 0 < number < FEWEST else str(number)


def line(
    say: Say, measure: str, now: int | None, last: int | None, goals: Mapping[str, Goal], *, people: bool
) -> Line | None:
    """A figure that goals can be set for. ``people``: it counts people, so that few are not told."""

    def told(number: int | None) -> str:
        if number is None:
            return ""
        return small(say, number) if people else value(measure, number)

    if now is None and measure not in goals:
        return None
    goal = goals.get(measure)
    wanted = value(measure, goal.goal) if goal else ""
    if goal and now is not None and now >= goal.goal:
        wanted = say("{number}, reached", number=wanted)
    return Line(
        say(MEASURES[measure]),
        told(now) or say("not known yet"),
        told(last),
        wanted,
        value(measure, goal.baseline) if goal and goal.baseline is not None else "",
    )


def value(measure: str, number: int) -> str:
    """A figure as it is written."""
    return share(number) if measure in PERCENT else str(number)


def share(number: int) -> str:
    """A share in percent."""
    return f"{number}{_TOGETHER}%"


def grouped(values: Iterable[str]) -> tuple[tuple[tuple[str, int], ...], int]:
    """How often each value is there, the most frequent first, and how many are in groups too small to name.

    Whoever knows the sum could work out one small group that is left over; so if those that are not named are
    fewer than five together, the smallest named one joins them.
    """
    counts = Counter(values).most_common()
    shown = [(value, number) for value, number in counts if number >= FEWEST]
    rest = sum(number for _, number in counts) - sum(number for _, number in shown)
    while 0 < rest < FEWEST and shown:
        rest += shown.pop()[1]
    return tuple(shown), rest if rest >= FEWEST else 0


def by_service(totals: Sequence[ServiceTotal]) -> dict[str, ServiceTotal]:
    """By service; those with few conversations together under an empty name, so that the rest tells none."""
    shown, rest = grouped(total.service for total in totals for _ in range(total.check_ins))
    named = {key for key, _ in shown}
    found = {total.service: total for total in totals if total.service in named}
    if rest:
        others = [total for total in totals if total.service not in named]
        found[""] = ServiceTotal("", rest, sum(each.minutes for each in others))
    return found


def hours(say: Say, minutes: int) -> str:
    """A length in hours, never in days: forty-eight hours of help are not two days. It breaks no line."""
    return _hours(say, minutes).replace(" ", _TOGETHER)


def _hours(say: Say, minutes: int) -> str:
    if minutes < 60:
        return say.length(minutes)
    if minutes < 300 and minutes % 60:
        return say("{hours} h {minutes} min", hours=minutes // 60, minutes=minutes % 60)
    return say("{hours} h", hours=round(minutes / 60))


def percent(part: int, whole: int) -> int | None:
    """A share in whole percent; ``None`` of nothing."""
    return round(100 * part / whole) if whole else None
