"""What was written for a case, the red flags found in it, and what its writer told after the page."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from storage.db import Tx, table_of
from storage.models import CaseNoteRow, CaseRow, DetailRow, FlagRow
from storage.sealed import UNREADABLE
from storage.words import About, Category, Detail, FoundBy, Urgency

RULE = 60
"""Characters that are kept of a rule's id: a longer one must not lose a disclosure."""


@dataclass(frozen=True)
class Flag:
    """One red flag in a note. ``evidence`` are spans of the note's text, ``rule`` the id of what found it."""

    category: Category
    urgency: Urgency
    about: About
    found_by: FoundBy
    theme: str
    reason: str
    evidence: tuple[tuple[int, int], ...]
    rule: str = ""


@dataclass(frozen=True)
class Note:
    """What somebody wrote, and the flags found in it. ``at`` is when it reached the bot."""

    id: int
    text: str
    at: datetime
    written_at: datetime
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
    written_at: datetime | None = None,
) -> int:
    """Keep what was written, with its flags; ``written_at`` where it came late. Returns the note's id."""
    note = {
        "case_id": case_id,
        "text": text,
        "source": source,
        "check_in_id": check_in_id,
        "at": now,
        "written_at": written_at,
    }
    note_id: int = (await tx.execute(_ADD_NOTE, note)).scalar_one()
    if flags:
        await tx.execute(_ADD_FLAGS, [_flag_values(case_id, note_id, flag, now) for flag in flags])
    return note_id


_ADD_NOTE = insert(table_of(CaseNoteRow)).returning(table_of(CaseNoteRow).c.id)
_ADD_FLAGS = insert(table_of(FlagRow))


def _flag_values(case_id: int, note_id: int, flag: Flag, now: datetime) -> dict[str, Any]:
    return {
        "note_id": note_id,
        "case_id": case_id,
        "category": flag.category,
        "urgency": flag.urgency,
        "about": flag.about,
        "found_by": flag.found_by,
        "theme": flag.theme,
        "reason": flag.reason,
        "evidence": json.dumps(flag.evidence),
        "rule": flag.rule[:RULE] or None,
        "at": now,
    }


async def add_flag(tx: Tx, case_id: int, flag: Flag, now: datetime) -> None:
    """Add a flag to the last note of a case (every case has one)."""
    last = await tx.scalar(select(func.max(CaseNoteRow.id)).where(CaseNoteRow.case_id == case_id))
    if last is not None:
        await tx.execute(_ADD_FLAGS, [_flag_values(case_id, last, flag, now)])


async def link_check_in(tx: Tx, note_id: int, check_in_id: int) -> None:
    """Remember which check-in a note came with."""
    await tx.execute(update(CaseNoteRow).where(CaseNoteRow.id == note_id).values(check_in_id=check_in_id))


def _flag(row: FlagRow) -> Flag:
    evidence = [] if row.evidence == UNREADABLE else json.loads(row.evidence)
    spans = tuple((start, end) for start, end in evidence)
    return Flag(
        row.category, row.urgency, row.about, row.found_by, row.theme, row.reason, spans, row.rule or ""
    )


async def notes(tx: Tx, case_id: int) -> list[Note]:
    """Everything written for a case, oldest first. Whoever calls this writes an audit line."""
    flags: dict[int, list[Flag]] = {}
    for row in await tx.scalars(select(FlagRow).where(FlagRow.case_id == case_id).order_by(FlagRow.id)):
        flags.setdefault(row.note_id, []).append(_flag(row))
    rows = await tx.scalars(
        select(CaseNoteRow).where(CaseNoteRow.case_id == case_id).order_by(CaseNoteRow.id)
    )
    return [
        Note(row.id, row.text, row.at, row.written_at or row.at, tuple(flags.get(row.id, ()))) for row in rows
    ]


@dataclass(frozen=True)
class FlagSummary:
    """What a page may show of a flag."""

    category: Category
    found_by: FoundBy
    theme: str


async def flag_summaries(tx: Tx, case_id: int) -> list[FlagSummary]:
    """What a page may show of a case's flags, the first found first."""
    rows = await tx.execute(_SUMMARIES, {"case": case_id})
    return [FlagSummary(*row) for row in rows]


_FLAGS = table_of(FlagRow)
_SUMMARIES = (
    select(_FLAGS.c.category, _FLAGS.c.found_by, _FLAGS.c.theme)
    .where(_FLAGS.c.case_id == bindparam("case"))
    .group_by(_FLAGS.c.category, _FLAGS.c.found_by, _FLAGS.c.theme)
    .order_by(func.min(_FLAGS.c.id))
)


async def move_note(tx: Tx, note_id: int, to_case: int) -> None:
    """Let a note, with its flags, belong to another case."""
    await tx.execute(update(CaseNoteRow).where(CaseNoteRow.id == note_id).values(case_id=to_case))
    await tx.execute(update(FlagRow).where(FlagRow.note_id == note_id).values(case_id=to_case))


async def move_all(tx: Tx, from_case: int, to_case: int) -> None:
    """Let everything that was written for a case belong to another one."""
    for table in (CaseNoteRow, FlagRow, DetailRow):
        await tx.execute(update(table).where(table.case_id == from_case).values(case_id=to_case))


async def written_before(
    tx: Tx, helper_id: int, text: str, *, peer_code: str | None, since: datetime
) -> tuple[int, int] | None:
    """Where a helper wrote the very same words about the same peer since a moment: (case id, note id).

    Sealed texts cannot be compared in SQL; a helper's last half hour holds few. ``None`` if nowhere.
    """
    asked = {"helper": helper_id, "peer": peer_code, "since": since}
    rows = await tx.execute(_WRITTEN_BEFORE, asked)
    return next(((case_id, note_id) for case_id, note_id, known in rows if known == text), None)


_NOTES, _CASES = table_of(CaseNoteRow), table_of(CaseRow)
_WRITTEN_BEFORE = (
    select(_NOTES.c.case_id, _NOTES.c.id, _NOTES.c.text)
    .join(_CASES, _CASES.c.id == _NOTES.c.case_id)
    .where(
        _CASES.c.helper_id == bindparam("helper"),
        _CASES.c.peer_code.is_not_distinct_from(bindparam("peer")),
        _NOTES.c.at >= bindparam("since"),
    )
    .order_by(_NOTES.c.id.desc())
)


# --- what the writer told after the page -------------------------------------------------------


async def tell_detail(tx: Tx, case_id: int, kind: Detail, text: str, now: datetime) -> None:
    """Keep an answer; an earlier one stays in the database, but no longer counts."""
    tx.add(DetailRow(case_id=case_id, kind=kind, text=text, at=now))
    await tx.flush()


async def details(tx: Tx, case_id: int) -> dict[Detail, str]:
    """The last answer of each kind. Words among them: whoever shows them writes an audit line."""
    rows = await tx.execute(_TOLD, {"case": case_id})
    return {kind: text for kind, text in rows}  # noqa: C416 - rows are no plain tuples to a type checker


_DETAILS = table_of(DetailRow)
_TOLD = (
    select(_DETAILS.c.kind, _DETAILS.c.text)
    .where(_DETAILS.c.case_id == bindparam("case"))
    .order_by(_DETAILS.c.id)
)


async def has_words(tx: Tx, case_id: int) -> bool:
    """Whether anything was written for a case; a press of a button alone writes nothing."""
    return any(await tx.scalars(select(CaseNoteRow.text).where(CaseNoteRow.case_id == case_id)))
