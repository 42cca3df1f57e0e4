"""Who is on duty, who is away, and who stands in."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Row


class DutyRow(Row):
    """Somebody's hours on a weekday (0 is Monday), in minutes after midnight by the programme's clock."""

    __tablename__ = "duty_hours"
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    weekday: Mapped[int]
    starts: Mapped[int]
    ends: Mapped[int]


class AbsenceRow(Row):
    """Days on which an adult is away: paged last, and still an adult of the team in all else."""

    __tablename__ = "absences"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    first: Mapped[date]
    last: Mapped[date]


class SwapRow(Row):
    """A day's duty that somebody would hand to somebody else; it counts once that one has accepted."""

    __tablename__ = "duty_swaps"
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), index=True)
    day: Mapped[date]
    giver_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    taker_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    accepted: Mapped[bool] = mapped_column(default=False)
    answered_at: Mapped[datetime | None]
