"""A case played through the pure ladder: time passes, things happen, and one reads what was sent."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from handlers import escalation, ladder
from handlers.ladder import (
    DEFAULT_MINUTES,
    Adult,
    Climb,
    Due,
    Happening,
    HelperNews,
    Message,
    Page,
    TellHelper,
)
from storage.words import CaseState, Rung, Urgency

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
RIVERA, SANTOS, OKAFOR, BERG = 1, 2, 11, 12
ONE_EACH = (Adult(RIVERA, Rung.COORDINATOR), Adult(OKAFOR, Rung.BACKUP))
TWO_EACH = (
    Adult(RIVERA, Rung.COORDINATOR),
    Adult(SANTOS, Rung.COORDINATOR),
    Adult(OKAFOR, Rung.BACKUP),
    Adult(BERG, Rung.BACKUP),
)
ONLY_BACKUPS = (Adult(OKAFOR, Rung.BACKUP), Adult(BERG, Rung.BACKUP))


@dataclass
class Played:
    """A case played through: what was sent, each with its minute."""

    climb: Climb
    minute: float = 0
    sent: list[tuple[float, Message]] = field(default_factory=list)

    @classmethod
    def open(cls, ladder: tuple[Adult, ...], urgency: Urgency = Urgency.IMMEDIATE) -> "Played":
        played = cls(new_climb(ladder, urgency))
        played.take(escalation.start(played.climb, START))
        return played

    @classmethod
    def ask(cls, ladder: tuple[Adult, ...] = ONE_EACH) -> "Played":
        return cls(asked_first(new_climb(ladder, Urgency.SOON), START))

    def wait(self, until: float) -> "Played":
        """Let time pass to a minute; what falls due on the way happens at its time."""
        while (due := self.due) is not None and due <= until:
            self.minute = max(due, self.minute)
            self.happen(Due())
        self.minute = until
        return self

    def happen(self, *happenings: Happening) -> "Played":
        for happening in happenings:
            now = START + timedelta(minutes=self.minute)
            self.take(escalation.advance(self.climb, happening, now))
        return self

    @property
    def due(self) -> float | None:
        return None if self.climb.next_at is None else (self.climb.next_at - START) / timedelta(minutes=1)

    def take(self, step: ladder.Step) -> None:
        self.climb, messages = step
        self.sent += [(self.minute, message) for message in messages]

    def paged(self) -> dict[float, set[int]]:
        """Who was paged, by minute."""
        found: dict[float, set[int]] = {}
        for minute, message in self.sent:
            if isinstance(message, Page):
                found.setdefault(minute, set()).add(message.person)
        return found

    def told(self) -> list[tuple[float, HelperNews]]:
        """What the helper was told, with its minute."""
        return [(minute, message.news) for minute, message in self.sent if isinstance(message, TellHelper)]

    def last(self, count: int) -> list[Message]:
        return [message for _, message in self.sent[-count:]]


def asked_first(climb: Climb, now: datetime) -> Climb:
    """The same case, while its writer is asked whether it needs an adult."""
    return replace(climb, state=CaseState.ASKED, next_at=now + escalation.ASK_WRITER)


def new_climb(ladder: tuple[Adult, ...], urgency: Urgency) -> Climb:
    minutes = DEFAULT_MINUTES[urgency]
    return Climb(state=CaseState.OPEN, minutes=minutes, ladder=ladder, started_at=START)
