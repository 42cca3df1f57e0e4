"""What the running bot keeps for itself: messages on their way, what it has seen, leases, the audit."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage import words
from storage.models.base import Base, Row
from storage.sealed import Sealed


class InstanceRow(Row):
    """One row: a known text sealed with this database's keys, so that wrong keys refuse to start."""

    __tablename__ = "instance"
    check_value: Mapped[str] = mapped_column(Sealed)


class LeaseRow(Base):
    """Something that one process holds at a time, such as a gateway. ``fence`` grows with each holder."""

    __tablename__ = "leases"
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    holder: Mapped[str] = mapped_column(String(40))
    fence: Mapped[int]
    until: Mapped[datetime]


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
