"""What a term comes to in figures, its goals, and how staff see it. No names, no words.

Some of it is a figure for each person (minutes, grades, modules, what an adult observed), in no order that
says who: only what is counted, averaged or grouped of them may be shown to anybody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select

from storage.db import Tx
from storage.models import (
    CaseRow,
    CheckInDetailsRow,
    CheckInRow,
    GoalRow,
    LeftOutRow,
    ObservationRow,
    OutcomeRow,
    PeerRow,
    PersonRow,
    RoundRow,
    ScheduleRow,
    TrainingRow,
)
from storage.people import ACTIVE_HELPER_IDS
from storage.words import CaseState


@dataclass(frozen=True)
class Reach:
    """Check-ins in a span of time; ``peers`` are different codes, ``helpers`` different people."""

    check_ins: int
    minutes: int
    peers: int
    helpers: int


def _logged(programme_id: int, since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        CheckInRow.programme_id == programme_id,
        CheckInRow.at >= since,
        CheckInRow.at < until,
        CheckInRow.undone_at.is_(None),
    )


async def reach(tx: Tx, programme_id: int, since: datetime, until: datetime) -> Reach:
    """How much was done, for how many, by how many."""
    rows = await tx.execute(
        select(
            func.count(CheckInRow.id),
            func.coalesce(func.sum(CheckInRow.minutes), 0),
            func.count(CheckInRow.peer_id.distinct()),
            func.count(CheckInRow.helper_id.distinct()),
        ).where(*_logged(programme_id, since, until))
    )
    return Reach(*rows.one())


async def moments(tx: Tx, programme_id: int, since: datetime, until: datetime) -> Sequence[datetime]:
    """When check-ins were, for counting them by month."""
    return list(await tx.scalars(select(CheckInRow.at).where(*_logged(programme_id, since, until))))


async def minutes_by_helper(tx: Tx, programme_id: int, since: datetime, until: datetime) -> Sequence[int]:
    """What each helper who did anything gave, in no order that says who."""
    rows = await tx.scalars(
        select(func.sum(CheckInRow.minutes))
        .where(*_logged(programme_id, since, until))
        .group_by(CheckInRow.helper_id)
    )
    return sorted(rows)


async def helpers_languages(tx: Tx, programme_id: int) -> Sequence[str]:
    """The language that each helper reads Handrail in; empty for the programme's."""
    return list(await tx.scalars(select(PersonRow.locale).where(*_helping(programme_id))))


async def helpers_grades(tx: Tx, programme_id: int) -> Sequence[str]:
    """The year or class of each helper of whom it is known."""
    known = await tx.scalars(select(PersonRow.grade).where(*_helping(programme_id)))
    return [grade for grade in known if grade]


def _helping(programme_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        PersonRow.programme_id == programme_id,
        PersonRow.id.in_(ACTIVE_HELPER_IDS),
    )


async def peers_grades(tx: Tx, programme_id: int, since: datetime, until: datetime) -> Sequence[str]:
    """The year or class of each peer who was met in a span of time, and of whom it is known."""
    met = select(CheckInRow.peer_id).where(*_logged(programme_id, since, until))
    known = await tx.scalars(select(PeerRow.grade).where(PeerRow.id.in_(met)))
    return [grade for grade in known if grade]


@dataclass(frozen=True)
class Told:
    """What was told of contacts beside their check-ins: each value as often as it was told, in no order."""

    came: Sequence[str]
    tier: Sequence[str]
    language: Sequence[str]


async def details(tx: Tx, programme_id: int, since: datetime, until: datetime) -> Told:
    """How contacts of a span of time came about, whom they were for, which language was used."""
    rows = await tx.execute(
        select(CheckInDetailsRow.came, CheckInDetailsRow.tier, CheckInDetailsRow.language)
        .join(CheckInRow, CheckInRow.id == CheckInDetailsRow.check_in_id)
        .where(*_logged(programme_id, since, until))
    )
    found = list(rows)
    return Told(*(sorted(row[at] for row in found if row[at]) for at in range(3)))


async def modules_held(tx: Tx, programme_id: int, day: date) -> list[frozenset[str]]:
    """The modules of training that each helper who is here now had on a day, in no order that says who."""
    holds = or_(TrainingRow.expires_on.is_(None), TrainingRow.expires_on >= day)
    rows = await tx.execute(
        select(PersonRow.id, TrainingRow.module)
        .outerjoin(
            TrainingRow, (TrainingRow.person_id == PersonRow.id) & (TrainingRow.done_on <= day) & holds
        )
        .where(*_helping(programme_id))
    )
    found: dict[int, set[str]] = {}
    for person_id, module in rows:
        found.setdefault(person_id, set()).update({module} - {None})
    return sorted((frozenset(modules) for modules in found.values()), key=len)


