"""The transcript of a scenario: who did what, what everybody then saw, at which time."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from textwrap import indent

from tests.scenarios.scenario import Line


@dataclass
class Transcript:
    """Lines for people. ``_said`` holds what the last message of each title said."""

    lines: list[str] = field(default_factory=list)
    _said: dict[str, list[str]] = field(default_factory=dict)

    def step(self, at: datetime, line: Line) -> int:
        """Write down a line of the scenario; returns where it stands."""
        self._write(at, f"{line.number:>3}  {line.text}")
        return len(self.lines) - 1

    def seen(self, at: datetime, what: str, names: Iterable[str], text: str) -> None:
        """Write down what changed before the eyes of these people."""
        who = " and ".join(dict.fromkeys(names))
        self._write(at, indent(f"{what.format(who)}:\n{indent(self._briefly(text), '  ')}", "     "))

    def marked(self, place: int) -> str:
        """All of it, with one line marked."""
        lines = [*self.lines[:place], f">{self.lines[place][1:]}", *self.lines[place + 1 :]]
        return "\n".join(lines)

    def _write(self, at: datetime, text: str) -> None:
        first, *rest = text.splitlines()
        self.lines.append(f"  {at:%a %H:%M} {first}")
        self.lines += [f"{'':12}{line}" for line in rest]

    def _briefly(self, text: str) -> str:
        """A message without what the last one of its title said already."""
        title, *lines = text.splitlines()
        before = self._said.get(title, [])
        self._said[title] = lines
        new = [line for line in lines if line not in before]
        if len(new) * 2 > len(lines) or len(lines) - len(new) < 2:
            return text
        return "\n".join([title, *new, "… and the rest as above"])
