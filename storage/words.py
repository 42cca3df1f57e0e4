"""The field's words that are stored: one closed set each, the same in code, tables and messages.

They live on the lowest floor because every floor speaks them. Values are what stands in the
database, so a value is never renamed without a migration.
"""

from enum import StrEnum


class Platform(StrEnum):
    """Where a programme talks. ``fallback``: nobody talks there, pages only go out (mail, SMS, calls)."""

    WEB = "web"
    SLACK = "slack"
    DISCORD = "discord"
    FALLBACK = "fallback"


class Channel(StrEnum):
    """By what an address reaches somebody. All but chat are for pages alone, and only carry them out."""

    CHAT = "chat"
    EMAIL = "email"
    PUSH = "push"
    SMS = "sms"
    VOICE = "voice"


class Role(StrEnum):
    """What a person does in a programme. One person may have several. ``observer``: reads figures only."""

    HELPER = "helper"
    LEAD = "lead"
    COORDINATOR = "coordinator"
    BACKUP = "backup"
    OUTSIDE_CONTACT = "outside_contact"
    OBSERVER = "observer"


HELPING = frozenset({Role.HELPER, Role.LEAD})
"""The roles of those who help peers."""


class Category(StrEnum):
    """What a red flag is about."""

    SELF_HARM = "self_harm"
    HARM_TO_OTHERS = "harm_to_others"
    PSYCHOSIS = "psychosis"
    ABUSE = "abuse"
    UNSURE = "unsure"


class Urgency(StrEnum):
    """How soon an adult must have it. ``possible`` asks the writer first."""

    NONE = "none"
    POSSIBLE = "possible"
    SOON = "soon"
    IMMEDIATE = "immediate"

    @property
    def rank(self) -> int:
        """0 (none) to 3 (immediate), for comparing."""
        return list(Urgency).index(self)

    @property
    def pages(self) -> bool:
        """Whether a page goes out without asking anybody."""
        return self in (Urgency.SOON, Urgency.IMMEDIATE)


class About(StrEnum):
    """Whom a red flag is about, seen from the person who wrote it."""

    WRITER = "writer"
    SOMEBODY_ELSE = "somebody_else"
    UNKNOWN = "unknown"

    def is_another_than(self, other: "About") -> bool:
        """Whether just one of both is about the writer, as far as is known."""
        return About.UNKNOWN not in (self, other) and self is not other


class FoundBy(StrEnum):
    """Who found a red flag. A page always says which."""

    HELPER = "helper"
    SCREENING = "screening"


class Concern(StrEnum):
    """How worried a helper is about a check-in. ``soon`` and ``immediate`` page."""

    NONE = "none"
    A_LITTLE = "a_little"
    SOON = "soon"
    IMMEDIATE = "immediate"


class CaseState(StrEnum):
    """Where a case stands. ``asked``: the writer was asked whether it needs an adult now.

    ``withdrawn``: the writer said no to that question; it stands in the coordinator's review list.
    ``joined``: it became part of another case, which says all that it said.
    """

    ASKED = "asked"
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"
    JOINED = "joined"


class FollowUp(StrEnum):
    """How far an acknowledged case has come: asked whether the adult is with the student, and then.

    ``unread_note``: new words came, and the adult who has the case has not opened them yet.

    Two words are for a case that began with a message in a channel whose writer did not answer the
    question: ``unopened``, one adult was told once and has not looked yet; ``opened``, they have looked.
    """

    WAITING = "waiting"
    ASKED = "asked"
    WITH_STUDENT = "with_student"
    UNREAD_NOTE = "unread_note"
    UNOPENED = "unopened"
    OPENED = "opened"


class Rung(StrEnum):
    """Which part of the ladder an adult stands on. ``outside``: only where it may be about the team's own."""

    COORDINATOR = "coordinator"
    BACKUP = "backup"
    OUTSIDE = "outside"


class Care(StrEnum):
    """What is still to come for the people of a case, after the page: one step at a time.

    ``debrief``: the helper is offered one, a day after; ``follow_up``: the adult who closed the case is
    asked a week after how the student is.
    """

    DEBRIEF = "debrief"
    FOLLOW_UP = "follow_up"


class Attendance(StrEnum):
    """Whether somebody came to a meeting. ``cannot``: they said before that they can't; ``away``: they take a
    break.
    """

    INVITED = "invited"
    CANNOT = "cannot"
    AWAY = "away"
    CAME = "came"
    MISSED = "missed"


class Detail(StrEnum):
    """What the writer of a case can tell after the page has gone."""

    WITH_YOU = "with_you"
    WHERE = "where"
    WHO = "who"


class WhyLeftOut(StrEnum):
    """Why somebody of the team is kept away from a case: the words named them, its writer chose it, or an
    adult who has read it did (which its writer cannot undo).
    """

    NAMED = "named"
    CHOSEN = "chosen"
    BY_ADULT = "by_adult"


class Lane(StrEnum):
    """Pages and what follows from them never wait behind anything else."""

    PAGES = "pages"
    REST = "rest"


class Deed(StrEnum):
    """What an outbox row asks the platform to do."""

    SEND = "send"
    UPDATE = "update"
    DELETE = "delete"


class OutboxState(StrEnum):
    """``failed``: this person cannot be reached there; ``set_aside``: this very message cannot be sent."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    SET_ASIDE = "set_aside"
    DROPPED = "dropped"


class NominationKind(StrEnum):
    """How a new helper was proposed: by themselves, by a peer, in an application, by staff."""

    SELF = "self"
    PEER = "peer"
    APPLICATION = "application"
    STAFF = "staff"


class NominationState(StrEnum):
    """What a coordinator decided; ``waiting`` until then."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    NOT_NOW = "not_now"


class View(StrEnum):
    """What a lead helper thinks of a nomination."""

    YES = "yes"
    UNSURE = "unsure"
    NO = "no"


GROUPS = frozenset({"peer_education", "el_discussion", "outreach", "support_group"})
"""Services that are for a group by their nature: a check-in of one is a session with a group."""
CIRCLES = frozenset({"mediation"})
"""Services that end with an agreement, or without one."""
