"""Words that a programme looks for itself, beside the built-in rules and the reader, never instead."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update

from storage.db import Tx, record, table_of
from storage.models import LocalWordsRow
from storage.sealed import UNREADABLE
from storage.words import Category, Urgency


@dataclass(frozen=True)
class LocalWords:
    """A word or a phrase that is looked for, as somebody typed it, and what follows where it stands."""

    id: int
    words: str
    category: Category
    urgency: Urgency


@dataclass(frozen=True)
class Entry:
    """The same with who added it and when; ``removed_at`` once nobody looks for it any more."""

    id: int
    words: str
    category: Category
    urgency: Urgency
    added_by: int
    added_at: datetime
    removed_at: datetime | None


async def looked_for(tx: Tx, programme_id: int) -> tuple[LocalWords, ...]:
    """What a programme looks for now, the first added first. What no key opens is left out."""
    rows = await tx.execute(_LOOKED_FOR, {"programme": programme_id})
    return tuple(LocalWords(*row) for row in rows if row.words != UNREADABLE)


_WORDS = table_of(LocalWordsRow)
_LOOKED_FOR = (
    select(_WORDS.c.id, _WORDS.c.words, _WORDS.c.category, _WORDS.c.urgency)
    .where(_WORDS.c.programme_id == bindparam("programme"), _WORDS.c.removed_at.is_(None))
    .order_by(_WORDS.c.id)
)


async def entries(tx: Tx, programme_id: int, *, removed: bool = False) -> list[Entry]:
    """A programme's words, the first added first; ``removed``: also those that were taken away."""
    query = select(LocalWordsRow).where(LocalWordsRow.programme_id == programme_id)
    if not removed:
        query = query.where(LocalWordsRow.removed_at.is_(None))
    return [record(Entry, row) for row in await tx.scalars(query.order_by(LocalWordsRow.id))]


async def add(
    tx: Tx,
    programme_id: int,
    *,
    words: str,
    category: Category,
    urgency: Urgency,
    added_by: int,
    now: datetime,
) -> int:
    """Look for these words from now on. Returns their number."""
    row = LocalWordsRow(
        programme_id=programme_id,
        words=words,
        category=category,
        urgency=urgency,
        added_by=added_by,
        added_at=now,
    )
    tx.add(row)
    await tx.flush()
    return row.id


async def remove(tx: Tx, programme_id: int, number: int, removed_by: int, now: datetime) -> bool:
    """Look for these words no more. ``False`` if nobody did."""
    done = await tx.execute(
        update(LocalWordsRow)
        .where(
            LocalWordsRow.id == number,
            LocalWordsRow.programme_id == programme_id,
            LocalWordsRow.removed_at.is_(None),
        )
        .values(removed_by=removed_by, removed_at=now)
        .returning(LocalWordsRow.id)
    )
    return done.first() is not None
