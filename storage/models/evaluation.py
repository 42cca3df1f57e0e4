"""Goals, surveys and staff observations."""

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Row
from storage.sealed import SealedWithoutTime


class GoalRow(Base):
    """What a programme wants to reach in the term that begins on a day, and where it stood before."""

    __tablename__ = "goals"
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), primary_key=True)
    term: Mapped[date] = mapped_column(primary_key=True)
    measure: Mapped[str] = mapped_column(String(40), primary_key=True)
    goal: Mapped[int]
    baseline: Mapped[int | None]


class SurveyRow(Row):
    """A survey of peers, who have no account: ``slips`` links were printed, each good for one answer.

    ``sheet`` holds which links were used and the answers, each in an order of its own, written anew with
    every answer; it goes when the survey is closed, and only the counts in ``results`` stay.
    """

    __tablename__ = "surveys"
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), index=True)
    opened_on: Mapped[date]
    closes_on: Mapped[date]  # the last day
    slips: Mapped[int]
    sheet: Mapped[str | None] = mapped_column(SealedWithoutTime)
    results: Mapped[dict[str, Any] | None]


class ObservationRow(Row):
    """How an adult of the team sees the programme: scales only, no words."""

    __tablename__ = "observations"
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    on: Mapped[date]
    scales: Mapped[dict[str, Any]]
