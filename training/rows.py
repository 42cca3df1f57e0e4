"""The rows to learn from, and what they are to the reader."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

TEXTS: Final = Path(__file__).parent / "texts"
URGENCIES: Final = ("none", "possible", "soon", "immediate")
CATEGORIES: Final = ("self_harm", "harm_to_others", "psychosis", "abuse")
#: What is predicted: the urgency as three steps, the categories, and whether it is about the writer.
OUTPUTS: Final = ("possible", "soon", "immediate", *CATEGORIES, "writer")


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled text; ``writer`` is the file that it stands in. ``texts/README.md`` explains the rest."""

    id: str
    text: str
    kind: str
    lang: str
    labels: tuple[str, ...]
    urgency: str
    about: str
    style: str
    writer: str


def read(path: Path) -> list[Row]:
    """Read a file of rows; fields that it lacks are left empty."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            rows.append(_row(json.loads(line), path.stem))
    return rows


def every() -> list[Row]:
    """All rows that are there to learn from, writer by writer."""
    return [row for path in sorted(TEXTS.glob("w[0-9][0-9].jsonl")) for row in read(path)]


def targets(rows: list[Row]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What each output should say for each row, and how much that counts.

    Whom it is about counts only where there is a disclosure and it says one of the two.
    """
    wanted = np.zeros((len(rows), len(OUTPUTS)), dtype=np.float32)
    counts = np.ones_like(wanted)
    for number, row in enumerate(rows):
        rank = URGENCIES.index(row.urgency)
        wanted[number, :3] = [rank >= 1, rank >= 2, rank >= 3]
        wanted[number, 3:7] = [category in row.labels for category in CATEGORIES]
        wanted[number, 7] = row.about == "writer"
        counts[number, 7] = row.about in ("writer", "somebody_else")
    return wanted, counts


def _row(data: dict[str, Any], writer: str) -> Row:
    return Row(
        id=data["id"],
        text=data["text"],
        kind=data.get("kind", ""),
        lang=data.get("lang", ""),
        labels=tuple(data["labels"]),
        urgency=data["urgency"],
        about=data.get("about", ""),
        style=data.get("style", "") or ("" if data["labels"] else "plain"),
        writer=writer,
    )
