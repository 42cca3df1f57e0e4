"""``python -m training.check``: fields, near-duplicates, shared openings and counts of the rows."""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator

from rapidfuzz import fuzz

from training.rows import CATEGORIES, URGENCIES, Row, every

#: From this likeness on (0 to 100, order of letters counts) two texts are called near-duplicates.
ALIKE = 85
#: Groups of three words that more rows than this share are no sign of a common frame.
COMMON = 12
_STYLES = {True: {"explicit", "veiled", "noisy"}, False: {"near", "sad", "plain"}}


def wrong(row: Row) -> str:
    """What is wrong with a row's fields, or nothing."""
    disclosed = bool(row.labels)
    if set(row.labels) - set(CATEGORIES) or row.urgency not in URGENCIES:
        return "an unknown label or urgency"
    if disclosed != (row.urgency != "none") or disclosed != (row.about != "none"):
        return "labels, urgency and about do not fit"
    if row.style not in _STYLES[disclosed]:
        return f"the style {row.style} does not fit"
    if row.kind not in ("note", "message") or row.lang not in ("en", "es", "fr"):
        return "an unknown kind or language"
    return "" if 1 <= len(row.text.split()) <= 260 else "too long or empty"


def alike(rows: list[Row]) -> Iterator[tuple[float, Row, Row]]:
    """Pairs of rows that are near-duplicates, looked for among those that share a rare group of words."""
    words = [_plain(row.text) for row in rows]
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, each in enumerate(words):
        size = 3 if len(each) >= 5 else max(1, len(each))
        for group in {tuple(each[at : at + size]) for at in range(len(each) - size + 1)}:
            holders[group].append(number)
    pairs = Counter(
        (first, second)
        for group in holders.values()
        if len(group) <= COMMON
        for place, first in enumerate(group)
        for second in group[place + 1 :]
    )
    for (first, second), shared in pairs.items():
        short = min(len(words[first]), len(words[second]))
        if shared * 4 >= short or short < 6:
            likeness = fuzz.ratio(" ".join(words[first]), " ".join(words[second]))
            if likeness >= ALIKE:
                yield likeness, rows[first], rows[second]


def frames(rows: list[Row], length: int = 5) -> list[tuple[int, str]]:
    """Openings of five words that several rows share, the commonest first."""
    seen = Counter(" ".join(plain[:length]) for row in rows if len(plain := _plain(row.text)) > length)
    return [(many, opening) for opening, many in seen.most_common(20) if many > 2]


def counts(rows: list[Row]) -> str:
    """A table of what there is, one line a writer."""
    kinds = ["explicit", "veiled", "noisy", "near", "sad", "plain"]
    lines = [
        "| writer | rows | en / es / fr | disclosures | immediate / soon / possible "
        "| self-harm / others / psychosis / abuse | explicit / veiled / noisy | near / sad / plain | notes |",
        "| --- |" + " --- |" * 8,
    ]
    groups = [
        (name, [row for row in rows if row.writer == name]) for name in sorted({row.writer for row in rows})
    ]
    for name, of in [*groups, ("all", rows)]:
        lang = Counter(row.lang for row in of)
        urgency = Counter(row.urgency for row in of)
        labels = Counter(label for row in of for label in row.labels)
        style = Counter(row.style for row in of)
        cells = [
            name,
            str(len(of)),
            " / ".join(str(lang[each]) for each in ("en", "es", "fr")),
            str(sum(bool(row.labels) for row in of)),
            " / ".join(str(urgency[each]) for each in ("immediate", "soon", "possible")),
            " / ".join(str(labels[each]) for each in CATEGORIES),
            " / ".join(str(style[each]) for each in kinds[:3]),
            " / ".join(str(style[each]) for each in kinds[3:]),
            str(sum(row.kind == "note" for row in of)),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _plain(text: str) -> list[str]:
    return "".join(character if character.isalnum() else " " for character in text.lower()).split()


def main() -> int:
    """Print everything. Returns 1 if a row's fields are wrong."""
    rows = every()
    bad = [(row.id, what) for row in rows if (what := wrong(row))]
    twins = sorted(alike(rows), key=lambda pair: -pair[0])
    lines = [counts(rows), "", *(f"{row_id}: {what}" for row_id, what in bad)]
    lines += [
        f"{likeness:.0f} {first.id} {second.id}: {first.text[:80]!r}" for likeness, first, second in twins
    ]
    lines += [f"{many} rows begin: {opening}" for many, opening in frames(rows)]
    sys.stdout.write("\n".join(lines) + "\n")
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
