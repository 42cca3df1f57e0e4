"""The parts of a report that tell what people were asked and answered: students, helpers and staff."""

import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any

from handlers import survey_questions
from handlers.languages import LANGUAGES, Say, mark
from handlers.report_asked import Asked, told
from handlers.report_figures import Line, Section, Term, grouped, hours, line, percent, share, small
from handlers.supervision_chart import Bars, Panel
from handlers.supervision_figures import FEWEST
from handlers.supervision_questions import CONFIDENCE, SCALE, WEEKLY_WORDS, WELLBEING, Kind
from storage import evaluation, surveys

OBSERVED = {
    "known": mark("Students know how to find the team"),
    "roles": mark("Helpers keep to their role"),
    "hand_over": mark("Helpers bring us what is too much"),
    "climate": mark("The team makes a difference here"),
}
"""What staff are asked, from 1 to 5."""


async def people(asked: Asked) -> Section | None:
    """Who is served and who helps, as far as they said so."""
    say = asked.say
    lines: list[Line] = []
    counts = await _survey(asked, asked.term)
    for question in survey_questions.ABOUT_THEM:
        found = (counts or {}).get(question.key, {})
        labels = {value: say(label) for value, label in question.options}
        lines += _groups(
            say,
            [value for value, number in found.items() for _ in range(number)],
            labels,
            say(question.label),
        )
    helpers = await evaluation.helpers_languages(asked.tx, asked.programme.id)
    spoken = [each or asked.programme.locale for each in helpers]
    lines += _groups(say, spoken, dict(LANGUAGES), say("Helpers, by the language they chose here"))
    reached = await evaluation.peers_grades(*asked.span(asked.term))
    lines += _by_grade(say, reached, say("Students reached, by grade"))
    helping = await evaluation.helpers_grades(asked.tx, asked.programme.id)
    lines += _by_grade(say, helping, say("Helpers, by grade"))
    if not lines:
        return None
    says = say(
        "Only of those of whom it is known: first what students said in the survey, then what the team was "
        "told. Groups of fewer than five are put together."
    )
    return Section(say("Who is served, and who helps"), (says,), tuple(lines))


def _by_grade(say: Say, written: Sequence[str], head: str) -> list[Line]:
    """Grades as they were typed: "Year 10" and "year 10" are one, and 9 comes before 10."""
    spelled: dict[str, str] = {}
    for each in sorted(written, key=_grade_order):
        spelled.setdefault(each.casefold(), each)
    return _groups(say, [each.casefold() for each in written], spelled, head)


def _grade_order(grade: str) -> tuple[int, str]:
    digits = "".join(letter if letter.isdecimal() else " " for letter in grade).split()
    return (int(digits[0]) if digits else sys.maxsize, grade.casefold())


def _groups(say: Say, values: Sequence[str], labels: Mapping[str, str], head: str) -> list[Line]:
    shown, rest = grouped(values)
    order = list(labels)
    named = sorted(shown, key=lambda each: order.index(each[0]) if each[0] in order else len(order))
    lines = [Line(f"{head}: {labels.get(value, value)}", str(number)) for value, number in named]
    if rest and shown:
        lines.append(Line(f"{head}: {say('all others')}", str(rest)))
    return lines


async def _survey(asked: Asked, term: Term | None) -> Mapping[str, Mapping[str, int]] | None:
    """What students answered in a term's surveys, together; ``None`` where too few did."""
    if term is None:
        return None
    total: dict[str, Counter[str]] = {}
    for each in await surveys.of_programme(asked.tx, asked.programme.id):
        in_term = term.first <= each.opened_on <= term.last
        if in_term and each.results and each.results["counts"] is not None:
            for key, counts in each.results["counts"].items():
                total.setdefault(key, Counter()).update(counts)
    return total or None


