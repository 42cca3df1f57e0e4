"""The language that scenarios are written in: files, sentences, and what stands in a sentence.

A sentence's form is written as people would read it, such as ``{people} get(s): {parts}``. What stands in
braces is one of :data:`FIELDS`, a piece in parentheses may be missing, and all else stands as it is.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.scenarios.world import Setting

if TYPE_CHECKING:
    from tests.scenarios.play import Play

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LANGUAGES = {"English": "en", "Spanish": "es", "French": "fr"}


class Wrong(Exception):
    """A scenario says something that is not so, or that cannot be understood. The text says what."""


class Misread(Wrong):
    """A sentence's form fits, but not what stands in it."""


# --- files ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One step as it is written, and where."""

    number: int
    text: str


@dataclass(frozen=True)
class Scenario:
    """One scenario as it is written. ``number`` is the line of its title."""

    file: str
    title: str
    number: int
    lines: tuple[Line, ...]

    @property
    def where(self) -> str:
        """Where it stands, as tools can follow it."""
        return f"{self.file}:{self.number}"

    @property
    def slug(self) -> str:
        """Its title, for the name of a test."""
        return re.sub(r"\W+", "-", self.title.lower().replace("'", "")).strip("-")


def read_file(path: Path, root: Path) -> list[Scenario]:
    """The scenarios of one file."""
    return read(path.read_text(encoding="utf-8"), path.relative_to(root).as_posix())


def read(text: str, file: str) -> list[Scenario]:
    """The scenarios of a text. Raises :class:`Wrong` where it is no scenario file."""
    found: list[tuple[str, int, list[Line]]] = []
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.rstrip()
        if line.startswith("## "):
            found.append((line[3:].strip(), number, []))
        elif not line or line.startswith((">", "# ")):
            continue
        elif not found:
            raise Wrong(f"{file}:{number}: this stands before the first “## title of a scenario”.")
        elif line.startswith("- "):
            found[-1][2].append(Line(number, line[2:].strip()))
        elif line.startswith("  ") and found[-1][2]:
            before = found[-1][2].pop()
            found[-1][2].append(Line(before.number, f"{before.text} {line.strip()}"))
        else:
            raise Wrong(f"{file}:{number}: a step begins with “- ”, a comment with “> ”: {line.strip()}")
    return [Scenario(file, title, number, tuple(lines)) for title, number, lines in found]


# --- what stands in a sentence -------------------------------------------------------------------

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


# --- sentences -----------------------------------------------------------------------------------


class Kind(Enum):
    """What a sentence does."""

    GIVEN = "sets the scene"
    DEED = "lets something happen"
    LOOK = "says what is so"


@dataclass(frozen=True)
class Sentence:
    """A form of sentence and what it means."""

    form: str
    kind: Kind
    does: Callable[..., Any]
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pattern", re.compile(_pattern(self.form)))


def _pattern(form: str) -> str:
    pieces = re.split(r"(\{\w+\}|\([^)]+\))", form)
    return "".join(_piece(piece) for piece in pieces)


def _piece(piece: str) -> str:
    if piece.startswith("{"):
        return f"(?P<{piece[1:-1]}>{FIELDS[piece[1:-1]].looks})"
    if piece.startswith("("):
        return f"(?:{re.escape(piece[1:-1])})?"
    return re.escape(piece)


SENTENCES: list[Sentence] = []
"""Every form there is; the first that fits is taken."""

Given = Callable[..., Setting]
Does = Callable[..., Awaitable[None]]


def given(form: str) -> Callable[[Given], Given]:
    """A sentence that sets the scene: a function from a setting to another one."""

    def add(does: Given) -> Given:
        SENTENCES.append(Sentence(f"Given {form}", Kind.GIVEN, does))
        return does

    return add


def deed(form: str) -> Callable[[Does], Does]:
    """A sentence that lets something happen."""

    def add(does: Does) -> Does:
        SENTENCES.append(Sentence(form, Kind.DEED, does))
        return does

    return add


def look(*forms: str) -> Callable[[Does], Does]:
    """A sentence that says what is so, in one form or several that mean the same."""

    def add(does: Does) -> Does:
        SENTENCES.extend(Sentence(form, Kind.LOOK, does) for form in forms)
        return does

    return add


def forms() -> str:
    """All forms, for somebody whose sentence was not understood."""
    return "\n".join(f"  {sentence.form}" for kind in Kind for sentence in SENTENCES if sentence.kind is kind)


# --- from lines to steps -------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One line that was understood."""

    line: Line
    sentence: Sentence
    fields: Mapping[str, Any]

    async def play(self, play: "Play") -> None:
        """Let it happen, or see whether it is so."""
        await self.sentence.does(play, **self.fields)


@dataclass(frozen=True)
class Script:
    """A scenario that was understood from its first line to its last."""

    setting: Setting
    steps: tuple[Step, ...]


class Unclear(Wrong):
    """A scenario that cannot be played. ``line`` is the one that is not understood, if it is one."""

    def __init__(self, text: str, line: Line | None = None) -> None:
        super().__init__(text)
        self.line = line


def understand(scenario: Scenario) -> Script:
    """Understand every line. Raises :class:`Unclear` at the first that is not."""
    setting, steps = Setting(), list[Step]()
    for line in scenario.lines:
        sentence, fields = _understand(line, setting.names)
        if sentence.kind is not Kind.GIVEN:
            steps.append(Step(line, sentence, fields))
        elif steps:
            raise Unclear("“Given …” stands before anything happens.", line)
        else:
            try:
                setting = sentence.does(setting, **fields)
            except Wrong as wrong:
                raise Unclear(str(wrong), line) from None
    _check_that_it_ends_with_a_look(steps)
    return Script(setting, tuple(steps))


def _understand(line: Line, names: Sequence[str]) -> tuple[Sentence, Mapping[str, Any]]:
    misread = ""
    for sentence in SENTENCES:
        if match := sentence.pattern.fullmatch(line.text):
            try:
                return sentence, {
                    name: FIELDS[name].means(text, tuple(names))
                    for name, text in match.groupdict().items()
                    if name not in ("their", "is", "has")
                }
            except Misread as error:
                misread = misread or str(error)
    raise Unclear(misread or f"There is no such sentence. The forms are:\n{forms()}", line)


def _check_that_it_ends_with_a_look(steps: Sequence[Step]) -> None:
    if not steps:
        raise Unclear("Nothing happens in this scenario.")
    if steps[-1].sentence.kind is not Kind.LOOK:
        raise Unclear(
            "Nothing is said about what follows from this: say what somebody gets or sees.", steps[-1].line
        )
