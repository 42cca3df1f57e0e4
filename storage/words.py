"""The field's words that are stored: one closed set each, the same in code, tables and messages.

They live on the lowest floor because every floor speaks them. Values are what stands in the
database, so a value is never renamed without a migration.
"""

from enum import StrEnum


class Platform(StrEnum):
    """Where a programme talks."""

    WEB = "web"
    SLACK = "slack"
    DISCORD = "discord"


class Role(StrEnum):
    """What a person does in a programme. One person may have several."""

    HELPER = "helper"
    LEAD = "lead"
    COORDINATOR = "coordinator"
    BACKUP = "backup"
    OUTSIDE_CONTACT = "outside_contact"


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


class FoundBy(StrEnum):
    """Who found a red flag. A page always says which."""

    HELPER = "helper"
    SCREENING = "screening"
