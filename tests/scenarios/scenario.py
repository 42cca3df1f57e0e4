"""Scenarios as they are written: files, titles and lines."""

import re
from dataclasses import dataclass
from pathlib import Path


class Wrong(Exception):
    """A scenario says something that is not so, or that cannot be understood. The text says what."""


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
