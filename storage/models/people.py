"""A programme, where it can be reached, and its people."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage import words
from storage.models.base import Base, Row
from storage.sealed import Sealed


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
    grade: Mapped[str | None] = mapped_column(Sealed)  # of a helper: a year or class; for figures
    locale: Mapped[str]
    suspended: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)  # one more with each change of the above, or of roles
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
    grade: Mapped[str | None] = mapped_column(Sealed)  # a year or class, as it was typed; for figures
    created_at: Mapped[datetime]
