"""All tables. Rows never leave this floor: query modules hand out frozen dataclasses.

Texts that a person wrote and every person's name are :class:`~storage.sealed.Sealed`. Times are UTC.
"""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    Index,
    MetaData,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from storage import words
from storage.sealed import Sealed, SealedWithoutTime


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, kept as UTC on every database. A naive time is a programming mistake and refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_TYPES: dict[Any, Any] = {
    datetime: UtcDateTime,
    dict[str, Any]: JSON,
    list[str]: JSON,
    str: String(200),
}
for _kind in (
    words.Platform,
    words.Channel,
    words.Role,
    words.Category,
    words.Urgency,
    words.About,
    words.FoundBy,
    words.Concern,
    words.CaseState,
    words.FollowUp,
    words.Rung,
    words.Care,
    words.Attendance,
    words.Detail,
    words.WhyLeftOut,
    words.Lane,
    words.Deed,
    words.OutboxState,
    words.NominationKind,
    words.NominationState,
    words.View,
):
    # Plain text without a CHECK: a new word must not need the old version of the bot to stop.
    _TYPES[_kind] = Enum(
        _kind, native_enum=False, length=20, values_callable=lambda kind: [item.value for item in kind]
    )


class Base(DeclarativeBase):
    """The one metadata, with named constraints so that migrations can alter them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = _TYPES


class Row(Base):
    """A table with a number of its own."""

    __abstract__ = True
    id: Mapped[int] = mapped_column(primary_key=True)


class InstanceRow(Row):
    """One row: a known text sealed with this database's keys, so that wrong keys refuse to start."""

    __tablename__ = "instance"
    check_value: Mapped[str] = mapped_column(Sealed)


# --- a programme and its people ----------------------------------------------------------------


class ProgrammeRow(Row):
    __tablename__ = "programmes"
    name: Mapped[str]
    time_zone: Mapped[str]
    locale: Mapped[str]
    room: Mapped[str]
    phone: Mapped[str]
    country: Mapped[str] = mapped_column(String(2), default="")
    emergency_number: Mapped[str]
    crisis_line: Mapped[str]
    child_line: Mapped[str] = mapped_column(default="")  # who protects children where the team is
    services: Mapped[dict[str, Any]]  # {"on": [service, ...]}
    ladder_minutes: Mapped[dict[str, Any]]  # {"immediate": {...}, "soon": {...}}; empty: the defaults
    created_at: Mapped[datetime]


class ConnectionRow(Row):
    __tablename__ = "connections"
    __table_args__ = (UniqueConstraint("platform", "workspace"),)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"))
    platform: Mapped[words.Platform]
    workspace: Mapped[str]
    alerts_channel: Mapped[str | None]


class ChannelRow(Row):
    """A channel that a coordinator opted in: its messages are screened."""

    __tablename__ = "channels"
    __table_args__ = (UniqueConstraint("connection_id", "channel"),)
    connection_id: Mapped[int] = mapped_column(ForeignKey("connections.id"))
    channel: Mapped[str]
    watched_since: Mapped[datetime]


class PersonRow(Row):
    __tablename__ = "people"
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), index=True)
    name: Mapped[str] = mapped_column(Sealed)
    phone: Mapped[str] = mapped_column(Sealed)
    also_called: Mapped[str | None] = mapped_column(Sealed)  # nicknames and role words, with commas
    locale: Mapped[str]
    suspended: Mapped[bool] = mapped_column(default=False)
    left_at: Mapped[datetime | None]  # off the roster; the row stays for what they did


class AccountRow(Row):
    """Where somebody is reached: a chat account, or a fallback address for pages (``url`` is for these)."""

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("connection_id", "user"),)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    connection_id: Mapped[int] = mapped_column(ForeignKey("connections.id"))
    user: Mapped[str]
    channel: Mapped[words.Channel] = mapped_column(default=words.Channel.CHAT)
    url: Mapped[str | None] = mapped_column(Sealed)


class RoleRow(Base):
    """``position`` orders adults on the ladder: the lowest coordinator is on duty first."""

    __tablename__ = "roles"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    role: Mapped[words.Role] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=0)


