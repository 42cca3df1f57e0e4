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
    words.Detail,
    words.WhyLeftOut,
    words.Lane,
    words.Deed,
    words.OutboxState,
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