@dataclass(frozen=True)
class CaseSums:
    """Cases of a span of time. ``outcomes`` are how the closed ones were closed, last."""

    seconds: Sequence[float]
    opened: int
    outcomes: Sequence[str]
    handed_over: int


async def case_sums(tx: Tx, programme_id: int, since: datetime, until: datetime) -> CaseSums:
    """Cases that nobody is left out of.

    So the figures are the same for every reader: two that differ would tell somebody that there is a case
    which they do not see.
    """
    rows = await tx.execute(
        select(CaseRow.id, CaseRow.opened_at, CaseRow.acknowledged_at).where(
            CaseRow.programme_id == programme_id,
            CaseRow.opened_at >= since,
            CaseRow.opened_at < until,
            CaseRow.state.in_((CaseState.OPEN, CaseState.ACKNOWLEDGED, CaseState.RESOLVED)),
            CaseRow.drill.is_(False),
            CaseRow.id.not_in(select(LeftOutRow.case_id)),
        )
    )
    found = rows.all()
    closed = await tx.scalars(
        select(OutcomeRow).where(OutcomeRow.case_id.in_([row.id for row in found])).order_by(OutcomeRow.id)
    )
    last = {row.case_id: row for row in closed}
    return CaseSums(
        tuple((row.acknowledged_at - row.opened_at).total_seconds() for row in found if row.acknowledged_at),
        len(found),
        tuple(row.outcome for row in last.values()),
        sum(row.handed_over for row in last.values()),
    )


async def round_results(
    tx: Tx, programme_id: int, prompt: str, since: datetime, until: datetime
) -> Sequence[Mapping[str, Any]]:
    """What came of the closed rounds of a prompt, the first one first."""
    rows = await tx.scalars(
        select(RoundRow.results)
        .join(ScheduleRow, ScheduleRow.id == RoundRow.schedule_id)
        .where(
            ScheduleRow.programme_id == programme_id,
            ScheduleRow.prompt == prompt,
            RoundRow.due_at >= since,
            RoundRow.due_at < until,
            RoundRow.closed_at.is_not(None),
        )
        .order_by(RoundRow.due_at)
    )
    return [results for results in rows if results]


# --- goals -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Goal:
    """What a programme wants to reach in a term; ``baseline`` is where it stood before, if that is known."""

    measure: str
    goal: int
    baseline: int | None


async def goals(tx: Tx, programme_id: int, term: date) -> dict[str, Goal]:
    """The goals of the term that begins on a day, by measure."""
    rows = await tx.scalars(select(GoalRow).where(GoalRow.programme_id == programme_id, GoalRow.term == term))
    return {row.measure: Goal(row.measure, row.goal, row.baseline) for row in rows}


async def set_goal(tx: Tx, programme_id: int, term: date, goal: Goal) -> None:
    """Set a goal, in place of the one for the same figure."""
    row = GoalRow(
        programme_id=programme_id,
        term=term,
        measure=goal.measure,
        goal=goal.goal,
        baseline=goal.baseline,
    )
    await tx.merge(row)
    await tx.flush()


async def drop_goal(tx: Tx, programme_id: int, term: date, measure: str) -> None:
    """Have no goal for a figure any more."""
    where = (GoalRow.programme_id == programme_id, GoalRow.term == term, GoalRow.measure == measure)
    await tx.execute(delete(GoalRow).where(*where))


# --- observations ------------------------------------------------------------------------------


async def observe(tx: Tx, programme_id: int, person_id: int, on: date, scales: Mapping[str, int]) -> None:
    """Keep how an adult of the team sees the programme."""
    tx.add(ObservationRow(programme_id=programme_id, person_id=person_id, on=on, scales=dict(scales)))
    await tx.flush()


async def observations(tx: Tx, programme_id: int, first: date, last: date) -> Sequence[Mapping[str, int]]:
    """What was observed in these days: of each adult the last."""
    rows = await tx.execute(
        select(ObservationRow.person_id, ObservationRow.scales)
        .where(
            ObservationRow.programme_id == programme_id, ObservationRow.on >= first, ObservationRow.on <= last
        )
        .order_by(ObservationRow.id)
    )
    return list({row.person_id: row.scales for row in rows}.values())
