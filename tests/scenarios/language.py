"""The language that scenarios are written in: its sentences, and what a scenario's lines mean.

A sentence's form is written as people would read it, such as ``{people} get(s): {parts}``. What stands in
braces is one of :data:`tests.scenarios.fields.FIELDS`, a piece in parentheses may be missing, and all else
stands as it is.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from tests.scenarios.fields import FIELDS, Misread
from tests.scenarios.scenario import Line, Scenario, Wrong
from tests.scenarios.world import Setting

if TYPE_CHECKING:
    from tests.scenarios.play import Play


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
