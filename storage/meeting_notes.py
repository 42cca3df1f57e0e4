"""What those who run meetings wrote of them."""

from datetime import datetime

from sqlalchemy import delete, select

from storage.db import Tx
from storage.models import MeetingNoteRow, PersonRow


async def keep(tx: Tx, meeting_id: int, author_id: int, text: str, now: datetime) -> None:
    """Keep what somebody wrote of a meeting, instead of what they had written; empty: nothing stays."""
    if text:
        await tx.merge(MeetingNoteRow(meeting_id=meeting_id, author_id=author_id, text=text, at=now))
        await tx.flush()
    else:
        await tx.execute(
            delete(MeetingNoteRow).where(
                MeetingNoteRow.meeting_id == meeting_id, MeetingNoteRow.author_id == author_id
            )
        )


async def own(tx: Tx, meeting_id: int, author_id: int) -> str:
    """What somebody has written of a meeting."""
    row = await tx.get(MeetingNoteRow, (meeting_id, author_id), populate_existing=True)
    return row.text if row else ""


async def of_meeting(tx: Tx, meeting_id: int) -> list[tuple[str, str]]:
    """Everything written of a meeting: (author's name, text). Whoever calls this writes an audit line."""
    rows = await tx.execute(
        select(PersonRow.name, MeetingNoteRow.text)
        .join(PersonRow, PersonRow.id == MeetingNoteRow.author_id)
        .where(MeetingNoteRow.meeting_id == meeting_id)
        .order_by(MeetingNoteRow.author_id)
    )
    return [(first, second) for first, second in rows]


async def authors(tx: Tx, meeting_id: int) -> frozenset[int]:
    """Ids of those who wrote something of a meeting."""
    chosen = MeetingNoteRow.meeting_id == meeting_id
    return frozenset(await tx.scalars(select(MeetingNoteRow.author_id).where(chosen)))


async def any_there(tx: Tx, meeting_id: int) -> bool:
    """Whether anything was written of a meeting."""
    found = select(MeetingNoteRow.author_id).where(MeetingNoteRow.meeting_id == meeting_id).limit(1)
    return await tx.scalar(found) is not None
