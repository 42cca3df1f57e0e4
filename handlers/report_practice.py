"""The term's report on what stands around conversations: walks to an adult, groups, training, meetings."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.cards import spoken
from handlers.languages import Say, mark
from handlers.report_asked import Asked, told
from handlers.report_figures import Line, Section, Term, grouped, line, percent, share, small
from handlers.supervision_figures import FEWEST
from handlers.training_needs import TITLES, Module
from storage import attendance, checkins, evaluation, handoffs
from storage.attendance import MeetingTotals
from storage.handoffs import FirstContacts

OUTCOME = {
    "": mark("Nobody has said yet what came of it"),
    "talked": mark("Talked with an adult"),
    "come_again": mark("Were asked to come again"),
    "referred": mark("Were referred on"),
    "did_not_come": mark("Did not come"),
}
"""What came of a walk, as it is told of many."""


async def walks(asked: Asked) -> Section | None:
    """How many asked to be walked to the counselor when they were first met, and what came of all walks."""
    say = asked.say
    now = await handoffs.asked_at_first_contact(*asked.span(asked.term))
    then = await handoffs.asked_at_first_contact(*asked.span(asked.last)) if asked.last else None
    outcomes = dict(await handoffs.outcomes(*asked.span(asked.term)))
    last = dict(await handoffs.outcomes(*asked.span(asked.last))) if asked.last else {}
    if not outcomes and _asked(now) is None and "walked" not in asked.goals:
        return None
    lines = [
        Line(say("First contacts"), small(say, now.contacts), small(say, then.contacts) if then else ""),
        line(say, "walked", _asked(now), _asked(then) if then else None, asked.goals, people=False),
        Line(
            say("Walks to an adult"),
            small(say, sum(outcomes.values())),
            small(say, sum(last.values())) if last else "",
        ),
    ]
    lines += _outcomes(say, outcomes, last)
    says = say("When they first meet, a helper offers to walk with the student to an adult.")
    return Section(say("Walks to an adult"), (says,), told(lines))


def _outcomes(say: Say, now: Mapping[str, int], last: Mapping[str, int]) -> list[Line]:
    """What came of walks; each term's figures hide what would be few in that term."""
    shown, rest = grouped(each for each, number in now.items() for _ in range(number))
    before = dict(grouped(each for each, number in last.items() for _ in range(number))[0])
    lines = [Line(say(OUTCOME[each]), str(number), _number(before.get(each))) for each, number in shown]
    if rest and shown:
        lines.append(Line(say("Other outcomes"), str(rest)))
    return lines


def _number(number: int | None) -> str:
    return "" if number is None else str(number)


def _asked(found: FirstContacts) -> int | None:
    """The share of first contacts; ``None`` where it would speak of fewer than five."""
    if found.contacts < FEWEST or 0 < found.asked < FEWEST:
        return None
    return percent(found.asked, found.contacts)


CAME = {"planned": mark("planned"), "drop_in": mark("dropped in"), "referred": mark("sent by staff")}
TIER = {"1": mark("for everybody (tier 1)"), "2": mark("for students who need more (tier 2)")}


async def how_it_was(asked: Asked) -> tuple[Line, ...]:
    """How contacts came about, for whom they were and in which language, in shares of what was told."""
    say = asked.say
    now = await evaluation.details(*asked.span(asked.term))
    then = await evaluation.details(*asked.span(asked.last)) if asked.last else None
    came = {key: say(label) for key, label in CAME.items()}
    tiers = {key: say(label) for key, label in TIER.items()}
    languages = {each: spoken.name(say, each) for each in {*now.language, *(then.language if then else ())}}
    found = (
        (say("How it came about"), came, now.came, then.came if then else ()),
        (say("Whom it was for"), tiers, now.tier, then.tier if then else ()),
        (say("Languages used"), languages, now.language, then.language if then else ()),
    )
    lines = (
        Line(label, _shares(say, labels, values), _shares(say, labels, before))
        for label, labels, values, before in found
    )
    return tuple(each for each in lines if each.now)