async def satisfaction(asked: Asked) -> Section | None:
    """What students say, who answered without an account or a name."""
    say = asked.say
    now, then = await _survey(asked, asked.term), await _survey(asked, asked.last)
    if now is None:
        return None
    helped, before_ = _helped(now), _helped(then)
    lines = [line(say, "satisfied", helped, before_, asked.goals, people=False)]
    bars = []
    for question in survey_questions.SCALES:
        counts = now.get(question.key, {})
        mean = _mean(counts)
        if mean is not None:
            bars.append((say(question.label), mean, f"{mean:.1f}"))
    if yes := _yes(now, survey_questions.AGAIN.key):
        lines.append(Line(say("Would come again"), yes, _yes(then, survey_questions.AGAIN.key)))
    if knew := _yes(now, survey_questions.KNEW.key):
        last = _yes(then, survey_questions.KNEW.key)
        lines.append(Line(say("Were told what a helper cannot keep secret"), knew, last))
    answered = max((sum(counts.values()) for counts in now.values()), default=0)
    says = [say("{count} students answered, on paper slips without a name.", count=small(say, answered))]
    if bars:
        says.append(say("In the picture, 1 is “not at all” and 5 is “very much”."))
    panels = (Bars(say("What students say, from 1 to 5"), tuple(bars), full=len(SCALE)),) if bars else ()
    return Section(say("What students say"), tuple(says), told(lines), panels)


def _yes(counts: Mapping[str, Mapping[str, int]] | None, key: str) -> str:
    """The share of "yes" to a question; empty where fewer than five answered it."""
    found = (counts or {}).get(key, {})
    answered = sum(found.values())
    part = percent(found.get("yes", 0), answered)
    return "" if part is None or answered < FEWEST else share(part)


def _helped(counts: Mapping[str, Mapping[str, int]] | None) -> int | None:
    found = (counts or {}).get(survey_questions.HELPED.key, {})
    answered = sum(found.values())
    return percent(found.get("4", 0) + found.get("5", 0), answered) if answered >= FEWEST else None


def _mean(counts: Mapping[str, int]) -> float | None:
    """Of a scale; ``None`` where fewer than five answered."""
    answered = sum(counts.values())
    if answered < FEWEST:
        return None
    return sum(int(value) * number for value, number in counts.items()) / answered


async def helpers(asked: Asked) -> Section | None:
    """How the helpers are: the weekly question, and the rounds without names."""
    say = asked.say
    weeks = await _rounds(asked, "weekly", asked.term)
    lines: list[Line | None] = []
    panels: list[Panel] = []
    now, last = _answered(weeks), _answered(await _rounds(asked, "weekly", asked.last))
    lines.append(line(say, "weekly", now, last, asked.goals, people=False))
    words = Counter[str]()
    for each in weeks:
        words.update((each["counts"] or {}).get("week", {}))
    if sum(words.values()) >= FEWEST:
        labels = dict(WEEKLY_WORDS)
        weeks_told = tuple(
            (say(label), float(words[key]) if words[key] >= FEWEST else 0.0, small(say, words[key]))
            for key, label in labels.items()
        )
        panels.append(Bars(say("How the weeks were: answers of helpers"), weeks_told))
    scales = _added(await _rounds(asked, "wellbeing", asked.term))
    bars = []
    for question in WELLBEING.questions:
        mean = _mean(scales.get(question.key, {}))
        if mean is not None:
            bars.append((say(question.label), mean, f"{mean:.1f}"))
    if bars:
        panels.append(Bars(say("How helping is for them, from 1 to 5"), tuple(bars), full=len(SCALE)))
    if given := await _usual_hours(asked, asked.term):
        lines.append(Line(say("What a helper usually gave"), given, await _usual_hours(asked, asked.last)))
    if not told(lines) and not panels:
        return None
    says = [say("Helpers are asked every week how they are. Nobody's own answer stands here.")]
    if bars:
        scale = say(
            "How helping is for them was asked without names: 1 is “not at all”, 5 is “very much”. For "
            "worries taken home, low is good."
        )
        says.append(scale)
    return Section(say("How the helpers are"), tuple(says), told(lines), tuple(panels))


async def _usual_hours(asked: Asked, term: Term | None) -> str:
    """The median of what helpers gave; empty where there are fewer than five."""
    given = await evaluation.minutes_by_helper(*asked.span(term)) if term else ()
    return hours(asked.say, round(median(given))) if len(given) >= FEWEST else ""


async def _rounds(asked: Asked, prompt: str, term: Term | None) -> Sequence[Mapping[str, Any]]:
    if term is None:
        return ()
    tx, programme_id, since, until = asked.span(term)
    return await evaluation.round_results(tx, programme_id, prompt, since, until)


