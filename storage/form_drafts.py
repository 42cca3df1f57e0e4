"""Forms that were refused after their platform had closed them: kept, sealed, until they are sent again."""

from datetime import datetime

from sqlalchemy import delete, select

from storage.db import Tx
from storage.models import FormDraftRow


async def keep(tx: Tx, connection_id: int, user: str, content: str, now: datetime) -> int:
    """Keep a form as somebody filled it in. Returns its id."""
    row = FormDraftRow(connection_id=connection_id, user=user, content=content, created_at=now)
    tx.add(row)
    await tx.flush()
    return row.id


async def content(tx: Tx, draft_id: int, connection_id: int, user: str) -> str | None:
    """Somebody's own form; ``None`` if it is somebody else's, or gone."""
    return await tx.scalar(
        select(FormDraftRow.content).where(
            FormDraftRow.id == draft_id,
            FormDraftRow.connection_id == connection_id,
            FormDraftRow.user == user,
        )
    )


async def drop_before(tx: Tx, moment: datetime) -> None:
    """Forget forms that nobody came back to."""
    await tx.execute(delete(FormDraftRow).where(FormDraftRow.created_at < moment))
