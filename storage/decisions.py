"""What the adults of a case decided about parents and about a mandated report."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from storage.db import Tx
from storage.models import DecisionRow
from storage.sealed import UNREADABLE

PARENTS, REPORT = "parents", "report"
"""The two kinds of decisions."""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One decision. ``decision`` is a fixed word; all other texts are as somebody wrote them.

    ``who`` was told (a parent, or the authority), ``teller`` told them, ``when`` in the teller's own words.
    ``by`` recorded it, at the time ``at``.
    """

    kind: str
    decision: str
    who: str = ""
    teller: str = ""
    when: str = ""
    number: str = ""
    why: str = ""
    by: int
    at: datetime


_WORDS = ("who", "teller", "when", "number", "why")


async def keep(tx: Tx, case_id: int, decision: Decision) -> None:
    """Keep a decision. Earlier ones stay: what was thought before may matter to a court."""
    words = {name: getattr(decision, name) for name in _WORDS}
    row = DecisionRow(
        case_id=case_id,
        kind=decision.kind,
        decision=decision.decision,
        content=json.dumps(words),
        by=decision.by,
        at=decision.at,
    )
    tx.add(row)
    await tx.flush()


async def of_case(tx: Tx, case_id: int) -> list[Decision]:
    """All decisions, the oldest first. Words among them: whoever shows them writes an audit line."""
    rows = await tx.scalars(
        select(DecisionRow).where(DecisionRow.case_id == case_id).order_by(DecisionRow.id)
    )
    return [_decision(row) for row in rows]


async def latest(tx: Tx, case_id: int) -> dict[str, Decision]:
    """The last decision of each kind."""
    return {each.kind: each for each in await of_case(tx, case_id)}


async def move_all(tx: Tx, from_case: int, to_case: int) -> None:
    """Let a case's decisions belong to the case that it was joined to."""
    await tx.execute(update(DecisionRow).where(DecisionRow.case_id == from_case).values(case_id=to_case))


def _decision(row: DecisionRow) -> Decision:
    words = {"why": UNREADABLE} if row.content == UNREADABLE else json.loads(row.content)
    return Decision(kind=row.kind, decision=row.decision, by=row.by, at=row.at, **words)