class PeerRow(Row):
    """Somebody being helped, by code. The name is for coordinators only and may be missing."""

    __tablename__ = "peers"
    __table_args__ = (UniqueConstraint("programme_id", "code"),)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"))
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str | None] = mapped_column(Sealed)
    created_at: Mapped[datetime]


class CheckInRow(Row):
    __tablename__ = "check_ins"
    __table_args__ = (Index("ix_check_ins_helper_id_at", "helper_id", "at"),)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"))
    helper_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    peer_id: Mapped[int | None] = mapped_column(ForeignKey("peers.id"))
    service: Mapped[str] = mapped_column(String(40))
    minutes: Mapped[int]
    concern: Mapped[words.Concern]
    note: Mapped[str] = mapped_column(Sealed)
    at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class DraftRow(Row):
    """Words read as a check-in and not yet confirmed, kept until then (at most a day)."""

    __tablename__ = "drafts"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    content: Mapped[str] = mapped_column(Sealed)
    created_at: Mapped[datetime]


class FormDraftRow(Row):
    """A form that was refused on a platform which had closed it already, kept until it is sent again."""

    __tablename__ = "form_drafts"
    connection_id: Mapped[int] = mapped_column(ForeignKey("connections.id"))
    user: Mapped[str]
    content: Mapped[str] = mapped_column(Sealed)
    created_at: Mapped[datetime]


class LeaseRow(Base):
    """Something that one process holds at a time, such as a gateway. ``fence`` grows with each holder."""

    __tablename__ = "leases"
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    holder: Mapped[str] = mapped_column(String(40))
    fence: Mapped[int]
    until: Mapped[datetime]


# --- cases -------------------------------------------------------------------------------------


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
    """One red flag in one note. ``theme`` may stand on a page; ``reason`` and ``evidence`` stay sealed."""

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


# --- supervision -------------------------------------------------------------------------------


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

    ``pause`` is why nothing is asked at the moment, until ``paused_until``; empty: it is not paused.
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


# --- meetings ----------------------------------------------------------------------------------


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


# --- evaluation --------------------------------------------------------------------------------


class GoalRow(Base):
    """What a programme wants to reach in the term that begins on a day, and where it stood before."""

    __tablename__ = "goals"
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), primary_key=True)
    term: Mapped[date] = mapped_column(primary_key=True)
    measure: Mapped[str] = mapped_column(String(40), primary_key=True)
    goal: Mapped[int]
    baseline: Mapped[int | None]


class SurveyRow(Row):
    """A survey of peers, who have no account: ``slips`` links were printed, each good for one answer.

    ``sheet`` holds which links were used and the answers, each in an order of its own, written anew with
    every answer; it goes when the survey is closed, and only the counts in ``results`` stay.
    """

    __tablename__ = "surveys"
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), index=True)
    opened_on: Mapped[date]
    closes_on: Mapped[date]  # the last day
    slips: Mapped[int]
    sheet: Mapped[str | None] = mapped_column(SealedWithoutTime)
    results: Mapped[dict[str, Any] | None]


class ObservationRow(Row):
    """How an adult of the team sees the programme: scales only, no words."""

    __tablename__ = "observations"
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    on: Mapped[date]
    scales: Mapped[dict[str, Any]]


# --- on duty -----------------------------------------------------------------------------------


class DutyRow(Row):
    """Somebody's hours on a weekday (0 is Monday), in minutes after midnight by the programme's clock."""

    __tablename__ = "duty_hours"
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    weekday: Mapped[int]
    starts: Mapped[int]
    ends: Mapped[int]


class AbsenceRow(Row):
    """Days on which an adult is away: paged last, and still an adult of the team in all else."""

    __tablename__ = "absences"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    first: Mapped[date]
    last: Mapped[date]


class SwapRow(Row):
    """A day's duty that somebody would hand to somebody else; it counts once that one has accepted."""

    __tablename__ = "duty_swaps"
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), index=True)
    day: Mapped[date]
    giver_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    taker_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    accepted: Mapped[bool] = mapped_column(default=False)
    answered_at: Mapped[datetime | None]


# --- new helpers, agreements, training ---------------------------------------------------------


