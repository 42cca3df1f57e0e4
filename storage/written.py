"""What a programme's people wrote lately, for counting in it. Nobody is shown a word of it.

Cases that anybody of the team is left out of are left out here for everybody, with what their writers logged
around them: figures that differ would tell somebody that there is a case which they do not see.
"""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from storage.db import Tx
from storage.models import (
    AnswerRow,
    CaseNoteRow,
    CaseRow,
    CheckInRow,
    FlagRow,
    HandoffRow,
    HelpRequestRow,
    LeftOutRow,
    MeetingNoteRow,
    MeetingPlanRow,
    MeetingRow,
    RoundRow,
    ScheduleRow,
)
from storage.sealed import UNREADABLE
from storage.words import CaseState, Urgency

AROUND = timedelta(days=1)
"""A check-in that was offered with a message is logged within a day, in other words than the message."""
_PAGED = (CaseState.OPEN, CaseState.ACKNOWLEDGED, CaseState.RESOLVED)


@dataclass(frozen=True)
class Written:
    """One text, and how urgent it was found (or made, where its writer did not answer the question)."""

    text: str
    found: Urgency


@dataclass(frozen=True)
class _Noted:
    """What stands with a case, for telling what else holds the same words."""

    helper_id: int | None
    at: datetime
    words: frozenset[str]
    hidden: bool

    def holds(self, helper_id: int, at: datetime, text: str) -> bool:
        """Whether a check-in was made of it, or may have been where it is nobody's to count."""
        if self.helper_id != helper_id or abs(self.at - at) > AROUND:
            return False
        return self.hidden or self.words >= frozenset(text.split())


async def since(tx: Tx, programme_id: int, moment: datetime, most: int) -> list[Written]:
    """The texts that were kept since a moment; of each kind that is no case's, the latest ``most``."""
    found, noted = await _of_cases(tx, programme_id, moment)
    found += await _check_ins(tx, programme_id, moment, most, noted)
    found += [Written(text, Urgency.NONE) async for text in _elsewhere(tx, programme_id, moment, most)]
    return [each for each in found if each.text.strip() and each.text != UNREADABLE]


async def _of_cases(tx: Tx, programme_id: int, moment: datetime) -> tuple[list[Written], list[_Noted]]:
    """What stands with cases, and all of it as far as it tells what else is the same."""
    rows = await tx.execute(
        select(CaseNoteRow, CaseRow.state, CaseRow.helper_id)
        .join(CaseRow, CaseRow.id == CaseNoteRow.case_id)
        .where(
            CaseRow.programme_id == programme_id,
            CaseNoteRow.at >= moment - AROUND,
            CaseRow.drill.is_(False),
        )
        .order_by(CaseNoteRow.id.desc())
    )
    notes = rows.all()
    urgencies: dict[int, Urgency] = {}
    for note_id, urgency in await tx.execute(
        select(FlagRow.note_id, FlagRow.urgency).where(FlagRow.note_id.in_([note.id for note, _, _ in notes]))
    ):
        urgencies[note_id] = _more_urgent(urgencies.get(note_id, Urgency.NONE), urgency)
    case_ids = {note.case_id for note, _, _ in notes}
    hidden = set(await tx.scalars(select(LeftOutRow.case_id).where(LeftOutRow.case_id.in_(case_ids))))
    found, noted = [], []
    for note, state, helper_id in notes:
        noted.append(_Noted(helper_id, note.at, frozenset(note.text.split()), note.case_id in hidden))
        if note.case_id not in hidden and note.at >= moment:
            paged = Urgency.SOON if state in _PAGED else Urgency.NONE
            found.append(Written(note.text, _more_urgent(paged, urgencies.get(note.id, Urgency.NONE))))
    return found, noted


def _more_urgent(one: Urgency, other: Urgency) -> Urgency:
    return max(one, other, key=lambda level: level.rank)


async def _check_ins(
    tx: Tx, programme_id: int, moment: datetime, most: int, noted: list[_Noted]
) -> list[Written]:
    """Notes of check-ins that do not stand with a case."""
    with_case = select(CaseNoteRow.check_in_id).where(CaseNoteRow.check_in_id.is_not(None))
    rows = await tx.execute(
        select(CheckInRow.helper_id, CheckInRow.at, CheckInRow.note)
        .where(
            CheckInRow.programme_id == programme_id,
            CheckInRow.at >= moment,
            CheckInRow.undone_at.is_(None),
            CheckInRow.id.not_in(with_case),
        )
        .order_by(CheckInRow.id.desc())
        .limit(most)
    )
    return [
        Written(text, Urgency.NONE)
        for helper_id, at, text in rows
        if not any(each.holds(helper_id, at, text) for each in noted)
    ]


async def _elsewhere(tx: Tx, programme_id: int, moment: datetime, most: int) -> AsyncIterator[str]:
    """Answers to questions, notes of meetings and walks, requests: what raised a concern is not there."""
    answers = await tx.scalars(
        select(AnswerRow.content)
        .join(RoundRow, RoundRow.id == AnswerRow.round_id)
        .join(ScheduleRow, ScheduleRow.id == RoundRow.schedule_id)
        .where(ScheduleRow.programme_id == programme_id, AnswerRow.at >= moment)
        .order_by(AnswerRow.at.desc())
        .limit(most)
    )
    for content in answers:
        for text in _texts(content):
            yield text
    meetings = (
        select(MeetingNoteRow.text)
        .join(MeetingRow, MeetingRow.id == MeetingNoteRow.meeting_id)
        .join(MeetingPlanRow, MeetingPlanRow.id == MeetingRow.plan_id)
        .where(MeetingPlanRow.programme_id == programme_id, MeetingNoteRow.at >= moment)
        .order_by(MeetingNoteRow.at.desc())
    )
    walks = (
        select(HandoffRow.note)
        .where(
            HandoffRow.programme_id == programme_id,
            HandoffRow.asked_at >= moment,
            HandoffRow.case_id.is_(None),
        )
        .order_by(HandoffRow.id.desc())
    )
    requests = (
        select(HelpRequestRow.text)
        .where(HelpRequestRow.programme_id == programme_id, HelpRequestRow.posted_at >= moment)
        .order_by(HelpRequestRow.id.desc())
    )
    for query in (meetings, walks, requests):
        for text in await tx.scalars(query.limit(most)):
            yield text


def _texts(content: str | None) -> Iterator[str]:
    """What was written in an answer; what was chosen are fixed words without a space."""
    try:
        given = json.loads(content or "{}")
    except ValueError:  # sealed with a key that is gone
        return
    yield from (value for value in given.values() if isinstance(value, str) and " " in value.strip())
