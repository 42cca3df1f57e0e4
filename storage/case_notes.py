"""What was written for a case, and the red flags found in it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from storage.db import Tx
from storage.models import CaseNoteRow, FlagRow
from storage.sealed import UNREADABLE
from storage.words import About, Category, FoundBy, Urgency


@dataclass(frozen=True)
class Flag:
    """One red flag in a note. ``evidence`` are spans of the note's text."""

    category: Category
    urgency: Urgency
    about: About
    found_by: FoundBy
    theme: str
    reason: str
    evidence: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Note:
    """What somebody wrote, and the flags found in it."""

    id: int
    text: str
    at: datetime
    flags: tuple[Flag, ...]


async def add_note(
    tx: Tx,
    case_id: int,
    *,
    text: str,
    source: str,
    check_in_id: int | None,
    flags: Sequence[Flag],
    now: datetime,
) -> int:
    """Keep what was written, with its flags. Returns the note's id."""
    row = CaseNoteRow(case_id=case_id, text=text, source=source, check_in_id=check_in_id, at=now)
    tx.add(row)
    await tx.flush()
    tx.add_all(
        FlagRow(
            note_id=row.id,
            case_id=case_id,
            category=flag.category,
            urgency=flag.urgency,
            about=flag.about,
            found_by=flag.found_by,
            theme=flag.theme,
            reason=flag.reason,
            evidence=json.dumps(flag.evidence),
            at=now,
        )
        for flag in flags
    )
    await tx.flush()
    return row.id


async def link_check_in(tx: Tx, note_id: int, check_in_id: int) -> None:
    """Remember which check-in a note came with."""
    await tx.execute(update(CaseNoteRow).where(CaseNoteRow.id == note_id).values(check_in_id=check_in_id))


def _flag(row: FlagRow) -> Flag:
    evidence = [] if row.evidence == UNREADABLE else json.loads(row.evidence)
    spans = tuple((start, end) for start, end in evidence)
    return Flag(row.category, row.urgency, row.about, row.found_by, row.theme, row.reason, spans)


async def notes(tx: Tx, case_id: int) -> list[Note]:
    """Everything written for a case, oldest first. Whoever calls this writes an audit line."""
    flags: dict[int, list[Flag]] = {}
    for row in await tx.scalars(select(FlagRow).where(FlagRow.case_id == case_id).order_by(FlagRow.id)):
        flags.setdefault(row.note_id, []).append(_flag(row))
    rows = await tx.scalars(
        select(CaseNoteRow).where(CaseNoteRow.case_id == case_id).order_by(CaseNoteRow.id)
    )
    return [Note(row.id, row.text, row.at, tuple(flags.get(row.id, ()))) for row in rows]


@dataclass(frozen=True)
class FlagSummary:
    """What a page may show of a flag."""

    category: Category
    found_by: FoundBy
    theme: str


async def flag_summaries(tx: Tx, case_id: int) -> list[FlagSummary]:
    """What a page may show of a case's flags, the first found first."""
    rows = await tx.execute(
        select(FlagRow.category, FlagRow.found_by, FlagRow.theme)
        .where(FlagRow.case_id == case_id)
        .group_by(FlagRow.category, FlagRow.found_by, FlagRow.theme)
        .order_by(func.min(FlagRow.id))
    )
    return [FlagSummary(*row) for row in rows]
