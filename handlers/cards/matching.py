"""The words in which helpers say what they can give and coordinators what a peer looks for: fixed, so that
they can be compared and translated, and so that nothing about a peer is written in a sentence.
"""

from collections.abc import Mapping, Sequence

from handlers.cards import spoken
from handlers.chat import Choice, Input, MultiChoice, Option
from handlers.languages import Say, mark
from handlers.supervision_phrases import DAYS, SCHOOL_DAYS
from storage.pairing import Wishes

PARTS = {
    "before": mark("{day} before school"),
    "lunch": mark("{day} at lunch"),
    "after": mark("{day} after school"),
    "during": mark("{day} in a free period"),
}
TIMES = tuple(f"{day}-{part}" for day in SCHOOL_DAYS for part in PARTS)
SUBJECTS = {
    "maths": mark("Maths"),
    "science": mark("Science"),
    "reading": mark("Reading and writing"),
    "language": mark("Learning the school's language"),
    "other_language": mark("Foreign languages"),
    "history": mark("History and social studies"),
    "computing": mark("Computers"),
    "arts": mark("Arts and music"),
    "study": mark("How to study"),
    "new_here": mark("Being new here"),
    "friends": mark("Friends and conflicts"),
    "future": mark("After school: jobs, college"),
}
LIKES = {
    "sport": mark("Sports"),
    "music": mark("Music"),
    "drawing": mark("Drawing and crafts"),
    "games": mark("Games"),
    "books": mark("Books"),
    "films": mark("Films and series"),
    "cooking": mark("Cooking"),
    "nature": mark("Nature and animals"),
    "technology": mark("Technology"),
    "moved_here": mark("Moved here from elsewhere"),
    "first_year": mark("First year at this school"),
    "quiet": mark("Rather quiet"),
    "outgoing": mark("Rather outgoing"),
    "walking": mark("Talks best while walking"),
    "online": mark("Likes to meet online"),
    "groups": mark("Likes small groups"),
}
MOST_PLACES = 6


def time(say: Say, key: str) -> str:
    """A time of the school week."""
    day, _, part = key.partition("-")
    return say(PARTS[part], day=say(DAYS[int(day)]))


def inputs(say: Say, chosen: Wishes, *, helper: bool) -> list[Input]:
    """The four questions that both are asked."""
    subjects = say("What can you help with?") if helper else say("What with?")
    return [
        MultiChoice(
            name="languages",
            label=say("Which languages do you speak?") if helper else say("Which languages do they speak?"),
            options=tuple(each for each in spoken.options(say) if each.value != spoken.OTHER),
            values=_known(chosen.languages, spoken.SPOKEN),
        ),
        MultiChoice(
            name="times",
            label=say("When are you free?") if helper else say("When are they free?"),
            options=tuple(Option(key, time(say, key)) for key in TIMES),
            values=_known(chosen.times, TIMES),
        ),
        MultiChoice(
            name="subjects",
            label=subjects,
            options=tuple(Option(key, say(text)) for key, text in SUBJECTS.items()),
            values=_known(chosen.subjects, SUBJECTS),
        ),
        MultiChoice(
            name="likes",
            label=say("Interests and wishes"),
            options=tuple(Option(key, say(text)) for key, text in LIKES.items()),
            values=_known(chosen.likes, LIKES),
        ),
    ]


def places(say: Say, chosen: int) -> Choice:
    """For how many peers there is time."""
    return Choice(
        name="places",
        label=say("For how many peers have you time?"),
        options=tuple(Option(str(number), str(number)) for number in range(MOST_PLACES + 1)),
        value=str(min(chosen, MOST_PLACES)),
        required=True,
    )


def _known(chosen: Sequence[str], known: Mapping[str, str] | Sequence[str]) -> tuple[str, ...]:
    return tuple(word for word in known if word in chosen)


def facts(say: Say, chosen: Wishes) -> list[tuple[str, str]]:
    """What was chosen, in words; what was left open is missing."""
    found = [
        (say("Languages"), [spoken.name(say, each) for each in chosen.languages]),
        (say("Times"), [time(say, each) for each in chosen.times]),
        (say("Helps with"), [say(SUBJECTS[each]) for each in chosen.subjects]),
        (say("Interests and wishes"), [say(LIKES[each]) for each in chosen.likes]),
    ]
    return [(label, ", ".join(words)) for label, words in found if words]
