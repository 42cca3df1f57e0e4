"""Two terms behind the sandbox's school, so that its term report has something to tell.

Five more helpers are on the roster, one of them a lead; they have no account in the sandbox. All of it is
invented.
"""

import random
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot import seed_practice
from bot.seed import ZONE
from bot.seed_practice import FirstContact, Team
from handlers import survey_questions
from handlers.report_answers import OBSERVED
from handlers.supervision import plan_missing
from handlers.supervision_figures import as_json, count
from handlers.supervision_questions import WEEKLY, WELLBEING
from storage import (
    cases,
    checkins,
    evaluation,
    outcomes,
    peers,
    people,
    supervision,
    supervision_people,
    supervision_rounds,
    surveys,
)
from storage.db import Database, Tx
from storage.evaluation import Goal
from storage.outcomes import Outcome
from storage.people import Person
from storage.supervision_people import SchoolDays
from storage.words import About, CaseState, Concern, Role, Urgency

_NAMES = ("Noor", "Theo", "Amara", "Ines", "Jonas")
"""The first one is a lead. Nobody has said yet in which grade the last one is."""
_GRADES = ("8", "7", "8", "9", "8", "7", "9", "8")
"""Of a helper's peers, in their order."""
_SERVICES = (
    "tutoring",
    "tutoring",
    "listening",
    "listening",
    "listening",
    "buddy",
    "buddy",
    "hospitality",
)
_OUTCOMES = (
    "talked",
    "talked",
    "support_plan",
    "support_plan",
    "support_plan",
    "referred",
    "talked",
    "support_plan",
)
_GOALS = (("peers", 60, 45), ("hours", 120, None), ("satisfied", 80, 65), ("walked", 90, 70))
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_TOLD = 1_000
"""Rounds that stand there already: what the two helpers answered in the last weeks."""
_CHANCE = 20260301
"""Every sandbox tells the same story."""


@dataclass(frozen=True)
class _Story:
    """How a term went: conversations a week for each helper, cases, answers to its survey.

    ``walked`` is the share of peers who wanted to be walked to the counselor when they were first met;
    ``groups`` are sessions with a group, and as many circles.
    """

    days: SchoolDays
    weekly: float
    cases: int
    answers: int
    happy: float
    walked: float
    groups: int


async def seed_term(database: Database, now: datetime) -> None:
    """Tell the sandbox's last two terms. What happened in the last two weeks stands there already."""
    today = now.astimezone(ZONE).date()
    this = SchoolDays("term", today - timedelta(days=98), today + timedelta(days=60))
    last = SchoolDays("term", today - timedelta(days=250), today - timedelta(days=120))
    chance = random.Random(_CHANCE)  # noqa: S311 - a story, not a secret
    await plan_missing(database, now)
    async with database.write() as tx:
        team = await _team(tx)
        await supervision_people.set_school_days(tx, team.programme_id, [last, this])
        stories = (_Story(last, 1.1, 6, 17, 0.6, 0.72, 7), _Story(this, 2.0, 8, 26, 0.8, 0.97, 11))
        for story in stories:
            met = await _conversations(tx, team, story, chance, until=now - timedelta(days=1))
            await seed_practice.walks(tx, team, met, story.walked, chance)
            await seed_practice.group_sessions(tx, team, story.days, now, story.groups)
            await _concerns(tx, team, story, chance)
            await _survey(tx, team, story, chance, today)
            await _rounds(tx, team, story, chance, now)
        scales = dict.fromkeys(OBSERVED, 4)
        for adult in (team.coordinator, team.backup):
            await evaluation.observe(tx, team.programme_id, adult, last.last, scales | {"known": 3})
            await evaluation.observe(tx, team.programme_id, adult, today, scales | {"hand_over": 5})
        for measure, goal, baseline in _GOALS:
            await evaluation.set_goal(tx, team.programme_id, this.first, Goal(measure, goal, baseline))
        await seed_practice.weekly_meetings(tx, team, last, now, chance)
        await seed_practice.the_team_today(tx, team, now)


async def _team(tx: Tx) -> Team:
    maya = await _at(tx, "maya")
    leo, rivera, okafor = [await _at(tx, user) for user in ("leo", "rivera", "okafor")]
    more = [
        await people.add(
            tx,
            programme_id=maya.programme_id,
            name=name,
            grade="11" if name != _NAMES[-1] else "",
            roles=[Role.HELPER if number else Role.LEAD],
        )
        for number, name in enumerate(_NAMES)
    ]
    return Team(maya.programme_id, 1, (maya.id, leo.id, *more), more[0], rivera.id, okafor.id)


async def _at(tx: Tx, user: str) -> Person:
    found = await people.by_account(tx, 1, user)
    if found is None:
        raise LookupError(user)
    return found


def _school_days(days: SchoolDays) -> list[date]:
    length = (days.last - days.first).days + 1
    every = [days.first + timedelta(days=number) for number in range(length)]
    return [day for day in every if day.weekday() < 5]


