"""The term's report: what a programme came to, for a principal, a board or a funder to read.

One function for each part, in the order in which they are read. A part that has nothing to show gives
``None`` and is left out. Whoever adds a part adds its function to :data:`PARTS`; a figure that goals can be
set for also goes into :data:`~handlers.report_figures.MEASURES`.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from zoneinfo import ZoneInfo

from handlers import report_answers, report_practice
from handlers.cards.words import OUTCOME, service
from handlers.languages import Say, mark
from handlers.report_asked import Asked, told
from handlers.report_figures import (
    Line,
    Section,
    Term,
    before,
    by_service,
    grouped,
    hours,
    line,
    percent,
    share,
    small,
    terms,
)
from handlers.supervision_chart import Bars, Panel
from handlers.supervision_figures import FEWEST
from storage import checkins, evaluation, supervision_people
from storage.checkins import ServiceTotal
from storage.db import Tx
from storage.evaluation import CaseSums
from storage.people import ADULTS
from storage.programmes import Programme
from storage.words import Role

READERS = ADULTS | {Role.OBSERVER}
"""Who may read a report; it holds figures only."""


QUICKLY = 5 * 60
"""Seconds within which a case should have an adult."""


@dataclass(frozen=True)
class Report:
    """A report, ready to be shown. ``until`` is how far a term has come that is not over."""

    programme: str
    term: str
    until: str
    compared: str
    sections: tuple[Section, ...]


async def write(tx: Tx, programme: Programme, say: Say, *, first: date | None, now: datetime) -> Report:
    """The report of the term that begins on a day, or of the newest one. Changes nothing."""
    days = await supervision_people.school_days(tx, programme.id)
    today = now.astimezone(ZoneInfo(programme.time_zone)).date()
    every = terms(days, today)
    term = next((each for each in every if each.first == first), every[0])
    last = before(term, every)
    goals = await evaluation.goals(tx, programme.id, term.first)
    asked = Asked(tx, programme, say, term, last, goals, now)
    found = [await part(asked) for part in PARTS]
    return Report(
        programme.name,
        term.words(say),
        say("Up to {day}", day=say.whole_day(today)) if today < term.last else "",
        last.words(say) if last else "",
        tuple(section for section in found if section is not None),
    )


async def reach(asked: Asked) -> Section | None:
    """How many students were reached, by how many helpers."""
    say = asked.say
    now = await evaluation.reach(*asked.span(asked.term))
    then = await evaluation.reach(*asked.span(asked.last)) if asked.last else None
    if not now.check_ins:
        return None
    if then is not None and not then.check_ins:
        then = None  # they did not log anything yet
    figures: tuple[tuple[str, int, int | None, bool], ...] = (
        ("peers", now.peers, then.peers if then else None, True),
        ("check_ins", now.check_ins, then.check_ins if then else None, True),
        ("hours", round(now.minutes / 60), round(then.minutes / 60) if then else None, False),
        ("helpers", now.helpers, then.helpers if then else None, True),
    )
    lines = [
        line(say, measure, value, last, asked.goals, people=people)
        for measure, value, last, people in figures
    ]
    says = say.counted(
        round(now.minutes / 60),
        mark(
            "In {check_ins} conversations, {helpers} helpers reached {peers} different students and gave "
            "{count} hour of their time."
        ),
        mark(
            "In {check_ins} conversations, {helpers} helpers reached {peers} different students and gave "
            "{count} hours of their time."
        ),
        check_ins=small(say, now.check_ins),
        helpers=small(say, now.helpers),
        peers=small(say, now.peers),
    )
    return Section(say("Reach"), (says,), told(lines), await _by_month(asked))


async def _by_month(asked: Asked) -> tuple[Panel, ...]:
    moments = [each.astimezone(asked.zone) for each in await evaluation.moments(*asked.span(asked.term))]
    counts = Counter(date(each.year, each.month, 1) for each in moments)
    few = sum(number for number in counts.values() if number < FEWEST)
    if 0 < few < FEWEST:
        return ()  # the sum stands above: with every other month, it would tell this one
    bars = tuple(
        (
            asked.say.month(month),
            float(number) if number >= FEWEST else 0.0,
            small(asked.say, number),
        )
        for month, number in sorted(counts.items())
    )
    return (Bars(asked.say("Conversations by month"), bars),) if len(bars) > 1 else ()


async def services(asked: Asked) -> Section | None:
    """What kinds of help were given."""
    say = asked.say
    now = by_service(await checkins.totals(*asked.span(asked.term)))
    then = by_service(await checkins.totals(*asked.span(asked.last))) if asked.last else {}
    if not now:
        return None
    lines = tuple(
        Line(
            service(say, key) if key else say("Other kinds of help"),
            _help(say, total),
            _help(say, then.get(key)),
        )
        for key, total in now.items()
    )
    bars = tuple(
        (each.label, float(total.minutes), hours(say, total.minutes))
        for each, total in zip(lines, now.values(), strict=True)
    )
    most = max(now.values(), key=lambda total: (bool(total.service), total.check_ins))
    says = say("Asked for most: {service}.", service=service(say, most.service)) if most.service else ""
    lines += await report_practice.how_it_was(asked)
    return Section(say("Kinds of help"), (says,) if says else (), lines, (Bars(say("Hours by kind"), bars),))


def _help(say: Say, total: ServiceTotal | None) -> str:
    if total is None:
        return ""
    return say("{count} times, {length}", count=total.check_ins, length=hours(say, total.minutes))


async def safety(asked: Asked) -> Section | None:
    """Concerns that reached an adult: how many, how fast, what came of them. Never about whom."""
    say = asked.say
    now = await _cases(asked, asked.term)
    then = await _cases(asked, asked.last) if asked.last else None
    if now is None or not now.opened:
        return None
    lines = [Line(say("Concerns that reached an adult"), small(say, now.opened), _opened(say, then))]
    if len(now.seconds) >= FEWEST:
        lines.append(Line(say("Until an adult had it, usually"), _time(say, now), _time(say, then)))
        lines.append(Line(say("An adult had it within 5 minutes"), _quick(now), _quick(then)))
    shown, rest = grouped(now.outcomes)
    lines += [Line(say(OUTCOME.get(key, key)), str(number)) for key, number in shown]
    if rest and shown:
        lines.append(Line(say("Other outcomes"), str(rest)))
    if now.handed_over >= FEWEST:
        last = small(say, then.handed_over) if then and then.opened else ""
        lines.append(Line(say("Handed over to somebody who goes on"), str(now.handed_over), last))
    says = say(
        "A helper who hears of danger does not carry it alone: an adult of the team is called at once and "
        "stays with it until there is an outcome."
    )
    return Section(say("When it was too much for a helper"), (says,), tuple(lines))


async def _cases(asked: Asked, term: Term | None) -> CaseSums | None:
    if term is None:
        return None
    return await evaluation.case_sums(*asked.span(term))


def _opened(say: Say, sums: CaseSums | None) -> str:
    return small(say, sums.opened) if sums else ""


def _quick(sums: CaseSums | None) -> str:
    """The share that had an adult quickly; empty where that would speak of few."""
    if sums is None or len(sums.seconds) < FEWEST:
        return ""
    quick = percent(sum(each <= QUICKLY for each in sums.seconds), len(sums.seconds))
    return "" if quick is None else share(quick)


def _time(say: Say, sums: CaseSums | None) -> str:
    if sums is None or len(sums.seconds) < FEWEST:
        return ""
    minutes = median(sums.seconds) / 60
    return say("{minutes} min", minutes=f"{minutes:.0f}") if minutes >= 1 else say("under 1 min")


Part = Callable[[Asked], Awaitable[Section | None]]
PARTS: tuple[Part, ...] = (
    reach,
    services,
    report_practice.groups,
    report_practice.walks,
    safety,
    report_answers.satisfaction,
    report_answers.people,
    report_answers.helpers,
    report_practice.team_meetings,
    report_practice.training,
    report_answers.confidence,
    report_answers.staff,
)
"""The parts of a report, in the order in which they are read."""
