"""Check-ins, and forms and words on their way to one."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage import words
from storage.models.base import Base, Row
from storage.sealed import Sealed


class CheckInRow(Row):
    __tablename__ = "check_ins"
    __table_args__ = (
        Index("ix_check_ins_helper_id_at", "helper_id", "at"),
        Index("ix_check_ins_peer_id", "peer_id"),
    )
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
