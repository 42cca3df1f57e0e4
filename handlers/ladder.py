"""Where a climb stands, what can happen to it, what follows: plain data for :mod:`handlers.escalation`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from storage.words import CaseState, FollowUp, Rung, Urgency


@dataclass(frozen=True)
class Minutes:
    """When, after a climb's start, each step is taken; in minutes."""

    again: int
    backup: int
    everyone: int

    def due(self, step: int) -> timedelta:
        """How long after the start one of the first four steps is due."""
        return timedelta(minutes=(0, self.again, self.backup, self.everyone)[step])


DEFAULT_MINUTES = {Urgency.IMMEDIATE: Minutes(2, 5, 10), Urgency.SOON: Minutes(5, 15, 30)}


@dataclass(frozen=True)
class Adult:
    """Somebody on the ladder's snapshot. ``unreachable``: no chat address of theirs takes a page.

    ``fallback``: there is another way to reach them (mail, push, SMS, a call).
    """

    person: int
    rung: Rung
    declined: bool = False
    unreachable: bool = False
    fallback: bool = False


@dataclass(frozen=True, kw_only=True)
class Climb:
    """Where a case stands. ``step`` counts the steps already taken in this climb."""

    state: CaseState
    minutes: Minutes
    ladder: tuple[Adult, ...]
    number: int = 1
    started_at: datetime
    step: int = 0
    next_at: datetime | None = None
    acknowledged_by: int | None = None
    acknowledged_at: datetime | None = None
    follow_up: FollowUp = FollowUp.WAITING


# --- what can happen ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Due:
    """``next_at`` has come."""


@dataclass(frozen=True)
class Confirmed:
    """The writer who was asked said yes, or not sure."""


@dataclass(frozen=True)
class Withdrawn:
    """The writer who was asked said no."""


@dataclass(frozen=True)
class Acknowledged:
    """An adult has it."""

    person: int


@dataclass(frozen=True)
class Declined:
    """An adult cannot take it, or cannot go on with it."""

    person: int


@dataclass(frozen=True)
class BecameUnreachable:
    """The last address of an adult failed (the ladder already says so)."""

    person: int


@dataclass(frozen=True)
class LadderChanged:
    """Somebody was left out of the case, or put back: this is the ladder from now on."""

    ladder: tuple[Adult, ...]


@dataclass(frozen=True)
class NoteJoined:
    """New words came for the case; ``worse``: of a new category or a higher urgency."""

    worse: bool


class Told(StrEnum):
    """What the writer told after the page has gone; each is passed on at once."""

    WORDS = "words"
    WITH_YOU = "with_you"
    WHERE_OR_WHO = "where_or_who"
    ABOUT = "about"
    MISTAKE = "mistake"


@dataclass(frozen=True)
class DetailTold:
    """The writer answered a question of the card, added something, or said that it was a mistake."""

    what: Told


@dataclass(frozen=True)
class NoteRead:
    """An adult opened the notes."""

    person: int


@dataclass(frozen=True)
class StudentSeen:
    """The answer to "are you with the student?": with them (or spoken), or still on the way."""

    with_student: bool


@dataclass(frozen=True)
class Closed:
    """An adult closed it with an outcome."""

    person: int


Happening = (
    Due
    | Confirmed
    | Withdrawn
    | Acknowledged
    | Declined
    | BecameUnreachable
    | LadderChanged
    | NoteJoined
    | DetailTold
    | NoteRead
    | StudentSeen
    | Closed
)


# --- what follows ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Page:
    """Page one adult, in step ``repeat`` of climb ``climb``."""

    person: int
    rung: Rung
    climb: int
    repeat: int


@dataclass(frozen=True)
class PageByFallback:
    """The same for an adult whose turn it is and whom chat cannot reach: by their other channels alone."""

    person: int
    rung: Rung
    climb: int
    repeat: int


class HelperNews(StrEnum):
    """What the writer is told while adults are being paged, and after."""

    NO_ANSWER_YET = "no_answer_yet"
    GET_ANY_ADULT = "get_any_adult"
    SOMEBODY_HAS_IT = "somebody_has_it"
    PAGING_AGAIN = "paging_again"


@dataclass(frozen=True)
class TellHelper:
    """Tell the writer how it stands."""

    news: HelperNews
    climb: int


@dataclass(frozen=True)
class AskWithStudent:
    """Ask the adult who has it whether they are with the student."""

    person: int


@dataclass(frozen=True)
class RemindToClose:
    """Remind the adult who has it that the case still has no outcome."""

    person: int


@dataclass(frozen=True)
class TellOfNote:
    """Tell an adult that there is something new to read; ``what`` is empty for a whole new note."""

    person: int
    what: Told | None = None


@dataclass(frozen=True)
class RefreshPages:
    """Cards that were sent no longer tell the truth: update them.

    Where the case is ``still_paging``, pages that have not gone yet go; else they are dropped.
    """

    still_paging: bool = False


Message = Page | PageByFallback | TellHelper | AskWithStudent | RemindToClose | TellOfNote | RefreshPages
Step = tuple[Climb, tuple[Message, ...]]
