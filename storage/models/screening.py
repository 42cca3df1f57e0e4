"""What a programme has taught its screening."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Row
from storage.sealed import Sealed
from storage.words import Category, Urgency


class LocalWordsRow(Row):
    """Words that a programme looks for itself.

    Removed ones stay: flags name them by their number, which must not come to mean other words.
    """

    __tablename__ = "local_words"
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), index=True)
    words: Mapped[str] = mapped_column(Sealed)
    category: Mapped[Category]
    urgency: Mapped[Urgency]
    added_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[datetime]
    removed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    removed_at: Mapped[datetime | None]
