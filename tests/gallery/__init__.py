"""Every card and form that Handrail can show, with the words of an invented team.

A picture is made in a language: ``for picture in pictures(): picture.make(say_in("fr"))``. Whoever adds a
card adds a picture of it to the module of its readers; a test counts them.
"""

from collections.abc import Callable, Iterator

from tests.gallery import (
    adults,
    announcements,
    evaluation,
    fallbacks,
    helpers,
    meetings,
    practice,
    programme,
    supervision,
    team,
    words_of_own,
)
from tests.gallery.picture import Picture
from tests.gallery.sample import Team

__all__ = ["Picture", "Team", "pictures"]

ROOMS: tuple[Callable[[Team], Iterator[Picture]], ...] = (
    helpers.pictures,
    adults.pictures,
    fallbacks.pictures,
    supervision.pictures,
    meetings.pictures,
    evaluation.pictures,
    team.pictures,
    programme.pictures,
    practice.pictures,
    words_of_own.pictures,
    announcements.pictures,
)


def pictures(of: Team | None = None) -> list[Picture]:
    """One picture at least of every card and form; ``of`` a team with other words, if given."""
    return [picture for room in ROOMS for picture in room(of or Team())]
