"""What all tables have in common: column types, names of constraints, a number of their own."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Enum, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from storage import words


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