async def _conversations(
    tx: Tx, team: Team, story: _Story, chance: random.Random, *, until: datetime
) -> list[FirstContact]:
    first: dict[int, FirstContact] = {}
    start = datetime.combine(story.days.first, time(8), ZONE)
    for helper in team.helpers:
        codes = ["P-" + "".join(chance.choices(_ALPHABET, k=4)) for _ in range(4 + round(story.weekly * 2))]
        met = [await checkins.add_peer(tx, team.programme_id, code, start) for code in codes]
        for peer_id, grade in zip(met, _GRADES, strict=False):
            await peers.set_grade(tx, peer_id, grade)
        for day in _school_days(story.days):
            at = datetime.combine(day, time(chance.choice((9, 11, 12, 14)), chance.randrange(0, 60, 5)), ZONE)
            if at < until and chance.random() < story.weekly / 5:
                peer = chance.randrange(len(met))
                check_in = await checkins.log(
                    tx,
                    programme_id=team.programme_id,
                    helper_id=helper,
                    peer_id=met[peer],
                    service=_SERVICES[peer],
                    minutes=chance.choice((15, 20, 30, 30, 45)),
                    concern=Concern.NONE,
                    note="",
                    at=at,
                )
                first.setdefault(met[peer], FirstContact(helper, met[peer], check_in, at))
    return list(first.values())


async def _concerns(tx: Tx, team: Team, story: _Story, chance: random.Random) -> None:
    for outcome in _OUTCOMES[: story.cases]:
        day = chance.choice(_school_days(story.days)[:60])
        opened = datetime.combine(day, time(chance.randrange(9, 15), chance.randrange(60)), ZONE)
        taken = opened + timedelta(seconds=chance.randrange(40, 400))
        case = await cases.open_case(
            tx,
            programme_id=team.programme_id,
            state=CaseState.RESOLVED,
            urgency=Urgency.SOON,
            about=About.SOMEBODY_ELSE,
            helper_id=chance.choice(team.helpers),
            writer_connection_id=team.connection_id,
            writer_user="maya",
            peer_code=None,
            minutes={},
            next_at=None,
            ladder=(),
            now=opened,
        )
        closed = taken + timedelta(hours=5)
        done = replace(case, acknowledged_by=team.coordinator, acknowledged_at=taken, closed_at=closed)
        await cases.save(tx, done)
        result = Outcome(
            case_id=case.id,
            outcome=outcome,
            student_seen=True,
            handed_over=chance.random() < 0.7,
            report="not_required",
            parents="told",
            note="",
            by=team.coordinator,
            at=closed,
        )
        await outcomes.close(tx, result)


async def _survey(tx: Tx, team: Team, story: _Story, chance: random.Random, today: date) -> None:
    begun = min(story.days.last, today) - timedelta(days=21)
    survey = await surveys.start(
        tx, team.programme_id, opened_on=begun, closes_on=begun + timedelta(days=14), slips=40
    )
    for slip in range(story.answers):
        glad = chance.random() < story.happy
        answer = {
            "listened": chance.choice("45" if glad else "345"),
            "helped": chance.choice("45" if glad else "23"),
            "again": "yes" if glad else chance.choice(("yes", "maybe", "no")),
            "knew": "yes" if chance.random() < 0.85 else "unsure",
            "grade": chance.choice(("7", "8", "8", "9")),
            "language": chance.choice(("en", "en", "es", "es", "other")),
        }
        await surveys.hand_in(tx, survey.id, slip, survey_questions.read(answer))
    await surveys.close(tx, survey.id, survey_questions.count(await surveys.answers(tx, survey.id)))


async def _rounds(tx: Tx, team: Team, story: _Story, chance: random.Random, now: datetime) -> None:
    weekly = await supervision.of_prompt(tx, team.programme_id, "weekly")
    wellbeing = await supervision.of_prompt(tx, team.programme_id, "wellbeing")
    if weekly is None or wellbeing is None:
        raise LookupError("schedules")
    mondays = [day for day in _school_days(story.days) if day.weekday() == 0]
    told = {each.due_at for each in await supervision_rounds.latest(tx, team.programme_id, _TOLD)}
    for day in mondays:
        due = datetime.combine(day, time(9), ZONE)
        closes = due + timedelta(days=3)
        if closes >= now:
            break
        if due in told:
            continue
        round_id = await supervision_rounds.start(tx, weekly.id, due, closes_at=closes, nudge_at=None)
        await supervision_rounds.ask(tx, round_id, team.helpers)
        answers = []
        for helper in team.helpers:
            if chance.random() < 0.82:
                word = chance.choices(("fine", "heavy", "talk"), (14, 4, 1))[0]
                at = due + timedelta(hours=chance.randrange(1, 30))
                await supervision_rounds.answer(tx, round_id, helper, now=at, late=False, word=word)
                answers.append({"week": word})
        found = count(WEEKLY, answers, len(team.helpers), len(answers))
        await supervision_rounds.close(tx, round_id, closes, as_json(found))
    due = datetime.combine(mondays[len(mondays) // 2], time(10), ZONE)
    round_id = await supervision_rounds.start(
        tx, wellbeing.id, due, closes_at=due + timedelta(days=3), nudge_at=None
    )
    sheet = [
        {
            "energy": chance.choice("345"),
            "gives": chance.choice("445"),
            "carry": chance.choice("123"),
            "support": chance.choice("345"),
        }
        for _ in team.helpers
    ]
    found = count(WELLBEING, sheet, len(team.helpers), len(sheet))
    await supervision_rounds.close(tx, round_id, due + timedelta(days=3), as_json(found))