def _shares(say: Say, labels: Mapping[str, str], values: Sequence[str]) -> str:
    """The most frequent first; what is too small to name stands together, and nothing else is told."""
    shown, rest = grouped(values)
    told_of = [(labels[value], number) for value, number in shown]
    if rest and shown:
        told_of.append((say("all others"), rest))
    parts = ((label, percent(number, len(values))) for label, number in told_of)
    return ", ".join(f"{label} {share(part)}" for label, part in parts if part is not None)


@dataclass(frozen=True)
class _Groups:
    sessions: int
    people: int
    agreed: int
    ended: int


async def groups(asked: Asked) -> Section | None:
    """Sessions with groups, who took part, and circles that ended with an agreement."""
    say = asked.say
    now = await _groups(asked, asked.term)
    then = await _groups(asked, asked.last) if asked.last else None
    if not now.sessions:
        return None
    sessions = Line(
        say("Sessions with groups"), small(say, now.sessions), small(say, then.sessions) if then else ""
    )
    lines: list[Line | None] = [sessions]
    if now.people:
        before = small(say, then.people) if then and then.people else ""
        lines.append(Line(say("People who took part, as far as it was told"), small(say, now.people), before))
    if agreed := _agreed(now):
        label = say("Mediations and circles that ended with an agreement")
        lines.append(Line(label, agreed, _agreed(then) if then else ""))
    return Section(say("Groups and circles"), (), told(lines))


async def _groups(asked: Asked, term: Term) -> _Groups:
    found = await checkins.totals(*asked.span(term))
    agreed, without = sum(each.agreed for each in found), sum(each.not_agreed for each in found)
    sessions, people = sum(each.groups for each in found), sum(each.people for each in found)
    return _Groups(sessions, people, agreed, agreed + without)


def _agreed(found: _Groups) -> str:
    """Of those that ended, the share with an agreement; nothing where that would speak of few."""
    part = percent(found.agreed, found.ended)
    hidden = found.ended < FEWEST or 0 < found.agreed < FEWEST
    return "" if hidden or part is None else share(part)


async def training(asked: Asked) -> Section | None:
    """How many helpers have which module, today or at the term's end."""
    say = asked.say
    now = await _modules(asked, asked.term)
    if not any(now):
        return None
    then = await _modules(asked, asked.last) if asked.last else []
    lines = [Line(say("Have every module"), _with_all(say, now), _with_all(say, then) if any(then) else "")]
    counts, before = (Counter(module for have in each for module in have) for each in (now, then))
    for module in Module:
        last = small(say, before[module]) if any(then) else ""
        lines.append(Line(say(TITLES[module]), small(say, counts[module]), last))
    says = say("Helpers who have completed a module, and for whom that still holds.")
    return Section(say("Training"), (says,), tuple(lines))


async def _modules(asked: Asked, term: Term) -> list[frozenset[str]]:
    day = min(term.last, asked.today)
    return await evaluation.modules_held(asked.tx, asked.programme.id, day)


def _with_all(say: Say, team: list[frozenset[str]]) -> str:
    complete = sum(have >= set(Module) for have in team)
    if 0 < complete < FEWEST or len(team) < FEWEST:
        return small(say, complete)
    return say("{count} of {all}", count=complete, all=len(team))


async def team_meetings(asked: Asked) -> Section | None:
    """How often the team met, and how many of those who were invited came."""
    say = asked.say
    now = await _meetings(asked, asked.term)
    then = await _meetings(asked, asked.last) if asked.last else None
    if not now.held:
        return None
    lines = [Line(say("Meetings held"), str(now.held), str(then.held) if then else "")]
    if now.unticked:
        lines.append(Line(say("Meetings where nobody wrote down who came"), str(now.unticked)))
    if came := _came(now):
        lines.append(Line(say("Of those invited, came"), came, _came(then) if then else ""))
    return Section(say("Meetings"), (), tuple(lines))


async def _meetings(asked: Asked, term: Term) -> MeetingTotals:
    """Of those that are over: the next one is laid out already."""
    tx, programme_id, since, until = asked.span(term)
    return await attendance.totals(tx, programme_id, since, min(until, asked.now))


def _came(totals: MeetingTotals) -> str:
    part = percent(totals.came, totals.invited)
    return share(part) if part is not None and totals.invited >= FEWEST else ""
