"""Prompts, rounds and their answers; groups and meetings."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage import words
from storage.models.base import Base, Row
from storage.sealed import Sealed, SealedWithoutTime


class ScheduleRow(Row):
    """When a programme's prompt goes out next. ``rule`` is when; empty: what the prompt itself says.

    ``grace`` are the minutes for which a prompt that is found late still goes out, ``open_for`` the days that
    its round stays open. ``version`` grows with every change, so that two people do not undo each other's.
    """

    __tablename__ = "schedules"
    __table_args__ = (UniqueConstraint("programme_id", "prompt"),)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"))
    prompt: Mapped[str] = mapped_column(String(40))
    next_due_at: Mapped[datetime] = mapped_column(index=True)
    rule: Mapped[str] = mapped_column(default="")
    paused: Mapped[bool] = mapped_column(default=False)
    retired: Mapped[bool] = mapped_column(default=False)
    grace: Mapped[int] = mapped_column(default=720)
    open_for: Mapped[int] = mapped_column(default=3)
    version: Mapped[int] = mapped_column(default=1)


class RoundRow(Row):
    """One time that a prompt went out, or (``skipped``) that it did not because it was found too late.

    ``results`` are the counts of a round without names, written once, when it closes.
    """

    __tablename__ = "rounds"
    __table_args__ = (UniqueConstraint("schedule_id", "due_at"),)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedules.id"))
    due_at: Mapped[datetime]
    skipped: Mapped[bool] = mapped_column(default=False)
    closes_at: Mapped[datetime | None] = mapped_column(index=True)
    closed_at: Mapped[datetime | None]
    nudge_at: Mapped[datetime | None] = mapped_column(index=True)
    nudges: Mapped[int] = mapped_column(default=0)
    results: Mapped[dict[str, Any] | None]


class AskedRow(Base):
    """Somebody who was asked in a round."""

    __tablename__ = "asked"
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)


class AnswerRow(Base):
    """What somebody answered in a round that has names. The last answer counts.

    ``answer`` is the fixed word of a button, if one was pressed; ``content`` all else, as JSON. ``late``: it
    came after the round was closed.
    """

    __tablename__ = "answers"
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    answer: Mapped[str] = mapped_column(String(40))
    content: Mapped[str | None] = mapped_column(Sealed)
    late: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]


class SheetRow(Base):
    """A round without names: who has answered, and the answers, each in an order of its own.

    One row for all, written anew with every answer, so that no row, order, transaction number or time of the
    database joins an answer to a person. It goes when the round closes; only counts stay.
    """

    __tablename__ = "sheets"
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    answered: Mapped[str] = mapped_column(SealedWithoutTime)
    answers: Mapped[str] = mapped_column(SealedWithoutTime)


class WishRow(Base):
    """When somebody may be asked. ``quiet_*`` are minutes of the day in ``time_zone`` (empty: the team's).

    ``pause`` is why nothing is asked at the moment, until ``paused_until``; empty: it is not paused, and the
    last pause (if any) ended then.
    """

    __tablename__ = "prompt_wishes"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    time_zone: Mapped[str]
    quiet_from: Mapped[int]
    quiet_until: Mapped[int]
    pause: Mapped[str] = mapped_column(String(20))
    paused_until: Mapped[datetime | None]


class OwnPromptRow(Row):
    """Questions that a coordinator made. They never change; another version is another row."""

    __tablename__ = "own_prompts"
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"))
    content: Mapped[str] = mapped_column(Sealed)
    made_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime]


class SchoolDaysRow(Row):
    """Days of a term (nothing is asked outside of terms, where there are any) or of a holiday."""

    __tablename__ = "school_days"
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    first: Mapped[date]
    last: Mapped[date]


class GroupRow(Base):
    """A helper whom a lead helper looks after. Nobody is in two groups."""

    __tablename__ = "group_helpers"
    helper_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)


class MeetingPlanRow(Row):
    """When a team, or a lead's group (``lead_id``), meets. ``remind`` is a word for when they are reminded.

    Another rule is another row: a ``stopped`` one plans nothing more, and what came of it stays.
    """

    __tablename__ = "meeting_plans"
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), index=True)
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    rule: Mapped[str]
    minutes: Mapped[int]
    remind: Mapped[str] = mapped_column(String(20))
    place: Mapped[str] = mapped_column(Sealed)
    stopped: Mapped[bool] = mapped_column(default=False)


class MeetingRow(Row):
    """One meeting. ``remind_at`` is empty once it was (or need not be) reminded of.

    ``over``: its end has come, and its next one is planned. ``ticked_at``: when it was last said who came.
    """

    __tablename__ = "meetings"
    __table_args__ = (UniqueConstraint("plan_id", "starts_at"),)
    plan_id: Mapped[int] = mapped_column(ForeignKey("meeting_plans.id"))
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime] = mapped_column(index=True)
    remind_at: Mapped[datetime | None] = mapped_column(index=True)
    reminded: Mapped[bool] = mapped_column(default=False)
    over: Mapped[bool] = mapped_column(default=False)
    called_off: Mapped[bool] = mapped_column(default=False)
    ticked_at: Mapped[datetime | None]


class AttendanceRow(Base):
    """Somebody who was invited to a meeting, and whether they came."""

    __tablename__ = "attendance"
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    came: Mapped[words.Attendance]


class MeetingNoteRow(Base):
    """What somebody who runs a meeting wrote of it; the last text counts."""

    __tablename__ = "meeting_notes"
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Sealed)
    at: Mapped[datetime]
