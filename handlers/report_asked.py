"""What every part of a term's report is asked with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from handlers.languages import Say
from handlers.report_figures import Line, Term
from storage.db import Tx
from storage.evaluation import Goal
from storage.programmes import Programme


@dataclass(frozen=True)
class Asked:
    """What a report is asked for. ``last`` is the term before."""

    tx: Tx
    programme: Programme
    say: Say
    term: Term
    last: Term | None
    goals: Mapping[str, Goal]
    now: datetime

    @property
    def today(self) -> date:
        """By the programme's clock."""
        return self.now.astimezone(self.zone).date()

    @property
    def zone(self) -> ZoneInfo:
        """The programme's."""
        return ZoneInfo(self.programme.time_zone)

    def span(self, term: Term) -> tuple[Tx, int, datetime, datetime]:
        """What most queries of a term begin with."""
        return self.tx, self.programme.id, term.since(self.zone), term.until(self.zone)


def told(lines: Sequence[Line | None]) -> tuple[Line, ...]:
    """The figures that are known."""
    return tuple(each for each in lines if each is not None)
