"""How good a reading of labelled rows is, as shares of one."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from handlers.screening import Screening
from training.rows import CATEGORIES, Row

#: Of a text: the urgency, the categories (likeliest first) and whom it is about.
Said = tuple[str, tuple[str, ...], str]
URGENCY = ("none", "possible", "soon", "immediate")


def said(found: Screening) -> Said:
    """A screening in the words of the rows."""
    return found.urgency.value, tuple(kind.value for kind in found.categories), found.about.value


def figures(rows: Sequence[Row], says: Sequence[Said]) -> dict[str, Any]:
    """The figures of a reading.

    Args:
        rows: Labelled rows.
        says: For each the urgency, the categories (likeliest first) and whom it is about.

    Returns:
        For each group of rows how many there are, and which share was paged, and paged or asked; then how
        often category and person were right where something was said.
    """
    rank = np.array([URGENCY.index(urgency) for urgency, _, _ in says])
    out: dict[str, Any] = {"rows": len(rows), "found": {}, "false alarms": {}}
    disclosed: list[tuple[str, Callable[[Row], bool]]] = [
        ("all", lambda _row: True),
        ("immediate", lambda row: row.urgency == "immediate"),
        ("soon", lambda row: row.urgency == "soon"),
        ("possible", lambda row: row.urgency == "possible"),
        *((style, lambda row, style=style: row.style == style) for style in ("explicit", "veiled", "noisy")),
        *((lang, lambda row, lang=lang: row.lang == lang) for lang in ("en", "es", "fr")),
        *((kind, lambda row, kind=kind: kind in row.labels) for kind in CATEGORIES),
        *((kind, lambda row, kind=kind: row.kind == kind) for kind in ("note", "message")),
        ("over 40 words", lambda row: len(row.text.split()) > 40),
    ]
    clean: list[tuple[str, Callable[[Row], bool]]] = [
        ("all", lambda _row: True),
        *((style, lambda row, style=style: row.style == style) for style in ("near", "sad", "plain")),
        *((lang, lambda row, lang=lang: row.lang == lang) for lang in ("en", "es", "fr")),
    ]
    for part, groups, wanted in (("found", disclosed, True), ("false alarms", clean, False)):
        for name, belongs in groups:
            chosen = np.array([bool(row.labels) is wanted and belongs(row) for row in rows])
            if chosen.any():
                out[part][name] = {
                    "rows": int(chosen.sum()),
                    "paged": round(float((rank[chosen] >= 2).mean()), 4),
                    "paged or asked": round(float((rank[chosen] >= 1).mean()), 4),
                }
    hit = [(row, kinds) for row, (_, kinds, _) in zip(rows, says, strict=True) if row.labels and kinds]
    out["category right"] = round(sum(kinds[0] in row.labels for row, kinds in hit) / max(1, len(hit)), 4)
    told = [
        row.about == whom
        for row, (_, _, whom) in zip(rows, says, strict=True)
        if row.about in ("writer", "somebody_else") and whom in ("writer", "somebody_else")
    ]
    out["about right"] = round(sum(told) / max(1, len(told)), 4)
    out["about said"] = len(told)
    return out


def table(of: dict[str, Any]) -> str:
    """The figures in lines that a person can read."""
    lines = [f"{of['rows']} rows"]
    for part in ("found", "false alarms"):
        lines.append(f"{part:16s} {'rows':>6s} {'paged':>8s} {'or asked':>9s}")
        for name, each in of[part].items():
            lines.append(f"  {name:14s} {each['rows']:6d} {each['paged']:8.1%} {each['paged or asked']:9.1%}")
    lines.append(f"category right where found: {of['category right']:.1%}")
    lines.append(f"about right where said: {of['about right']:.1%} of {of['about said']}")
    return "\n".join(lines)
