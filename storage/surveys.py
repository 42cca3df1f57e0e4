"""Surveys of peers, who have no account: one sealed sheet a survey, as for helpers' rounds without names.

A sheet holds which links were used, in the order of their numbers, and the answers under random ids, in the
order of those. Nothing in it tells when a link was used or which answer came by it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from secrets import token_hex
from typing import Any

from sqlalchemy import select, update

from storage.db import Tx, record
from storage.models import SurveyRow

Content = Mapping[str, str]


@dataclass(frozen=True)
class Survey:
    """One survey. ``slips`` links were made; ``closes_on`` is its last day; ``results`` once it is closed."""

    id: int
    programme_id: int
    opened_on: date
    closes_on: date
    slips: int
    results: Mapping[str, Any] | None

    @property
    def is_open(self) -> bool:
        """Whether answers still count."""
        return self.results is None


async def start(tx: Tx, programme_id: int, *, opened_on: date, closes_on: date, slips: int) -> Survey:
    """Begin a survey, with an empty sheet."""
    row = SurveyRow(
        programme_id=programme_id,
        opened_on=opened_on,
        closes_on=closes_on,
        slips=slips,
        sheet=json.dumps({"used": [], "answers": {}}),
    )
    tx.add(row)
    await tx.flush()
    return record(Survey, row)


async def get(tx: Tx, survey_id: int, programme_id: int) -> Survey | None:
    """A programme's own survey; ``None`` if there is no such."""
    found = await look(tx, survey_id)
    return found if found is not None and found.programme_id == programme_id else None


async def look(tx: Tx, survey_id: int) -> Survey | None:
    """The survey with this id."""
    row = await tx.get(SurveyRow, survey_id)
    return None if row is None else record(Survey, row)


async def of_programme(tx: Tx, programme_id: int) -> list[Survey]:
    """A programme's surveys, the newest first."""
    rows = await tx.scalars(
        select(SurveyRow).where(SurveyRow.programme_id == programme_id).order_by(SurveyRow.id.desc())
    )
    return [record(Survey, row) for row in rows]


async def still_open(tx: Tx) -> list[Survey]:
    """Every survey that is not closed, of every programme."""
    rows = await tx.scalars(select(SurveyRow).where(SurveyRow.results.is_(None)).order_by(SurveyRow.id))
    return [record(Survey, row) for row in rows]


async def hand_in(tx: Tx, survey_id: int, slip: int, content: Content) -> bool:
    """Add an answer. ``False`` if the link was used already or the survey is over: nothing changes."""
    sheet = await tx.scalar(select(SurveyRow.sheet).where(SurveyRow.id == survey_id).with_for_update())
    if sheet is None:
        return False
    found = json.loads(sheet)
    if slip in found["used"]:
        return False
    found["used"] = sorted([*found["used"], slip])
    found["answers"][token_hex(8)] = dict(content)
    kept = json.dumps(found, sort_keys=True)
    await tx.execute(update(SurveyRow).where(SurveyRow.id == survey_id).values(sheet=kept))
    return True


async def is_used(tx: Tx, survey_id: int, slip: int) -> bool:
    """Whether a link has brought its answer."""
    sheet = await tx.scalar(select(SurveyRow.sheet).where(SurveyRow.id == survey_id))
    return sheet is not None and slip in json.loads(sheet)["used"]


async def answers(tx: Tx, survey_id: int) -> Sequence[Content]:
    """What was answered so far, in no order that means anything. Held until the end of the transaction."""
    sheet = await tx.scalar(select(SurveyRow.sheet).where(SurveyRow.id == survey_id).with_for_update())
    return [] if sheet is None else list(json.loads(sheet)["answers"].values())


async def close(tx: Tx, survey_id: int, results: Mapping[str, Any]) -> None:
    """Keep the counts, and nothing of the sheet."""
    done = update(SurveyRow).where(SurveyRow.id == survey_id, SurveyRow.results.is_(None))
    await tx.execute(done.values(results=dict(results), sheet=None))
