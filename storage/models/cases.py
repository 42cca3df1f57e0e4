"""Cases: who is on the ladder, who is left out, notes, flags, the timeline and the outcome."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage import words
from storage.models.base import Base, Row
from storage.sealed import Sealed


class CaseRow(Row):
    """One escalation and where its climb stands. ``next_at``: when the ladder moves by itself."""

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("programme_id", "number"),
        Index("ix_cases_next_at", "next_at"),
        Index("ix_cases_care_at", "care_at"),
        Index("ix_cases_programme_id_state", "programme_id", "state"),
    )
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"))
    number: Mapped[int]
    state: Mapped[words.CaseState]
    urgency: Mapped[words.Urgency]
    about: Mapped[words.About]
    drill: Mapped[bool] = mapped_column(default=False)
    helper_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    writer_connection_id: Mapped[int] = mapped_column(ForeignKey("connections.id"))
    writer_user: Mapped[str]
    peer_code: Mapped[str | None] = mapped_column(String(20))
    opened_at: Mapped[datetime]
    written_at: Mapped[datetime | None]  # only where the words reached the bot late
    minutes: Mapped[dict[str, Any]]  # the ladder's times, as they were when the case opened
    climb: Mapped[int] = mapped_column(default=1)
    climb_started_at: Mapped[datetime]
    step: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    acknowledged_at: Mapped[datetime | None]
    acknowledged_how: Mapped[str | None] = mapped_column(String(20))
    follow_up: Mapped[words.FollowUp] = mapped_column(default=words.FollowUp.WAITING)
    closed_at: Mapped[datetime | None]
    joined_to: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    care: Mapped[words.Care | None]
    care_at: Mapped[datetime | None]


class LadderRow(Row):
    """The ladder's snapshot: one address of one adult, as it was when the case opened."""

    __tablename__ = "ladder"
    __table_args__ = (UniqueConstraint("case_id", "connection_id", "user"),)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    position: Mapped[int]
    rung: Mapped[words.Rung]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    connection_id: Mapped[int] = mapped_column(ForeignKey("connections.id"))
    user: Mapped[str]
    channel: Mapped[words.Channel] = mapped_column(default=words.Channel.CHAT)
    declined: Mapped[bool] = mapped_column(default=False)
    unreachable: Mapped[bool] = mapped_column(default=False)


class LeftOutRow(Base):
    """Somebody whom a case may be about: they see it nowhere, and no ladder of it holds them again."""

    __tablename__ = "left_out"
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    why: Mapped[words.WhyLeftOut]
    at: Mapped[datetime]


class DetailRow(Row):
    """What the writer told after the page: with them now, where, who. The last of a kind counts."""

    __tablename__ = "details"
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[words.Detail]
    text: Mapped[str] = mapped_column(Sealed)
    at: Mapped[datetime]


class CaseNoteRow(Row):
    """What somebody wrote, as it reached a case. ``source`` finds the case again when it is edited."""

    __tablename__ = "case_notes"
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    text: Mapped[str] = mapped_column(Sealed)
    source: Mapped[str] = mapped_column(index=True)
    check_in_id: Mapped[int | None] = mapped_column(ForeignKey("check_ins.id"), index=True)
    at: Mapped[datetime]
    written_at: Mapped[datetime | None]  # as on its case


class FlagRow(Row):
    """One red flag in one note. ``theme`` may stand on a page; ``reason`` and ``evidence`` stay sealed.

    ``rule`` is the id of what found it; empty where a person said it or an older version wrote it.
    """

    __tablename__ = "flags"
    note_id: Mapped[int] = mapped_column(ForeignKey("case_notes.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    category: Mapped[words.Category]
    urgency: Mapped[words.Urgency]
    about: Mapped[words.About]
    found_by: Mapped[words.FoundBy]
    theme: Mapped[str]
    reason: Mapped[str] = mapped_column(Sealed)
    evidence: Mapped[str] = mapped_column(Sealed)  # JSON: [[start, end], ...] in the note's text
    rule: Mapped[str | None] = mapped_column(String(60))
    at: Mapped[datetime]


class TimelineRow(Row):
    """What happened to a case, in order. Appended, never changed (the database refuses it)."""

    __tablename__ = "timeline"
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    facts: Mapped[dict[str, Any]]  # fixed words and numbers only


class OutcomeRow(Row):
    """How a case was closed. It may close again after it was opened anew; the last one counts."""

    __tablename__ = "case_outcomes"
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    outcome: Mapped[str] = mapped_column(String(40))
    student_seen: Mapped[bool]
    handed_over: Mapped[bool] = mapped_column(default=False)
    report: Mapped[str] = mapped_column(String(40))
    parents: Mapped[str] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(Sealed)
    by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


class DecisionRow(Row):
    """What was decided about parents or a mandated report. The last of a kind counts; all are kept."""

    __tablename__ = "case_decisions"
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    decision: Mapped[str] = mapped_column(String(40))
    content: Mapped[str] = mapped_column(Sealed)  # JSON: who, by whom, when, number, why
    by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
