"""Pairs, help requests and walks to an adult."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Row
from storage.sealed import Sealed


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
