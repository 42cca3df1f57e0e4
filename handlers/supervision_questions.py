"""What a round asks: questions as plain data, the ready-made ones, and those that coordinators make.

The ready-made questions are written for this: short, in plain words, about how helping feels. They measure
nothing in a clinical sense, and say so nowhere else either.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from handlers.languages import Say, mark

TITLE, QUESTION, OPTION = 60, 45, 75
FEWEST, MOST = 2, 10
"""Options of a question."""
QUESTIONS = 5
TEXT = 1_000
"""Characters of an answer in words."""


class Kind(StrEnum):
    """How a question is answered."""

    ONE = "one"
    SEVERAL = "several"
    SCALE = "scale"
    TEXT = "text"


SCALE = {
    "1": mark("1 · not at all"),
    "2": "2",
    "3": "3",
    "4": "4",
    "5": mark("5 · very much"),
}


class NotAQuestion(ValueError):
    """A question or a set of them that cannot be asked."""


@dataclass(frozen=True)
class Question:
    """One question. ``options`` are (value, label) of a choice; a scale has its own, words have none."""

    key: str
    label: str
    kind: Kind
    options: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        choice = self.kind in (Kind.ONE, Kind.SEVERAL)
        if choice and not FEWEST <= len(self.options) <= MOST:
            raise NotAQuestion("how many options")
        if len({value for value, _ in self.options}) != len(self.options):
            raise NotAQuestion("the same option twice")

    def values(self) -> tuple[str, ...]:
        """What can be chosen."""
        return tuple(SCALE) if self.kind is Kind.SCALE else tuple(value for value, _ in self.options)


@dataclass(frozen=True)
class Questionnaire:
    """What one round asks. ``quick`` is the question that stands as buttons in the message itself.

    ``anonymous``: choices and scales only, and no quick one, because a button that is pressed is known to the
    platform by name. ``own``: a coordinator's words, which nobody translates. ``compared``: the question by
    whose answers all others are also counted, such as before and after a training.
    """

    title: str
    questions: tuple[Question, ...]
    quick: Question | None = None
    anonymous: bool = False
    own: bool = False
    compared: str = ""

    def __post_init__(self) -> None:
        if not self.questions or len(self.questions) > QUESTIONS:
            raise NotAQuestion("how many questions")
        if self.anonymous and (self.quick or any(each.kind is Kind.TEXT for each in self.questions)):
            raise NotAQuestion("no words where there are no names")

    def text(self, say: Say, text: str) -> str:
        """A text of it in the reader's language; a coordinator's as it was written."""
        return text if self.own else say(text)

    def options(self, say: Say, question: Question) -> tuple[tuple[str, str], ...]:
        """What can be chosen, in the reader's language."""
        if question.kind is Kind.SCALE:
            return tuple((value, label if label == value else say(label)) for value, label in SCALE.items())
        return tuple((value, self.text(say, label)) for value, label in question.options)


def read_values(
    questionnaire: Questionnaire, values: Mapping[str, str | tuple[str, ...]]
) -> dict[str, str | list[str]]:
    """The answers among a form's values; what is no option of its question is left out."""
    found: dict[str, str | list[str]] = {}
    for question in questionnaire.questions:
        value = values.get(question.key, ())
        if question.kind is Kind.TEXT:
            text = value.strip() if isinstance(value, str) else ""
            if text:
                found[question.key] = text
            continue
        chosen = [
            each for each in ((value,) if isinstance(value, str) else value) if each in question.values()
        ]
        if question.kind is Kind.SEVERAL and chosen:
            found[question.key] = chosen
        elif len(chosen) == 1:
            found[question.key] = chosen[0]
    return found


# --- those that coordinators make ---------------------------------------------------------------


def dump(questionnaire: Questionnaire) -> str:
    """Questions as JSON text."""
    return json.dumps(asdict(questionnaire))


def load(text: str) -> Questionnaire:
    """Read them back. Raises ``ValueError``, ``KeyError`` or ``TypeError`` if the text is none of them."""
    data = json.loads(text)
    return Questionnaire(
        data["title"],
        tuple(_question(each) for each in data["questions"]),
        anonymous=data["anonymous"],
        own=True,
    )