class NominationRow(Row):
    """Somebody proposed as a helper. ``user`` is their account, where it is known; empty otherwise.

    ``shared``: whoever wrote it agreed that lead helpers read the name and the reason.
    """

    __tablename__ = "nominations"
    __table_args__ = (Index("ix_nominations_programme_id_state", "programme_id", "state"),)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"))
    kind: Mapped[words.NominationKind]
    name: Mapped[str] = mapped_column(Sealed)
    reason: Mapped[str] = mapped_column(Sealed)
    connection_id: Mapped[int] = mapped_column(ForeignKey("connections.id"))
    user: Mapped[str]
    writer: Mapped[str]  # the account of whoever wrote it
    writer_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    shared: Mapped[bool]
    asked_leads_at: Mapped[datetime | None]
    state: Mapped[words.NominationState]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    at: Mapped[datetime]


class NominationViewRow(Base):
    """What a lead helper thinks of a nomination; the last answer counts."""

    __tablename__ = "nomination_views"
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nominations.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    view: Mapped[words.View]
    comment: Mapped[str] = mapped_column(Sealed)
    at: Mapped[datetime]


class AgreementRow(Row):
    """A version of what helpers sign. ``text`` empty: the one that Handrail brings, in the reader's language.

    ``required`` is false for a version in which nothing has to be signed.
    """

    __tablename__ = "agreements"
    __table_args__ = (UniqueConstraint("programme_id", "version"),)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"))
    version: Mapped[int]
    text: Mapped[str] = mapped_column(Sealed)
    required: Mapped[bool]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


class SignatureRow(Row):
    """Somebody agreed to a version; once a term."""

    __tablename__ = "signatures"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreements.id"))
    at: Mapped[datetime]


class TrainingRow(Row):
    """A module that somebody has completed. ``trainer`` and ``title`` as they were typed."""

    __tablename__ = "trainings"
    __table_args__ = (Index("ix_trainings_programme_id_person_id", "programme_id", "person_id"),)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    module: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(Sealed)
    trainer: Mapped[str] = mapped_column(Sealed)
    done_on: Mapped[date]
    expires_on: Mapped[date | None]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


class ServiceModuleRow(Base):
    """A module that a service asks of its helpers."""

    __tablename__ = "service_modules"
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), primary_key=True)
    service: Mapped[str] = mapped_column(String(40), primary_key=True)
    module: Mapped[str] = mapped_column(String(40), primary_key=True)


# --- services, peers and pairing ---------------------------------------------------------------


class CheckInDetailsRow(Base):
    """What was told of a check-in after it was saved; whatever was left open is empty."""

    __tablename__ = "check_in_details"
    check_in_id: Mapped[int] = mapped_column(ForeignKey("check_ins.id"), primary_key=True)
    contact: Mapped[str] = mapped_column(String(20))
    people: Mapped[int | None]
    came: Mapped[str] = mapped_column(String(20))
    tier: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(20))
    agreement: Mapped[str] = mapped_column(String(20))


class LimitsSaidRow(Base):
    """A helper has told a peer what cannot be kept secret."""

    __tablename__ = "limits_said"
    helper_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    peer_id: Mapped[int] = mapped_column(ForeignKey("peers.id"), primary_key=True)
    at: Mapped[datetime]


class CodeUsedRow(Base):
    """A helper used the code of somebody else's peer. ``settled_at``: a coordinator has seen to it."""

    __tablename__ = "codes_used"
    helper_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    peer_id: Mapped[int] = mapped_column(ForeignKey("peers.id"), primary_key=True)
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class OfferRow(Base):
    """What a helper can give; fixed words. ``places`` are the peers that they have time for."""

    __tablename__ = "helper_offers"
    helper_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    languages: Mapped[list[str]]
    times: Mapped[list[str]]
    subjects: Mapped[list[str]]
    likes: Mapped[list[str]]
    places: Mapped[int]
    at: Mapped[datetime]


class NeedRow(Base):
    """What a peer looks for; fixed words. ``waiting_since``: no helper yet; ``not_before``: put off until."""

    __tablename__ = "peer_needs"
    peer_id: Mapped[int] = mapped_column(ForeignKey("peers.id"), primary_key=True)
    languages: Mapped[list[str]]
    times: Mapped[list[str]]
    subjects: Mapped[list[str]]
    likes: Mapped[list[str]]
    waiting_since: Mapped[datetime | None] = mapped_column(index=True)
    not_before: Mapped[datetime | None]


