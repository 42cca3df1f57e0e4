"""How cases were closed, and what a programme's cases come to in figures."""

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import and_, func, insert, or_, select
from sqlalchemy.orm import aliased

from storage.db import Tx, record
from storage.left_out import may_know
from storage.models import CaseRow, FlagRow, LeftOutRow, OutcomeRow
from storage.words import About, CaseState, FoundBy


@dataclass(frozen=True)
class Outcome:
    """How a case was closed."""

    case_id: int
    outcome: str
    student_seen: bool
    handed_over: bool
    report: str
    parents: str
    note: str
    by: int
    at: datetime


async def close(tx: Tx, outcome: Outcome) -> None:
    """Keep how a case was closed. A case that was opened again and closes anew keeps both."""
    await tx.execute(
        insert(OutcomeRow).values(**{item.name: getattr(outcome, item.name) for item in fields(outcome)})
    )


async def latest(tx: Tx, case_id: int) -> Outcome | None:
    """How a case was closed last; ``None`` if it never was."""
    row = await tx.scalar(
        select(OutcomeRow).where(OutcomeRow.case_id == case_id).order_by(OutcomeRow.id.desc()).limit(1)
    )
    return None if row is None else record(Outcome, row)


@dataclass(frozen=True)
class CaseTotals:
    """A programme's cases in a span of time.

    ``opened``, ``resolved`` and ``acknowledge_seconds`` count peers' cases. A helper who was in danger
    themself is no peer's case: those are ``helpers``, for the adults alone and never for lead helpers.
    """

    opened: int
    resolved: int
    acknowledge_seconds: tuple[float, ...]
    helpers: int


async def totals(tx: Tx, programme_id: int, since: datetime, viewer_id: int) -> CaseTotals:
    """Cases opened since a moment, as the viewer may know of them: how many, closed, answered how fast."""
    rows = await tx.execute(
        select(CaseRow.about, CaseRow.state, CaseRow.opened_at, CaseRow.acknowledged_at).where(
            CaseRow.programme_id == programme_id,
            CaseRow.opened_at >= since,
            CaseRow.state.in_((CaseState.OPEN, CaseState.ACKNOWLEDGED, CaseState.RESOLVED)),
            CaseRow.drill.is_(False),
            may_know(viewer_id),
        )
    )
    found = rows.all()
    peers = [row for row in found if row.about is not About.WRITER]
    return CaseTotals(
        len(peers),
        sum(row.state is CaseState.RESOLVED for row in peers),
        tuple((row.acknowledged_at - row.opened_at).total_seconds() for row in peers if row.acknowledged_at),
        len(found) - len(peers),
    )


@dataclass(frozen=True)
class Verdict:
    """What became of a case, for one reason for which screening found it.

    ``rule`` is the id of what found it, empty where an older version kept none; ``outcome`` how the case was
    closed, empty where its writer said that no adult was needed.
    """

    case_id: int
    theme: str
    rule: str
    outcome: str


async def verdicts(tx: Tx, programme_id: int, since: datetime) -> list[Verdict]:
    """What became of the cases that ended since a moment, once for each rule that found each.

    Cases that anybody of the team is left out of are left out for everybody, so that no two readers' figures
    differ.
    """
    each = aliased(OutcomeRow)
    last = select(func.max(each.id)).where(each.case_id == CaseRow.id).correlate(CaseRow).scalar_subquery()
    rows = await tx.execute(
        select(FlagRow.case_id, FlagRow.theme, FlagRow.rule, CaseRow.state, OutcomeRow.outcome)
        .select_from(FlagRow)
        .join(CaseRow, CaseRow.id == FlagRow.case_id)
        .outerjoin(OutcomeRow, OutcomeRow.id == last)
        .where(
            CaseRow.programme_id == programme_id,
            CaseRow.drill.is_(False),
            FlagRow.found_by == FoundBy.SCREENING,
            CaseRow.id.not_in(select(LeftOutRow.case_id)),
            or_(
                and_(
                    CaseRow.state == CaseState.RESOLVED,
                    CaseRow.closed_at >= since,
                    OutcomeRow.id.is_not(None),
                ),
                and_(CaseRow.state == CaseState.WITHDRAWN, CaseRow.opened_at >= since),
            ),
        )
        .distinct()
    )
    return [
        Verdict(case_id, theme, rule or "", outcome if state is CaseState.RESOLVED else "")
        for case_id, theme, rule, state, outcome in rows
    ]
