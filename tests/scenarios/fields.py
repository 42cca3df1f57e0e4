"""What stands in a sentence beside its own words: people, times, lengths, words as they are shown."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from tests.scenarios.scenario import Wrong

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LANGUAGES = {"English": "en", "Spanish": "es", "French": "fr"}


class Misread(Wrong):
    """A sentence's form fits, but not what stands in it."""


Names = tuple[str, ...]


@dataclass(frozen=True)
class Moment:
    """A time of day and, if it was said, the weekday (0 is Monday)."""

    at: time
    weekday: int | None = None


@dataclass(frozen=True)
class Field:
    """Something that stands in a sentence: how it looks, what it means, and how it is described."""

    looks: str
    means: Callable[[str, Names], Any]
    about: str


def _person(text: str, names: Names) -> str:
    if text not in names:
        raise Misread(f"Nobody here is called “{text}”. Here are: {', '.join(names)}.")
    return text


def _people(text: str, names: Names) -> tuple[str, ...]:
    if text == "Everybody":
        return names
    return tuple(_person(name, names) for name in re.split(r", | and ", text))


def _time(text: str) -> time:
    hours, minutes = (int(part) for part in text.split(":"))
    if hours > 23 or minutes > 59:
        raise Misread(f"There is no such time: {text}.")
    return time(hours, minutes)


def _moment(text: str, _names: Names) -> Moment:
    clock, _, day = text.partition(" on ")
    return Moment(_time(clock), DAYS.index(day) if day else None)


def _length(text: str, _names: Names) -> timedelta:
    number, unit = text.split()
    return timedelta(**{f"{unit.rstrip('s')}s": int(number)})


def _answers(text: str, _names: Names) -> tuple[tuple[str, str], ...]:
    pairs = []
    for pair in re.split(r"; (?=[^;=]+ = )", text):
        label, equals, answer = pair.partition(" = ")
        if not equals:
            raise Misread(f"An answer is written “question = answer”: {pair}")
        pairs.append((label.strip(), answer.strip()))
    return tuple(pairs)


def _language(text: str, _names: Names) -> str:
    if text not in LANGUAGES:
        raise Misread(f"Handrail speaks {', '.join(LANGUAGES)}, not {text}.")
    return LANGUAGES[text]


def _as_it_is(text: str, _names: Names) -> str:
    return text


_CLOCK = r"\d{1,2}:\d{2}"
FIELDS = {
    "person": Field(r"[^:\"]+?", _person, "somebody by name"),
    "people": Field(r"[^:\"]+?", _people, "one or more names (“Maya and Leo”), or “Everybody”"),
    "name": Field(r"[^:\"]+", _as_it_is, "the name of somebody who was not there before"),
    "text": Field(r".+", _as_it_is, "what somebody writes"),
    "parts": Field(
        r".+",
        lambda text, _: tuple(part.strip() for part in text.split(" / ")),
        "words as they are shown; several pieces of one message are split by “ / ”",
    ),
    "label": Field(r".+", _as_it_is, "what a button or an option begins with"),
    "words": Field(r"[^\"]+", _as_it_is, "words that stand on one message"),
    "answers": Field(
        r".+ = .+", _answers, "“question = answer; question = answer”; several options with “ + ”"
    ),
    "length": Field(r"\d+ (?:minute|hour|day)s?", _length, "such as “5 minutes”, “1 hour”, “2 days”"),
    "moment": Field(rf"{_CLOCK}(?: on (?:{'|'.join(DAYS)}))?", _moment, "“22:40” or “22:40 on Sunday”"),
    "times": Field(
        rf"{_CLOCK}(?:, {_CLOCK})*",
        lambda text, _: tuple(_time(clock) for clock in text.split(", ")),
        "“10:05, 10:10, 10:15”: these times and no others",
    ),
    "number": Field(r"\d+", lambda text, _: int(text), "in figures"),
    "language": Field(r"\w+", _language, f"one of {', '.join(LANGUAGES)}"),
    "their": Field(r"his|her|their", _as_it_is, "his, her or their"),
    "is": Field(r"is|are", _as_it_is, "is or are"),
    "has": Field(r"has|have", _as_it_is, "has or have"),
}
