"""New helpers, agreements and training."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage import words
from storage.models.base import Base, Row
from storage.sealed import Sealed


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
