"""Alembic's entry: runs on the connection that :func:`storage.schema.migrate` hands over."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Enum

from storage.models import Base, UtcDateTime
from storage.sealed import Sealed


def _plain_type(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Write our column types as the database's own, so that old migrations need none of our code."""
    if kind != "type":
        return False
    match item:
        case Sealed():
            return "sa.LargeBinary()"
        case UtcDateTime():
            return "sa.DateTime(timezone=True)"
        case Enum():
            return f"sa.String(length={item.length})"
        case _:
            return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=_plain_type,
)
with context.begin_transaction():
    context.run_migrations()
