"""What peers are asked on paper links: scales and choices only, each of them free to be skipped.

No free text: somebody who needs an adult and writes it there would wait for a page that nobody gets. The page
says where to turn instead. The questions follow what peer programmes evaluate: being heard, being helped,
knowing the limits of confidentiality, coming again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from handlers.languages import LANGUAGES, mark
from handlers.supervision_figures import FEWEST
from handlers.supervision_questions import Kind, Question

LISTENED = Question("listened", mark("My helper listened to me."), Kind.SCALE)
HELPED = Question("helped", mark("It helped me."), Kind.SCALE)
AGAIN = Question(
    "again",
    mark("Would you come again?"),
    Kind.ONE,
    (("yes", mark("Yes")), ("maybe", mark("Maybe")), ("no", mark("No"))),
)
KNEW = Question(
    "knew",
    mark("Did they say what they can't keep secret?"),
    Kind.ONE,
    (("yes", mark("Yes")), ("no", mark("No")), ("unsure", mark("I don't remember"))),
)
GRADE = Question(
    "grade",
    mark("Students, by grade"),
    Kind.ONE,
    (
        ("6", mark("6 or below")),
        *((str(grade), str(grade)) for grade in range(7, 13)),
        ("none", mark("Not in school")),
    ),
)
LANGUAGE = Question(
    "language",
    mark("Students, by language at home"),
    Kind.ONE,
    (*LANGUAGES.items(), ("other", mark("Another language"))),
)
SCALES = (LISTENED, HELPED)
ABOUT_THEM = (GRADE, LANGUAGE)
QUESTIONS = (LISTENED, HELPED, AGAIN, KNEW, GRADE, LANGUAGE)
ASKED = {GRADE.key: mark("Which grade are you in?"), LANGUAGE.key: mark("What do you speak most at home?")}
"""How those are asked whose label is for the report."""


def read(values: Mapping[str, str]) -> dict[str, str]:
    """The answers that are answers; everything else that may come over the wire is left out."""
    return {
        question.key: values[question.key]
        for question in QUESTIONS
        if values.get(question.key) in question.values()
    }


def count(answers: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """What stays of a survey: how many answered and, from five on, how often each option was chosen."""
    if len(answers) < FEWEST:
        return {"answered": len(answers), "counts": None}
    return {
        "answered": len(answers),
        "counts": {
            question.key: dict(Counter(answer[question.key] for answer in answers if question.key in answer))
            for question in QUESTIONS
        },
    }