class NotWithRow(Base):
    """A helper whom a peer is not to be paired with."""

    __tablename__ = "not_with"
    peer_id: Mapped[int] = mapped_column(ForeignKey("peers.id"), primary_key=True)
    helper_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)


class PairingRow(Row):
    """A helper who goes on seeing a peer. ``closing``: what became of the closing conversation."""

    __tablename__ = "pairings"
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), index=True)
    peer_id: Mapped[int] = mapped_column(ForeignKey("peers.id"), index=True)
    helper_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    why: Mapped[str] = mapped_column(String(20), default="")
    closing: Mapped[str] = mapped_column(String(20), default="")


class HelpRequestRow(Row):
    """Help that is looked for. ``next_at``: when it is asked for again, while nobody has it."""

    __tablename__ = "help_requests"
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), index=True)
    text: Mapped[str] = mapped_column(Sealed)
    subject: Mapped[str] = mapped_column(String(40))
    time: Mapped[str] = mapped_column(String(40))
    posted_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    posted_at: Mapped[datetime]
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    step: Mapped[int] = mapped_column(default=0)
    turn: Mapped[int] = mapped_column(default=1)
    claimed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    claimed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class HandoffRow(Row):
    """A walk to an adult. ``case_id``: its words opened a case, and stand with that alone.

    ``agreed_at``: the peer said yes. ``next_at``: when somebody is asked how it went, or a referral is
    followed up.
    """

    __tablename__ = "handoffs"
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), index=True)
    helper_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    peer_id: Mapped[int | None] = mapped_column(ForeignKey("peers.id"), index=True)
    check_in_id: Mapped[int | None] = mapped_column(ForeignKey("check_ins.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    consent: Mapped[str] = mapped_column(String(20))
    planned: Mapped[str] = mapped_column(String(20))
    walker: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Sealed)
    asked_at: Mapped[datetime]
    agreed_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(20), default="")
    outcome_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    referred_to: Mapped[str] = mapped_column(Sealed)
    follow_up_on: Mapped[date | None]
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    reminders: Mapped[int] = mapped_column(default=0)


# --- messages in and out -----------------------------------------------------------------------


class OutboxRow(Row):
    """A message to somebody, written in the same transaction as the facts it tells of."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_state_lane_due_at", "state", "lane", "due_at"),
        Index("ix_outbox_case_id", "case_id"),
        Index("ix_outbox_target_id", "target_id"),
        Index("ix_outbox_connection_id_created_at", "connection_id", "created_at"),
    )
    key: Mapped[str] = mapped_column(unique=True)
    lane: Mapped[words.Lane]
    deed: Mapped[words.Deed]
    connection_id: Mapped[int] = mapped_column(ForeignKey("connections.id"))
    user: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    page: Mapped[bool] = mapped_column(default=False)  # one message to one adult about one case
    follows: Mapped[bool] = mapped_column(default=False)  # its card is updated when the case moves on
    target_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))  # the row that is changed
    card: Mapped[str] = mapped_column(Sealed)  # JSON; sealed because it may carry a name
    state: Mapped[words.OutboxState]
    due_at: Mapped[datetime]
    claim: Mapped[str | None] = mapped_column(String(36))
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    possible_repeat: Mapped[bool] = mapped_column(default=False)
    error: Mapped[str | None] = mapped_column(String(40))
    reference: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class SharedAddressRow(Row):
    """An address beside chat that the whole team shares, as the environment names it."""

    __tablename__ = "shared_addresses"
    user: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[words.Channel]
    url: Mapped[str] = mapped_column(Sealed)


class SeenRow(Base):
    """An event that was taken, so that its repeats change nothing."""

    __tablename__ = "seen_events"
    key: Mapped[str] = mapped_column(String(300), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class LastSeenRow(Base):
    """How far a conversation has been read."""

    __tablename__ = "last_seen"
    connection_id: Mapped[int] = mapped_column(ForeignKey("connections.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class AuditRow(Row):
    """Who looked at or changed what is confidential."""

    __tablename__ = "audit"
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), index=True)
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    deed: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(60))  # "case:12"