def _question(data: dict[str, object]) -> Question:
    options = data["options"]
    if not isinstance(options, list):
        raise TypeError("options")
    pairs = tuple((str(value), str(label)) for value, label in options)
    return Question(str(data["key"]), str(data["label"]), Kind(str(data["kind"])), pairs)


def own(title: str, questions: tuple[Question, ...], *, anonymous: bool) -> Questionnaire:
    """Questions in a coordinator's own words. Raises :class:`NotAQuestion`."""
    return Questionnaire(title, questions, anonymous=anonymous, own=True)


# --- ready-made ----------------------------------------------------------------------------------

WEEKLY_WORDS = (
    ("fine", mark("Fine")),
    ("heavy", mark("It was a lot")),
    ("talk", mark("I'd like to talk")),
)
WEEKLY = Questionnaire(
    mark("How was your week as a helper?"),
    (
        Question("full", mark("How full is your week?"), Kind.SCALE),
        Question("topic", mark("What would you like to talk about?"), Kind.TEXT),
    ),
    quick=Question("week", mark("How was your week as a helper?"), Kind.ONE, WEEKLY_WORDS),
)
WELLBEING = Questionnaire(
    mark("How is helping for you?"),
    (
        Question("energy", mark("I have the energy for it."), Kind.SCALE),
        Question("gives", mark("It gives me something back."), Kind.SCALE),
        Question("carry", mark("I take others' worries home."), Kind.SCALE),
        Question("support", mark("I have somebody to talk to."), Kind.SCALE),
    ),
    anonymous=True,
)
CONFIDENCE = Questionnaire(
    mark("How sure do you feel as a helper?"),
    (
        Question(
            "when",
            mark("When are you answering?"),
            Kind.ONE,
            (("before", mark("Before the training")), ("after", mark("After the training"))),
        ),
        Question("listen", mark("I can listen without solving."), Kind.SCALE),
        Question("adult", mark("I know when to get an adult."), Kind.SCALE),
        Question("secret", mark("I can say why I keep no secret."), Kind.SCALE),
        Question("care", mark("I can look after myself."), Kind.SCALE),
    ),
    anonymous=True,
    compared="when",
)
SESSION = Questionnaire(
    mark("Getting ready for supervision"),
    (
        Question("well", mark("What went well?"), Kind.TEXT),
        Question("hard", mark("What was hard?"), Kind.TEXT),
        Question(
            "want",
            mark("What would help you most?"),
            Kind.ONE,
            (
                ("listen", mark("That somebody listens")),
                ("ideas", mark("Ideas for what to try")),
                ("practise", mark("Practising together")),
                ("nothing", mark("Nothing this time")),
            ),
        ),
    ),
)
MEETING = Questionnaire(
    mark("When can you come to a meeting?"),
    (
        Question(
            "times",
            mark("Choose every time that suits you"),
            Kind.SEVERAL,
            (
                ("mon", mark("Monday, lunch break")),
                ("mon_late", mark("Monday, after school")),
                ("tue", mark("Tuesday, lunch break")),
                ("tue_late", mark("Tuesday, after school")),
                ("wed", mark("Wednesday, lunch break")),
                ("wed_late", mark("Wednesday, after school")),
                ("thu", mark("Thursday, lunch break")),
                ("thu_late", mark("Thursday, after school")),
                ("fri", mark("Friday, lunch break")),
                ("fri_late", mark("Friday, after school")),
            ),
        ),
    ),
)
AGENDA = Questionnaire(
    mark("What should we talk about?"),
    (
        Question("topic", mark("A topic for the next meeting"), Kind.TEXT),
        Question(
            "size",
            mark("How much time does it need?"),
            Kind.ONE,
            (("short", mark("A few minutes")), ("long", mark("A good part of the meeting"))),
        ),
    ),
)
READY = {
    "weekly": WEEKLY,
    "wellbeing": WELLBEING,
    "confidence": CONFIDENCE,
    "session": SESSION,
    "meeting": MEETING,
    "agenda": AGENDA,
}
