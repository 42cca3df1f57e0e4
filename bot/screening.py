"""Screening on the command line: one text explained, or a file line by line."""

import json
from collections.abc import Iterator
from typing import BinaryIO, TextIO

from rich.console import Console
from rich.progress import Progress
from rich.text import Text

from handlers.cards.words import ABOUT, CATEGORY
from handlers.screening import screen
from storage.words import Urgency

_MEANING = {
    Urgency.IMMEDIATE: "Immediate: pages now",
    Urgency.SOON: "Soon: pages now",
    Urgency.POSSIBLE: "Possible: asks the writer first",
    Urgency.NONE: "Nothing found: pages nobody",
}


def explain(text: str, console: Console) -> None:
    """Say what screening finds in a text, and in which words."""
    found = screen(text)
    console.print(Text(_MEANING[found.urgency], style="bold"))
    for finding in found.findings:
        console.print(Text(f"\n{CATEGORY[finding.category]}: {finding.theme}"))
        console.print(Text(f"  {finding.reason} About {ABOUT[finding.about]}."))
        for evidence in finding.evidence:
            console.print(Text(f"  “{evidence.words}” (characters {evidence.start} to {evidence.end})"))
    if found.urgency is Urgency.NONE:
        console.print(
            Text("A text without a finding is not a safe text: a worried helper always counts more.")
        )


def each_line(source: BinaryIO, out: TextIO, complaints: TextIO) -> int:
    """Screen ``{"id", "text"}`` lines in their order. Returns the exit code: 1 if a line was no such object.

    Such a line is named on ``complaints`` and left out; the others are answered all the same. Where
    ``complaints`` is a terminal and the answers go elsewhere, a bar there shows how far it is.
    """
    code = 0
    for number, raw in enumerate(_shown(source, out, complaints), 1):
        if not raw.strip():
            continue
        try:
            row = json.loads(raw.decode("utf-8-sig", errors="replace"))
            key, text = row["id"], row["text"]
            if not isinstance(text, str):
                raise TypeError
        except (ValueError, KeyError, TypeError, RecursionError):
            complaints.write(f'line {number} is not an object with "id" and a text in "text"; left out\n')
            code = 1
            continue
        found = screen(text)
        labels = [category.value for category in found.categories]
        out.write(json.dumps({"id": key, "labels": labels, "urgency": found.urgency.value}) + "\n")
    return code


def _shown(source: BinaryIO, out: TextIO, complaints: TextIO) -> Iterator[bytes]:
    """The lines of a source, with a bar on a terminal. A source on which somebody types has none."""
    if not complaints.isatty() or out.isatty() or source.isatty():
        yield from source
        return
    lines = source.readlines()
    with Progress(console=Console(file=complaints), transient=True) as bar:
        yield from bar.track(lines, description="Screening")