def _answered(rounds: Sequence[Mapping[str, Any]]) -> int | None:
    return percent(sum(each["answered"] for each in rounds), sum(each["asked"] for each in rounds))


def _added(rounds: Sequence[Mapping[str, Any]]) -> dict[str, Counter[str]]:
    total: dict[str, Counter[str]] = {}
    for each in rounds:
        for key, counts in (each["counts"] or {}).items():
            total.setdefault(key, Counter()).update(counts)
    return total


BEFORE, AFTER = "before", "after"


async def confidence(asked: Asked) -> Section | None:
    """How sure helpers feel before and after a training. Who answered both is known to nobody: no names."""
    say = asked.say
    now = _before_and_after(await _rounds(asked, "confidence", asked.term))
    if now is None:
        return None
    last = _before_and_after(await _rounds(asked, "confidence", asked.last))
    scales = [question for question in CONFIDENCE.questions if question.kind is Kind.SCALE]
    lines = [Line(say("Answered"), _both(say, now, _answers), _both(say, last, _answers))]
    keys = [question.key for question in scales]
    asked_of = [(say("All of these together"), keys), *((say(each.label), [each.key]) for each in scales)]
    for label, some in asked_of:
        lines.append(Line(label, _both(say, now, _average(some)), _both(say, last, _average(some))))
    says = say(
        "What helpers say of themselves before and after a training, on average from 1 to 5. They answer "
        "without names, so these are two groups: it is not known who is in both."
    )
    return Section(say("How sure helpers feel"), (says,), tuple(lines))


Compared = Mapping[str, Mapping[str, Counter[str]]]
"""How often each option was chosen, by question, by the answer that a round is compared by."""


def _before_and_after(rounds: Sequence[Mapping[str, Any]]) -> Compared | None:
    """What was answered before trainings and after; ``None`` where nobody, or too few, did one of both."""
    total: dict[str, dict[str, Counter[str]]] = {}
    for each in rounds:
        for when, counts in (each.get("compared") or _all_at_once(each)).items():
            for key, found in counts.items():
                total.setdefault(when, {}).setdefault(key, Counter()).update(found)
    return total if {BEFORE, AFTER} <= total.keys() else None


def _all_at_once(results: Mapping[str, Any]) -> Mapping[str, Mapping[str, Mapping[str, int]]]:
    """A round that was counted when nothing was compared yet, and in which everybody answered at one time."""
    counts = results["counts"] or {}
    given = [when for when, number in counts.get(CONFIDENCE.compared, {}).items() if number]
    return {given[0]: counts} if len(given) == 1 else {}


def _both(say: Say, found: Compared | None, figure: Callable[[Mapping[str, Counter[str]]], str]) -> str:
    if found is None:
        return ""
    return say("{before} before, {after} after", before=figure(found[BEFORE]), after=figure(found[AFTER]))


def _answers(counts: Mapping[str, Counter[str]]) -> str:
    return str(counts[CONFIDENCE.compared].total())


def _average(keys: Sequence[str]) -> Callable[[Mapping[str, Counter[str]]], str]:
    def average(counts: Mapping[str, Counter[str]]) -> str:
        together = sum((counts[key] for key in keys), Counter[str]())
        return f"{_mean(together) or 0:.1f}"

    return average


async def staff(asked: Asked) -> Section | None:
    """How the adults of the school see it."""
    say = asked.say
    now = await _observed(asked, asked.term)
    then = await _observed(asked, asked.last)
    if not now:
        return None
    lines = tuple(
        Line(say(label), f"{now[key]:.1f}", f"{then[key]:.1f}" if key in then else "")
        for key, label in OBSERVED.items()
        if key in now
    )
    says = say("What staff observed, on average from 1 (not at all) to 5 (very much).")
    return Section(say("How staff see it"), (says,), lines)


async def _observed(asked: Asked, term: Term | None) -> Mapping[str, float]:
    if term is None:
        return {}
    found = await evaluation.observations(asked.tx, asked.programme.id, term.first, term.last)
    if len(found) < 2:  # the average of one is what that one thinks
        return {}
    return {key: sum(each[key] for each in found) / len(found) for key in OBSERVED}
